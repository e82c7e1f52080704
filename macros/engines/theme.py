"""Mends of the theme's markup, so that screen readers can name every part of a page."""

from __future__ import annotations

import json
import re

NAV = re.compile(
    r'<nav class="md-nav" data-md-level="(\d+)" aria-labelledby="[^"]*" aria-expanded="\w+">'
    r'(\s*<label class="md-nav__title" for="[^"]*">\s*<span class="md-nav__icon md-icon"></span>\s*([^<>]*?)\s*</label>)'
)

# What the theme's search box says and does, and what it is to say and do.
SEARCH = (
    ('data-md-component="search" role="dialog"', 'data-md-component="search" role="dialog" aria-label="搜索"'),
    ('class="md-search__input" name="query"', 'class="md-search__input" name="query" inputmode="search" enterkeyhint="search"'),
    ('<div class="md-search-result__meta">', '<div class="md-search-result__meta" role="status">'),
)
WORKER = re.compile(r"assets/javascripts/workers/search\.\w+\.min\.js")
# Our search script listens to what the theme sends its worker, so it has to be there first.
FIRST = re.compile(r'(<script src="[^"]*/?assets/javascripts/bundle\.\w+\.min\.js"></script>)(.*?)(<script src="[^"]*assets/javascripts/search\.js"></script>)', re.S)
# Where line breaks and spaces are part of what is shown.
AS_TYPED = re.compile(r"(<pre\b.*?</pre>|<script\b.*?</script>|<textarea\b.*?</textarea>)", re.S)
# Line breaks show as spaces beside words and links, but not beside these.
BESIDE_BLOCKS = re.compile(
    r"\n?(</?(?:html|head|body|meta|link|title|header|main|footer|nav|div|article|section|aside|figure|figcaption|details|summary"
    r"|h[1-6]|p|ul|ol|li|dl|dt|dd|table|caption|colgroup|col|thead|tbody|tr|th|td|form|svg|path|text|rect|circle)\b[^>]*>)\n?"
)
MENU_TEXT = re.compile(r'<span class="md-ellipsis">\s*([^<>]*?)\s*</span>(?=\s*(?:<span class="md-nav__icon md-icon"></span>\s*)?</(?:a|label)>)')
CONFIG = re.compile(r'(?<=<script id="__config" type="application/json">).*?(?=</script>)', re.S)


def mend(html: str) -> str:
    """Names the menus, whose labels hold no text; gives the search box its voice and our worker; says in Chinese that a page is not there."""
    for theirs, ours in SEARCH:
        html = html.replace(theirs, ours)
    html = WORKER.sub("assets/javascripts/search-worker.js", html)
    html = FIRST.sub(r"\3\1\2", html)
    html = NAV.sub(r'<nav class="md-nav" data-md-level="\1" aria-label="\3">\2', html)
    html = re.sub(r'<meta name="generator"[^>]*>', "", html)
    html = CONFIG.sub(lambda m: json.dumps(json.loads(m[0]), ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/"), html)
    return squeeze(MENU_TEXT.sub(r"\1", html)).replace(
        "<h1>404 - Not found</h1>",
        "<h1>没有这一页</h1>\n<p>网址可能写错，或者这一页已经改名。请在上方搜索，或者从首页找起。</p>",
    )


def squeeze(html: str) -> str:
    """The page without the theme's indentation and empty lines, a third of its bytes."""
    parts = AS_TYPED.split(html)
    parts[::2] = [BESIDE_BLOCKS.sub(r"\1", re.sub(r"\s*\n\s*", "\n", part)) for part in parts[::2]]
    return "".join(parts)

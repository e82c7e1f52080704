"""The pages the book adds by itself: cover, imprint, contents, and the list on an opening page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from .leaves import Book, Leaf

ORDINAL = re.compile(r"(第[〇零一二三四五六七八九十百\d]+[篇章部编])[\s　、：:]*(.+)")
CONTENTS = "contents"


def day(date: str) -> str:
    """An ISO date as a Chinese reader writes it; other texts stay as they are."""
    match = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", date)
    return "{}年{}月{}日".format(*map(int, match.groups())) if match else date


def heading(leaf: Leaf) -> str:
    """The leaf's title, its ordinal (第一篇) set apart, as the first heading."""
    match = ORDINAL.fullmatch(leaf.title.strip())
    ordinal, title = match.groups() if match else ("", leaf.title)
    # A block inside the heading would be tagged as a second heading, so the ordinal ends with a line break.
    small = f'<span class="ordinal">{escape(ordinal)}</span><br>' if ordinal else ""
    return f"<h1>{small}{escape(title)}</h1>"


def opening(book: Book, index: int) -> str:
    """The list of what a part or chapter holds, unless its own html links to any of it already."""
    opens, inside = book.leaves[index], book.inside(index)
    if opens.kind not in ("part", "chapter") or any(f'href="#{leaf.id}"' in opens.html for leaf in inside):
        return ""
    nearest = min((leaf.level for leaf in inside), default=0)
    rows = "".join(f"<li>{_entry(leaf)}</li>" for leaf in inside if leaf.level == nearest)
    if not rows:
        return ""
    kind = "chapters" if opens.kind == "part" else "items"
    return f'<ul class="opening-list {kind}">{rows}</ul>'


def front(book: Book, leaves: Iterable[Leaf]) -> Leaf:
    """Cover, imprint on its back, and contents."""
    rows, chapter = "", ""
    for leaf in leaves:
        if book.grouped and leaf.chapter != chapter:
            chapter = leaf.chapter
            rows += f'<li class="group">{escape(chapter)}</li>'
        level = 3 if book.grouped else leaf.level
        rows += f'<li class="l{level} {leaf.kind}">{_entry(leaf)}</li>'
    imprint = (("编制单位", book.organisation), ("版次", book.edition), ("日期", day(book.date)))
    facts = "".join(f"<dt>{name}</dt><dd>{escape(text)}</dd>" for name, text in imprint if text)
    html = (
        '<section class="cover">'
        f'<p class="edition">{escape(book.edition)}</p>'
        f"<h1>{escape(book.title)}</h1>"
        f'<p class="subtitle">{escape(book.subtitle)}</p>'
        f'<p class="organisation">{escape(book.organisation)}</p><p class="date">{escape(day(book.date))}</p>'
        "</section>"
        f'<section class="imprint"><p>{escape(book.description)}</p><dl>{facts}</dl></section>'
        f'<section class="contents" id="{CONTENTS}"><h1>目录</h1><ul>{rows}</ul></section>'
    )
    return Leaf("front", "封面和目录", html, "front", 0)


def _entry(leaf: Leaf) -> str:
    code = f'<span class="code">{escape(leaf.code)}</span> ' if leaf.code else ""
    title = f'<span class="entry">{code}<span class="title">{escape(leaf.title)}</span></span>'
    return f'<a href="#{escape(leaf.id)}">{title}</a>'

"""Terms in finished HTML: the first use on a page becomes a link to the list of terms, which the screen explains."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from .catalogue import Catalogue

TOKEN = re.compile(r"<!--.*?-->|<(/?)([a-zA-Z][\w-]*)([^>]*?)(/?)>", re.S)
# fmt: off
VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"
}
# Running text; headings, links, labels and everything that is shown small or drawn stays as it is.
TEXT = {"p", "li", "dd", "td"}
LEFT_ALONE = {
    "a", "button", "caption", "code", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "label",
    "noscript", "option", "pre", "script", "style", "summary", "svg", "th"
}
LEFT_ALONE_CLASSES = {
    "basis", "basis-a", "basis-b", "basis-local", "basis-rec", "blank", "cards", "chart-text", "clauses", "form-sheet", "full-title", "item-head",
    "only-screen", "options", "pdf-link", "quick", "slogan", "summary", "terms"
}
# fmt: on
MOST = 15  # explained on one page; more would be clutter


@dataclass(frozen=True)
class Glossary:
    """The words to look for: those that are terms (word -> id), in how many items each term stands, and names in which
    a term means something else."""

    words: Mapping[str, str]
    common: Mapping[str, int]
    names: frozenset[str]


def glossary(catalogue: Catalogue) -> Glossary:
    """Titles and abbreviations of all terms; roles and regulations are names of their own."""
    terms = catalogue.terms.values()
    words = {word: term.id for term in terms for word in term.abbreviations} | {
        term.title: term.id for term in terms
    }
    texts = [entry.document.prose for entry in catalogue.entries.values()]
    common = {ident: sum(word in text for text in texts) for word, ident in words.items()}
    names = {role.title for role in catalogue.roles.values()}
    names |= {entry.item.short for entry in catalogue.of("regulation")}
    return Glossary(words, common, frozenset(names - words.keys()))


def explain(html: str, known: Glossary, href: Callable[[str], str], leave: Collection[str] = ()) -> str:
    """The page with the first use of each term linked, the rarest terms first where there are too many; `leave` names
    terms that the page itself is about."""
    every = {*known.words, *known.names}
    # The longest first: a term inside a longer name is not meant there.
    longest = "|".join(re.escape(word) for word in sorted(every, key=lambda word: (-len(word), word)))
    pattern = re.compile(f"(?:{longest})(?![长选期])")
    met: dict[str, None] = {}
    _walk(
        html,
        lambda text: met.update(dict.fromkeys(known.words.get(m[0], "") for m in pattern.finditer(text))),
    )
    there = sorted(
        (ident for ident in met if ident and ident not in leave), key=lambda ident: known.common[ident]
    )
    left = set(there[:MOST])

    def link(match: re.Match) -> str:
        ident = known.words.get(match[0], "")
        if ident not in left:
            return match[0]
        left.discard(ident)
        return f'<a class="term" href="{href(ident)}">{match[0]}</a>'

    return _walk(html, lambda text: pattern.sub(link, text))


def _walk(html: str, change: Callable[[str], str | None]) -> str:
    """The HTML with its running text changed, piece by piece."""
    parts, place = [], 0
    stack: list[tuple[str, bool, bool]] = [("", False, False)]  # tag, in running text, left alone
    for token in TOKEN.finditer(html):
        text = html[place : token.start()]
        _, running, alone = stack[-1]
        parts.append((change(text) or text) if running and not alone else text)
        parts.append(token[0])
        place = token.end()
        closing, name, attributes, empty = token.groups()
        if name is None or empty or name.lower() in VOID:
            continue
        if closing:
            _close(stack, name)
        else:
            classes = re.search(r'\bclass="([^"]*)"', attributes)
            marked = LEFT_ALONE_CLASSES.intersection(classes[1].split()) if classes else ()
            stack.append((name, running or name in TEXT, alone or name in LEFT_ALONE or bool(marked)))
    return "".join(parts) + html[place:]


def _close(stack: list[tuple[str, bool, bool]], name: str) -> None:
    """Ends the nearest open element of this name, and what was left open in it."""
    for i in range(len(stack) - 1, 0, -1):
        if stack[i][0] == name:
            del stack[i:]
            return


def about(page: str, catalogue: Catalogue) -> frozenset[str]:
    """The terms that a page (procedures/dues) is itself about."""
    ident = page.split("/")[1]
    entry = catalogue.entries.get(ident)
    title = entry.item.title if entry else ""
    return frozenset(t.id for t in catalogue.terms.values() if t.see == ident or t.title == title)


def script(catalogue: Catalogue) -> str:
    """JavaScript with what each term means; a file of its own, so that every reader loads it once, also from disk."""
    meanings = {term.id: f"{term.title}：{term.meaning}" for term in catalogue.terms.values()}
    return f"window.handbookTerms = {json.dumps(meanings, ensure_ascii=False, separators=(',', ':'))}\n"

"""Long pages in parts: a page that would be too heavy for a phone keeps its address as an overview, and each part of it
gets a page below.

A part says what stands on it; the templates say how. An item is parted only where it is too heavy in one piece, a list
only where it is too long, so nothing here depends on how many items the handbook has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from .catalogue import Catalogue, Entry
from .kinds import KINDS
from .kinds.shared import Term

# Bytes of an item's own HTML; menu, search box and scripts come on top, and a page is to weigh 60,000 at most.
BUDGET = 39_000
SHORT = 2_000  # characters of prose; an item with fewer is never too heavy
ROWS = 80  # rows of a list on one page that is in parts
MANY = 120  # rows of a list that stands in one piece
HEAVY_ROWS = 24  # rows that hold several lines each
SHOWN = 24  # links in a row of links
FEW = 3  # items that rest on one article, where the regulation's page has many

# The look-up pages of docs/ that list what is in data/, and their titles.
LISTS = {
    "calendar": "工作台历", "unconfirmed": "待核清单", "terms": "术语", "how-to-use": "要填的地方", "board": "制度立改废",
    "burden": "一份记录几处用", "forms": "表单", "regulations": "法规",
}  # fmt: skip

LOOK_UP = frozenset(LISTS) - {"forms", "regulations"}  # below these stand lists alone, below the others items too

Group = tuple[str, str, Iterable[Any]]  # address, title, rows


@dataclass(frozen=True)
class Part:
    """One part of a page: the last piece of its address, its title, what stands on it, and the anchors it has taken along."""

    slug: str
    title: str
    rows: tuple[Any, ...]
    anchors: frozenset[str] = frozenset()
    kind: str = ""  # empty for a part of the page's own text; “used” and “related” are long rows of links


def cut(groups: Iterable[Group], most: int = ROWS, anchor: Callable[[Any], str] = lambda row: "", kind: str = "") -> tuple[Part, ...]:
    """A part for every group that has rows; a long group in several, each with its number."""
    found = []
    for slug, title, rows in groups:
        rows = tuple(rows)
        pieces = [rows[i : i + most] for i in range(0, len(rows), most)]
        for n, piece in enumerate(pieces, 1):
            last = f"（{n}）" if len(pieces) > 1 else ""
            anchors = frozenset(filter(None, map(anchor, piece)))
            found.append(Part(f"{slug}-{n}" if n > 1 else slug, f"{title}{last}", piece, anchors, kind))
    return tuple(found)


def by_code(entries: Iterable[Entry], most: int) -> tuple[Part, ...]:
    """Items in the order they come in, each part named after its first and last number."""
    pieces = cut([("page", "", entries)], most)
    return tuple(replace(p, title=f"{p.rows[0].item.code}至{p.rows[-1].item.code}") for p in pieces)


def by_chapter(catalogue: Catalogue, rows: Iterable[Any], entry: Callable[[Any], Entry]) -> list[Group]:
    """Rows in the order of the chapters their items stand in, then kind by kind for those that stand in none."""
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(entry(row).item, "chapter", None) or entry(row).kind, []).append(row)
    titles = {ident: chapter.title for ident, (_, chapter) in catalogue.chapters.items()}
    titles |= {kind.folder: kind.title for kind in KINDS.values()}
    folders = {kind.id: kind.folder for kind in KINDS.values()}
    named = {folders.get(key, key): rows for key, rows in found.items()}
    return [(key, title, named[key]) for key, title in titles.items() if key in named]


def by_letter(terms: Iterable[Term]) -> list[Group]:
    """Terms by the first letter of their sound, in that order."""
    found: dict[str, list[Term]] = {}
    for term in sorted(terms, key=lambda term: (initial(term), sound(term.title))):
        found.setdefault(initial(term), []).append(term)
    return [(letter.lower() if letter.isalpha() else "other", letter, terms) for letter, terms in found.items()]


# The first character of each letter in GB 2312, whose commoner half is in the order of pinyin.
FIRST = dict(zip("啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝", "ABCDEFGHJKLMNOPQRSTWXYZ", strict=True))


def sound(text: str) -> bytes:
    """A key that sorts common characters by pinyin."""
    return text.encode("gbk", "replace")


def initial(term: Term) -> str:
    """The letter a term is looked up under; “其他” for what begins with a figure or a quotation mark."""
    if term.pinyin:
        return term.pinyin[0].upper()
    head = term.title.lstrip("“《")[:1]
    if head.isascii():
        return head.upper() if head.isalpha() else "其他"
    return next((letter for first, letter in reversed(FIRST.items()) if sound(first) <= sound(head)), "其他")

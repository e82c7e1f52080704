"""What a published edition looked like on paper: one file for each, data/history/<edition>.pages.json.

It holds the pages of the whole handbook in order, a line for each leaf: its name, then number=digest for each page. A leaf
without a name is an empty page. From it the next edition knows which sheets have changed, and keeps the numbers of the others.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import groupby

SUFFIX = ".pages.json"
ABOUT = "全书每一页的页码和指纹，用来算出下一版要换哪几张。由 scripts/edition.py 生成，不要改"
FOLIO = re.compile(r"(\d+)(?:-(\d+))?")
PAGE = re.compile(r"([ivxlc]+|\d+(?:-\d+)?|)=([0-9a-f]{10}|)")


@dataclass(frozen=True)
class PrintedPage:
    """One page: the leaf it belongs to ("" for an empty one), its printed number, the digest of what a reader sees on it."""

    leaf: str = ""
    folio: str = ""
    digest: str = ""


@dataclass(frozen=True)
class PrintedBook:
    """The whole handbook as an edition printed it, page by page; it starts with a right-hand page."""

    edition: str
    pages: tuple[PrintedPage, ...]


def folio_key(folio: str) -> tuple[int, int]:
    """A page number for putting pages in order: 112 is (112, 0), the page 112-1 put in behind it (112, 1)."""
    match = FOLIO.fullmatch(folio)
    return (int(match[1]), int(match[2] or 0)) if match else (0, 0)


def dumps(book: PrintedBook) -> str:
    """The file that keeps a book."""
    lines = []
    # Two empty pages never follow each other, so a run of one leaf is that leaf.
    for leaf, pages in groupby(book.pages, key=lambda page: page.leaf):
        text = " ".join(f"{page.folio}={page.digest}" for page in pages)
        lines.append(f"  {json.dumps([leaf, text], ensure_ascii=False)}")
    head = json.dumps({"about": ABOUT, "edition": book.edition}, ensure_ascii=False)
    return head[:-1] + ', "leaves": [\n' + ",\n".join(lines) + "\n]}\n"


def loads(text: str) -> PrintedBook:
    """The book that a file keeps; ValueError where it is no such file."""
    facts = json.loads(text)
    if not isinstance(facts, dict) or not isinstance(facts.get("edition"), str) or not isinstance(facts.get("leaves"), list):
        raise ValueError("no record of pages")
    pages = []
    for line in facts["leaves"]:
        if not (isinstance(line, list) and len(line) == 2 and all(isinstance(part, str) for part in line)):
            raise ValueError(f"no leaf: {line!r}")
        for page in line[1].split(" "):
            match = PAGE.fullmatch(page)
            if match is None:
                raise ValueError(f"no page: {page!r}")
            pages.append(PrintedPage(line[0], match[1], match[2]))
    return PrintedBook(facts["edition"], tuple(pages))

"""Catalogue -> the leaves of the whole handbook, in the order a reader turns them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .. import pages
from ..catalogue import Catalogue
from ..media import slug
from ..pages import Page
from .book import Book, Leaf

FRONT = ("how-to-use.md", "document-system.md", "calendar.md", "burden.md")
BACK = ("unconfirmed.md", "editing.md", "about.md")
# Look-up lists of short records run on, one after another, instead of wasting a sheet each.
RUN_ON = {"roles/index.md": "role", "regulations/index.md": "regulation"}


def book(catalogue: Catalogue, root: Path) -> Book:
    """The whole handbook as a book."""
    h = catalogue.handbook
    return Book(h.title, h.subtitle, h.organisation, h.edition, h.date, h.description, tuple(leaves(catalogue, root)))


def leaves(catalogue: Catalogue, root: Path) -> Iterator[Leaf]:
    """Prose, parts with their chapters and items, roles, regulations, terms, forms."""
    every = pages.all_pages(catalogue, root)

    def leaf(path: str, kind: str, level: int, **more: object) -> Leaf:
        page = every[path]
        return Leaf(slug(page.name), page.title, pages.paper_html(page, catalogue), kind, level, **more)

    for path in FRONT:
        yield leaf(path, "prose", 1, recto=path == FRONT[0], chapter=every[path].title)
    for part in catalogue.handbook.parts:
        yield leaf(f"parts/{part.id}/index.md", "part", 1, recto=True)
        for chapter in part.chapters:
            yield leaf(f"chapters/{chapter.id}/index.md", "chapter", 2, recto=True, chapter=chapter.title)
            for entry in catalogue.in_chapter(chapter.id):
                path = _path(entry)
                yield leaf(path, entry.kind, 3, code=entry.item.code, chapter=f"{part.title}·{chapter.title}")
    for path, kind in RUN_ON.items():
        yield _run_on(path, kind, every, catalogue)
    yield leaf("terms.md", "terms", 1, recto=True, chapter="术语")
    yield leaf("forms/index.md", "chapter", 1, recto=True, chapter="表单")
    for entry in catalogue.of("form"):
        yield leaf(_path(entry), "form", 2, code=entry.item.code, chapter="表单")
    for path in BACK:
        yield leaf(path, "prose", 1, chapter=every[path].title)


def _path(entry: object) -> str:
    return f"{pages.KINDS[entry.kind].folder}/{entry.id}.md"


def _run_on(path: str, kind: str, every: dict[str, Page], catalogue: Catalogue) -> Leaf:
    folder = path.split("/")[0]
    head = every[path]
    members = [p for p in every.values() if p.path.startswith(f"{folder}/") and p.path != path]
    parts = [pages.paper_html(head, catalogue)]
    for page in members:
        html = _lower(pages.paper_html(page, catalogue))
        parts.append(f'<article class="run-on" id="{slug(page.name)}">{html}</article>')
    return Leaf(slug(head.name), head.title, "\n".join(parts), kind, 1, chapter=head.title, recto=True)


def _lower(html: str) -> str:
    """Headings one level down: a page that stood alone becomes a section."""
    return re.sub(r"<(/?)h([1-5])\b", lambda m: f"<{m[1]}h{int(m[2]) + 1}", html)

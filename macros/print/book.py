"""Print a book: its fragments, laid out once and kept, bound with a cover, contents, indexes and page numbers."""

from __future__ import annotations

from dataclasses import replace

from . import frontmatter, indexes, links, sheets
from .bind import Imposition, bind, impose
from .leaves import Book, Leaf, Printed
from .press import Press

__all__ = ["Book", "Leaf", "Printed", "print_book"]


def print_book(book: Book, press: Press | None = None) -> Printed:
    """The book as a tagged PDF, or its changed sheets where an older edition is given; the same book gives the same bytes."""
    press = press or Press()
    plan = arrange(book, press)
    if book.since:
        new = sheets.printed(book, plan)
        names = {sheet.leaf.id: sheet.leaf.label for sheet in plan.sheets if sheet.leaf}
        leaf = sheets.listed(book, new, names)
        plan = sheets.changed(plan, book.since.book, new, (leaf, *press.fragments([leaf], book.format)))
    before = min(plan.start.values())
    return Printed(
        pdf=bind(book, plan),
        first_page={name: page - before + 1 for name, page in plan.start.items()},
        physical={name: page + 1 for name, page in plan.start.items()},
        page_count=len(plan.sheets),
    )


def arrange(book: Book, press: Press) -> Imposition:
    """All pages of the book in order, with their numbers."""
    body = tuple(leaves(book))
    links.check(body, book.web)
    pairs = list(zip(body, press.fragments(body, book.format), strict=True))
    numbers = impose(None, pairs, book.numbering).number
    # The indexes stand last, so the numbers in them do not depend on how long they are.
    last = tuple(indexes.leaf(index, numbers) for index in book.indexes)
    pairs += zip(last, press.fragments(last, book.format), strict=True)
    front = None
    if book.front:
        leaf = frontmatter.front(book, body + last)
        front = (leaf, *press.fragments([leaf], book.format))
    return impose(front, pairs, book.numbering)


def leaves(book: Book) -> tuple[Leaf, ...]:
    """The leaves of a book, those that open a part or a chapter with the list of what it holds."""
    return tuple(replace(leaf, html=leaf.html + frontmatter.opening(book, n)) for n, leaf in enumerate(book.leaves))

"""Print a book: its fragments, laid out once and kept, bound with a cover, contents, indexes and page numbers."""

from __future__ import annotations

from dataclasses import replace

from . import frontmatter, indexes, links
from .bind import bind, impose
from .leaves import Book, Leaf, Printed
from .press import Press

__all__ = ["Book", "Leaf", "Printed", "print_book"]


def print_book(book: Book, press: Press | None = None) -> Printed:
    """The book as a tagged PDF; the same book gives the same bytes."""
    press = press or Press()
    body = tuple(leaves(book))
    links.check(body, book.web)
    pairs = list(zip(body, press.fragments(body, book.format), strict=True))
    numbers = impose(None, pairs).number
    # The indexes stand last, so the numbers in them do not depend on how long they are.
    last = tuple(indexes.leaf(index, numbers) for index in book.indexes)
    pairs += zip(last, press.fragments(last, book.format), strict=True)
    front = None
    if book.front:
        leaf = frontmatter.front(book, body + last)
        front = (leaf, *press.fragments([leaf], book.format))
    plan = impose(front, pairs)
    before = min(plan.start.values())
    return Printed(
        pdf=bind(book, plan),
        first_page={name: page - before + 1 for name, page in plan.start.items()},
        physical={name: page + 1 for name, page in plan.start.items()},
        page_count=len(plan.sheets),
    )


def leaves(book: Book) -> tuple[Leaf, ...]:
    """The leaves of a book, those that open a part or a chapter with the list of what it holds."""
    return tuple(replace(leaf, html=leaf.html + frontmatter.opening(book, n)) for n, leaf in enumerate(book.leaves))

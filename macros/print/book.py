"""Bind the leaves of the handbook into one PDF.

Each leaf is laid out as its own document: that is several times faster than one long document, and each leaf then
knows its own number of pages. Page numbers run through because the leaves are laid out in order. The contents come
last, when every page is known, and are numbered i, ii, iii, so that they can be put first.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from html import escape

import pydyf
from weasyprint import Document, Page

from . import faces, fit, frontmatter, links, pagerefs, typeset
from .leaves import Book, Leaf, Printed
from .paper import Paper

__all__ = ["Book", "Leaf", "Printed", "print_book"]

# Cover and imprint come before the contents, which start with page i.
FRONT_CSS = "@page :first {counter-reset: page -1; counter-increment: none}"
BEFORE_CONTENTS = 2


def print_book(book: Book, progress: Callable[[str], None] = lambda line: None) -> Printed:
    """The book as a tagged PDF; the same book gives the same bytes."""
    links.check(book.leaves)
    paper = Paper()
    blank = paper.lay_out("", classes="empty-page", css="").pages[0]

    body: list[Page] = []
    first_page: dict[str, int] = {}
    for index, leaf in enumerate(book.leaves):
        if leaf.recto and len(body) % 2:
            body.append(blank)
        first_page[leaf.id] = len(body) + 1
        body += _lay_out(paper, book, index, first_page[leaf.id]).pages
        progress(f"{index + 1}/{len(book.leaves)} {leaf.label} {first_page[leaf.id]}–{len(body)}")

    front = paper.lay_out(
        frontmatter.front(book, first_page), classes="front", css=FRONT_CSS, head=frontmatter.head(book)
    )
    contents = len(front.pages) - BEFORE_CONTENTS
    opening = front.pages + [blank] * (len(front.pages) % 2)
    printed_page = _anchors(book, body)
    pagerefs.fill(body, printed_page)
    progress(f"{len(opening)} + {len(body)}")
    return Printed(
        pdf=_write(book, front, opening + body, contents, len(opening)),
        first_page=first_page,
        physical={name: len(opening) + page for name, page in first_page.items()},
        page_count=len(opening) + len(body),
    )


def _lay_out(paper: Paper, book: Book, index: int, page: int) -> Document:
    """The pages of one leaf, the first of which carries this number."""
    leaf = book.leaves[index]
    html = leaf.html if links.read(leaf.html).headings else frontmatter.heading(leaf) + leaf.html
    html = typeset.for_paper(html + frontmatter.opening(book, index), faces.SANS)
    # Bookmark and anchor sit on an empty box of their own: a box broken across pages would repeat them on each.
    code = f"{leaf.code}　" if leaf.code else ""
    mark = (
        f'<div class="leaf-mark" id="{escape(leaf.id)}" data-label="{escape(leaf.label)}"'
        f' data-book="{escape(book.title)}" data-chapter="{escape(leaf.chapter)}" data-code="{escape(code)}">'
        "</div>"
    )

    def lay_out(css: str = "") -> Document:
        return paper.lay_out(
            f"{mark}<article>{html}</article>",
            classes=f"leaf {leaf.kind} level-{leaf.level}",
            css=f"@page :first {{counter-reset: page {page} own 1; counter-increment: none}} {css}",
            left=page % 2 == 0,
        )

    return fit.fit(lay_out) if leaf.kind == "form" else fit.without_tail(lay_out)


def _anchors(book: Book, pages: list[Page]) -> dict[str, int]:
    """The printed page of every anchor; a link whose anchor was not laid out has no answer on paper."""
    printed_page: dict[str, int] = {}
    for number, page in enumerate(pages, start=1):
        for anchor in page.anchors:
            printed_page.setdefault(anchor, number)
    for number, page in enumerate(pages, start=1):
        for kind, target, _rectangle, _box in page.links:
            if kind != "internal" or target not in printed_page:
                raise ValueError(f"page {number}: the link #{target} leads to something that is not printed")
    return printed_page


def _write(book: Book, front: Document, pages: list[Page], contents: int, before_body: int) -> bytes:
    """The bytes of the file, with the page labels that viewers show (i, ii, 1, 2)."""

    def label_pages(document: Document, pdf: pydyf.PDF) -> None:
        faces.check(document.fonts.values())
        labels = [
            (0, {"P": pydyf.String(frontmatter.COVER)}),
            (1, {"P": pydyf.String(frontmatter.IMPRINT)}),
            (BEFORE_CONTENTS, {"S": "/r"}),
            (BEFORE_CONTENTS + contents, {"P": pydyf.String(frontmatter.BLANK)}),
            (before_body, {"S": "/D"}),
        ]
        # The blank page's label and the body's fall on the same page where no blank page was needed: the body wins.
        by_page = dict(labels)
        numbers = pydyf.Array()
        for page, label in by_page.items():
            numbers += [page, pydyf.Dictionary(label)]
        pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": numbers})
        pdf.catalog["PageMode"] = "/UseOutlines"

    identifier = hashlib.sha256("\n".join((book.title, book.edition, book.date)).encode()).hexdigest()[:32]
    return front.copy(pages).write_pdf(
        pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode(), finisher=label_pages
    )

"""Leaves that end where a page ends.

Forms fill their page: the room at the foot is shared out among the rows, which are laid out as low as may be.

A form is laid out with the lowest rows a hand can write in; where that is too much for one page, its tall boxes give up
a quarter of their lines, then its tables a quarter of their rows. Then every page's rows are stretched in the finished layout, which is far cheaper than to lay
the form out again. Forms too long for one page take two whole ones. The sheet of an official document has its own pitch
and stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from weasyprint import Document, Page
from weasyprint.formatting_structure import boxes
from weasyprint.layout.background import layout_backgrounds

from .paper import only_links

MM = 96 / 25.4
ROW = LINE = 8.0  # mm: the lowest row, and a line of a tall box; style.css has them too
ROW_MOST, LINE_MOST = 11.0, 14.0
SPARE = 1.0  # mm left at the foot
FEWER_LINES = ".fields .tall > td, .fields .tall > th {height: calc(var(--least, 3) * 8mm - 1.2mm)}"
FEWER_ROWS = ".spare {display: none}"
AS_IT_IS = {"letter", "guide"}  # classes of what is not stretched
STEPS = 60

WORTH = 48  # pages: in a longer leaf one page less is not worth laying it out again
TAIL = 0.2  # of a page: less than this on the last one is worth a second try
CARD_SIZES = (9.4, 9.0, 8.6, 8.2, 7.8, 7.4, 7.0, 6.7, 6.4)  # pt
# What is left out, and the smallest type before more is left out.
CARD_CONTENT = (("", 7.8), (".card-do {display: none}", 7.0), (".card-do, .card-mistakes {display: none}", 6.4))
CLOSER = (
    "html {font-size: 10.2pt; line-height: 1.5} h2 {margin-top: 4.5mm} .note, .case {line-height: 1.4}",
    "html {font-size: 10pt; line-height: 1.45} h2 {margin-top: 4mm} .note, .case, .duty, .step .facts {line-height: 1.36}"
    " .step {padding: 1.2mm 0 .4mm 15mm} li {margin-bottom: .3mm} .chart > svg {width: 92mm}",
    "html {font-size: 9.6pt; line-height: 1.42} h1 {padding-top: 3mm !important} h2 {margin: 3mm 0 1.4mm} .blank-line {height: 5.5mm}"
    " .note, .case, .duty, .step .facts, .lead {line-height: 1.34} .step {padding: 1mm 0 .3mm 15mm} li, p {margin-bottom: .2mm}"
    " .chart > svg {width: 88mm} table {line-height: 1.4} th, td {padding: 1mm 1.6mm}",
)


@dataclass(frozen=True)
class Row:
    """A row to write in, with its height in mm, and its lines if it is a tall one."""

    box: boxes.TableRowBox
    height: float
    lines: int = 0
    least: int = 0

    def gain(self, growth: float) -> float:
        """The mm it gets at a growth between 0 and 1."""
        low, most = (LINE * self.least, LINE_MOST * self.lines) if self.lines else (ROW, ROW_MOST)
        return max(0.0, low + growth * (most - low) - self.height)


def fit(lay_out: Callable[[str], Document]) -> Document:
    """The form on as few pages as it needs, each of them filled; lay_out takes more CSS."""
    document = lay_out("")
    if len(document.pages) > 1:
        for css in (FEWER_LINES, FEWER_LINES + FEWER_ROWS):
            lower = lay_out(css)
            if len(lower.pages) < len(document.pages):
                document = lower
                break
    document.pages[:] = [_filled(page, page is document.pages[-1]) for page in document.pages]
    return document


def without_tail(lay_out: Callable[[str], Document]) -> Document:
    """The leaf, set a little closer where its last page would hold only a few lines and they then fit the one before."""
    document = lay_out("")
    box = document.pages[-1]._page_box
    if 1 < len(document.pages) <= WORTH and box.children[0].height < TAIL * box.height:
        for css in CLOSER:
            closer = lay_out(css)
            if len(closer.pages) < len(document.pages):
                return closer
    return document


def on_two_pages(lay_out: Callable[[str], Document]) -> Document:
    """A card on its two sides: with as much on it, and in as large a type, as they hold."""
    for hidden, least in CARD_CONTENT:
        for size in (size for size in CARD_SIZES if size >= least):
            for parted in (".card-mistakes {break-before: page}", ""):
                document = lay_out(f".card {{font-size: {size}pt}} {hidden} {parted}")
                if len(document.pages) <= 2:
                    return document
    return document


def _filled(page: Page, last: bool) -> Page:
    """The page with its rows stretched; links and anchors are gathered anew, for they may have moved."""
    box = page._page_box
    every = list(_rows(box))
    if not every:
        return page
    end = max(row.position_y + row.height for row, _ in every)
    if last:
        end = max(end, box.children[0].position_y + box.children[0].margin_height())
    room = (box.content_box_y() + box.height - end) / MM - SPARE
    rows = [Row(row, row.height / MM, _number(row, "--lines"), _number(row, "--least")) for row, writable in every if writable]
    growth = max((n / STEPS for n in range(1, STEPS + 1) if sum(r.gain(n / STEPS) for r in rows) <= room), default=0)
    if not growth:
        return page
    _stretch(box.children[0], {r.box: r.gain(growth) * MM for r in rows})
    # Only a picture in a background would be asked for, and no form has one.
    layout_backgrounds(box, None)
    return only_links(Page(box))


def _classes(box: boxes.Box) -> set[str]:
    return set((box.element.get("class") or "").split())


def _number(row: boxes.TableRowBox, name: str) -> int:
    """What a tall row says in its style; 0 for others."""
    found = re.search(rf"{name}:(\d+)", row.element.get("style") or "")
    return int(found[1]) if found else 0


def _rows(box: boxes.Box) -> Iterator[tuple[boxes.TableRowBox, bool]]:
    """Every <tr> of the page that may be stretched, and whether it is one to write in."""
    if box.element is not None and AS_IT_IS & _classes(box):
        return
    if isinstance(box, boxes.TableRowBox):
        inner = "inner" in _classes(box)
        label = any("table-label" in (cell.element.get("class") or "") for cell in box.children)
        yield box, not inner and not label
    head = isinstance(box, boxes.TableRowGroupBox) and box.is_header
    for child in getattr(box, "children", ()):
        yield from ((row, writable and not head) for row, writable in _rows(child))


def _stretch(box: boxes.Box, gains: dict[boxes.TableRowBox, float]) -> float:
    """Stretch the rows inside a box and move down what stands below them; returns how much higher the box became."""
    if box in gains:
        for cell in box.children:
            cell.height += gains[box]
            if cell.style["vertical_align"] == "middle":
                for child in cell.children:
                    child.translate(dy=gains[box] / 2)
        box.height += gains[box]
        return gains[box]
    if isinstance(box, boxes.LineBox) or not getattr(box, "children", ()):
        return 0.0
    higher = 0.0
    for child in box.children:
        if isinstance(box, boxes.TableRowBox):
            higher = max(higher, _stretch(child, gains))
            continue
        if higher:
            child.translate(dy=higher)
        higher += _stretch(child, gains)
    box.height += higher
    return higher

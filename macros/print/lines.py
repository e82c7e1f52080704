"""No line begins with a mark that closes or ends with one that opens: looked at where every line is known, in the layout."""

from __future__ import annotations

from collections.abc import Iterator

from weasyprint import Document
from weasyprint.formatting_structure import boxes

from .flush import OPENING

NOT_FIRST = "，。、；：？！）》」』】〉〕”’…％%‰"
SOMETHING = "□"  # stands for a box in a line: a place to write, a picture


def faults(document: Document) -> Iterator[str]:
    """The text of each line with a forbidden beginning or end."""
    for page in document.pages:
        for line in _lines(page._page_box):
            text = _text(line).strip()
            if text and (text[0] in NOT_FIRST or text[-1] in OPENING):
                yield text


def _lines(box: boxes.Box) -> Iterator[boxes.LineBox]:
    if isinstance(box, boxes.LineBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from _lines(child)


def _text(box: boxes.Box) -> str:
    if isinstance(box, boxes.TextBox):
        return box.text
    if isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        return "".join(_text(child) for child in box.children if child.is_in_normal_flow())
    return SOMETHING

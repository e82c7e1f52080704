"""Write page numbers beside the links of lists, once every leaf has its place.

The style sheet prints 000 after such a link. Only when all leaves are laid out is the number known; it replaces the
zeros in the laid-out text, which keeps its width, so no page has to be laid out twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from weasyprint import Page
from weasyprint.formatting_structure import boxes

from .frontmatter import UNKNOWN_PAGE


def fill(pages: Iterable[Page], printed_page: Mapping[str, int]) -> None:
    """Replace the zeros after each link by the printed page of its anchor."""
    for page in pages:
        for kind, anchor, _rectangle, box in page.links:
            if kind == "internal" and box.element_tag == "a::after":
                for text in _texts(box):
                    _write(text, str(printed_page[anchor]))


def _texts(box: boxes.Box) -> Iterator[boxes.TextBox]:
    if isinstance(box, boxes.TextBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from _texts(child)


def _write(text: boxes.TextBox, number: str) -> None:
    if UNKNOWN_PAGE not in text.text:
        return
    if text.text == UNKNOWN_PAGE and text.style["text_align_all"] in ("right", "end"):
        text.position_x += text.width * (1 - len(number) / len(UNKNOWN_PAGE))
    text.text = text.pango_layout.text = text.text.replace(UNKNOWN_PAGE, number)

"""What tests read off a printed file: pages by the number on them, the words on each, the change bars beside them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pypdfium2
from pypdf import PdfReader

# As furniture.py draws it: black, 1.4 points wide, from top to bottom.
BAR = re.compile(rb"0 G 1\.4 w ([\d.]+) ([\d.]+) m \1 ([\d.]+) l S")


@dataclass(frozen=True)
class Bar:
    """A change bar: how far from the left edge, its ends from the bottom, in points."""

    x: float
    bottom: float
    top: float


class File:
    """A printed file, page by page."""

    def __init__(self, path: Path) -> None:
        self.labels: list[str] = PdfReader(path).page_labels
        self.document = pypdfium2.PdfDocument(path)
        self.texts = [re.sub(r"\s", "", page.get_textpage().get_text_bounded()) for page in self.document]
        with pikepdf.open(path) as pdf:
            self.bars = [_bars(page) for page in pdf.pages]

    @property
    def numbered(self) -> dict[str, str]:
        """Number on the page -> its words."""
        return dict(zip(self.labels, self.texts, strict=True))

    def beside(self, label: str) -> str:
        """The words that stand beside the bars of a page."""
        at = self.labels.index(label)
        page = self.document[at].get_textpage()
        found = []
        for n in range(page.count_chars()):
            _, bottom, _, top = page.get_charbox(n)
            if any(bar.bottom <= (bottom + top) / 2 <= bar.top for bar in self.bars[at]):
                found.append(page.get_text_range(n, 1))
        return re.sub(r"\s", "", "".join(found))


def _bars(page: pikepdf.Page) -> list[Bar]:
    page.contents_coalesce()
    code = page.obj.Contents.read_bytes()
    return [Bar(float(x), float(bottom), float(top)) for x, top, bottom in BAR.findall(code)]

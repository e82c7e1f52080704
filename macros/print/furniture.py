"""What stands around the text of a page: running heads and feet, thumb tabs, lines for notes.

It depends on the book that a leaf is bound into, so it is drawn when the book is bound, as marks that readers for the
blind pass over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .faces import SANS, Face, face
from .formats import Format

MM = 72 / 25.4
REGULAR, BOLD = face(SANS, 400), face(SANS, 700)
GREY, RULE, FAINT = "0.267", "0.533", "0.7"
HEAD_RULE, HEAD_TEXT, FOOT_TEXT = 16.0, 14.2, 11.6  # mm from the upper and the lower edge

TAB_TOP, TAB_HEIGHT, TAB_STEP, TAB_WIDTH = 34.0, 25.0, 29.0, 8.5  # mm
NOTE_LINE = 8.5  # mm
BAR_GAP, BAR_WIDTH = 4.0, 1.4  # mm from the text, points


@dataclass(frozen=True)
class Text:
    """What the head and the foot of one page say."""

    head_inner: str = ""
    head_outer: str = ""
    foot: str = ""
    folio: str = ""
    tab: str = ""
    bars: tuple[tuple[float, float], ...] = ()  # upper and lower ends of the change bars, points from the top


@dataclass
class Pen:
    """Collects drawing operators and the glyphs that they use."""

    format: Format
    fonts: dict[Face, str]
    used: dict[Face, set[str]]
    parts: list[str] = field(default_factory=list)

    def text(self, which: Face, size: float, x: float, y: float, text: str, grey: str = "0") -> None:
        """A line of text from x on, its baseline at y (points from the lower left corner)."""
        self.used.setdefault(which, set()).update(text)
        glyphs = "".join(f"{which.glyph(c):04x}" for c in text)
        self.parts.append(f"BT {grey} g /{self.fonts[which]} {size} Tf {x:.2f} {y:.2f} Td <{glyphs}> Tj ET")

    def right(self, which: Face, size: float, x: float, y: float, text: str, grey: str = "0") -> None:
        """The same, ending at x."""
        self.text(which, size, x - which.width(text) * size, y, text, grey)

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float, grey: str) -> None:
        """A straight rule."""
        self.parts.append(f"{grey} G {width} w {x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S")

    def artifact(self, kind: str = "/Pagination") -> bytes:
        """All of it as one mark that is no part of the text."""
        body = "\n".join(self.parts)
        return f"/Artifact <</Type {kind}>> BDC q\n{body}\nQ EMC\n".encode("ascii")


def draw(pen: Pen, words: Text, left: bool, tabs: Sequence[str]) -> bytes:
    """The furniture of one page; left: whether it is a left-hand page."""
    f = pen.format
    width, height = f.width * MM, f.height * MM
    near, far = (f.outer, f.inner) if left else (f.inner, f.outer)
    x1, x2 = near * MM, width - far * MM
    if f.heads and (words.head_inner or words.head_outer):
        y = height - HEAD_TEXT * MM
        first, second = (words.head_outer, words.head_inner) if left else (words.head_inner, words.head_outer)
        pen.text(REGULAR, 8, x1, y, first, GREY)
        pen.right(REGULAR, 8, x2, y, second, GREY)
        pen.line(x1, height - HEAD_RULE * MM, x2, height - HEAD_RULE * MM, 0.4, RULE)
    y = FOOT_TEXT * MM
    if f.heads and words.folio:
        (pen.text if left else pen.right)(BOLD, 10.5, x1 if left else x2, y, words.folio)
    if f.heads and words.foot:
        (pen.right if left else pen.text)(REGULAR, 8, x2 if left else x1, y, words.foot, GREY)
    if f.heads and words.tab:
        _tab(pen, words.tab, left, tabs)
    if f.heads:
        x = x1 - BAR_GAP * MM if left else x2 + BAR_GAP * MM
        for top, bottom in words.bars:
            pen.line(x, height - top, x, height - bottom, BAR_WIDTH, "0")
    if f.notes and (words.head_inner or words.head_outer):
        _notes(pen, left)
    return pen.artifact() if pen.parts else b""


def _tab(pen: Pen, tab: str, left: bool, tabs: Sequence[str]) -> None:
    """A dark tab on the outer edge, one place lower for each part, its name from top to bottom."""
    f = pen.format
    step = min(TAB_STEP, (f.height - 2 * TAB_TOP) / len(tabs))
    top = f.height - TAB_TOP - step * tabs.index(tab)
    height = min(TAB_HEIGHT, step - 2)
    x = 0.0 if left else f.width - TAB_WIDTH
    pen.parts.append(f"0.2 g {x * MM:.2f} {(top - height) * MM:.2f} {TAB_WIDTH * MM:.2f} {height * MM:.2f} re f")
    size = 10.0
    # Printers leave the last 4 mm or so of a sheet white: the letters stand inside of that.
    x = (TAB_WIDTH - 1.0) * MM - size if left else (f.width - TAB_WIDTH + 1.0) * MM
    room = height * MM - len(tab) * size * 1.25
    for n, character in enumerate(tab):
        pen.text(BOLD, size, x, top * MM - room / 2 - (n + 1) * size * 1.25 + size * 0.3, character, "1")


def _notes(pen: Pen, left: bool) -> None:
    """Lines to write on in the outer margin."""
    f = pen.format
    x1 = 10.0 if left else f.width - f.outer + 5
    x2 = f.outer - 5 if left else f.width - 10.0
    y = f.height - f.top - 3
    pen.text(REGULAR, 8, x1 * MM, y * MM, "笔记", GREY)
    while (y := y - NOTE_LINE) > f.bottom:
        pen.line(x1 * MM, y * MM, x2 * MM, y * MM, 0.3, FAINT)

"""The paper a book is printed on: sheet, margins, size of type."""

from __future__ import annotations

from dataclasses import dataclass

from .. import letter

NOTES = 62.0  # mm: the outer margin that leaves room to write


@dataclass(frozen=True)
class Format:
    """One kind of sheet, in mm; a leaf is laid out on it divided by scale, and enlarged when the book is bound."""

    id: str
    title: str
    width: float = 210
    height: float = 297
    top: float = 22
    bottom: float = 20
    inner: float = 25  # at the binding
    outer: float = 18
    scale: float = 1
    css: str = ""
    notes: bool = False  # lines to write on in the outer margin
    heads: bool = True  # running heads and feet

    def page_css(self) -> str:
        """The @page rules: every page is laid out as a right-hand one and mirrored when it becomes a left-hand one."""
        size = f"size: {self._mm(self.width, self.height)}"
        css = f"@page {{ {size}; margin: {self._mm(self.top, self.outer, self.bottom, self.inner)} }}"
        css += f":root {{ --page: {self._mm(self.height - self.top - self.bottom)} }}"
        if self.inner + self.width_of_text < letter.BINDING + letter.WIDTH:
            return css
        right, below = self.width - letter.BINDING - letter.WIDTH, self.height - letter.TOP - letter.HEIGHT
        # What an official document measures is never enlarged.
        return css + f"""
@page letter {{ {size}; margin: {self._mm(letter.TOP, right, below, letter.BINDING)} }}
.letter {{ page: letter; --size: {self._mm(letter.SIZE)}; --pitch: {self._mm(letter.PITCH)} }}"""

    @property
    def width_of_text(self) -> float:
        """From margin to margin, in mm."""
        return self.width - self.inner - self.outer

    def _mm(self, *values: float) -> str:
        return " ".join(f"{value / self.scale:.4f}mm" for value in values)


# Greys and blue become black, hairlines grow: for weak eyes and weak light.
CONTRAST = """
html, h2, h3, h4, .answer dt, .step > .step-title > .no, .hint, .form-code, .lead, .subtitle, .date, .code, .own, .about,
.basis-note, .example, .also, .with, .limits, .item-head dt, .imprint dt, .ordinal, figcaption, .seal { color: #000 !important }
.answer, .note, .fields th { background: #fff !important }
.item-head, .step, .duty { border-color: #000 !important }
.chart > svg { width: 100% }
"""
SMALL = "h1 { font-size: 17pt } .chart > svg { width: 92mm } .item-head > div { width: 32% !important }"

FORMATS = {
    f.id: f
    for f in (
        Format("a4", "A4"),
        Format("a4-notes", "A4，外侧留宽边记笔记", outer=NOTES, notes=True, css=SMALL),
        # 10.5 pt enlarged to 16 pt.
        Format("a4-large", "A4 大字", scale=16 / 10.5, top=24, bottom=22, inner=25, outer=16, css=CONTRAST + SMALL),
        Format("a4-across", "A4 横放", 297, 210, inner=18),
        Format("a6-card", "A6 口袋卡", 105, 148, top=7, bottom=7, inner=7, outer=7, heads=False),
    )
}

"""Flush Chinese lines: lets WeasyPrint spread a justified line over its characters, not only over its spaces.

WeasyPrint 70 justifies by stretching spaces; a Chinese line has none, so its right edge stays ragged. Three of its
functions are extended: the one that counts where a line may stretch, the one that sets the text when it is drawn, and the
one that places a line, which moves an opening mark's empty half out into the margin. All are private to WeasyPrint: its
version is pinned, and tests look at the printed edges.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, pango

# Ideographs, kana and the full-width marks; “ ” ‘ ’ — … belong here because Chinese fonts draw them full-width.
CJK = re.compile("[\u2014\u2018-\u201d\u2026\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uff60]+")

# Drawn in the right half of their square.
OPENING = "（【《「『〈〔“‘"

SPACED = {"gap", "keep"}  # classes of typeset.py

_count_spaces = inline.count_expandable_spaces
_set_text = line_break.Layout.set_text
_text_align = inline.text_align


def count_gaps(box: object) -> float:
    """How many stretchable places a line or a piece of it has."""
    if isinstance(box, boxes.TextBox):
        runs = [match.span() for match in CJK.finditer(box.text)]
        # Half of the space is on each side of a character, and none at the edges of a piece of text.
        edges = sum((start == 0) + (end == len(box.text)) for start, end in runs)
        return _count_spaces(box) + sum(end - start for start, end in runs) - edges / 2
    if isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        return sum(count_gaps(child) for child in box.children)
    return 0


def set_text(self: line_break.Layout, text: str, justify: bool = False) -> None:
    """Set the text of a Pango layout, its Chinese characters moved apart when the line is justified.

    Letter spacing as an attribute would shape Chinese and figures apart, and the quarter em between them would be lost:
    it is kerning. So the finished glyphs are moved, half a space on each side of a Chinese character.
    """
    _set_text(self, text, justify)
    if not justify or not self.justification_spacing:
        return
    # Drawing sets this too; a change of it would lay the text out anew.
    pango.pango_layout_set_single_paragraph_mode(self.layout, True)
    line, _ = self.get_first_line()
    half = self.justification_spacing * TO_UNITS / 2
    utf8 = self.text.encode()
    glyphs, stretches = [], []
    for item, glyph, start, end in _glyphs(line):
        glyphs.append(glyph)
        stretches.append(bool(CJK.fullmatch(utf8[item.offset + start : item.offset + end].decode())))
    for glyph, this, following in zip(glyphs, stretches, stretches[1:], strict=False):
        glyph.geometry.width += round(half * (this + following))


def _glyphs(line: object) -> Iterator[tuple[object, object, int, int]]:
    """Every glyph of a line that is set from left to right: its item, itself, and its bytes in the item."""
    run = line.runs[0] if line.runs != ffi.NULL else ffi.NULL
    while run != ffi.NULL:
        item, string = run.data.item, run.data.glyphs
        starts = list(string.log_clusters[0 : string.num_glyphs])
        for i, (start, end) in enumerate(pairwise([*starts, item.length])):
            yield item, string.glyphs[i], start, end
        run = run.next


def _edge(box: object, side: str) -> tuple[float, boxes.TextBox | None]:
    """What a line begins or ends with: the quarter em beside a Latin word or a figure, and the text, if nothing else is there."""
    space = 0.0
    while isinstance(box, (boxes.LineBox, boxes.InlineBox)) and box.children:
        box = box.children[0 if side == "left" else -1]
        if isinstance(box, boxes.InlineBox):
            if getattr(box, f"padding_{side}") or getattr(box, f"border_{side}_width"):
                return 0.0, None
            if margin := getattr(box, f"margin_{side}"):
                if not SPACED & set((box.element.get("class") or "").split()):
                    return 0.0, None
                space += margin
    return (space, box) if isinstance(box, boxes.TextBox) else (0.0, None)


def text_align(context: object, line: boxes.LineBox, available_width: float, last: bool) -> float:
    """Where a line starts: an opening mark at its start lets its empty half hang out, so that ink stands below ink.

    The space between Chinese and Latin hangs out at both ends of a line.
    """
    space, first = _edge(line, "left")
    if first is not None and first.text[:1] and first.text[0] in OPENING:
        space += first.style["font_size"] / 2
    after, _ = _edge(line, "right")
    return _text_align(context, line, available_width + space + after, last) - space


def install() -> None:
    """Make WeasyPrint use the extended functions; doing so again changes nothing."""
    inline.text_align = text_align
    inline.count_expandable_spaces = count_gaps
    line_break.Layout.set_text = set_text

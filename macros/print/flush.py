"""Flush Chinese lines: lets WeasyPrint spread a justified line over its characters, not only over its spaces.

WeasyPrint 70 justifies by stretching spaces; a Chinese line has none, so its right edge stays ragged. Three of its
functions are extended: the one that counts where a line may stretch, the one that sets the text when it is drawn, and the
one that places a line, which moves an opening mark's empty half out into the margin. All are private to WeasyPrint: its
version is pinned, and tests look at the printed edges.
"""

from __future__ import annotations

import re

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, pango

# Ideographs, kana and the full-width marks; “ ” ‘ ’ — … belong here because Chinese fonts draw them full-width.
CJK = re.compile("[\u2014\u2018-\u201d\u2026\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uff60]+")

# Drawn in the right half of their square.
OPENING = "（【《「『〈〔“‘"

_count_spaces = inline.count_expandable_spaces
_set_text = line_break.Layout.set_text
_text_align = inline.text_align


def count_gaps(box: object) -> float:
    """How many stretchable places a line or a piece of it has."""
    if isinstance(box, boxes.TextBox):
        runs = [match.span() for match in CJK.finditer(box.text)]
        # Pango puts half of the space on each side of a character, and none at the edges of a piece of text.
        edges = sum((start == 0) + (end == len(box.text)) for start, end in runs)
        return _count_spaces(box) + sum(end - start for start, end in runs) - edges / 2
    if isinstance(box, (boxes.LineBox, boxes.InlineBox)):
        return sum(count_gaps(child) for child in box.children)
    return 0


def set_text(self: line_break.Layout, text: str, justify: bool = False) -> None:
    """Set the text of a Pango layout, its Chinese runs spaced out when the line is justified."""
    _set_text(self, text, justify)
    if not justify or not self.justification_spacing:
        return
    attributes = pango.pango_layout_get_attributes(self.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    for match in CJK.finditer(self.text):
        spacing = pango.pango_attr_letter_spacing_new(int(self.justification_spacing * TO_UNITS))
        spacing.start_index = len(self.text[: match.start()].encode())
        spacing.end_index = spacing.start_index + len(match.group().encode())
        pango.pango_attr_list_change(attributes, spacing)
    pango.pango_layout_set_attributes(self.layout, attributes)


def _first_text(box: object) -> boxes.TextBox | None:
    """The text that a line begins with; None where something else stands before it."""
    while isinstance(box, (boxes.LineBox, boxes.InlineBox)) and box.children:
        box = box.children[0]
        if isinstance(box, boxes.InlineBox) and (box.padding_left or box.border_left_width or box.margin_left):
            return None
    return box if isinstance(box, boxes.TextBox) else None


def text_align(context: object, line: boxes.LineBox, available_width: float, last: bool) -> float:
    """Where a line starts: an opening mark at its start lets its empty half hang out, so that ink stands below ink."""
    first = _first_text(line)
    hangs = first is not None and first.text[:1] and first.text[0] in OPENING
    out = first.style["font_size"] / 2 if hangs else 0
    return _text_align(context, line, available_width + out, last) - out


def install() -> None:
    """Make WeasyPrint use the extended functions; doing so again changes nothing."""
    inline.text_align = text_align
    inline.count_expandable_spaces = count_gaps
    line_break.Layout.set_text = set_text

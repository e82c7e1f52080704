"""Flush Chinese lines: lets WeasyPrint spread a justified line over its characters, not only over its spaces.

WeasyPrint 70 justifies by stretching spaces; a Chinese line has none, so its right edge stays ragged. Two of its
functions are extended: the one that counts where a line may stretch, and the one that sets the text when it is drawn.
Both are private to WeasyPrint: its version is pinned, and a test looks at the printed right edge.
"""

from __future__ import annotations

import re

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import TO_UNITS, ffi, pango

# Ideographs, kana and the full-width marks; “ ” ‘ ’ — … belong here because Chinese fonts draw them full-width.
CJK = re.compile("[\u2014\u2018-\u201d\u2026\u3000-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uff00-\uff60]+")

_count_spaces = inline.count_expandable_spaces
_set_text = line_break.Layout.set_text


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


def install() -> None:
    """Make WeasyPrint use the two extended functions; doing so again changes nothing."""
    inline.count_expandable_spaces = count_gaps
    line_break.Layout.set_text = set_text

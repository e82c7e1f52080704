"""Small mends to a leaf's HTML that paper needs and the screen does not."""

from __future__ import annotations

import re

from . import columns

SVG_OR_TAG = re.compile(r"(<svg\b.*?</svg>|<[^>]*>)", re.DOTALL)

# Two full-width marks side by side leave a hole as wide as a character: the first of a pair gives up its empty
# right half, or, where both open, the second its empty left half.
CLOSING, OPENING = "、。，．：；！？）】》」』〉〕”’", "（【《「『〈〔“‘"
TIGHT = re.compile(f"[{CLOSING}](?=[{CLOSING}{OPENING}])|(?<=[{OPENING}])[{OPENING}]")

STEP = re.compile(r'(?=<section class="step[ "])')
LONG_STEP = 240  # characters: with its list and box about a third of a page


# A line break in the source between two Chinese characters is no space on paper.
BREAK = re.compile(
    r"(?<=[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60])[ \t]*\n\s*(?=[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60])"
)


def close_up(html: str) -> str:
    """Wrap the marks that must lose half their width; words in tags and drawings stay as they are."""
    pieces = SVG_OR_TAG.split(html)
    pieces[::2] = [
        TIGHT.sub(r'<span class="tight">\g<0></span>', BREAK.sub("", text)) for text in pieces[::2]
    ]
    return "".join(pieces)


def mark_long_steps(html: str) -> str:
    """Let steps too long to be kept whole break across pages: they get the class “long”."""
    pieces = STEP.split(html)
    for number, piece in enumerate(pieces):
        if number and len(re.sub(r"<[^>]*>|\s", "", piece.partition("</section>")[0])) > LONG_STEP:
            pieces[number] = piece.replace('class="step', 'class="step long', 1)
    return "".join(pieces)


def name_svg_font(html: str, family: str) -> str:
    """WeasyPrint gives inline drawings no font from the page, so each <svg> without one names it itself."""
    return re.sub(r"<svg\b(?![^>]*font-family)", f'<svg font-family="{family}"', html)


def for_paper(html: str, family: str) -> str:
    """All the mends, in order."""
    return name_svg_font(mark_long_steps(close_up(columns.add(html))), family)

"""Small mends to a leaf's HTML that paper needs and the screen does not."""

from __future__ import annotations

import re

from . import columns
from .flush import OPENING

SVG_OR_TAG = re.compile(r"(<svg\b.*?</svg>|<[^>]*>)", re.DOTALL)

# Two full-width marks side by side leave a hole as wide as a character: the first of a pair gives up its empty
# right half, or, where both open, the second its empty left half.
CLOSING = "、。，．：；！？）】》」』〉〕”’"
TIGHT = f"[{CLOSING}](?=[{CLOSING}{OPENING}])|(?<=[{OPENING}])[{OPENING}]"

# A figure stays with its unit, and 第 with its figure; a bracket that follows would be left alone at the end of the line.
UNITS = (
    "个工作日|个月|小时|分钟|平方米|厘米|毫米|公里|学时|周岁|季度|工作日|年度|年|月|日|天|周|时|分|秒|元|名|人|个|条|款|项|步|次|份|页|"
    "张|票|章|级|类|种|件|届|岁|米|版|卷|本|字|篇"
)
KEEP = rf"第?\d[\d.,]*(?:%|‰|(?:{UNITS})(?:以上|以下|以内)?)(?:（[\u4e00-\u9fff])?|第\d+"

# Latin words, and pieces that are not broken, are shaped apart from what is around them, so the font's own spacing does not
# reach them.
HAN = re.compile("[\u3400-\u9fff]")
WESTERN = re.compile("[A-Za-z0-9.+/%‰-]")
LATIN = "[A-Za-z][A-Za-z0-9.+/-]*"
PIECE = re.compile(f"(?P<keep>{KEEP})|(?P<latin>{LATIN})|(?P<tight>{TIGHT})")

STEP = re.compile(r'(?=<section class="step[ "])')
LONG_STEP = 240  # characters: with its list and box about a third of a page


# A line break in the source between two Chinese characters is no space on paper.
BREAK = re.compile(
    r"(?<=[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60])[ \t]*\n\s*(?=[\u3000-\u30ff\u3400-\u9fff\uff00-\uff60])"
)


def close_up(html: str) -> str:
    """Wrap the marks that lose half their width, figures with their units, and Latin words; tags and drawings stay as they are."""
    pieces = SVG_OR_TAG.split(html)
    pieces[::2] = [_mended(text) for text in pieces[::2]]
    return "".join(pieces)


def _mended(text: str) -> str:
    return PIECE.sub(_wrapped, BREAK.sub("", text))


def _wrapped(match: re.Match) -> str:
    kind, text = match.lastgroup, match[0]
    classes = [] if kind == "latin" else [kind]
    if kind != "tight":
        beside = (match.string[: match.start()][-1:], text[0]), (text[-1], match.string[match.end() :][:1])
        classes += [name for name, pair in zip(("before", "after"), beside, strict=True) if _parts(*pair)]
    if kind == "latin" and classes:
        classes.insert(0, "gap")
    return f'<span class="{" ".join(classes)}">{text}</span>' if classes else text


def _parts(one: str, two: str) -> bool:
    """Whether a quarter em belongs between two characters: one is Chinese, the other a letter or a figure."""
    return bool(HAN.match(one) and WESTERN.match(two) or WESTERN.match(one) and HAN.match(two))


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

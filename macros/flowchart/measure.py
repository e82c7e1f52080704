"""Sizes, how wide text runs, and where it breaks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# All in units of the viewBox; 360 of them are 125 mm on paper and the width of a telephone.
WIDTH = 360
RIGHT = 4  # left free at the edge
LANE_LEFT = 12
LANE_TITLE, LANE_LEADING = 11.5, 12.5
HEAD, HEAD_LEADING = 15, 21
ROW, ROW_TO_STATION = 44, 22
TITLE, TITLE_LEADING = 14.5, 19
NOTE, NOTE_LEADING, NOTE_INDENT = 11, 15.5, 12
TRACK, TRACK_START, TRACKS = 6, 12, 5  # the lines at the right edge

BASELINE = 0.36  # em from the middle of a character down to its baseline

NEVER_FIRST = frozenset("、。，．：；！？）】》」』〉〕”’…—·%℃,.:;!?)]}→")
NEVER_LAST = frozenset("（【《「『〈〔“‘([{→")


def em(text: str) -> float:
    """The width in em, estimated: full-width characters 1, capitals .7, the rest .55."""
    wide = unicodedata.east_asian_width
    return sum(1 if wide(c) in "WFA" else 0.7 if c.isupper() else 0.55 for c in text)


def wrap(text: str, width: float, tail: str = "", whole: Iterable[str] = ()) -> tuple[str, ...]:
    """Lines of at most so many em; a Latin word, a mark and its neighbour, the tail and whole names stay in one
    piece where they fit."""
    pieces = _pieces(" ".join(text.split()), whole)
    if tail:
        pieces.append(tail)
    lines = _fill(pieces, width)
    # One or two characters alone on the last line look like a slip: draw the lines in while their number allows it.
    narrower = width - 1
    while len(lines) > 1 and em(lines[-1]) < 3 and narrower >= 3:
        shorter = _fill(pieces, narrower)
        if len(shorter) > len(lines):
            break
        lines, narrower = shorter, narrower - 1
    return tuple(lines)


def _pieces(text: str, whole: Iterable[str]) -> list[str]:
    """The text cut wherever a line may break."""
    # The longest first, or a name that starts like another would be cut.
    names = [re.escape(name) for name in sorted(filter(None, whole), key=len, reverse=True)]
    pieces: list[str] = []
    for word in re.findall("|".join([*names, r"[A-Za-z0-9][A-Za-z0-9./-]*", "."]), text):
        if pieces and (word[0] in NEVER_FIRST or pieces[-1][-1] in NEVER_LAST):
            pieces[-1] += word
        else:
            pieces.append(word)
    return pieces


def _fill(pieces: Iterable[str], width: float) -> list[str]:
    lines = [""]
    for piece in pieces:
        if em(lines[-1] + piece.rstrip()) <= width:
            lines[-1] += piece
            continue
        if not lines[-1].strip():
            lines.pop()
        lines += _tear(piece.lstrip(), width)
    return [line.strip() for line in lines]


def _tear(piece: str, width: float) -> list[str]:
    """A piece wider than a line, torn where it must be."""
    torn = [piece]
    while len(torn[-1]) > 1 and em(torn[-1]) > width:
        rest = torn.pop()
        cut = max(n for n in range(1, len(rest)) if n == 1 or em(rest[:n]) <= width)
        torn += [rest[:cut], rest[cut:]]
    return torn

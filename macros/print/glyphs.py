"""Which characters the book's own fonts cannot show, for the checks that run before anything is laid out."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from functools import cache
from pathlib import Path

COVERAGE = Path(__file__).parent / "fonts" / "coverage.txt"


@cache
def _ranges() -> tuple[list[int], list[int]]:
    """First and last code points of the runs that every face has, in order."""
    firsts, lasts = [], []
    for line in COVERAGE.read_text(encoding="ascii").split():
        first, _, last = line.partition("-")
        firsts.append(int(first, 16))
        lasts.append(int(last or first, 16))
    return firsts, lasts


def _invisible(character: str) -> bool:
    """Whether a character is laid out without a glyph: line ends, tabs, joiners and variation selectors."""
    return (
        character in "\n\r\t"
        or unicodedata.category(character) == "Cf"
        or 0xFE00 <= ord(character) <= 0xFE0F
        or 0xE0100 <= ord(character) <= 0xE01EF
    )


def missing(text: str) -> str:
    """The characters of the text that at least one face of the book cannot show, sorted, each once."""
    firsts, lasts = _ranges()
    lost = []
    for character in sorted(set(text)):
        run = bisect_right(firsts, ord(character)) - 1
        if (run < 0 or ord(character) > lasts[run]) and not _invisible(character):
            lost.append(character)
    return "".join(lost)

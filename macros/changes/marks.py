"""Which words of a sentence were changed, so that a reviewer sees them at once."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

TOKEN = re.compile(
    r"[A-Za-z0-9.]+|.", re.DOTALL
)  # a figure or a Latin word is one; of Chinese each character is one
ALIKE = 0.4  # sentences that share less are different ones: marks would only flicker
LEAST = 2  # tokens kept between two changes; fewer are taken into them
CLOSING, OPENING = "，。、；：？！）》」』】〉〕”’…％%‰", "（【《「『〈〔“‘"

Piece = tuple[str, bool]  # words, and whether they were changed


def marked(
    old: tuple[str, ...], new: tuple[str, ...], paper: bool = False
) -> tuple[list[list[Piece]], list[list[Piece]]]:
    """Both texts line by line, each line in pieces; nothing is marked where the lines cannot be set side by side.

    paper: a mark never parts a closing mark from the word before it, nor an opening one from what follows, for there the
    line could break.
    """
    if len(old) != len(new):
        return [[(line, False)] for line in old], [[(line, False)] for line in new]
    pairs = [_pair(a, b, paper) for a, b in zip(old, new, strict=True)]
    return [a for a, _ in pairs], [b for _, b in pairs]


def _pair(old: str, new: str, paper: bool) -> tuple[list[Piece], list[Piece]]:
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    if old == new or matcher.ratio() < ALIKE:
        return [(old, False)], [(new, False)]
    left, right = [False] * len(a), [False] * len(b)
    for tag, i, j, k, m in matcher.get_opcodes():
        between = i > 0 and j < len(a) and k > 0 and m < len(b)
        changed = tag != "equal" or (between and j - i < LEAST)
        left[i:j], right[k:m] = [changed] * (j - i), [changed] * (m - k)
    if paper:
        _widen(a, left)
        _widen(b, right)
    return _pieces(a, left), _pieces(b, right)


def _widen(tokens: list[str], changed: list[bool]) -> None:
    """Takes into a mark what may not stand alone beside it, from the front and, for runs of such marks, from the back."""
    for n in (*range(1, len(tokens)), *range(len(tokens) - 1, 0, -1)):
        if changed[n - 1] != changed[n] and (tokens[n] in CLOSING or tokens[n - 1] in OPENING):
            changed[n - 1] = changed[n] = True


def _pieces(tokens: list[str], changed: list[bool]) -> list[Piece]:
    """Runs of tokens."""
    pieces: list[Piece] = []
    for token, is_changed in zip(tokens, changed, strict=True):
        if pieces and pieces[-1][1] == is_changed:
            pieces[-1] = (pieces[-1][0] + token, is_changed)
        else:
            pieces.append((token, is_changed))
    return pieces

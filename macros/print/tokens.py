"""Put page numbers in the place of the tokens that a fragment holds for them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .faces import Face
from .fragment import TOKEN_DIGITS, TOKEN_LENGTH, UNKNOWN_PAGE

OPERATORS = re.compile(rb"/(\w+) [-\d.]+ Tf|\[((?:<[0-9a-f]*>|[-\d.]|\s)*)\] TJ")
PIECES = re.compile(rb"<([0-9a-f]*)>|(-?[\d.]+)")

# Where the book does not hold the page, the reader is sent to another one instead.
ELSEWHERE = "另册"
AROUND = "第页 "


def fill(stream: bytes, fonts: dict[str, Face], answers: Sequence[tuple[str, bool]]) -> bytes:
    """The content stream with its tokens replaced; answers: the number ("" if unknown) and whether it ends at the right."""
    current: Face | None = None

    def replace(match: re.Match[bytes]) -> bytes:
        nonlocal current
        if match[1] is not None:
            current = fonts[match[1].decode()]
            return match[0]
        if current is None:
            return match[0]
        pieces = _pieces(match[2])
        digits = {current.glyph(c): n for n, c in enumerate(TOKEN_DIGITS)}
        if not any(glyph in digits for glyph in pieces if isinstance(glyph, int)):
            return match[0]
        return b"[" + _joined(_filled(pieces, current, digits, answers)) + b"] TJ"

    return OPERATORS.sub(replace, stream)


def _pieces(array: bytes) -> list[int | bytes]:
    """Glyphs as numbers, moves as they were written."""
    found: list[int | bytes] = []
    for hexadecimal, move in PIECES.findall(array):
        if move:
            found.append(move)
        found += [int(hexadecimal[i : i + 4], 16) for i in range(0, len(hexadecimal), 4)]
    return found


def _filled(
    pieces: list[int | bytes], face: Face, digits: dict[int, int], answers: Sequence[tuple[str, bool]]
) -> list[int | bytes]:
    at = next(i for i, piece in enumerate(pieces) if piece in digits)
    end, token = at, []
    while len(token) < TOKEN_LENGTH:
        if not isinstance(pieces[end], bytes):
            token.append(digits[pieces[end]])
        end += 1
    number, right = answers[int("".join(map(str, token)))]
    if not number:
        around = {face.glyph(c) for c in AROUND}
        while at and (isinstance(pieces[at - 1], bytes) or pieces[at - 1] in around):
            at -= 1
        while end < len(pieces) and (isinstance(pieces[end], bytes) or pieces[end] in around):
            end += 1
        text = ELSEWHERE if end - at > TOKEN_LENGTH else "—"
    else:
        text = number
    glyphs: list[int | bytes] = [face.glyph(c) for c in text]
    if number:
        # The kerning that the font asks for between a character and a figure.
        before = at and pieces[at - 1] == face.glyph("第")
        after = end < len(pieces) and pieces[end] == face.glyph("页")
        glyphs = [*([b"-250"] if before else []), *glyphs, *([b"-250"] if after else [])]
    if right and number:
        room = len(UNKNOWN_PAGE) * face.advance(face.glyph("0")) - sum(face.advance(face.glyph(c)) for c in number)
        glyphs.insert(0, b"%d" % -room)
    rest = pieces[end:]
    more = any(piece in digits for piece in rest if isinstance(piece, int))
    return pieces[:at] + glyphs + (_filled(rest, face, digits, answers) if more else rest)


def _joined(pieces: list[int | bytes]) -> bytes:
    return b"".join(b"<%04x>" % p if isinstance(p, int) else b" " + p + b" " for p in pieces).replace(b"><", b"")

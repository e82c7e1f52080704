"""The book's type: the project's own font files, so that no font of the machine is ever used."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"

SANS, SERIF = "Handbook Sans", "Handbook Serif"
FACES = (
    (SANS, 400, "HandbookSans-Regular.otf"),
    (SANS, 700, "HandbookSans-Bold.otf"),
    (SERIF, 400, "HandbookSerif-Regular.otf"),
    (SERIF, 700, "HandbookSerif-Bold.otf"),
)


def css() -> str:
    """The @font-face rules, with the addresses of the files."""
    return "\n".join(
        f"@font-face {{font-family: '{family}'; font-weight: {weight}; src: url('{(FONTS / name).as_uri()}')}}"
        for family, weight, name in FACES
    )


def check(used: Iterable) -> None:
    """Refuse a book for which a font of this machine stood in, or which shows an empty box for a character."""
    for font in used:
        strange = (
            "".join(dict.fromkeys("".join(font.to_unicode.values())))
            if font.family not in (SANS, SERIF)
            else ""
        )
        missing = strange or "".join(map(chr, font.missing))
        if missing:
            raise ValueError(f"the handbook's fonts have no {missing[:40]!r} (it was set in {font.family})")

"""The book's type: the project's own font files, so that no font of the machine is ever used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import uharfbuzz as hb

FONTS = Path(__file__).parent / "fonts"

SANS, SERIF = "Handbook Sans", "Handbook Serif"
FACES = (
    (SANS, 400, "HandbookSans-Regular.otf"),
    (SANS, 700, "HandbookSans-Bold.otf"),
    (SERIF, 400, "HandbookSerif-Regular.otf"),
    (SERIF, 700, "HandbookSerif-Bold.otf"),
)


@dataclass(frozen=True)
class Face:
    """One font file: the glyphs of characters, how wide they are, and the part of it that a book embeds."""

    file: str

    @property
    def name(self) -> str:
        """The PostScript name: HandbookSans-Bold."""
        return self.file.removesuffix(".otf")

    @cached_property
    def _face(self) -> hb.Face:
        return hb.Face(hb.Blob.from_file_path(str(FONTS / self.file)))

    @cached_property
    def _font(self) -> hb.Font:
        return hb.Font(self._face)

    def glyph(self, character: str) -> int:
        """The glyph of a character; ValueError where the face has none."""
        found = self._font.get_nominal_glyph(ord(character))
        if not found:
            raise ValueError(f"the handbook's fonts have no {character!r} ({self.name})")
        return found

    def advance(self, glyph: int) -> int:
        """The width of a glyph in thousandths of the type size."""
        return round(self._font.get_glyph_h_advance(glyph) * 1000 / self._face.upem)

    def width(self, text: str) -> float:
        """The width of a text in type sizes."""
        return sum(self.advance(self.glyph(c)) for c in text) / 1000

    def metrics(self) -> tuple[int, int]:
        """Ascent and descent in thousandths of the type size."""
        extents = self._font.get_font_extents("ltr")
        return extents.ascender, extents.descender

    def cut(self, glyphs: Iterable[int]) -> bytes:
        """The CFF table with these glyphs only, each keeping its number, which is also its CID."""
        wanted = hb.SubsetInput()
        wanted.glyph_set.update(glyphs)
        wanted.flags = hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.CFF_IDENTITY_CHARSET
        return hb.subset(self._face, wanted).reference_table("CFF ").data


@cache
def face(family: str, weight: int) -> Face:
    """The face that a family is set in at a weight (400 or 700, or one between, taken for the nearer)."""
    return next(Face(file) for name, heavy, file in FACES if name == family and (heavy > 500) == (weight > 500))


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

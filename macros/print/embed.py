"""The fonts of one book: each face embedded once, with the glyphs that the book uses."""

from __future__ import annotations

import hashlib

import pikepdf
from pikepdf import Array, Dictionary, Name

from .faces import SERIF, Face, face

SERIFS = {face(SERIF, 400), face(SERIF, 700)}


def add(pdf: pikepdf.Pdf, which: Face, glyphs: dict[int, str]) -> pikepdf.Object:
    """The font object for these glyphs (glyph -> the text it stands for)."""
    data = which.cut(glyphs)
    program = pdf.make_stream(data, Subtype=Name.CIDFontType0C)
    ascent, descent = which.metrics()
    # Files cut differently must not share a name.
    tag = hashlib.sha256(data).digest()
    name = Name("/" + "".join(chr(65 + byte % 26) for byte in tag[:6]) + "+" + which.name)
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=name, Flags=6 if which in SERIFS else 4, FontBBox=Array([-1000, -1000, 2500, 2000]),
        ItalicAngle=0, Ascent=ascent, Descent=descent, CapHeight=730, StemV=80, FontFile3=program,
    )  # fmt: skip
    below = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType0, BaseFont=name, DW=1000, W=_widths(which, glyphs),
        CIDSystemInfo=Dictionary(Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"), Supplement=0),
        FontDescriptor=pdf.make_indirect(descriptor),
    )  # fmt: skip
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=name, Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(below)]), ToUnicode=pdf.make_stream(_to_unicode(glyphs)),
        )
    )  # fmt: skip


def _widths(which: Face, glyphs: dict[int, str]) -> Array:
    """Runs of glyphs that are not a full em wide, as PDF writes them: first [width width …]."""
    runs: list[tuple[int, list[int]]] = []
    for glyph in sorted(glyphs):
        width = which.advance(glyph)
        if width == 1000:
            continue
        if runs and runs[-1][0] + len(runs[-1][1]) == glyph:
            runs[-1][1].append(width)
        else:
            runs.append((glyph, [width]))
    return Array([part for first, widths in runs for part in (first, Array(widths))])


def _to_unicode(glyphs: dict[int, str]) -> bytes:
    """The map that lets readers search and copy."""
    rows = [f"<{glyph:04x}> <{text.encode('utf-16-be').hex()}>" for glyph, text in sorted(glyphs.items())]
    blocks = [rows[i : i + 100] for i in range(0, len(rows), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    ).encode("ascii")

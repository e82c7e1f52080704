"""Booklets: two pages side by side on each side of an A4 sheet, in the order for folding and stapling."""

from __future__ import annotations

import io

import pikepdf
from pikepdf import Dictionary, Name, String

A4_LANDSCAPE = (841.8898, 595.2756)
SIGNATURE = 40  # pages: ten sheets are as many as fold well and take a staple


def order(pages: int) -> list[tuple[int | None, int | None]]:
    """The page numbers (from 0; None is empty) left and right on each side, front and back in turn, folded in signatures."""
    sides: list[tuple[int | None, int | None]] = []
    for first in range(0, pages, SIGNATURE):
        here = min(SIGNATURE, pages - first)
        size = -(-here // 4) * 4
        numbers = [first + n if n < here else None for n in range(size)]
        for sheet in range(size // 4):
            outer, inner = size - 1 - 2 * sheet, 2 * sheet
            sides += [(numbers[outer], numbers[inner]), (numbers[inner + 1], numbers[outer - 1])]
    return sides


def booklet(pdf: bytes) -> tuple[bytes, int]:
    """The booklet of a book, and how many sides it prints on; it is for paper only and has no structure for readers."""
    out = pikepdf.new()
    width, height = A4_LANDSCAPE
    with pikepdf.open(io.BytesIO(pdf)) as source:
        for left, right in order(len(source.pages)):
            page = out.add_blank_page(page_size=(width, height))
            marks, objects = [], Dictionary()
            for side, number in enumerate((left, right)):
                if number is None:
                    continue
                form = out.copy_foreign(source.pages[number].as_form_xobject())
                _, _, w, h = (float(v) for v in source.pages[number].mediabox)
                scale = min(width / 2 / w, height / h)
                x, y = side * width / 2 + (width / 2 - w * scale) / 2, (height - h * scale) / 2
                objects[f"/P{side}"] = form
                marks.append(f"q {scale:.5f} 0 0 {scale:.5f} {x:.3f} {y:.3f} cm /P{side} Do Q")
            page.Resources = Dictionary(XObject=objects)
            page.Contents = out.make_stream("\n".join(marks).encode())
        for key in ("/Title", "/Author", "/CreationDate", "/ModDate"):
            if key in source.docinfo:
                out.docinfo[key] = String(str(source.docinfo[key]))
        out.Root.ViewerPreferences = Dictionary(Duplex=Name.DuplexFlipShortEdge, PrintScaling=Name("/None"))
        out.Root.PageLayout = Name.SinglePage
        buffer = io.BytesIO()
        out.save(buffer, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return buffer.getvalue(), len(out.pages)

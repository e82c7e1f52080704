"""QR codes as vector drawings: a phone held over a printed page opens the page on the site."""

from __future__ import annotations

import segno

QUIET = 2  # modules of white that belong to the drawing; the paper around it gives the rest


def svg(address: str, title: str) -> str:
    """The code of an address as inline SVG; title is what is read aloud, as HTML text."""
    rows = [[bool(module) for module in row] for row in segno.make(address, error="m", boost_error=False, micro=False).matrix]
    path = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                path.append(f"M{x + QUIET} {y + QUIET}h{end - x}v1h-{end - x}z")
            x = end + 1
    size = len(rows) + 2 * QUIET
    return (
        f'<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img">'
        f'<title>{title}</title><path fill="#000" d="{"".join(path)}"/></svg>'
    )

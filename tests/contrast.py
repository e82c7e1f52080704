"""What a black-and-white printer makes of a page: the contrast of its characters, rendered in grey at 600 dpi."""

from __future__ import annotations

import pypdfium2

DPI = 600
LEAST = 4.5  # WCAG 2.2, 1.4.3
SMALLEST = 1.2  # pt
PAD = 3  # pixels round a character, for what is behind it


def contrasts(page: pypdfium2.PdfPage) -> list[tuple[float, str]]:
    """The contrast of each character with what is round it."""
    scale = DPI / 72
    image = page.render(scale=scale, grayscale=True).to_pil()
    text = page.get_textpage()
    found = []
    for i in range(text.count_chars()):
        char = text.get_text_range(i, 1)
        left, bottom, right, top = text.get_charbox(i)
        # Marks hold too little ink for a full pixel; type of a point is for screen readers alone.
        if not char.isalnum() or top - bottom < SMALLEST:
            continue
        box = (left * scale - PAD, image.height - top * scale - PAD, right * scale + PAD, image.height - bottom * scale + PAD)
        dark, light = image.crop(tuple(round(v) for v in box)).getextrema()
        found.append(((linear(light) + 0.05) / (linear(dark) + 0.05), char))
    return found


def linear(value: int) -> float:
    """The light of one channel of sRGB, 0 to 255, from 0 to 1; of a grey it is the luminance."""
    value = value / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

"""Elements of SVG, and the marks of a chart.

The same SVG serves the screen and the paper. WeasyPrint does not apply the page's CSS inside a drawing, so every mark
carries its looks as attributes; the classes (fc-…) let the site's CSS override them, for instance in the dark.
"""

from __future__ import annotations

import re

FONT = "Handbook Sans, Noto Sans CJK SC, sans-serif"
INK, SOFT, FAINT, BLUE, PAPER = "#1a1a1a", "#4a4a4a", "#b4b4b4", "#0b4a8f", "#ffffff"

UNREADABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
ENTITIES = {ord(c): f"&#{ord(c)};" for c in "&<>\"'{}"}  # braces too: Jinja must not see them


def escape(text: str) -> str:
    return UNREADABLE.sub("", text).translate(ENTITIES)


def tag(name: str, class_: str = "", content: str | None = None, /, **attributes: object) -> str:
    """One element; `_` in a name stands for `-`, floats are rounded, None is left out, content is finished markup."""
    given = {"class": class_ or None} | {key.replace("_", "-"): value for key, value in attributes.items()}
    written = "".join(f' {key}="{_value(value)}"' for key, value in given.items() if value is not None)
    return f"<{name}{written}/>" if content is None else f"<{name}{written}>{content}</{name}>"


def _value(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else escape(str(value))


def path(*numbers: float) -> str:
    """Numbers as they stand in the `d` of a path."""
    return " ".join(_value(number) for number in numbers)


def text(class_: str, x: float, baseline: float, size: float, words: str, **looks: object) -> str:
    return tag("text", class_, escape(words), x=x, y=baseline, font_size=size, **({"fill": INK} | looks))


def line(x: float, baseline: float, content: str) -> str:
    """One line of a text, or one character of an upright one; content is finished markup."""
    return tag("tspan", "", content, x=x, y=baseline)


def decoration(content: str, **looks: object) -> str:
    """What a screen reader should pass over, because words say it too."""
    return tag("g", "", content, aria_hidden="true", **looks)


def acts(x: float, y: float) -> str:
    return tag("circle", "fc-station", cx=x, cy=y, r=4.6, fill=BLUE)


def takes_part(x: float, y: float) -> str:
    return tag("circle", "fc-with", cx=x, cy=y, r=3.6, fill=PAPER, stroke=INK, stroke_width=1.5)


def decides(x: float, y: float) -> str:
    return tag("path", "fc-mark", d=f"M{path(x - 4, y)} l4 -4.4 l4 4.4 l-4 4.4 z", fill=INK)


def goes_on(x: float, y: float) -> str:
    return tag("path", "fc-onward", d=f"M{path(x - 3, y - 4.4)} l7 4.4 l-7 4.4 z", fill=BLUE)

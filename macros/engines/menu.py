"""The menu beside a page: its own section and chapter, and of long lists only the neighbours."""

from __future__ import annotations

from copy import copy
from typing import Any

NEIGHBOURS = 3  # on either side; the head of the section leads to the whole list


def around(nav: Any) -> Any:
    """The navigation as the active page shows it; it does not grow with the number of items."""
    shown = copy(nav)
    shown.items = [_shortened(item) for item in nav.items]
    return shown


def _shortened(item: Any) -> Any:
    if not getattr(item, "children", None) or not item.active:
        return item
    section = copy(item)
    index, rest = item.children[:1], item.children[1:]
    place = next((n for n, child in enumerate(rest) if child.active), 0)
    first = max(0, min(place - NEIGHBOURS, len(rest) - 2 * NEIGHBOURS - 1))
    section.children = [_shortened(child) for child in (*index, *rest[first : first + 2 * NEIGHBOURS + 1])]
    return section

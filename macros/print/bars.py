"""Change bars: where the pages of a book say what its edition changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .. import history
from ..catalogue import Catalogue
from ..kinds.history import ChangeKind, Recorded
from ..media import slug
from .fragment import Fragment

# Where a change has no place on paper: other names for the search; a page written by hand, whose places have no names.
NOWHERE = ("别名", "正文")
ANCHORS = {"相关条目": "related"}  # what is printed elsewhere than the history says


def changed(catalogue: Catalogue) -> tuple[tuple[str, ...], ...]:
    """What this edition changed, each as the names of its place, the nearest first; nothing in a first edition."""
    own = next((e for e in catalogue.history if e.id == catalogue.handbook.edition), None)
    found = map(_names, history.shown(own)) if own else ()
    return tuple(dict.fromkeys(names for names in found if names))


def _names(change: Recorded) -> tuple[str, ...]:
    """An item that is gone has no place; a step that is gone leaves the heading above the steps."""
    page = slug(change.page)
    gone = change.kind is ChangeKind.WITHDRAWN
    anchor = change.anchor or ANCHORS.get(change.where)
    if change.where in NOWHERE or (change.whole and gone):
        return ()
    if change.whole:
        return f"{page}--{anchor or ''}", page
    if not anchor:
        return (page,)
    above = (f"{page}--steps",) if gone else ()
    return (f"{page}--{anchor}", *above, page)


def places(
    changed: Iterable[tuple[str, ...]], fragments: Mapping[str, Fragment]
) -> dict[tuple[str, int], tuple[tuple[float, float], ...]]:
    """(leaf, page of it) -> upper and lower ends of its bars in points from the top, those that touch made one."""
    where = {name: leaf for leaf, fragment in fragments.items() for name in fragment.spans}
    found: dict[tuple[str, int], list[tuple[float, float]]] = {}
    for names in changed:
        name = next((n for n in names if n in where), None)
        for page, top, bottom in fragments[where[name]].spans[name] if name else ():
            if bottom > top:
                found.setdefault((where[name], page), []).append((top, bottom))
    return {place: _joined(bars) for place, bars in found.items()}


def _joined(bars: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    joined: list[tuple[float, float]] = []
    for top, bottom in sorted(bars):
        if joined and top <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], bottom))
        else:
            joined.append((top, bottom))
    return tuple(joined)

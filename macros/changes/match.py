"""Which records of an old list became which of a new one: kept, renamed, split, merged, moved, added, removed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Any

Group = tuple[tuple[Any, ...], tuple[Any, ...]]

ALIKE = 0.75  # two sentences are the same one, reworded
MOST = 0.5  # this share of a record's sentences has to come from the other


def alike(one: str, other: str) -> float:
    """How like two texts are, 0 to 1; punctuation and spaces aside."""
    a, b = plain(one), plain(other)
    return SequenceMatcher(None, a, b, autojunk=False).ratio() if a and b else float(a == b)


def plain(text: str) -> str:
    """A text without punctuation and spaces: what is left is its wording."""
    return re.sub(r"[^\w]|_", "", text)


def sentences(record: Any) -> tuple[str, ...]:
    """What a record tells somebody to do; for records without actions, what it is called."""
    return tuple(getattr(record, "do", ())) or (label(record),)


def label(record: Any) -> str:
    """What readers call a record."""
    return getattr(record, "title", None) or getattr(record, "label", None) or record.id


def groups(olds: Sequence[Any], news: Sequence[Any]) -> list[Group]:
    """The records of both lists, those that belong together in one group, in the order of the new list."""
    by_id_old, by_id_new = {o.id: o for o in olds}, {n.id: n for n in news}
    links = {(i, i) for i in by_id_old if i in by_id_new}
    gone = [o for o in olds if o.id not in by_id_new]
    come = [n for n in news if n.id not in by_id_old]
    for new in come:
        for old in olds:
            kept = sentences(by_id_new[old.id]) if old.id in by_id_new else ()
            if _comes_from(new, old, kept):
                links.add((old.id, new.id))
    for old in gone:
        for new in news:
            had = sentences(by_id_old[new.id]) if new.id in by_id_old else ()
            if _comes_from(old, new, had):
                links.add((old.id, new.id))
    return _ordered([g for c in _components(links) for g in _sound(c, by_id_old, by_id_new)], olds, news)


def _comes_from(part: Any, whole: Any, elsewhere: tuple[str, ...]) -> bool:
    """Whether most sentences of a record stand in another, not counting those that its partner still has."""
    theirs = [s for s in sentences(whole) if s not in elsewhere]
    own = sentences(part)
    found = sum(any(alike(s, t) >= ALIKE for t in theirs) for s in own)
    return found >= max(1, MOST * len(own))


def _components(links: Iterable[tuple[str, str]]) -> list[tuple[set[str], set[str]]]:
    """Old and new ids that hang together."""
    found: list[tuple[set[str], set[str]]] = []
    for old, new in sorted(links):
        joined = [c for c in found if old in c[0] or new in c[1]]
        found = [c for c in found if c not in joined]
        found.append(({old}.union(*(c[0] for c in joined)), {new}.union(*(c[1] for c in joined))))
    return found


def _sound(component: tuple[set[str], set[str]], olds: dict[str, Any], news: dict[str, Any]) -> list[Group]:
    """One group where the story is plain; several-to-several falls back to equal ids."""
    old, new = component
    if len(old) == 1 or len(new) == 1:
        return [
            (tuple(o for i, o in olds.items() if i in old), tuple(n for i, n in news.items() if i in new))
        ]
    return [((olds[i],), (news[i],)) for i in olds if i in old and i in new]


def _ordered(found: list[Group], olds: Sequence[Any], news: Sequence[Any]) -> list[Group]:
    told_old = {o.id for g in found for o in g[0]}
    told_new = {n.id for g in found for n in g[1]}
    found += [((), (n,)) for n in news if n.id not in told_new]
    place = {n.id: i for i, n in enumerate(news)}
    found.sort(key=lambda g: place[g[1][0].id])
    # What was removed is told where it stood.
    for i, old in enumerate(olds):
        if old.id not in told_old:
            before = {o.id for o in olds[:i]}
            at = max((k + 1 for k, g in enumerate(found) if any(o.id in before for o in g[0])), default=0)
            found.insert(at, ((old,), ()))
    return found


def moved(order: Sequence[int]) -> set[int]:
    """Positions of those that stand out of order: all but a longest rising run."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for i, value in enumerate(order):
        k = bisect_left(tails, value)
        tails[k : k + 1] = [value]
        ends[k : k + 1] = [i]
        before.append(ends[k - 1] if k else -1)
    kept, at = set(), ends[-1] if ends else -1
    while at >= 0:
        kept.add(at)
        at = before[at]
    return set(range(len(order))) - kept

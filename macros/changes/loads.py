"""What two revisions ask of each role in a year, and which rises nobody explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .. import burden
from ..catalogue import Entry
from .revision import Revision
from .told import LoadChange, Reason


def loads(old: Revision, new: Revision, reasons: Mapping[str, Reason]) -> tuple[LoadChange, ...]:
    """Every role whose year in figures changes, and the checklists that ask more of it without saying why."""
    found = []
    before, after = _asked(old), _asked(new)
    for role in dict.fromkeys((*new.catalogue.roles, *old.catalogue.roles)):
        a, b = burden.load(old.catalogue, role), burden.load(new.catalogue, role)
        if (a.minutes, a.records) != (b.minutes, b.records):
            more = dict.fromkeys(
                entry.id
                for (who, duty), (minutes, records, entry) in after.items()
                if who == role and _risen((minutes, records), before.get((who, duty)))
                if not reasons.get(entry.source, Reason()).why
            )
            change = LoadChange(role, (a.minutes, b.minutes), (a.records, b.records))
            found.append(replace(change, unexplained=tuple(more)) if change.rises else change)
    return tuple(found)


def _risen(now: tuple[int, int], before: tuple | None) -> bool:
    return before is None or now[0] > before[0] or now[1] > before[1]


def _asked(revision: Revision) -> dict[tuple[str, str], tuple[int, int, Entry]]:
    """(role, duty) -> minutes and records a year that the duty asks of the role, and its checklist."""
    return {
        (role, f"{entry.id}/{duty.id}"): (
            duty.cadence.per_year * (duty.minutes or 0),
            duty.cadence.per_year * len(duty.evidence) if role in duty.by else 0,
            entry,
        )
        for entry, duty, roles in burden.duties(revision.catalogue)
        for role in roles
        if duty.cadence
    }

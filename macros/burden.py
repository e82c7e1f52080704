"""How much the handbook asks of each role in a year: meetings, records, hours; all computed from the checklists."""

from __future__ import annotations

from dataclasses import dataclass

from .catalogue import Catalogue, Entry
from .kinds.checklist import Duty

MEETING = "meeting-record"  # a duty that leaves a meeting's record is a meeting


@dataclass(frozen=True)
class Load:
    """What one role does in a year; estimates, for what comes back by itself; a record counts for who leaves it."""

    role: str
    meetings: int
    records: int
    minutes: int
    events: int  # duties that depend on events and are in no sum

    @property
    def hours(self) -> int:
        return round(self.minutes / 60)


def duties(catalogue: Catalogue) -> tuple[tuple[Entry, Duty, tuple[str, ...]], ...]:
    """Every duty once, with all roles that share in it under any checklist."""
    if "duties" not in catalogue.memo:  # asked for by every role and every procedure
        catalogue.memo["duties"] = _duties(catalogue)
    return catalogue.memo["duties"]


def _duties(catalogue: Catalogue) -> tuple[tuple[Entry, Duty, tuple[str, ...]], ...]:
    found: dict[str, tuple[Entry, Duty]] = {}
    roles: dict[str, dict[str, None]] = {}
    for entry in catalogue.of("checklist"):
        for duty in entry.item.duties:
            key = duty.same or f"{entry.id}/{duty.id}"
            if not duty.same:
                found[key] = (entry, duty)
            roles.setdefault(key, {}).update(dict.fromkeys(duty.by))
    return tuple((entry, duty, tuple(roles[key])) for key, (entry, duty) in found.items())


def load(catalogue: Catalogue, role: str) -> Load:
    """The year of one role."""
    mine = [duty for _, duty, roles in duties(catalogue) if role in roles]
    fixed = [(duty.cadence.per_year, duty) for duty in mine if duty.cadence.per_year]
    return Load(
        role,
        sum(times for times, duty in fixed if MEETING in duty.evidence),
        sum(times * len(duty.evidence) for times, duty in fixed if role in duty.by),
        sum(times * (duty.minutes or 0) for times, duty in fixed),
        len(mine) - len(fixed),
    )


def shared_records(catalogue: Catalogue) -> tuple[tuple[Entry, int], ...]:
    """Forms that serve three items or more, most used first, with how many items they serve."""
    counted = [(form, len({e.id for e, _, _ in catalogue.form_steps.get(form.id, ())})) for form in catalogue.of("form")]
    return tuple(sorted((c for c in counted if c[1] > 2), key=lambda c: (-c[1], c[0].item.code)))


def first_month(catalogue: Catalogue, procedure: str) -> int:
    """The first month of the year in which a checklist asks for a procedure; 13 where none does."""
    found = [m for _, duty, _ in duties(catalogue) if duty.procedure == procedure for m in duty.cadence.months]
    return min(found, default=13)

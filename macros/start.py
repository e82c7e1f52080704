"""What the start pages show: what is new, and how far somebody has come in a procedure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .catalogue import Catalogue, Entry
from .kinds.procedure import Procedure, Stage, Step

LONG = 12  # steps: shorter procedures are taken in at a glance


@dataclass(frozen=True)
class Stop:
    """One step on the way: where it leads, and which records it adds to those that must be there by then."""

    number: int
    stage: Stage
    step: Step
    onward: tuple[int, Step] | None  # the step after it; None where the procedure ends
    fresh: tuple[str, ...]  # ids of forms that no earlier step leaves


def is_journey(procedure: Procedure) -> bool:
    """Whether a procedure is so long that a reader asks where he stands in it."""
    return len(procedure.stages) > 1 and len(procedure.steps) >= LONG


def journey(procedure: Procedure) -> Iterator[Stop]:
    """Every step of a procedure in order."""
    steps, numbers = procedure.steps, procedure.numbers
    known: set[str] = set()
    for stage in procedure.stages:
        for step in stage.steps:
            number = numbers[step.id]
            after = numbers.get(step.next, 0) if step.next else number % len(steps) + 1
            onward = (after, steps[after - 1]) if after and (step.next or number < len(steps)) else None
            yield Stop(number, stage, step, onward, tuple(r for r in step.records if r not in known))
            known.update(step.records)


def new_regulations(catalogue: Catalogue) -> tuple[tuple[Entry, tuple[Entry, ...]], ...]:
    """Regulations that came into force in the year of the edition or the year before, newest first, with those they
    replace."""
    since = int(catalogue.handbook.date[:4]) - 1
    found = [e for e in catalogue.of("regulation") if e.item.state == "现行" and _year(e) >= since]
    repealed = [e for e in catalogue.of("regulation") if e.item.replaced_by]
    return tuple(
        (entry, tuple(old for old in repealed if old.item.replaced_by == entry.id))
        for entry in sorted(found, key=lambda e: (e.item.in_force or e.item.issued, e.id), reverse=True)
        if catalogue.cited_by(entry.id)
    )


def _year(entry: Entry) -> int:
    return int((entry.item.in_force or entry.item.issued or "0")[:4])

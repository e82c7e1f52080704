"""What stands in the rows of a drawing: each step with its notes, and the ways from row to row."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from ..kinds.procedure import Step, Then
from .measure import (
    NOTE,
    NOTE_INDENT,
    NOTE_LEADING,
    ROW,
    ROW_TO_STATION,
    TITLE,
    TITLE_LEADING,
    TRACKS,
    wrap,
)
from .plan import Chart
from .words import END, ONWARD, OTHERS, condition, helpers, way_out


class Kind(Enum):
    """What a note is about."""

    ROLES = "roles that have no lane"
    DECISION = "a way out of the step"
    ONWARD = "the normal way on, where it is not to the step below"


@dataclass(frozen=True)
class Note:
    """A remark under a title."""

    kind: Kind
    lines: tuple[str, ...]
    tail: str = ""  # the end of the last line: where the way leads
    to: str = ""  # the other step it leads to


@dataclass(frozen=True)
class Row:
    """A step with its place in the drawing."""

    step: Step
    number: int
    title: tuple[str, ...]
    notes: tuple[Note, ...]
    top: float

    @property
    def middle(self) -> float:
        """The height of the station and of the first line of the title."""
        return self.top + ROW_TO_STATION

    @property
    def title_bottom(self) -> float:
        """The height of the last line of the title."""
        return self.middle + (len(self.title) - 1) * TITLE_LEADING

    def note_middle(self, note: int) -> float:
        """The height of the last line of a note."""
        return self.title_bottom + 3 + sum(len(n.lines) for n in self.notes[: note + 1]) * NOTE_LEADING

    @property
    def bottom(self) -> float:
        last = self.note_middle(len(self.notes) - 1) + 9 if self.notes else self.title_bottom
        return max(self.top + ROW, last)


@dataclass(frozen=True)
class Way:
    """A line at the right edge, from one or more notes to a step of the same stage."""

    to: int  # a row
    starts: tuple[tuple[int, int], ...]  # row and note
    track: int  # from 0, counted outwards


def rows(chart: Chart, steps: Iterable[Step], top: float) -> tuple[Row, ...]:
    placed: list[Row] = []
    for step in steps:
        title = wrap(step.title, chart.text_width / TITLE)
        placed.append(Row(step, chart.procedure.numbers[step.id], title, _notes(chart, step), top))
        top = placed[-1].bottom
    return tuple(placed)


def _notes(chart: Chart, step: Step) -> tuple[Note, ...]:
    def numbered(ident: str | None) -> str:
        return f"第{chart.procedure.numbers.get(ident, '？')}步"

    def way(kind: Kind, words: str, where: str, to: str | None = None) -> Note:
        tail = f"→{where}"
        return Note(kind, wrap(words, (chart.text_width - NOTE_INDENT) / NOTE, tail), tail, to or "")

    notes = _nameless(chart, step)
    for d in step.decisions:
        where = way_out(d, step, END, numbered, chart.item_title)
        to = d.to if d.then in (Then.BACK, Then.ON) and d.to != step.id else None
        notes.append(way(Kind.DECISION, condition(d), where, to))
    if step.next and not chart.leads_on(step):
        if step.next != END:
            notes.append(way(Kind.ONWARD, ONWARD, numbered(step.next), step.next))
        elif step is not chart.procedure.steps[-1]:  # after the last, the end needs no saying
            notes.append(way(Kind.ONWARD, ONWARD, END))
    return tuple(notes)


def _nameless(chart: Chart, step: Step) -> list[Note]:
    """The names of those whose lane does not name them, or who have none."""
    labels = ((OTHERS, step.by), ("参加", helpers(step)))
    nameless = [(label, [chart.role(r) for r in roles if r not in chart.lanes]) for label, roles in labels]
    told = [(label, names) for label, names in nameless if names]
    if not told:
        return []
    words = "；".join(f"{label}：{'、'.join(names)}" for label, names in told)
    whole = [name for _, names in told for name in names]
    return [Note(Kind.ROLES, wrap(words, chart.text_width / NOTE, whole=whole))]


def ways(rows: tuple[Row, ...]) -> list[Way]:
    """The lines at the right edge: short ones inside, none on top of another."""
    order = {row.step.id: n for n, row in enumerate(rows)}
    starts: dict[int, list[tuple[int, int]]] = {}
    for n, row in enumerate(rows):
        for m, note in enumerate(row.notes):
            if note.to in order:
                starts.setdefault(order[note.to], []).append((n, m))

    def reach(to: int) -> tuple[int, int]:
        passed = [to, *(row for row, _ in starts[to])]
        return min(passed), max(passed)

    placed: list[Way] = []
    taken: list[list[tuple[int, int]]] = []  # by track: first and last row of each line on it
    for to in sorted(starts, key=lambda to: (reach(to)[1] - reach(to)[0], reach(to))):
        first, last = reach(to)
        free = (n for n, track in enumerate(taken) if all(last < a or b < first for a, b in track))
        track = next(free, len(taken))
        # More lines than fit would only tangle; the words under the title still say where the way leads.
        if track == TRACKS:
            continue
        if track == len(taken):
            taken.append([])
        taken[track].append((first, last))
        placed.append(Way(to, tuple(starts[to]), track))
    return placed

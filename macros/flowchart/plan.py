"""What all drawings of a procedure share: the lanes, and where the text stands beside them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..kinds.procedure import Procedure, Step
from .measure import LANE_LEFT, RIGHT, TRACK, TRACK_START, WIDTH
from .words import END, Name

LANES = 7
OTHER = ""  # the lane all others share; no role has an empty id

Href = Callable[[str], str]


@dataclass(frozen=True)
class Chart:
    """What all drawings of a procedure have in common."""

    procedure: Procedure
    role_titles: Mapping[str, str]
    href: Href
    item_title: Name
    prefix: str
    lanes: tuple[str, ...]
    tracks: int = 0

    def role(self, role: str) -> str:
        return self.role_titles.get(role, role)

    @property
    def gap(self) -> int:
        """Between two lanes; many move closer together."""
        return {7: 18, 6: 20}.get(len(self.lanes), 22)

    @property
    def text_left(self) -> float:
        return LANE_LEFT + self.gap * (len(self.lanes) - 1) + 18

    @property
    def text_right(self) -> float:
        return WIDTH - RIGHT - (TRACK_START + TRACK * (self.tracks - 1) if self.tracks else 0)

    @property
    def text_width(self) -> float:
        return self.text_right - self.text_left

    def lane(self, role: str) -> str | None:
        """The lane a role stands on; None where it has none."""
        return role if role in self.lanes else OTHER if OTHER in self.lanes else None

    def x(self, lane: str) -> float:
        return LANE_LEFT + self.gap * self.lanes.index(lane)

    def station(self, step: Step) -> float:
        return self.x(self.lane(step.by[0]))

    def onward(self, step: Step) -> str:
        """The id of the step that follows, or “结束”."""
        steps, place = self.procedure.steps, self.procedure.numbers[step.id]
        return step.next or (steps[place].id if place < len(steps) else END)

    def leads_on(self, step: Step) -> bool:
        """The step that follows is the one below."""
        return self.procedure.numbers.get(self.onward(step)) == self.procedure.numbers[step.id] + 1


def lanes(procedure: Procedure) -> tuple[str, ...]:
    """The roles that act, as they first appear; where they are too many, the busiest and one lane for all others."""
    actors = procedure.actors
    if len(actors) <= LANES:
        return actors
    acts = Counter(role for step in procedure.steps for role in step.by)
    helps = Counter(role for step in procedure.steps for role in step.with_)
    # Of two equally busy roles the one that acts first comes first: sorting keeps their order.
    busiest = sorted(actors, key=lambda role: (-acts[role], -helps[role]))
    kept = busiest[: LANES - 1]
    return (*(role for role in actors if role in kept), OTHER)

"""The lines of a drawing, and the marks on them."""

from __future__ import annotations

from itertools import pairwise

from .measure import NOTE, NOTE_INDENT, ROW_TO_STATION, TITLE, TRACK, TRACK_START, em
from .plan import Chart
from .rows import Row, Way, ways
from .svg import BLUE, FAINT, INK, PAPER, acts, path, tag, takes_part
from .words import END

BEND = 8


def guides(chart: Chart, top: float, bottom: float) -> list[str]:
    """The lanes."""
    ends = [f"M{path(chart.x(lane), top)} V{path(bottom)}" for lane in chart.lanes]
    return [tag("path", "fc-guide", d=d, stroke=FAINT, stroke_width=0.8) for d in ends]


def main_line(chart: Chart, rows: tuple[Row, ...], top: float, bottom: float) -> list[str]:
    """From station to station, from the stage before and to the stage after."""
    steps, first, last = chart.procedure.steps, rows[0], rows[-1]
    before = steps[first.number - 2] if first.number > 1 else None
    drawn, heads = [], []
    if before and chart.leads_on(before):
        drawn.append(_leg(chart.station(before), top, chart.station(first.step), first.middle))
    for row, below in pairwise(rows):
        if chart.leads_on(row.step):
            drawn.append(_leg(chart.station(row.step), row.middle, chart.station(below.step), below.middle))
    if chart.leads_on(last.step):
        drawn.append(f"M{path(chart.station(last.step), last.middle)} V{path(bottom)}")
    for row in rows:
        x, y = chart.station(row.step), row.middle + 17
        if chart.onward(row.step) == END:
            drawn.append(f"M{path(x, row.middle)} V{path(y)} M{path(x - 7.5, y)} h15")
        elif not chart.leads_on(row.step):  # goes on elsewhere; its note says where
            drawn.append(f"M{path(x, row.middle)} V{path(y - 3)}")
            heads.append(tag("path", "fc-onward", d=f"M{path(x - 5.5, y - 4)} h11 l-5.5 8 z", fill=BLUE))
    looks = {"stroke": BLUE, "stroke_width": 4, "stroke_linejoin": "round"}
    return [tag("path", "fc-line", d=d, **looks) for d in drawn] + heads


def _leg(x: float, y: float, to_x: float, to_y: float) -> str:
    """From one station to the next; the change of lane just above the latter, with round bends."""
    if x == to_x:
        return f"M{path(x, y)} V{path(to_y)}"
    turn = to_y - ROW_TO_STATION + 2
    bend = BEND if to_x > x else -BEND
    return (
        f"M{path(x, y)} V{path(turn - BEND)} Q{path(x, turn, x + bend, turn)}"
        f" H{path(to_x - bend)} Q{path(to_x, turn, to_x, turn + BEND)} V{path(to_y)}"
    )


def crossing(chart: Chart, row: Row) -> list[str]:
    """The bar that joins those who act together, and the dots of those who take part."""
    y, drawn = row.middle, []
    acting = sorted({chart.x(chart.lane(role)) for role in row.step.by})
    if len(acting) > 1:
        place = {"x": acting[0] - 7, "y": y - 7, "width": acting[-1] - acting[0] + 14, "height": 14, "rx": 7}
        drawn.append(tag("rect", "fc-bar", **place, fill=PAPER, stroke=INK, stroke_width=1.4))
        drawn += [acts(x, y) for x in acting]
    helping = {chart.x(lane) for role in row.step.with_ if (lane := chart.lane(role)) is not None}
    return drawn + [takes_part(x, y) for x in sorted(helping.difference(acting))]


def right_edge(chart: Chart, rows: tuple[Row, ...]) -> list[str]:
    """The dashed lines to other steps of this stage."""
    return [mark for way in ways(rows) for mark in _dashes(chart, rows, way)]


def _dashes(chart: Chart, rows: tuple[Row, ...], way: Way) -> list[str]:
    """One line with its arrow; several notes that lead to one step share the trunk."""
    target = rows[way.to]
    y, tip = target.middle, chart.text_left + em(target.title[0]) * TITLE + 3
    edge = chart.text_right + TRACK_START + TRACK * way.track
    starts = [(_note_end(chart, rows[r], n), rows[r].note_middle(n)) for r, n in way.starts]
    lines, joints = [f"M{path(edge - 4, y)} H{path(tip + 5)}"], []
    below = sorted((s for s in starts if s[1] > y), key=lambda s: -s[1])
    above = sorted((s for s in starts if s[1] < y), key=lambda s: s[1])
    for side, bend in ((below, -4), (above, 4)):
        # The farthest draws the trunk, the others run up to it: dashes never lie on dashes.
        for x, at in side[:1]:
            up_to_trunk = f"M{path(x, at)} H{path(edge - 4)} Q{path(edge, at, edge, at + bend)}"
            lines.append(f"{up_to_trunk} V{path(y - bend)} Q{path(edge, y, edge - 4, y)}")
        for x, at in side[1:]:
            lines.append(f"M{path(x, at)} H{path(edge)}")
            joints.append(tag("circle", "fc-head", cx=edge, cy=at, r=1.8, fill=INK))
    return [
        tag("path", "fc-back", d=" ".join(lines), stroke=INK, stroke_width=1.1, stroke_dasharray="4 2.5"),
        tag("path", "fc-head", d=f"M{path(tip, y)} l7 -3.6 v7.2 z", fill=INK),
        *joints,
    ]


def _note_end(chart: Chart, row: Row, note: int) -> float:
    return chart.text_left + NOTE_INDENT + em(row.notes[note].lines[-1]) * NOTE + 4

"""The head of a drawing: the titles of the lanes and of the stage, and the key."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from .measure import HEAD, HEAD_LEADING, LANE_LEADING, LANE_TITLE, NOTE, RIGHT, WIDTH, em, wrap
from .plan import OTHER, Chart
from .svg import INK, SOFT, acts, decides, decoration, escape, line, tag, takes_part, text
from .words import OTHERS, chinese, span


def head(chart: Chart, n: int) -> tuple[str, float]:
    """The head of a stage, and the height at which it ends."""
    stages, number, left = chart.procedure.stages, chart.procedure.numbers, chart.text_left
    steps = stages[n].steps
    names = [OTHERS if lane == OTHER else chart.role(lane) for lane in chart.lanes]
    title = wrap(stages[n].title, (WIDTH - RIGHT - left) / HEAD)
    key = _key(chart) if n == 0 else []
    beside = max(_depth(name) for name in names) * LANE_LEADING
    height = max(16 + beside, 30 + len(title) * HEAD_LEADING + (22 if key else 0)) + 4

    reach = span(number[steps[0].id], number[steps[-1].id])
    small = reach if len(stages) == 1 else f"第{chinese(n + 1)}阶段　{reach}"
    words = [text("fc-note", left, 22, NOTE, small, fill=SOFT)]
    for row, part in enumerate(title):
        words.append(text("fc-stage", left, 43 + row * HEAD_LEADING, HEAD, part, font_weight="bold"))

    drawn = [tag("path", "fc-rule", d=f"M0 1 H{WIDTH}", stroke=INK, stroke_width=1.6)]
    for lane, name in zip(chart.lanes, names, strict=True):
        drawn.append(_upright(name, chart.x(lane), height - 5, chart.gap))
    x = left
    for mark, label in key:
        drawn.append(mark(x + 5, height - 9))
        drawn.append(text("fc-note", x + 14, height - 5, NOTE, label, fill=SOFT))
        x += 14 + em(label) * NOTE + 12
    return "".join(words) + decoration("".join(drawn)), height


def _columns(name: str) -> int:
    return 1 if len(name) <= 8 else 2


def _depth(name: str) -> int:
    return ceil(len(name) / _columns(name))


def _upright(name: str, x: float, bottom: float, gap: float) -> str:
    """A lane's title from top to bottom, ending at this height; a long one in two columns, the right one first."""
    depth = _depth(name)
    if _columns(name) == 1:
        size, middles = LANE_TITLE, (x,)
    else:
        size, middles = gap / 2 - 0.6, (x + gap / 4, x - gap / 4)
    characters = []
    for i, character in enumerate(name):
        column, row = divmod(i, depth)
        left = middles[column] - em(character) * size / 2
        characters.append(line(left, bottom - 2 - (depth - 1 - row) * LANE_LEADING, escape(character)))
    return tag("text", "fc-lane", "".join(characters), font_size=size, fill=INK)


def _key(chart: Chart) -> list[tuple[Callable[[float, float], str], str]]:
    """The marks that need a word, where they occur."""
    steps = chart.procedure.steps
    key = [(acts, "谁来做")]
    if any(role in chart.lanes and role not in step.by for step in steps for role in step.with_):
        key.append((takes_part, "参加"))
    if any(step.decisions for step in steps):
        key.append((decides, "遇到情况时"))
    return key

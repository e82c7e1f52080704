"""The drawings, put together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ..kinds.procedure import Procedure
from .head import head
from .lines import crossing, guides, main_line, right_edge
from .measure import BASELINE, NOTE, NOTE_INDENT, NOTE_LEADING, TITLE, TITLE_LEADING, WIDTH
from .plan import Chart, Href, lanes
from .rows import Kind, Row, rows, ways
from .svg import BLUE, FONT, INK, PAPER, SOFT, decides, decoration, escape, goes_on, line, tag, text
from .words import Name, same, span, who

PAPER_WIDTH = 472  # px: 125 mm, where no CSS says otherwise
STATION = 9.5


def anchor(step_id: str) -> str:
    """A step's address on the page the chart stands on."""
    return f"#{step_id}"


def charts(
    procedure: Procedure,
    role_titles: Mapping[str, str],
    href: Href = anchor,
    item_title: Name = same,
    prefix: str = "fc",
) -> tuple[str, ...]:
    """One <svg> for each stage, to be read as one chart one above the other; ids in them start with the prefix."""
    draft = Chart(procedure, role_titles, href, item_title, prefix, lanes(procedure))
    # The tracks take width from the text, but which there are does not depend on how the text breaks.
    drawn = [way.track + 1 for stage in procedure.stages for way in ways(rows(draft, stage.steps, 0))]
    chart = replace(draft, tracks=max(drawn, default=0))
    return tuple(_stage(chart, n) for n in range(len(procedure.stages)))


def _stage(chart: Chart, n: int) -> str:
    stage = chart.procedure.stages[n]
    top_part, top = head(chart, n)
    placed = rows(chart, stage.steps, top + 9)
    height = round(placed[-1].bottom + 4)
    title_id = f"{chart.prefix}-{stage.id}-title"
    title = f"流程图：{stage.title}，{span(placed[0].number, placed[-1].number)}"
    under = [
        *guides(chart, top + 2, height),
        *main_line(chart, placed, top + 2, height),
        *(mark for row in placed for mark in crossing(chart, row)),
        *right_edge(chart, placed),
    ]
    parts = [
        tag("title", "", escape(title), id=title_id),
        top_part,
        decoration("".join(under), fill="none"),
        *(_step(chart, row) for row in placed),
    ]
    return tag(
        "svg",
        "fc",
        "\n".join(parts),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {height}",
        width=PAPER_WIDTH,
        lang="zh-CN",
        role="group",
        aria_labelledby=title_id,
        font_family=FONT,
    )


def _step(chart: Chart, row: Row) -> str:
    """The station and the title, which link to the step's text, and the notes."""
    x, left, step = chart.station(row.step), chart.text_left, row.step
    extra = (len(row.title) - 1) * TITLE_LEADING
    area = {"x": 1, "y": row.top + 8, "width": WIDTH - 2, "height": 28 + extra}
    size = 11 if row.number < 100 else 9
    number = {"fill": PAPER, "font_weight": "bold", "text_anchor": "middle"}
    title = [
        line(left, row.middle + n * TITLE_LEADING + TITLE * BASELINE, escape(words))
        for n, words in enumerate(row.title)
    ]
    link = [
        tag("title", "", escape(f"第{row.number}步：{step.title}。{who(step, chart.role)}")),
        tag("rect", "fc-hit", **area, fill="none", stroke="none", pointer_events="all"),
        tag("circle", "fc-station", cx=x, cy=row.middle, r=STATION, fill=BLUE),
        text("fc-no", x, row.middle + size * BASELINE, size, str(row.number), **number),
        tag("text", "fc-title", "".join(title), font_size=TITLE, fill=INK),
    ]
    notes = [_note(chart, row, n) for n in range(len(row.notes))]
    return tag("a", "fc-step", "".join(link), href=chart.href(step.id)) + "".join(notes)


def _note(chart: Chart, row: Row, n: int) -> str:
    note, left = row.notes[n], chart.text_left
    top = row.note_middle(n) - (len(note.lines) - 1) * NOTE_LEADING
    mark = {Kind.DECISION: decides, Kind.ONWARD: goes_on}.get(note.kind)
    drawn = decoration(mark(left + 4, top)) if mark else ""
    indent = NOTE_INDENT if mark else 0
    lines = []
    for i, words in enumerate(note.lines):
        content = escape(words)
        if note.tail and words.endswith(note.tail):
            where = tag("tspan", "fc-to", escape(note.tail), fill=BLUE, font_weight="bold")
            content = escape(words.removesuffix(note.tail)) + where
        lines.append(line(left + indent, top + i * NOTE_LEADING + NOTE * BASELINE, content))
    return drawn + tag("text", "fc-note", "".join(lines), font_size=NOTE, fill=SOFT)

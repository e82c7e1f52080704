"""A procedure as a metro map: one lane per role, one numbered station per step, one drawing per stage.

The same SVG serves the screen and the paper. WeasyPrint does not apply the page's CSS inside a drawing, so every mark
carries its looks as attributes; the classes (fc-…) let the site's CSS override them, for instance in the dark.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain, pairwise

from .kinds.procedure import Decision, Procedure, Step, Then

END, ONWARD = "结束", "办完"
AGAIN = "重做本步"
OTHER, OTHER_TITLE = "", "其他"  # no role has an empty id
LANES = 7

# All sizes in units of the viewBox; 360 of them are 125 mm on paper and the width of a telephone.
WIDTH = 360
PAPER_WIDTH = 472  # px: 125 mm, where no CSS says otherwise
LANE_LEFT = 12
STATION, KNOT = 9.5, 4.6
BEND = 8
ROW, ROW_TO_STATION = 44, 22
TITLE, TITLE_LEADING = 14.5, 19
NOTE, NOTE_LEADING, NOTE_INDENT = 11, 15.5, 12
HEAD = 15
LANE_TITLE, LANE_LEADING = 11.5, 12.5
TRACK, TRACK_START, TRACKS = 6, 12, 5
RIGHT = 4

FONT = "Handbook Sans, Noto Sans CJK SC, sans-serif"
INK, SOFT, FAINT, BLUE, PAPER = "#1a1a1a", "#4a4a4a", "#b4b4b4", "#0b4a8f", "#ffffff"

NEVER_FIRST = frozenset("、。，．：；！？）】》」』〉〕”’…—·%℃,.:;!?)]}→")
NEVER_LAST = frozenset("（【《「『〈〔“‘([{→")
UNREADABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Href = Callable[[str], str]
Name = Callable[[str], str]


def anchor(step_id: str) -> str:
    return f"#{step_id}"


def same(name: str) -> str:
    return name


# ---- Text: how wide it runs, where it breaks ---------------------------------------------------------------------


def em(text: str) -> float:
    """The width in em, estimated: full-width characters 1, capitals .7, the rest .55."""
    return sum(1 if unicodedata.east_asian_width(c) in "WFA" else 0.7 if c.isupper() else 0.55 for c in text)


def wrap(text: str, width: float, tail: str = "", whole: Iterable[str] = ()) -> tuple[str, ...]:
    """Lines of at most so many em. A Latin word, a mark and its neighbour, the tail and the names given as whole are kept
    in one piece where they fit."""
    pieces = [*_pieces(" ".join(text.split()), whole), *([tail] if tail else [])]
    lines = _fill(pieces, width)
    # One or two characters alone on the last line look like a slip: draw the lines in while their number allows it.
    narrower = width - 1
    while len(lines) > 1 and em(lines[-1]) < 3 and narrower >= 3:
        shorter = _fill(pieces, narrower)
        if len(shorter) > len(lines):
            break
        lines, narrower = shorter, narrower - 1
    return tuple(lines)


def _pieces(text: str, whole: Iterable[str]) -> list[str]:
    pieces: list[str] = []
    names = "".join(f"{re.escape(name)}|" for name in sorted(filter(None, whole), key=len, reverse=True))
    for word in re.findall(names + r"[A-Za-z0-9][A-Za-z0-9./-]*|.", text):
        if pieces and (word[0] in NEVER_FIRST or pieces[-1][-1] in NEVER_LAST):
            pieces[-1] += word
        else:
            pieces.append(word)
    return pieces


def _fill(pieces: Iterable[str], width: float) -> list[str]:
    lines = [""]
    for piece in pieces:
        if em(lines[-1] + piece.rstrip()) <= width:
            lines[-1] += piece
            continue
        if lines[-1].strip():
            lines.append("")
        lines[-1] = piece.lstrip()
        while em(lines[-1]) > width:
            cut = next(n for n in range(len(lines[-1]), 0, -1) if n == 1 or em(lines[-1][:n]) <= width)
            if cut == len(lines[-1]):
                break
            lines[-1:] = [lines[-1][:cut], lines[-1][cut:]]
    return [line.strip() for line in lines]


def chinese(n: int) -> str:
    """1 to 99 as 一 to 九十九."""
    tens, ones = divmod(n, 10)
    digits = "零一二三四五六七八九"
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones or not tens else "")


# ---- SVG ---------------------------------------------------------------------------------------------------------

ENTITIES = {ord(c): f"&#{ord(c)};" for c in "&<>\"'{}"}  # braces too: Jinja must not see them


def escape(text: str) -> str:
    return UNREADABLE.sub("", text).translate(ENTITIES)


def tag(name: str, class_: str = "", content: str | None = None, /, **attributes: object) -> str:
    """One element; `_` in a name stands for `-`, numbers are rounded, None is left out, content is finished markup."""
    given = {"class": class_ or None} | {key.rstrip("_").replace("_", "-"): v for key, v in attributes.items()}
    written = "".join(f' {key}="{_value(value)}"' for key, value in given.items() if value is not None)
    return f"<{name}{written}/>" if content is None else f"<{name}{written}>{content}</{name}>"


def _value(value: object) -> str:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else escape(str(value))


def path(*parts: float) -> str:
    return " ".join(_value(part) for part in parts)


def text(class_: str, x: float, baseline: float, size: float, words: str, **attributes: object) -> str:
    return tag("text", class_, escape(words), x=x, y=baseline, font_size=size, **({"fill": INK} | attributes))


# ---- What is drawn -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Note:
    """A remark under a title: a way out of the step, or a role that has no lane."""

    lines: tuple[str, ...]
    tail: str = ""  # the end of the last line: where the way leads
    to: str = ""  # the step it leads to
    kind: str = ""  # of decision, or “办完” for the normal way on; "" for roles

    @property
    def decides(self) -> bool:
        return self.kind in set(Then)


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
    def title_end(self) -> float:
        return em(self.title[0]) * TITLE

    def note_middle(self, note: int) -> float:
        """The height of the last line of a note."""
        lines = sum(len(n.lines) for n in self.notes[: note + 1])
        return self.middle + (len(self.title) - 1) * TITLE_LEADING + 3 + lines * NOTE_LEADING

    @property
    def bottom(self) -> float:
        last = self.note_middle(len(self.notes) - 1) + 9 if self.notes else self.middle + (len(self.title) - 1) * TITLE_LEADING
        return max(self.top + ROW, last)


@dataclass(frozen=True)
class Way:
    """A line at the right edge to a step from one or more notes of the same stage."""

    to: str
    start: tuple[tuple[int, int], ...]  # row and note
    rows: tuple[int, int]  # first and last row it passes


@dataclass(frozen=True)
class Map:
    """What all drawings of a procedure have in common."""

    procedure: Procedure
    role_titles: Mapping[str, str]
    href: Href
    item_title: Name
    prefix: str
    lanes: tuple[str, ...]
    tracks: int

    def role(self, role: str) -> str:
        return self.role_titles.get(role, role)

    @property
    def gap(self) -> int:
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
    if len(procedure.actors) <= LANES:
        return procedure.actors
    acts = Counter(role for step in procedure.steps for role in step.by)
    helps = Counter(role for step in procedure.steps for role in step.with_)
    busiest = sorted(procedure.actors, key=lambda role: (-acts[role], -helps[role], procedure.actors.index(role)))
    kept = busiest[: LANES - 1]
    return (*(role for role in procedure.actors if role in kept), OTHER)


def _way_out(decision: Decision, step: Step, numbers: Mapping[str, int], item_title: Name) -> str:
    if decision.then is Then.END:
        return END
    if decision.to == step.id:
        return AGAIN
    if decision.then is Then.ITEM:
        return f"转入“{item_title(decision.to or '')}”"
    return f"{decision.then}第{numbers.get(decision.to, '？')}步"


def _notes(chart: Map, step: Step) -> tuple[Note, ...]:
    notes = []
    wide, indented = chart.text_width / NOTE, (chart.text_width - NOTE_INDENT) / NOTE
    labels = ((OTHER_TITLE, step.by), ("参加", [role for role in step.with_ if role not in step.by]))
    nameless = [(label, [chart.role(role) for role in roles if role not in chart.lanes]) for label, roles in labels]
    if words := "；".join(f"{label}：{'、'.join(roles)}" for label, roles in nameless if roles):
        notes.append(Note(wrap(words, wide, whole=chain.from_iterable(roles for _, roles in nameless))))
    numbers = chart.procedure.numbers
    for d in step.decisions:
        tail = "→" + _way_out(d, step, numbers, chart.item_title)
        target = "" if d.to == step.id else d.to or ""
        notes.append(Note(wrap(d.when.rstrip("。；，"), indented, tail), tail, target, d.then))
    if step.next and not chart.leads_on(step):
        if step.next != END:
            tail = f"→第{numbers.get(step.next, '？')}步"
            notes.append(Note(wrap(ONWARD, indented, tail), tail, step.next, ONWARD))
        elif step is not chart.procedure.steps[-1]:
            notes.append(Note(wrap(ONWARD, indented, "→" + END), "→" + END, "", ONWARD))
    return tuple(notes)


def _rows(chart: Map, steps: Iterable[Step], top: float) -> tuple[Row, ...]:
    rows: list[Row] = []
    for step in steps:
        title = wrap(step.title, chart.text_width / TITLE)
        rows.append(Row(step, chart.procedure.numbers[step.id], title, _notes(chart, step), top))
        top = rows[-1].bottom
    return tuple(rows)


def _ways(steps: Iterable[Step], notes: Iterable[tuple[Note, ...]]) -> tuple[tuple[Way, int], ...]:
    """The lines at the right edge, each with its track: short ones inside, none on top of another."""
    order = {step.id: n for n, step in enumerate(steps)}
    starts: dict[str, list[tuple[int, int]]] = {}
    for row, of_row in enumerate(notes):
        for n, note in enumerate(of_row):
            if note.kind in (Then.BACK, Then.ON, ONWARD) and note.to in order:
                starts.setdefault(note.to, []).append((row, n))
    ways = []
    for to, places in starts.items():
        passed = [order[to], *(row for row, _ in places)]
        ways.append(Way(to, tuple(places), (min(passed), max(passed))))
    taken: list[list[tuple[int, int]]] = []
    placed = []
    for way in sorted(ways, key=lambda w: (w.rows[1] - w.rows[0], w.rows)):
        first, last = way.rows
        free = (n for n, track in enumerate(taken) if all(last < a or b < first for a, b in track))
        track = next(free, len(taken))
        if track == len(taken):
            taken.append([])
        taken[track].append(way.rows)
        # More lines than fit would only tangle; the words under the title still say where the way leads.
        if track < TRACKS:
            placed.append((way, track))
    return tuple(placed)


def charts(
    procedure: Procedure,
    role_titles: Mapping[str, str],
    href: Href = anchor,
    item_title: Name = same,
    prefix: str = "fc",
) -> tuple[str, ...]:
    """One <svg> for each stage; one above the other they read as one chart. Ids in them start with the prefix."""
    draft = Map(procedure, role_titles, href, item_title, prefix, lanes(procedure), 0)
    tracks = 0
    for stage in procedure.stages:
        ways = _ways(stage.steps, [_notes(draft, step) for step in stage.steps])
        tracks = max(tracks, 0, *(track + 1 for _, track in ways))
    chart = Map(procedure, role_titles, href, item_title, prefix, draft.lanes, tracks)
    return tuple(_stage(chart, n) for n in range(len(procedure.stages)))


def _stage(chart: Map, n: int) -> str:
    stage = chart.procedure.stages[n]
    head, top = _head(chart, n)
    rows = _rows(chart, stage.steps, top)
    height = round(rows[-1].bottom + 4)
    first, last = rows[0].number, rows[-1].number
    label = f"流程图：{stage.title}，{_span(first, last)}"
    title_id = f"{chart.prefix}-{stage.id}-title"
    before = chart.procedure.steps[first - 2] if first > 1 else None
    under = [
        *(_guide(chart.x(lane), top - 7, height) for lane in chart.lanes),
        *_line(chart, rows, before, top - 7, height),
        *chain.from_iterable(_crossing(chart, row) for row in rows),
        *_right_edge(chart, rows),
    ]
    parts = [
        tag("title", "", escape(label), id=title_id),
        head,
        tag("g", "", "".join(under), aria_hidden="true", fill="none"),
        *(_step(chart, row) for row in rows),
    ]
    attributes = {
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {WIDTH} {height}", "width": PAPER_WIDTH, "lang": "zh-CN",
        "role": "group", "aria-labelledby": title_id, "font-family": FONT,
    }  # fmt: skip
    return tag("svg", "fc", "\n".join(parts), **attributes)


def _span(first: int, last: int) -> str:
    return f"第{first}步" if first == last else f"第{first}至{last}步"


# ---- The head of a drawing: lanes, stage, key --------------------------------------------------------------------


def _head(chart: Map, n: int) -> tuple[str, float]:
    """The head and where the first row starts."""
    procedure, stage = chart.procedure, chart.procedure.stages[n]
    names = [OTHER_TITLE if lane == OTHER else chart.role(lane) for lane in chart.lanes]
    deepest = max(-(-len(name) // _columns(name)) * LANE_LEADING for name in names)
    title = wrap(stage.title, (WIDTH - RIGHT - chart.text_left) / HEAD)
    marks = _key(chart) if n == 0 else []
    height = max(16 + deepest, 30 + len(title) * 21 + (22 if marks else 0)) + 4

    number = procedure.numbers
    span = _span(number[stage.steps[0].id], number[stage.steps[-1].id])
    small = span if len(procedure.stages) == 1 else f"第{chinese(n + 1)}阶段　{span}"
    left = chart.text_left
    words = text("fc-note", left, 22, NOTE, small, fill=SOFT)
    for row, line in enumerate(title):
        words += text("fc-stage", left, 43 + row * 21, HEAD, line, font_weight="bold")

    drawn = [tag("path", "fc-rule", d=f"M0 1 H{WIDTH}", stroke=INK, stroke_width=1.6)]
    for lane, name in zip(chart.lanes, names, strict=True):
        drawn.append(_upright(name, chart.x(lane), height - 5, chart.gap))
    x = left
    for mark, label in marks:
        drawn.append(mark(x + 5, height - 9))
        drawn.append(text("fc-note", x + 14, height - 5, NOTE, label, fill=SOFT))
        x += 14 + em(label) * NOTE + 12
    return words + tag("g", "", "".join(drawn), aria_hidden="true"), height + 9


def _columns(name: str) -> int:
    return 1 if len(name) <= 8 else 2


def _upright(name: str, x: float, bottom: float, gap: float) -> str:
    """A lane's title from top to bottom, ending at this height; a long one in two columns, the right one first."""
    columns = _columns(name)
    size = LANE_TITLE if columns == 1 else gap / 2 - 0.6
    depth = -(-len(name) // columns)
    spans = []
    for i, character in enumerate(name):
        column, row = divmod(i, depth)
        at = x + (0 if columns == 1 else gap / 4 - column * gap / 2) - em(character) * size / 2
        spans.append(tag("tspan", "", escape(character), x=at, y=bottom - 2 - (depth - 1 - row) * LANE_LEADING))
    return tag("text", "fc-lane", "".join(spans), font_size=size, fill=INK)


def _key(chart: Map) -> list[tuple[Callable[[float, float], str], str]]:
    """The marks that need a word: what a filled dot, a hollow dot and a diamond say."""
    steps = chart.procedure.steps
    key = [(lambda x, y: tag("circle", "fc-station", cx=x, cy=y, r=KNOT, fill=BLUE), "谁来做")]
    if any(role in chart.lanes and role not in step.by for step in steps for role in step.with_):
        key.append((_hollow, "参加"))
    if any(step.decisions for step in steps):
        key.append((_diamond, "遇到情况时"))
    return key


# ---- Lines and stations ------------------------------------------------------------------------------------------


def _guide(x: float, top: float, bottom: float) -> str:
    return tag("path", "fc-guide", d=f"M{path(x, top)} V{path(bottom)}", stroke=FAINT, stroke_width=0.8)


def _line(chart: Map, rows: tuple[Row, ...], before: Step | None, top: float, bottom: float) -> list[str]:
    """The main line from station to station, from the stage before and to the stage after."""
    drawn = []
    if before and chart.leads_on(before):
        drawn.append(_leg(chart.station(before), top, chart.station(rows[0].step), rows[0].middle))
    for row, below in pairwise(rows):
        if chart.leads_on(row.step):
            drawn.append(_leg(chart.station(row.step), row.middle, chart.station(below.step), below.middle))
    last, x = rows[-1], chart.station(rows[-1].step)
    if chart.leads_on(last.step):
        drawn.append(f"M{path(x, last.middle)} V{path(bottom)}")
    heads = []
    for row in rows:
        x, y = chart.station(row.step), row.middle + 17
        if chart.onward(row.step) == END:
            drawn.append(f"M{path(x, row.middle)} V{path(y)} M{path(x - 7.5, y)} h15")
        elif not chart.leads_on(row.step):  # goes on elsewhere; its note says where
            drawn.append(f"M{path(x, row.middle)} V{path(y - 3)}")
            heads.append(tag("path", "fc-onward", d=f"M{path(x - 5.5, y - 4)} h11 l-5.5 8 z", fill=BLUE))
    return [tag("path", "fc-line", d=d, stroke=BLUE, stroke_width=4, stroke_linejoin="round") for d in drawn] + heads


def _leg(x: float, y: float, to_x: float, to_y: float) -> str:
    """From one station to the next; the change of lane just above the latter, with round bends."""
    if x == to_x:
        return f"M{path(x, y)} V{path(to_y)}"
    turn, way = to_y - ROW_TO_STATION + 2, 1 if to_x > x else -1
    return (
        f"M{path(x, y)} V{path(turn - BEND)} Q{path(x, turn, x + way * BEND, turn)}"
        f" H{path(to_x - way * BEND)} Q{path(to_x, turn, to_x, turn + BEND)} V{path(to_y)}"
    )


def _crossing(chart: Map, row: Row) -> list[str]:
    """The bar that joins those who act together, and the dots of those who take part."""
    y, drawn = row.middle, []
    acting = sorted({chart.x(chart.lane(role)) for role in row.step.by})
    if len(acting) > 1:
        place = {"x": acting[0] - 7, "y": y - 7, "width": acting[-1] - acting[0] + 14, "height": 14, "rx": 7}
        drawn.append(tag("rect", "fc-bar", **place, fill=PAPER, stroke=INK, stroke_width=1.4))
        drawn += [tag("circle", "fc-station", cx=x, cy=y, r=KNOT, fill=BLUE) for x in acting]
    helping = {chart.x(lane) for role in row.step.with_ if (lane := chart.lane(role)) is not None}
    return drawn + [_hollow(x, y) for x in sorted(helping - set(acting))]


def _hollow(x: float, y: float) -> str:
    return tag("circle", "fc-with", cx=x, cy=y, r=3.6, fill=PAPER, stroke=INK, stroke_width=1.5)


def _diamond(x: float, y: float) -> str:
    return tag("path", "fc-mark", d=f"M{path(x - 4, y)} l4 -4.4 l4 4.4 l-4 4.4 z", fill=INK)


def _triangle(x: float, y: float) -> str:
    return tag("path", "fc-onward", d=f"M{path(x - 3, y - 4.4)} l7 4.4 l-7 4.4 z", fill=BLUE)


def _right_edge(chart: Map, rows: tuple[Row, ...]) -> list[str]:
    """The dashed lines to other steps of this stage; several that lead to one step share their trunk."""
    drawn = []
    order = {row.step.id: n for n, row in enumerate(rows)}
    for way, track in _ways([row.step for row in rows], [row.notes for row in rows]):
        target = rows[order[way.to]]
        y, tip = target.middle, chart.text_left + target.title_end + 3
        edge = chart.text_right + TRACK_START + TRACK * track
        starts = [(_note_end(chart, rows[r].notes[n]), rows[r].note_middle(n)) for r, n in way.start]
        lines, joints = [f"M{path(edge - 4, y)} H{path(tip + 5)}"], []
        for side, sign in (([s for s in starts if s[1] > y], 1), ([s for s in starts if s[1] < y], -1)):
            # The farthest draws the trunk, the others run up to it: dashes never lie on dashes.
            for n, (x, at) in enumerate(sorted(side, key=lambda s: -sign * s[1])):
                trunk = f" Q{path(edge, at, edge, at - sign * 4)} V{path(y + sign * 4)} Q{path(edge, y, edge - 4, y)}"
                lines.append(f"M{path(x, at)} H{path(edge)}" if n else f"M{path(x, at)} H{path(edge - 4)}{trunk}")
                joints += [tag("circle", "fc-head", cx=edge, cy=at, r=1.8, fill=INK)] if n else []
        drawn += [
            tag("path", "fc-back", d=" ".join(lines), stroke=INK, stroke_width=1.1, stroke_dasharray="4 2.5"),
            tag("path", "fc-head", d=f"M{path(tip, y)} l7 -3.6 v7.2 z", fill=INK),
            *joints,
        ]
    return drawn


def _note_end(chart: Map, note: Note) -> float:
    return chart.text_left + NOTE_INDENT + em(note.lines[-1]) * NOTE + 4


# ---- A step: its station, title and notes ------------------------------------------------------------------------


def _step(chart: Map, row: Row) -> str:
    x, left = chart.station(row.step), chart.text_left
    lines = []
    for n, line in enumerate(row.title):
        y = row.middle + n * TITLE_LEADING + TITLE * 0.36
        lines.append(tag("tspan", "", escape(line), x=left, y=y))
    target = tag(
        "rect", "fc-hit", x=1, y=row.top + 8, width=WIDTH - 2, height=28 + (len(row.title) - 1) * TITLE_LEADING,
        fill="none", stroke="none", pointer_events="all",
    )  # fmt: skip
    size = 11 if row.number < 100 else 9
    link = (
        tag("title", "", escape(f"第{row.number}步：{row.step.title}。{_who(chart.role, row.step)}"))
        + target
        + tag("circle", "fc-station", cx=x, cy=row.middle, r=STATION, fill=BLUE)
        + text("fc-no", x, row.middle + size * 0.36, size, str(row.number), fill=PAPER, font_weight="bold", text_anchor="middle")
        + tag("text", "fc-title", "".join(lines), font_size=TITLE, fill=INK)
    )
    notes = "".join(_note(chart, row, n) for n in range(len(row.notes)))
    return tag("a", "fc-step", link, href=chart.href(row.step.id)) + notes


def _note(chart: Map, row: Row, n: int) -> str:
    note, left = row.notes[n], chart.text_left + (NOTE_INDENT if row.notes[n].kind else 0)
    top = row.note_middle(n) - (len(note.lines) - 1) * NOTE_LEADING
    spans = []
    for i, line in enumerate(note.lines):
        y = top + i * NOTE_LEADING + NOTE * 0.36
        if note.tail and line.endswith(note.tail):
            before = line.removesuffix(note.tail)
            words = escape(before) + tag("tspan", "fc-to", escape(note.tail), fill=BLUE, font_weight="bold")
        else:
            words = escape(line)
        spans.append(tag("tspan", "", words, x=left, y=y))
    mark = _diamond if note.decides else _triangle
    drawn = tag("g", "", mark(chart.text_left + 4, top), aria_hidden="true") if note.kind else ""
    return drawn + tag("text", "fc-note", "".join(spans), font_size=NOTE, fill=SOFT)


# ---- In words ----------------------------------------------------------------------------------------------------


def _who(role: Name, step: Step) -> str:
    helping = [role(r) for r in step.with_ if r not in step.by]
    return f"谁来做：{'、'.join(map(role, step.by))}" + (f"；参加：{'、'.join(helping)}" if helping else "")


def description(procedure: Procedure, role_titles: Mapping[str, str], item_title: Name = same) -> str:
    """The chart in sentences: every step, who does it, and every way that does not lead to the next step. Plain text."""
    numbers, steps = procedure.numbers, procedure.steps
    several = len(procedure.stages) > 1
    count = f"{len(procedure.stages)}个阶段、{len(steps)}步" if several else f"{len(steps)}步"
    sentences = [f"“{_inner(procedure.title)}”共{count}。"]

    def named(step_id: str | None) -> str:
        number = numbers.get(step_id or "")
        return f"第{number}步“{_inner(steps[number - 1].title)}”" if number else f"“{step_id}”"

    for n, stage in enumerate(procedure.stages, 1):
        if several:
            span = _span(numbers[stage.steps[0].id], numbers[stage.steps[-1].id])
            sentences.append(f"第{chinese(n)}阶段“{_inner(stage.title)}”，{span}。")
        for step in stage.steps:
            acting = "、".join(role_titles.get(r, r) for r in step.by)
            helping = "、".join(role_titles.get(r, r) for r in step.with_ if r not in step.by)
            sentences.append(f"{named(step.id)}，由{acting}办理{f'，{helping}参加' if helping else ''}。")
            for d in step.decisions:
                if d.then is Then.END:
                    way = "程序结束"
                elif d.then is Then.ITEM:
                    way = f"转入“{_inner(item_title(d.to or ''))}”"
                elif d.to == step.id:
                    way = AGAIN
                else:
                    way = f"{d.then}{named(d.to)}"
                sentences.append(f"遇到“{_inner(d.when.rstrip('。；，'))}”的情况，{way}。")
            if step.next and step.next != END and numbers.get(step.next) != numbers[step.id] + 1:
                sentences.append(f"办完后转到{named(step.next)}。")
            elif step is steps[-1] or step.next == END:
                sentences.append("办完后程序结束。")
    return "".join(sentences)


def _inner(words: str) -> str:
    """Words to stand in quotation marks: their own become single ones."""
    return " ".join(words.split()).translate(str.maketrans("“”", "‘’"))

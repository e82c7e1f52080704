"""What the check says: every problem once, then a count; and the lists that help an editor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import pages
from .catalogue import Catalogue, inspect
from .kinds import KINDS
from .kinds.fields import Basis, State, chinese_date
from .problems import Problem
from .rules.scope import records


def check(root: Path) -> tuple[Catalogue | None, tuple[Problem, ...]]:
    """The catalogue and every problem of data/ and of the pages written by hand."""
    catalogue, problems = inspect(root)
    # The macros of a page can only be tried against data that is whole.
    if catalogue is not None and not errors(problems):
        problems = tuple(sorted({*problems, *pages.problems(catalogue, root)}))
    return catalogue, problems


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Those that stop the build."""
    return [p for p in problems if not p.warning]


def verdict(catalogue: Catalogue | None, problems: Iterable[Problem]) -> str:
    """The last line: how many problems, or that there is none and what was read."""
    problems = list(problems)
    wrong = len(errors(problems))
    warned = len(problems) - wrong
    told = [f"{wrong} 处问题"] * bool(wrong) + [f"{warned} 处提醒"] * bool(warned)
    if wrong or catalogue is None:
        return f"共 {'，'.join(told)}"
    counts = "，".join(f"{kind.title} {len(catalogue.of(kind.id))}" for kind in KINDS.values())
    return f"没有问题{f'，{told[0]}' if told else ''}：{counts}，岗位 {len(catalogue.roles)}，术语 {len(catalogue.terms)}"


def blanks(catalogue: Catalogue) -> Iterator[str]:
    """Every blank that the unit fills in: which item, what, and where to write it."""
    for entry in catalogue.entries.values():
        for i, blank in enumerate(getattr(entry.item, "blanks", ())):
            line = entry.document.line(("blanks", i))
            unit = f"（{blank.unit}）" if blank.unit else ""
            yield f"{entry.source}:{line}: {entry.item.title}：{blank.label}{unit}"


def due(catalogue: Catalogue, day: str) -> Iterator[str]:
    """Every item whose review, and every regulation whose comparison, is due on this day or was before; soonest first."""
    dated = [(e.item.due, e) for e in catalogue.entries.values() if getattr(e.item, "due", day + "~") <= day]
    for due, entry in sorted(dated, key=lambda pair: (pair[0], pair[1].source)):
        field, word = ("next_check", "核对法规") if entry.kind == "regulation" else ("reviewed", "复核")
        owner = catalogue.roles.get(getattr(entry.item, "owner", ""))
        who = f"，归口岗位{owner.title}" if owner else ""
        title = getattr(entry.item, "short", entry.item.title)
        yield f"{entry.source}:{entry.document.line((field,))}: {title}：{chinese_date(due)}前{word}{who}"
    yield f"到{chinese_date(day)}，要复核和核对的有{len(dated)}项"


def summary(catalogue: Catalogue) -> Iterator[str]:
    """How many of each kind, and how sure the sources are."""
    for kind in KINDS.values():
        yield f"{kind.title} {len(catalogue.of(kind.id))}"
    yield f"岗位 {len(catalogue.roles)}"
    yield f"术语 {len(catalogue.terms)}"
    yield f"本单位填写的空格 {len(catalogue.blanks)}"
    states = Counter(b.state for e in catalogue.entries.values() for _, b in records(e, Basis))
    for state in State:
        yield f"依据状态 {state}（{state.label}） {states[state]}"

"""What the check says: every problem once, then a count; and the lists that help an editor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import pages, schema
from .catalogue import Catalogue, inspect, names_in_use
from .kinds import KINDS
from .kinds.fields import Basis, State
from .problems import Problem
from .rules.scope import records


def check(root: Path) -> tuple[Catalogue | None, tuple[Problem, ...]]:
    """The catalogue and every problem of data/ and of the pages written by hand."""
    catalogue, problems = inspect(root)
    unsafe = pages.unsafe(root)
    found = {*problems, *unsafe}
    # The macros of a page can only be tried against data that is whole.
    if catalogue is not None and not errors(problems):
        found.update(pages.problems(catalogue, root, skip={p.path for p in unsafe}))
        found.update(_old_lists(catalogue, root))
    return catalogue, tuple(sorted(found))


def _old_lists(catalogue: Catalogue, root: Path) -> Iterator[Problem]:
    """A reminder when editors would complete from old names; whoever edits on a web page cannot cure it, so no error."""
    folder = root / "data" / "_schema"
    if folder.is_dir() and (old := schema.old_lists(folder, names_in_use(root, catalogue))):
        hint = "运行 python3 scripts/schemas.py；在网页上改的不用管，由维护人员合并后运行"
        yield Problem(f"data/_schema/{old[0]}", 1, "", f"编辑器的补全名单不是最新的（{len(old)} 个文件）", hint, warning=True)


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

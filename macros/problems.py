"""What is wrong, where, and what to do: problems are values, so they can be sorted, tested and printed."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in one file, told to an editor in Chinese."""

    path: str
    line: int
    where: str
    message: str
    hint: str = ""
    warning: bool = False
    rule: str = field(default="", compare=False)  # name of the rule that found it; "" for the reader and the models

    def by(self, rule: Callable) -> Problem:
        """The same problem, with the rule that found it."""
        return replace(self, rule=rule.__name__)

    def __str__(self) -> str:
        place = f"{self.where}：" if self.where else ""
        level = "提醒：" if self.warning else ""
        hint = f"\n    建议：{self.hint}" if self.hint else ""
        return f"{self.path}:{self.line}: {level}{place}{self.message}{hint}"


class Refused(Exception):
    """Building stops: carries every problem found, never just the first."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word most like the one typed, or an empty text where none is close."""
    found = difflib.get_close_matches(word, sorted(set(known)), n=1, cutoff=0.5)
    return found[0] if found else ""


def did_you_mean(word: str, known: dict[str, str]) -> str:
    """A Chinese hint with the nearest known name and its id (known maps names to ids)."""
    name = nearest(word, known)
    if not name:
        return ""
    ident = known[name]
    return f"是不是“{name}”" + (f"（{ident}）" if ident != name else "") + "？"

"""Questions with the pages that answer them, and how well a search does on them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Question:
    """What a reader types, and the pages any of which answers it (with an anchor: a section that must be shown)."""

    text: str
    answers: tuple[str, ...]  # procedures/dues/ or procedures/dues/#step-collect


def read(file: Path) -> list[Question]:
    """The questions of a TSV: question, pages joined by “|”, and whatever else the author noted."""
    lines = (
        line
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    )
    fields = [line.split("\t") for line in lines]
    return [Question(f[0], tuple(f[1].split("|"))) for f in fields]


def page(address: str) -> str:
    """An address below the base, however the site is laid out: procedures/dues/index.html#x -> procedures/dues/#x."""
    path, mark, anchor = address.partition("#")
    path = re.sub(r"(^|/)index\.html$", r"\1", path.partition("?")[0])  # ?h=… are words to mark on the page
    path = re.sub(r"(?<=\w)\.html$", "/", path)
    return f"{path}{mark}{anchor}"


def place(question: Question, found: Sequence[Sequence[str]]) -> int | None:
    """Where the first answer stands among the results, from 1; each result is the addresses it links to, page first."""
    for n, links in enumerate(found, 1):
        shown = [page(link) for link in links]
        if any(_answers(shown, answer) for answer in question.answers):
            return n
    return None


def _answers(shown: Sequence[str], answer: str) -> bool:
    """Whether a result is the page asked for, or shows the place asked for; a long page has its places on pages below."""
    wanted, mark, anchor = answer.partition("#")
    if not mark:
        return bool(shown) and shown[0].partition("#")[0] == wanted
    return any(link.startswith(wanted) and link.endswith(f"#{anchor}") for link in shown)


@dataclass(frozen=True)
class Score:
    """How a search did on a list of questions; places are None where no answer was shown."""

    places: tuple[int | None, ...]
    empty: int  # questions without any result

    def share(self, most: int) -> float:
        """The share of questions answered among the first results, 0 to 1."""
        return sum(p is not None and p <= most for p in self.places) / len(self.places)

    @property
    def reciprocal(self) -> float:
        """The mean reciprocal rank, 0 to 1."""
        return sum(1 / p for p in self.places if p) / len(self.places)

    @property
    def line(self) -> str:
        figures = f"hit@1 {self.share(1):.3f}　hit@3 {self.share(3):.3f}　MRR {self.reciprocal:.3f}"
        return f"{len(self.places)}问　{figures}　没有结果{self.empty}问"


def together(scores: Iterable[Score]) -> Score:
    """One score over several lists."""
    scores = list(scores)
    return Score(tuple(p for s in scores for p in s.places), sum(s.empty for s in scores))

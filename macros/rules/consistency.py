"""Rules across items: a figure has one value, a duty one place, a record somebody who makes it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..kinds.fields import Limit, State, Unit, article_number
from ..kinds.procedure import Step
from ..problems import Problem
from .scope import Scope, at, records, sentences

FILLERS = ("进一步", "切实", "不断", "认真", "积极", "扎实", "大力", "深入推进", "高度重视")
TERMS = "积极分子|进一步使用"  # words of the regulations, no fillers
LONG = 60  # characters of one sentence


def limits_agree_everywhere(scope: Scope) -> Iterator[Problem]:
    """同一部法规同一条的同一个时限，在各处写的数和单位要一样（1个月和30天也算不一样）。"""
    seen: dict[tuple, tuple[str, str]] = {}
    for entry in scope.of("procedure", "checklist"):
        for where, holder, limit in _limits(entry):
            for basis in limit.basis or holder.basis:
                # One of two that may be chosen is no contradiction.
                if limit.either or not (basis.regulation and len(basis.article) == 1 and limit.what):
                    continue
                lessons = limit.unit is Unit.LESSON  # days and lessons measure different things
                article = article_number(basis.article[0])
                key = (basis.regulation, article, limit.what, limit.when, limit.bound, lessons)
                figure, path = seen.setdefault(key, (limit.figure, entry.document.path))
                if figure != limit.figure:
                    message = f"“{limit.what}”在这里是{limit.figure}，在 {path} 里是{figure}，依据的是同一条"
                    yield at(entry, (*where, "amount"), message, "核对条文，改成一样；说的不是一件事时改 what 或 when")


def _limits(entry) -> Iterator[tuple[tuple, object, Limit]]:
    """Limits of steps and duties, with what holds them."""
    for where, limit in records(entry, Limit):
        holder = next((part for path, part in entry.parts if path == where[:-2] and hasattr(part, "basis")), None)
        if holder is not None:
            yield where, holder, limit


def recurring_duties_are_in_a_checklist(scope: Scope) -> Iterator[Problem]:
    """程序里反复要做的事（recurs），在某份清单里要有一项：procedure 写这个程序，周期相同。"""
    if scope.catalogue is None or len(scope.entries) < len(scope.known_ids):
        return
    listed = {(d.procedure, d.cadence.every) for e in scope.of("checklist") for d in e.item.duties if d.cadence}
    for entry in scope.of("procedure"):
        for where, step in records(entry, Step):
            for i, again in enumerate(step.recurs):
                if (entry.id, again.every) not in listed:
                    hint = f"在清单里加一项：procedure: {entry.id}，cadence 的 every: {again.every}"
                    yield at(entry, (*where, "recurs", i), f"“{again.what}”{again.text}，没有列入任何清单", hint)


def estimates_are_given(scope: Scope) -> Iterator[Problem]:
    """清单的每一项和每张表单都写估计的分钟数，减负一览要用；含义由本单位填写的事项（依据只有 SEED）可以不写。"""
    for entry in scope.of("form"):
        if entry.item.minutes is None:
            yield at(entry, ("title",), "没有写填写约需几分钟", "补上 minutes（估计数）")
    for entry in scope.of("checklist"):
        for i, group in enumerate(entry.item.groups):
            for j, duty in enumerate(group.duties):
                local = all(basis.state is State.SEED for basis in duty.basis)
                if duty.minutes is None and not duty.same and not local:
                    yield at(entry, ("groups", i, "duties", j), f"“{duty.title}”没有写每次约需几分钟", "补上 minutes（估计数）")


def sentences_are_short(scope: Scope) -> Iterator[Problem]:
    """动作的一句话不超过60个字；更长的给出提醒。"""
    for document in scope.documents:
        for where, sentence in sentences(document, {"do"}):
            if len(sentence) > LONG:
                yield _warned(document, where, f"这句话有{len(sentence)}个字", "拆成几句，一句一个动作")


def actions_have_no_filler(scope: Scope) -> Iterator[Problem]:
    """动作里不写“进一步、切实、不断、认真、积极”一类的虚词；写了给出提醒。"""
    pattern = re.compile("|".join(FILLERS))
    for document in scope.documents:
        for where, sentence in sentences(document, {"do"}):
            if found := pattern.search(re.sub(TERMS, "", sentence)):
                yield _warned(document, where, f"“{found[0]}”没有说出动作", "删去它，直接写谁做什么")


def _warned(document, where, message: str, hint: str) -> Problem:
    return Problem(document.path, document.line(where), "", message, hint, warning=True)


RULES = (
    limits_agree_everywhere,
    recurring_duties_are_in_a_checklist,
    estimates_are_given,
    sentences_are_short,
    actions_have_no_filler,
)

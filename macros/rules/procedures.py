"""Rules inside one procedure or checklist: steps, decisions, limits, examples, wording."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..kinds.fields import Bound, Counted, Limit, Unit, Vote, number
from ..kinds.procedure import Then
from ..problems import Problem, did_you_mean
from .scope import Scope, at, records, steps

ORDERS = re.compile(r"应当|必须|不得|严禁|务必")


def part_ids_are_unique(scope: Scope) -> Iterator[Problem]:
    """同一程序里步骤和阶段的编号、同一清单里事项的编号、同一表单里栏目的编号不重复。"""
    for kind, lists in (("procedure", ("stages", "steps")), ("checklist", ("groups", "duties")), ("form", ("fields",))):
        for entry in scope.of(kind):
            seen: set[str] = set()
            for where, ident in _part_ids(entry.document.value, lists, ()):
                if ident in seen:
                    yield at(entry, where, f"编号“{ident}”重复", "换一个编号")
                seen.add(ident)


def _part_ids(value: object, lists: tuple[str, ...], where: tuple) -> Iterator[tuple[tuple, str]]:
    for i, record in enumerate(value[lists[0]]) if lists else ():
        here = (*where, lists[0], i)
        yield (*here, "id"), record["id"]
        yield from _part_ids(record, lists[1:], here)


def step_links_exist(scope: Scope) -> Iterator[Problem]:
    """next、decisions 的 to、limits 的 after 写步骤编号时，该步骤要在本程序里；退回只能往前，转到只能往后。"""
    for entry in scope.of("procedure"):
        numbers = entry.item.numbers
        known = {name: s.id for s in entry.item.steps for name in (s.id, s.title)}
        for where, step in steps(entry):
            if step.next and step.next != "结束" and step.next not in numbers:
                yield at(entry, (*where, "next"), f"没有“{step.next}”这一步", did_you_mean(step.next, known))
            for i, decision in enumerate(step.decisions):
                yield from _decision(scope, entry, (*where, "decisions", i), step, decision, numbers, known)
        for where, limit in records(entry, Limit):
            if limit.after and re.fullmatch(r"[a-z0-9-]+", limit.after) and limit.after not in numbers:
                yield at(entry, (*where, "after"), f"没有“{limit.after}”这一步", did_you_mean(limit.after, known))


def _decision(scope, entry, where, step, decision, numbers, known) -> Iterator[Problem]:
    if decision.then is Then.END:
        if decision.to:
            yield at(entry, (*where, "to"), "“结束”后面没有去处", "删去 to，或把 then 改成退回、转到")
    elif not decision.to:
        yield at(entry, (*where, "then"), f"“{decision.then}”没有写去哪里", "补上 to：步骤编号")
    elif decision.then is Then.ITEM:
        if decision.to not in scope.known_ids:
            hint = did_you_mean(decision.to, {i: i for i in scope.known_ids})
            yield at(entry, (*where, "to"), f"没有“{decision.to}”这个条目", hint)
    elif decision.to not in numbers:
        yield at(entry, (*where, "to"), f"没有“{decision.to}”这一步", did_you_mean(decision.to, known))
    elif (numbers[decision.to] > numbers[step.id]) != (decision.then is Then.ON):
        right = "转到" if numbers[decision.to] > numbers[step.id] else "退回"
        yield at(entry, (*where, "then"), f"“{decision.to}”不能用“{decision.then}”", f"往前写“退回”，往后写“转到”；这里应写“{right}”")


def steps_are_reachable(scope: Scope) -> Iterator[Problem]:
    """每一步都能走到：没有哪一步被 next 跳过又没有别处转来。"""
    for entry in scope.of("procedure"):
        order = entry.item.steps
        ids = [s.id for s in order]
        ways: dict[str, list[str]] = {}
        for n, step in enumerate(order):
            following = ids[n + 1] if n + 1 < len(ids) else "结束"
            onward = step.next if step.next in ids or step.next == "结束" else following
            jumps = [d.to for d in step.decisions if d.then in (Then.BACK, Then.ON) and d.to]
            ways[step.id] = [onward, *jumps]
        reached, todo = set(), [ids[0]]
        while todo:
            ident = todo.pop()
            if ident not in reached and ident in ways:
                reached.add(ident)
                todo.extend(ways[ident])
        for where, step in steps(entry):
            if step.id not in reached:
                yield at(entry, (*where, "id"), f"走不到“{step.title}”这一步", "检查前面步骤的 next，或加一条“转到”")


def needed_forms_exist(scope: Scope) -> Iterator[Problem]:
    """needs 里写表单文件名时，表单要存在；写中文时就是普通文字。"""
    for entry in scope.of("procedure"):
        for where, step in steps(entry):
            for i, need in enumerate(step.needs):
                if re.fullmatch(r"[a-z0-9-]+", need) and need not in scope.known_ids:
                    hint = did_you_mean(need, {i: i for i in scope.known_ids}) or "写表单的文件名，或用中文写清楚"
                    yield at(entry, (*where, "needs", i), f"没有“{need}”这张表单", hint)


def examples_follow_their_rule(scope: Scope) -> Iterator[Problem]:
    """算例的结果要和规则算出来的一致（应到15人、不少于4/5，就是12人）。"""
    for entry in scope.of("procedure"):
        for where, vote in records(entry, Vote):
            for i, example in enumerate(vote.examples):
                needed = vote.needed(example.total)
                if example.needed != needed:
                    message = f"基数{example.total}时按规则是{needed}，写成了{example.needed}"
                    yield at(entry, (*where, "examples", i, "needed"), message, f"改成{needed}，或核对比例")
        for t, tariff in enumerate(entry.item.tariffs):
            for i, example in enumerate(tariff.examples):
                due = tariff.due(example.base)
                if due is None:
                    message = f"基数{example.base}元不在任何一档里"
                    yield at(entry, ("tariffs", t, "examples", i, "base"), message, "改基数，或补上这一档；定额的不写算例")
                elif example.due != due:
                    message = f"基数{example.base}元时按档次是{number(due)}元，写成了{example.due}元"
                    yield at(entry, ("tariffs", t, "examples", i, "due"), message, f"改成{number(due)}，或核对档次")


def limits_agree(scope: Scope) -> Iterator[Problem]:
    """同一步里同一个时限不能给出两个不同的数。"""
    for entry in scope.of("procedure"):
        for where, step in steps(entry):
            seen: dict[tuple, object] = {}
            for i, limit in enumerate(step.limits):
                lessons = limit.unit is Unit.LESSON
                key = (limit.what, limit.when, limit.bound, limit.after, limit.before, limit.either, lessons)
                if key in seen and limit.bound is not Bound.EXACTLY:
                    hint = "两个时限说的不是一件事时，用 what 或 when 区分"
                    yield at(entry, (*where, "limits", i), f"同一个时限写了{seen[key]}和{limit.figure}两个数", hint)
                seen[key] = limit.figure


def votes_state_of_whom(scope: Scope) -> Iterator[Problem]:
    """同一步里到会和赞成各最多写一条；几种情况各有规定时用 when 区分。"""
    for entry in scope.of("procedure"):
        for where, step in steps(entry):
            told = [(v.count, v.when) for v in step.votes if v.count in (Counted.PRESENT, Counted.IN_FAVOUR)]
            for count in sorted({c for c, when in told if told.count((c, when)) > 1}):
                yield at(entry, (*where, "votes"), f"“{count}”写了两条", "合成一条，用 when 区分情况，或拆成两步")


def suggestions_are_not_orders(scope: Scope) -> Iterator[Problem]:
    """只有建议（M、REC、SEED）的步骤和事项不写“应当、必须、不得、严禁、务必”。"""
    for entry in scope.of("procedure"):
        for where, step in steps(entry):
            if not step.is_rule:
                yield from _orders(entry, where, step)
    for entry in scope.of("checklist"):
        for i, group in enumerate(entry.item.groups):
            for j, duty in enumerate(group.duties):
                if not duty.same and not any(b.state.is_rule for b in duty.basis):
                    yield from _orders(entry, ("groups", i, "duties", j), duty)


def _orders(entry, where, record) -> Iterator[Problem]:
    texts = [((*where, "title"), record.title)] + [((*where, "do", i), text) for i, text in enumerate(record.do)]
    for place, text in texts:
        if found := ORDERS.search(text):
            hint = "去掉这个词，直接写动作；有规定时补上依据和状态 A、Ax 或 B"
            yield at(entry, place, f"这一步只是建议，却写了“{found[0]}”", hint)


def duties_have_a_reason(scope: Scope) -> Iterator[Problem]:
    """清单的每一项要有对应程序，或写明没有程序的理由。"""
    for entry in scope.of("checklist"):
        for i, group in enumerate(entry.item.groups):
            for j, duty in enumerate(group.duties):
                if not duty.same and not duty.procedure and not duty.reason:
                    where = ("groups", i, "duties", j, "title")
                    yield at(entry, where, "没有对应程序，也没有写理由", "补上 procedure，或用 reason 说明为什么不需要程序")


RULES = (
    part_ids_are_unique,
    step_links_exist,
    steps_are_reachable,
    needed_forms_exist,
    examples_follow_their_rule,
    limits_agree,
    votes_state_of_whom,
    suggestions_are_not_orders,
    duties_have_a_reason,
)

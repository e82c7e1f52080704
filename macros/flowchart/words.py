"""The words on a chart, and the chart in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ..kinds.procedure import Decision, Procedure, Step, Then

END = "结束"  # what a step's `next` says, and what the chart says
ONWARD = "办完"
AGAIN = "重做本步"
OTHERS = "其他"

Name = Callable[[str], str]


def same(name: str) -> str:
    """The name as it is."""
    return name


def chinese(n: int) -> str:
    """1 to 99 as 一 to 九十九."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(n, 10)
    if not tens:
        return digits[ones]
    return (digits[tens] if tens > 1 else "") + "十" + (digits[ones] if ones else "")


def span(first: int, last: int) -> str:
    return f"第{first}步" if first == last else f"第{first}至{last}步"


def condition(decision: Decision) -> str:
    """When a step goes another way, without the mark at its end: an arrow or a quotation mark follows."""
    return decision.when.rstrip("。；，")


def way_out(
    decision: Decision, step: Step, end: str, name: Callable[[str | None], str], item_title: Name
) -> str:
    """Where a decision leads; how to say the end, another step and another item is up to the caller."""
    if decision.then is Then.END:
        return end
    if decision.then is Then.ITEM:
        return f"转入“{item_title(decision.to or '')}”"
    if decision.to == step.id:
        return AGAIN
    return f"{decision.then}{name(decision.to)}"


def helpers(step: Step) -> list[str]:
    """Those who take part without acting themselves."""
    return [role for role in step.with_ if role not in step.by]


def who(step: Step, role: Name) -> str:
    acting, helping = "、".join(map(role, step.by)), "、".join(map(role, helpers(step)))
    return f"谁来做：{acting}" + (f"；参加：{helping}" if helping else "")


def description(procedure: Procedure, role_titles: Mapping[str, str], item_title: Name = same) -> str:
    """The chart in sentences of plain text: every step, who does it, every way that is not to the next step."""
    numbers, steps, stages = procedure.numbers, procedure.steps, procedure.stages

    def role(ident: str) -> str:
        return role_titles.get(ident, ident)

    def named(ident: str | None) -> str:
        number = numbers.get(ident or "")
        return f"第{number}步“{_inner(steps[number - 1].title)}”" if number else f"“{ident}”"

    def item(ident: str) -> str:
        return _inner(item_title(ident))

    def of_step(step: Step) -> Iterator[str]:
        acting, helping = "、".join(map(role, step.by)), "、".join(map(role, helpers(step)))
        yield f"{named(step.id)}，由{acting}办理{f'，{helping}参加' if helping else ''}。"
        for decision in step.decisions:
            way = way_out(decision, step, "程序结束", named, item)
            yield f"遇到“{_inner(condition(decision))}”的情况，{way}。"
        if step.next and step.next != END and numbers.get(step.next) != numbers[step.id] + 1:
            yield f"办完后转到{named(step.next)}。"
        elif step is steps[-1] or step.next == END:
            yield "办完后程序结束。"

    several = len(stages) > 1
    count = f"{len(stages)}个阶段、{len(steps)}步" if several else f"{len(steps)}步"
    sentences = [f"“{_inner(procedure.title)}”共{count}。"]
    for n, stage in enumerate(stages, 1):
        if several:
            reach = span(numbers[stage.steps[0].id], numbers[stage.steps[-1].id])
            sentences.append(f"第{chinese(n)}阶段“{_inner(stage.title)}”，{reach}。")
        for step in stage.steps:
            sentences += of_step(step)
    return "".join(sentences)


def _inner(words: str) -> str:
    """Words to stand in quotation marks: their own become single ones."""
    return " ".join(words.split()).translate(str.maketrans("“”", "‘’"))

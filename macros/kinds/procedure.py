"""A procedure: stages of steps, with who does what, by when, on what basis, and what record stays."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cached_property

from pydantic import Field, model_validator

from .fields import (
    Basis,
    Figure,
    Forms,
    Id,
    Limit,
    Model,
    Recurrence,
    Reviewed,
    Roles,
    Sources,
    Text,
    Texts,
    Title,
    Vote,
    fault,
    number,
)


class Layer(StrEnum):
    """The layer of the document system a procedure belongs to."""

    PROCEDURE = "管理程序"
    INSTRUCTION = "作业指导书"
    HANDBOOK = "工作手册"


class Then(StrEnum):
    END = "结束"
    BACK = "退回"
    ON = "转到"
    ITEM = "转入"


class Decision(Model):
    """What happens when a step does not go the normal way."""

    when: Text = Field(title="什么情况", description="如“政治审查不合格”")
    then: Then = Field(title="怎么办", description="结束；退回前面某步；转到后面某步；转入另一条目")
    to: Text | None = Field(None, title="去哪里", description="步骤编号；“转入”时写条目的文件名；“结束”时不写")
    note: Text | None = Field(None, title="说明")


class Case(Model):
    """A special case and what to do in it."""

    when: Text = Field(title="什么情况")
    do: Texts = Field(min_length=1, title="怎么做", description="一句一个动作")
    basis: tuple[Basis, ...] = Field((), title="依据", description="和本步依据不同时才写")


class Step(Model):
    """One step of a procedure."""

    id: Id = Field(title="编号", description="英文小写和短横线，在本程序内唯一，定了不再变")
    title: Title = Field(title="标题")
    by: Roles = Field(min_length=1, title="谁来做", description="岗位名称，如 [组织委员]")
    with_: Roles = Field((), alias="with", title="谁参加", description="参加或配合的岗位")
    do: Texts = Field(min_length=1, title="怎么做", description="一句一个动作，先写谁；多个动作写成列表")
    needs: Texts = Field((), title="需要什么", description="开始前手里要有的东西；是表单时写表单的文件名")
    records: Forms = Field((), title="留下什么记录", description="表单的文件名")
    limits: tuple[Limit, ...] = Field((), title="时限")
    recurs: tuple[Recurrence, ...] = Field((), title="多久一次")
    votes: tuple[Vote, ...] = Field((), title="到会和表决")
    ballot: Text | None = Field(None, title="表决方式", description="如“无记名投票”")
    decisions: tuple[Decision, ...] = Field((), title="不通过时")
    next: Text | None = Field(None, title="下一步", description="不按顺序时写：步骤编号，或“结束”")
    cases: tuple[Case, ...] = Field((), title="特殊情况")
    basis: Sources = Field(title="依据")
    note: Text | None = Field(None, title="提示")

    @property
    def is_rule(self) -> bool:
        return any(b.state.is_rule for b in self.basis)


class Stage(Model):
    """A named run of steps."""

    id: Id = Field(title="编号")
    title: Title = Field(title="标题")
    steps: tuple[Step, ...] = Field(min_length=1, title="步骤")


class Mistake(Model):
    """A common mistake and what is right."""

    wrong: Text = Field(title="常见错误")
    right: Text = Field(title="正确做法")
    basis: tuple[Basis, ...] = Field((), title="依据")


class Tier(Model):
    """One band of a tariff: over (not including) one amount, up to (including) another."""

    over: Figure | None = Field(None, ge=0, title="超过", description="不含本数")
    upto: Figure | None = Field(None, gt=0, title="不超过", description="含本数")
    percent: Figure = Field(gt=0, title="比例（%）")

    @property
    def range(self) -> str:
        parts = []
        if self.over is not None:
            parts.append(f"超过{number(self.over)}元")
        if self.upto is not None:
            parts.append(f"{number(self.upto)}元以下（含{number(self.upto)}元）")
        return "、".join(parts)


class Due(Model):
    """A worked example of a tariff; the model checks the arithmetic."""

    base: Figure = Field(gt=0, title="基数（元）")
    due: Figure = Field(ge=0, title="应交（元）")


class Tariff(Model):
    """What is paid on what base; the rate of the band holds for the whole amount."""

    id: Id = Field(title="编号")
    title: Title = Field(title="对象")
    base: Text = Field(title="计算基数")
    tiers: tuple[Tier, ...] = Field((), title="档次")
    flat: Text | None = Field(None, title="定额", description="不按比例时写，如“每月0.2元”")
    rounding: Text | None = Field(None, title="取整", description="如“去尾取整”")
    examples: tuple[Due, ...] = Field((), title="算例", description="由程序按档次核对")
    basis: Sources = Field(title="依据")
    note: Text | None = Field(None, title="说明")

    @model_validator(mode="after")
    def _tiers_or_flat(self) -> Tariff:
        if bool(self.tiers) == bool(self.flat):
            raise fault("tiers 和 flat 要写且只写一个", "按比例的写 tiers，定额的写 flat", "flat")
        for before, after in zip(self.tiers, self.tiers[1:], strict=False):
            if before.upto is None or before.upto != after.over:
                raise fault("档次之间有空档或重叠", "前一档的 upto 等于后一档的 over", "tiers")
        return self

    def due(self, base: Decimal) -> Decimal | None:
        """What is due on this base in yuan, rounded to the cent; None where no band holds it."""
        for tier in self.tiers:
            if (tier.over is None or base > tier.over) and (tier.upto is None or base <= tier.upto):
                return (base * tier.percent / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
        return None


class Procedure(Reviewed):
    """A procedure with its stages and steps."""

    layer: Layer = Field(title="文件层级", description="管理程序、作业指导书、工作手册")
    purpose: Text = Field(title="目的", description="一句话：办成什么事")
    scope: Text = Field(title="适用范围", description="谁用、什么情况下用")
    start: Text = Field(title="什么时候办", description="一句话：什么事情发生时开始；期限写在步骤里，不写在这里")
    basis: Sources = Field(title="总依据")
    intro: Texts = Field((), title="先看这里", description="办之前要知道的一两句话")
    stages: tuple[Stage, ...] = Field(min_length=1, title="阶段")
    tariffs: tuple[Tariff, ...] = Field((), title="标准")
    mistakes: tuple[Mistake, ...] = Field((), title="常见错误")

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """All steps in order; a step's number is its place here, from 1."""
        return tuple(step for stage in self.stages for step in stage.steps)

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {step.id: n for n, step in enumerate(self.steps, 1)}

    @property
    def is_local(self) -> bool:
        """Rests on no public rule: everything in it is a suggestion or the unit's own."""
        return not any(step.is_rule for step in self.steps)

    @property
    def roles(self) -> tuple[str, ...]:
        """Roles in order of first appearance."""
        return tuple(dict.fromkeys(r for s in self.steps for r in (*s.by, *s.with_)))

    @property
    def actors(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(r for s in self.steps for r in s.by))

    @property
    def records(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(r for s in self.steps for r in s.records))

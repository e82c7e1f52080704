"""A checklist: duties that come back, with how often, what proves them, and how long they take."""

from __future__ import annotations

from pydantic import Field

from .fields import (
    Cadence,
    Forms,
    Id,
    Limit,
    Model,
    ProcedureRef,
    Reviewed,
    Roles,
    Sources,
    Text,
    Texts,
    Title,
)


class Duty(Model):
    """One line of a checklist."""

    id: Id = Field(title="编号", description="英文小写和短横线，在本清单内唯一")
    title: Title = Field(title="做什么")
    by: Roles = Field(min_length=1, title="谁来做")
    do: Texts = Field((), title="怎么做", description="一句一个动作")
    cadence: Cadence = Field(title="多久一次")
    limits: tuple[Limit, ...] = Field((), title="时限")
    evidence: Forms = Field((), title="留什么", description="表单的文件名；不需要另留记录时不写")
    procedure: ProcedureRef | None = Field(None, title="对应程序", description="程序的文件名")
    reason: Text | None = Field(None, title="没有对应程序的理由", json_schema_extra={"starter": True})
    minutes: int | None = Field(None, gt=0, title="每次约需（分钟）", description="估计数")
    basis: Sources = Field(title="依据")
    points: int | None = Field(None, gt=0, title="分值", description="考核清单才写；由本单位定")


class Group(Model):
    """A named group of duties."""

    id: Id = Field(title="编号")
    title: Title = Field(title="标题")
    duties: tuple[Duty, ...] = Field(min_length=1, title="事项")


class Checklist(Reviewed):
    """A checklist for one or more roles."""

    purpose: Text = Field(title="目的", description="一句话")
    roles: Roles = Field(min_length=1, title="给谁用")
    intro: Texts = Field((), title="先看这里")
    groups: tuple[Group, ...] = Field(min_length=1, title="分组")

    @property
    def duties(self) -> tuple[Duty, ...]:
        return tuple(duty for group in self.groups for duty in group.duties)

"""A checklist: duties that come back, with how often, what proves them, and how long they take."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from .fields import (
    Basis,
    Cadence,
    Forms,
    Id,
    Limit,
    Model,
    ProcedureRef,
    Reviewed,
    Roles,
    Text,
    Texts,
    Title,
    fault,
)

SameDuty = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]


class Duty(Model):
    """One line of a checklist."""

    id: Id = Field(title="编号", description="英文小写和短横线，在本清单内唯一")
    title: Title = Field(title="做什么")
    by: Roles = Field(min_length=1, title="谁来做")
    do: Texts = Field((), title="怎么做", description="一句一个动作")
    same: SameDuty | None = Field(
        None, title="同一件事", description="另一清单里已有的同一件事：清单文件名/事项编号；周期、记录、依据等都从那里来，不再写"
    )
    cadence: Cadence | None = Field(None, title="多久一次", json_schema_extra={"starter": True})
    limits: tuple[Limit, ...] = Field((), title="时限")
    evidence: Forms = Field((), title="留什么", description="表单的文件名；不需要另留记录时不写")
    procedure: ProcedureRef | None = Field(None, title="对应程序", description="程序的文件名")
    reason: Text | None = Field(None, title="没有对应程序的理由", json_schema_extra={"starter": True})
    minutes: int | None = Field(
        None, gt=0, title="每次约需（分钟）", description="估计数", json_schema_extra={"starter": True}
    )
    basis: tuple[Basis, ...] = Field((), title="依据", json_schema_extra={"starter": True})
    points: int | None = Field(None, gt=0, title="分值", description="考核清单才写；由本单位定")

    @model_validator(mode="after")
    def _typed_once(self) -> Duty:
        typed = [name for name in INHERITED if getattr(self, name)]
        if self.same and typed:
            raise fault(f"写了 same，又写了 {'、'.join(typed)}", "删去后面这些字段，它们从那一件事里来", typed[0])
        if not self.same and not self.cadence:
            raise fault("缺少多久一次", "补上 cadence；和另一清单里是同一件事时写 same", "cadence")
        if not self.same and not self.basis:
            raise fault("缺少依据", "补上 basis；和另一清单里是同一件事时写 same", "basis")
        return self

    def like(self, other: Duty) -> Duty:
        """This duty with what it has in common with the one it is the same as."""
        return self.model_copy(update={name: getattr(other, name) for name in INHERITED})


# What a duty takes over from the one it is the same as.
INHERITED = ("cadence", "limits", "evidence", "procedure", "reason", "minutes", "basis")


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

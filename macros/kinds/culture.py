"""An element of culture or brand: what is public, what it means, how it is used, what must not be done."""

from __future__ import annotations

from pydantic import Field

from .fields import Model, Reviewed, Source, Sources, Text


class Quoted(Model):
    """A public text, quoted with where it was published."""

    text: Text = Field(title="原文", description="只引已经公开的文本，逐字")
    source: Source = Field(title="出处")
    basis: Sources = Field(title="来源状态")


class Fact(Model):
    """One statement that can be checked."""

    text: Text = Field(title="内容")
    basis: Sources = Field(title="来源状态")


class Culture(Reviewed):
    """One element of culture or brand."""

    slogan: Text | None = Field(None, title="口号", description="报告里的叫法，如“高举队旗”")
    status: Text = Field(title="公开到哪一步", description="一句话：哪些有公开文本，哪些由本单位填写")
    quotes: tuple[Quoted, ...] = Field((), title="公开文本")
    facts: tuple[Fact, ...] = Field((), title="要点")
    meaning: tuple[Fact, ...] = Field((), title="含义")
    use: tuple[Fact, ...] = Field(min_length=1, title="怎么用")
    dont: tuple[Fact, ...] = Field((), title="不能做什么")

"""Shared data: the handbook itself with its parts and chapters, roles, terms."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from .fields import Basis, Id, ItemRef, Model, PartialDate, Text, Texts, Title, _listed


class Chapter(Model):
    """A chapter (章) of a part."""

    id: Id = Field(title="编号")
    title: Title = Field(title="章名")
    summary: Text = Field(title="一句话说明")


class Part(Model):
    """A part (篇) of the handbook."""

    id: Id = Field(title="编号")
    title: Title = Field(title="篇名")
    summary: Text = Field(title="一句话说明")
    chapters: tuple[Chapter, ...] = Field(min_length=1, title="章")


class Handbook(Model):
    """Title, edition, parts and chapters in the order readers see."""

    title: Title = Field(title="书名")
    subtitle: Text = Field(title="副标题")
    organisation: Text = Field(title="单位", description="本单位全称；留空时封面印一条横线")
    edition: Text = Field(title="版次", description="如 2026.1")
    date: PartialDate = Field(title="版本日期")
    description: Text = Field(title="简介")
    parts: tuple[Part, ...] = Field(min_length=1, title="篇")
    address: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+/$")] = Field(
        title="网站地址", description="手册网站的网址，末尾写“/”；印在每项的二维码里"
    )
    popular: Annotated[tuple[ItemRef, ...], BeforeValidator(_listed)] = Field(
        (), max_length=10, title="最常用的", description="最常用的，最多十项，首页和口袋卡用；写文件名，如 [dues, theme-party-day]"
    )


class RoleKind(StrEnum):
    POST = "岗位"
    PERSON = "个人"
    BODY = "组织"


class Role(Model):
    """Somebody who acts in a procedure: a post, a person or a body."""

    id: Id = Field(title="编号")
    title: Title = Field(title="名称")
    kind: RoleKind = Field(title="类别", description="岗位、个人、组织")
    summary: Text = Field(title="一句话说明", description="是谁、管什么")
    aliases: Texts = Field((), title="别名")
    handover: Texts = Field((), title="离任时交接", description="离任时要移交什么，一句一件")
    basis: tuple[Basis, ...] = Field((), title="依据")


class RoleList(Model):
    roles: tuple[Role, ...] = Field(title="岗位")


class Term(Model):
    """A term of the field, explained in one sentence."""

    id: Id = Field(title="编号")
    title: Title = Field(title="术语", description="全书统一的叫法")
    meaning: Text = Field(title="解释", description="一句话")
    synonyms: Texts = Field((), title="同义说法")
    abbreviations: Texts = Field((), title="简称")
    misspellings: Texts = Field((), title="常见错字", description="正文里出现就报错；搜索时认得")
    avoid: Texts = Field((), title="不用的说法", description="正文里出现就报错，如“预备团员”")
    pinyin: Annotated[str, StringConstraints(pattern=r"^[a-z]+( [a-z]+)*$")] | None = Field(
        None, title="读音", description="多音字搜索时会读错才写：一个汉字一个音节，不写声调，用空格分开"
    )
    see: ItemRef | None = Field(None, title="见", description="条目的文件名")
    basis: tuple[Basis, ...] = Field((), title="依据")


class TermList(Model):
    terms: tuple[Term, ...] = Field(title="术语")

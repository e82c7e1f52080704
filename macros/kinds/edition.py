"""A printed edition (分册): what is in it, and on which paper."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from .fields import ChapterRef, ItemRef, Model, PartRef, Roles, Text, Title, YesNo, _listed


class Sheet(StrEnum):
    A4 = "A4"
    NOTES = "A4留笔记边"
    LARGE = "A4大字"
    CARD = "A6口袋卡"


class Content(StrEnum):
    PROCEDURE = "程序"
    CHECKLIST = "清单"
    CULTURE = "文化"
    FORM = "表单"


class Edition(Model):
    """One PDF; an item is in it when it fits every choice that is made, or is named under items."""

    id: str = Field(exclude=True)
    title: Title = Field(title="书名", description="印在封面上，不超过 40 个字")
    summary: Text = Field(title="给谁用", description="一句话，印在封面和下载页上")
    paper: Sheet = Field(Sheet.A4, title="纸张", description="A4、A4留笔记边（外侧留宽边）、A4大字、A6口袋卡（一项两面）")
    parts: Annotated[tuple[PartRef, ...], BeforeValidator(_listed)] = Field((), title="篇", description="只收这几篇；不写就不限")
    chapters: Annotated[tuple[ChapterRef, ...], BeforeValidator(_listed)] = Field((), title="章", description="只收这几章；不写就不限")
    kinds: Annotated[tuple[Content, ...], BeforeValidator(_listed)] = Field((), title="类别", description="只收这几类；不写就是程序、清单、文化")
    roles: Roles = Field((), title="岗位", description="只收由这些岗位办理的程序和清单，带上他们用的表单，开头印这些岗位的职责；不写就不限")
    items: Annotated[tuple[ItemRef, ...], BeforeValidator(_listed)] = Field((), title="条目", description="另外收进来的条目；别的都不写时，只收这几项")
    popular: YesNo = Field(False, title="最常用的", description="只收手册里 popular 列出的最常用的条目时填“是”")
    forms: YesNo = Field(True, title="带表单", description="不要把用到的表单印在后面时填“否”")
    prose: YesNo = Field(False, title="带说明", description="要印使用说明、岗位、法规、术语等查阅部分时填“是”")
    indexes: YesNo = Field(False, title="带索引", description="要在书末印术语、表单、法规、岗位四个索引时填“是”")
    booklet: YesNo = Field(False, title="另出小册子", description="要另出一份缩成A5、拼在A4上对折的版本时填“是”")

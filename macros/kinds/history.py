"""What an edition changed: one file for each published edition, written by scripts/edition.py and kept for good."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints

from .fields import Model, PartialDate, Texts, YesNo, _listed

NUMBER = re.compile(r"([1-9]\d{3})\.([1-9]\d?)")  # year and number in the year: 2026.1


def edition_key(edition: str) -> tuple[int, ...]:
    """Year and number of an edition, for putting editions in order; () for what is no edition number."""
    match = NUMBER.fullmatch(edition)
    return tuple(map(int, match.groups())) if match else ()


class ChangeKind(StrEnum):
    """What was done to a place."""

    NEW = "新增"
    REVISED = "修订"
    WITHDRAWN = "废止"
    MOVED = "移动"
    WORDING = "文字"


Line = Annotated[str, StringConstraints(min_length=1, max_length=8000)]
Lines = Annotated[tuple[Line, ...], BeforeValidator(_listed)]


class Recorded(Model):
    """One change that an edition brought, in the words of its 修订对照表."""

    page: Line = Field(title="页面", description="如 procedures/dues")
    item: Line = Field(title="条目", description="当时的标题")
    anchor: Line | None = Field(None, title="锚点", description="页面里的位置，如 step-collect")
    where: Line = Field(title="位置", description="如 第12步·时限")
    kind: ChangeKind = Field(title="类别", description="文字：只改了说法，不改做法")
    whole: YesNo = Field(False, title="整项", description="新增或废止的是整个条目时填“是”")
    substantial: YesNo = Field(False, title="实质性", description="限期、表决、依据的改动填“是”")
    old: Lines = Field((), title="修订前", description="原来的文字，一行一条；新增的不写")
    new: Lines = Field((), title="修订后", description="现在的文字，一行一条；废止的不写")
    reason: Line | None = Field(None, title="理由", description="提交说明里“理由：”后面的话")
    also: Lines = Field((), title="也写在", description="重复这一处的岗位页面，如 roles/secretary")
    moved_to: Line | None = Field(None, title="改到哪一页", description="条目改了文件名时写新的页面")


class Published(Model):
    """A published edition: its date, the note on it, and every change since the one before."""

    id: str = Field(exclude=True)
    date: PartialDate = Field(title="日期", description="出这一版的日子，如 2026-12-01")
    note: Texts = Field(min_length=1, title="编修说明", description="写给读者的一两句话；可以改")
    changes: tuple[Recorded, ...] = Field((), title="修订记录", description="比上一版改了什么；由 scripts/edition.py 写，不要手改")

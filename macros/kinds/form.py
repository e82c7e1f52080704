"""A form: the record a step leaves, with fields to fill in by hand."""

from __future__ import annotations

import math
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from .fields import Id, Item, Model, Sources, Text, Texts, Title, fault


class FieldType(StrEnum):
    TEXT = "文字"
    LONG = "多行"
    DATE = "日期"
    TIME = "时间"
    NUMBER = "数字"
    MONEY = "金额"
    CHOICE = "选择"
    NAME = "姓名"
    TABLE = "表格"


class Width(StrEnum):
    FULL = "整行"
    HALF = "半行"
    THIRD = "三分之一"


class Layout(StrEnum):
    TABLE = "表格"
    LETTER = "公文"


class Place(StrEnum):
    """Where a field stands in an official document, in the order that GB/T 9704—2012 gives them."""

    NUMBER = "发文字号"
    SIGNER = "签发人"
    TITLE = "标题"
    TO = "主送机关"
    BODY = "正文"
    ANNEX = "附件说明"
    SENDER = "署名"
    DATE = "成文日期"
    NOTE = "附注"


NEEDED = (Place.TITLE, Place.BODY, Place.SENDER, Place.DATE)
SEVERAL = (Place.BODY, Place.NOTE)
TITLE_LINE = 19  # ems of a title of 2号 on a line of 28 characters of 3号
GAP = "……"  # in words that are printed already: here goes what is written


class FormField(Model):
    """One field of a form."""

    id: Id = Field(title="编号")
    label: Title = Field(title="栏目")
    type: FieldType = Field(title="类型")
    width: Width = Field(Width.HALF, title="宽度", description="整行、半行、三分之一")
    lines: int = Field(1, ge=1, le=30, title="行数", description="多行或表格时写几行")
    options: Texts = Field((), title="选项", description="类型为“选择”时写")
    columns: Texts = Field((), title="列", description="类型为“表格”时写")
    hint: Text | None = Field(None, title="填写说明")
    place: Place | None = Field(
        None, title="在公文里的位置", description="版式为“公文”时写；不写的栏目印在公文后面，作登记用"
    )
    words: Text | None = Field(None, title="印好的字", description="公文里固定的话，空的地方写“……”，如“关于……的请示”")

    @property
    def printed(self) -> tuple[str, ...]:
        """The words that stand on the sheet already, split where something is to be written."""
        return tuple((self.words or "").split(GAP))

    @property
    def least(self) -> int:
        """The lines of a tall box, or the rows of a table, that stay where room is short: a quarter fewer."""
        return math.ceil(self.lines * 3 / 4)

    @model_validator(mode="after")
    def _fits_type(self) -> FormField:
        if (self.type is FieldType.CHOICE) != bool(self.options):
            raise fault("类型为“选择”时要写 options，其他类型不写", "补上 options，或改 type", "type")
        if (self.type is FieldType.TABLE) != bool(self.columns):
            raise fault("类型为“表格”时要写 columns，其他类型不写", "补上 columns，或改 type", "type")
        return self


class Form(Item):
    """A form to fill in."""

    code: Annotated[str, StringConstraints(pattern=r"^BD-[0-9]{2,3}$")] = Field(
        title="文件编号", description="全书唯一，定了不再变，如 BD-07"
    )
    purpose: Text = Field(title="用途", description="一句话：记什么、给谁看")
    official: Text | None = Field(None, title="规定式样", description="有规定式样时写明由谁规定、到哪里领；本表只列填写要点")
    layout: Layout = Field(Layout.TABLE, title="版式", description="表格；公文（按公文格式留边、排行）")
    fields: tuple[FormField, ...] = Field(min_length=1, title="栏目")
    signatures: Texts = Field((), title="签名", description="谁签名，如 [谈话人, 被谈话人]")
    seal: Text | None = Field(None, title="盖章", description="谁盖章")
    copies: Text | None = Field(None, title="份数和联次")
    retention: Text = Field(title="保管", description="存哪里、存多久；没有规定时写“按本级保管期限表”")
    minutes: int | None = Field(
        None, gt=0, title="填写约需（分钟）", description="估计数", json_schema_extra={"starter": True}
    )
    basis: Sources = Field(title="依据")
    note: Text | None = Field(None, title="提示")

    @property
    def rows(self) -> tuple[tuple[FormField, ...], ...]:
        """The fields of the table: all of a form, or what follows an official document."""
        return _packed(self.at(None))

    @property
    def body(self) -> tuple[tuple[FormField, ...], ...]:
        """The fields of an official document's text, in rows as those of a table."""
        return _packed(self.at(Place.BODY))

    def at(self, place: Place | None) -> tuple[FormField, ...]:
        """The fields at a place of an official document, in order."""
        return tuple(field for field in self.fields if field.place == place)

    def only(self, place: Place) -> FormField | None:
        """The field at a place that holds one at most."""
        return next(iter(self.at(place)), None)

    @property
    def title_gap(self) -> int:
        """The ems that are left for the hand in the printed title of an official document."""
        title = self.only(Place.TITLE)
        return min(12, max(5, TITLE_LINE - sum(map(len, title.printed)))) if title else 0

    @model_validator(mode="after")
    def _is_a_letter(self) -> Form:
        placed = [field.place for field in self.fields if field.place]
        if self.layout is Layout.TABLE:
            if placed or any(field.words for field in self.fields):
                raise fault("版式不是“公文”，栏目里却写了 place 或 words", "写 layout: 公文，或删掉 place 和 words", "fields")
            return self
        if missing := [place for place in NEEDED if place not in placed]:
            raise fault(f"公文缺{_quoted(missing)}", "给对应的栏目写 place", "fields")
        if twice := [place for place in Place if placed.count(place) > 1 and place not in SEVERAL]:
            raise fault(f"公文里{_quoted(twice)}只能有一个", "只留一个，其余的改写别的位置", "fields")
        return self

    def span(self, field: FormField, row: tuple[FormField, ...]) -> int:
        """Columns of a field's cell beside its label (two columns); the last field takes what is left."""
        if field is not row[-1]:
            return SPANS[field.width] - 2
        return 10 - sum(SPANS[f.width] for f in row[:-1])


def _quoted(places: Iterable[Place]) -> str:
    return "".join(f"“{place}”" for place in places)


def _packed(fields: Iterable[FormField]) -> tuple[tuple[FormField, ...], ...]:
    """Fields packed into rows of twelve columns, in order; long fields and tables stand alone."""
    rows: list[list[FormField]] = []
    room = 0
    for field in fields:
        alone = field.type in (FieldType.LONG, FieldType.TABLE) or field.width is Width.FULL
        need = 12 if alone else SPANS[field.width]
        if need > room:
            rows.append([])
            room = 12
        rows[-1].append(field)
        room -= need
    return tuple(tuple(row) for row in rows)


SPANS = {Width.FULL: 12, Width.HALF: 6, Width.THIRD: 4}

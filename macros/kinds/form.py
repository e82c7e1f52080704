"""A form: the record a step leaves, with fields to fill in by hand."""

from __future__ import annotations

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
        """Fields packed into rows of twelve columns, in order; long fields and tables stand alone."""
        rows: list[list[FormField]] = []
        room = 0
        for field in self.fields:
            alone = field.type in (FieldType.LONG, FieldType.TABLE) or field.width is Width.FULL
            need = 12 if alone else SPANS[field.width]
            if need > room:
                rows.append([])
                room = 12
            rows[-1].append(field)
            room -= need
        return tuple(tuple(row) for row in rows)

    def span(self, field: FormField, row: tuple[FormField, ...]) -> int:
        """Columns of a field's cell beside its label (two columns); the last field takes what is left."""
        if field is not row[-1]:
            return SPANS[field.width] - 2
        return 10 - sum(SPANS[f.width] for f in row[:-1])


SPANS = {Width.FULL: 12, Width.HALF: 6, Width.THIRD: 4}

"""What all kinds share: texts, references, sources, limits, votes and cadences."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic.json_schema import WithJsonSchema
from pydantic_core import PydanticCustomError

from ..problems import did_you_mean


class Model(BaseModel):
    """A frozen record; a field nobody declared is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def fault(message: str, hint: str = "", field: str = "") -> PydanticCustomError:
    """An error of our own, in Chinese, with what to do, and which field of the record to look at."""
    # pydantic formats the message with its context: braces typed by an editor must survive.
    return PydanticCustomError("ours", "{message}", {"message": message, "hint": hint, "field": field})


def shown(value: object) -> str:
    """What was typed, short enough for a message."""
    text = value if isinstance(value, str) else "[…]" if isinstance(value, list) else "{…}"
    return text if len(text) <= 30 else text[:30] + "…"


@dataclass(frozen=True)
class Names:
    """Every name a reference may use, by kind: id, title or short name -> id."""

    by_kind: Mapping[str, Mapping[str, str]]
    # Kinds of which a file cannot be read: any name may be one of theirs, so none is called unknown.
    unread: frozenset[str] = frozenset()

    def resolve(self, kind: str, title: str, name: str) -> str:
        known = self.by_kind.get(kind, {})
        if name in known:
            return known[name]
        if kind in self.unread:
            return name
        hint = "列表的各项之间用英文逗号" if re.search("[，、]", name) else did_you_mean(name, dict(known))
        raise fault(f"没有“{shown(name)}”{MEASURES.get(title, '这个')}{title}", hint)


MEASURES = {"表单": "这张", "法规": "这部", "章": "这一", "篇": "这一"}


@dataclass(frozen=True)
class Ref:
    """Marks a field that names another record; resolved to its id while the file is validated."""

    kind: str
    title: str


def _reference(kind: str, title: str) -> Any:
    def resolve(value: str, info: Any) -> str:
        return info.context.resolve(kind, title, value) if info.context else value

    return Annotated[str, AfterValidator(resolve), Ref(kind, title)]


RoleRef = _reference("role", "岗位")
FormRef = _reference("form", "表单")
RegulationRef = _reference("regulation", "法规")
ProcedureRef = _reference("procedure", "程序")
ItemRef = _reference("item", "条目")
ChapterRef = _reference("chapter", "章")
PartRef = _reference("part", "篇")

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Text = Annotated[str, StringConstraints(min_length=1, max_length=600)]
Title = Annotated[str, StringConstraints(min_length=2, max_length=40)]


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
Roles = Annotated[tuple[RoleRef, ...], BeforeValidator(_listed)]
Forms = Annotated[tuple[FormRef, ...], BeforeValidator(_listed)]


def _fraction(value: Any) -> Any:
    # Fraction and Decimal read 1e999999999 too, and would compute all of its digits.
    if isinstance(value, str) and re.fullmatch(r"[1-9][0-9]{0,3}/[1-9][0-9]{0,3}", value):
        return Fraction(value)
    raise fault(f"“{shown(value)}”不是分数", "写成 1/2、4/5 这样")


def _figure(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,4})?", value):
        return Decimal(value)
    raise fault(f"“{shown(value)}”不是数字", "只写阿拉伯数字，如 3、1.5；单位另写")


Figure = Annotated[Decimal, BeforeValidator(_figure)]


Share = Annotated[
    Fraction, BeforeValidator(_fraction), WithJsonSchema({"type": "string", "pattern": r"^\d+/\d+$", "examples": ["4/5"]})
]


def _yes_no(value: Any) -> Any:
    if value in ("是", "true"):
        return True
    if value in ("否", "false"):
        return False
    raise fault(f"“{shown(value)}”应写“是”或“否”")


YesNo = Annotated[bool, BeforeValidator(_yes_no), WithJsonSchema({"enum": ["是", "否"]})]


def _partial_date(value: str) -> str:
    if not re.fullmatch(r"\d{4}(-\d{2}){0,2}", value):
        raise fault(f"“{shown(value)}”不是日期", "写成 2026-05-11；只知道年月写 2026-05")
    try:
        date.fromisoformat((value + "-01-01")[:10])
    except ValueError:
        raise fault(f"“{value}”不是真实存在的日期") from None
    return value


PartialDate = Annotated[str, AfterValidator(_partial_date), WithJsonSchema({"type": "string", "pattern": r"^\d{4}(-\d{2}){0,2}$"})]


def chinese_date(value: str) -> str:
    """2026-05-11 as 2026年5月11日; a partial date as far as it is known."""
    return "".join(str(int(part)) + unit for part, unit in zip(value.split("-"), "年月日", strict=False))


NUMERALS = "零一二三四五六七八九"


def chinese_number(text: str) -> int:
    """十二 as 12, up to 999; what article numbers need."""
    total, digit = 0, 0
    for char in text:
        if char == "百":
            total, digit = total + (digit or 1) * 100, 0
        elif char == "十":
            total, digit = total + (digit or 1) * 10, 0
        else:
            digit = NUMERALS.index(char)
    return total + digit


ARTICLE = re.compile(r"第([一二三四五六七八九十百零]{1,7})条(之[一二三四五六七八九十])?(第[一二三四五六七八九十]{1,3}[款项])*")


def article_number(article: str) -> int:
    """The number of an article: 第十三条 as 13; 0 for what is no article."""
    match = ARTICLE.match(article)
    return chinese_number(match[1]) if match else 0


def _article(value: str) -> str:
    if not ARTICLE.fullmatch(value):
        raise fault(f"“{shown(value)}”不是条号", "写成“第十三条”或“第十五条第一款”；几条写成列表 [第十九条, 第二十条]")
    return value


Article = Annotated[str, AfterValidator(_article)]


class State(StrEnum):
    """How sure a statement is (source state)."""

    A = "A"
    AX = "Ax"
    B = "B"
    M = "M"
    REC = "REC"
    SEED = "SEED"

    @property
    def label(self) -> str:
        """What a reader is told."""
        return STATE_LABELS[self]

    @property
    def is_rule(self) -> bool:
        """May be worded as a rule."""
        return self in (State.A, State.AX, State.B)


STATE_LABELS = {
    State.A: "依据",
    State.AX: "依据",
    State.B: "依据·条号待核",
    State.M: "建议·待核",
    State.REC: "建议",
    State.SEED: "本单位填写",
}

STATE_MEANINGS = {
    State.A: "读到法规全文，可以按规定写，带条号",
    State.AX: "读到该条原文的摘段，可以按规定写，带条号",
    State.B: "可靠的二手资料写明，没有读到全文；条号标“待核”",
    State.M: "没有找到文本，只作建议，标“待核”",
    State.REC: "本手册的建议做法，不是规定",
    State.SEED: "本单位自己的做法，由本单位填写",
}


class Basis(Model):
    """What a statement rests on."""

    regulation: RegulationRef | None = Field(None, title="法规", description="法规的简称或文件名")
    article: Annotated[tuple[Article, ...], BeforeValidator(_listed)] = Field(
        (), title="条", description="第十三条；几条写成 [第十九条, 第二十条]"
    )
    state: State = Field(title="来源状态", description="；".join(f"{s} {t}" for s, t in STATE_MEANINGS.items()))
    note: Text | None = Field(None, title="说明", description="出处或需要核对的地方，一句话")

    @model_validator(mode="after")
    def _complete(self) -> Basis:
        if self.article and not self.regulation:
            raise fault("写了条号，没有写是哪部法规", "补上 regulation: 法规简称", "article")
        if self.state in (State.A, State.AX) and not self.regulation:
            raise fault(f"状态 {self.state} 必须写明法规", "补上 regulation；只是建议做法时状态写 REC", "state")
        if self.state is State.B and not (self.regulation or self.note):
            raise fault("状态 B 必须写明法规或出处", "补上 regulation 或 note", "state")
        return self


Sources = Annotated[tuple[Basis, ...], Field(min_length=1)]


class Bound(StrEnum):
    AT_MOST = "不超过"
    AT_LEAST = "不少于"
    EXACTLY = "为"


class Unit(StrEnum):
    MINUTE = "分钟"
    HOUR = "小时"
    DAY = "天"
    WORKDAY = "个工作日"
    WEEK = "周"
    MONTH = "个月"
    YEAR = "年"
    LESSON = "学时"


def number(value: Decimal) -> str:
    """A figure as printed: no trailing zeros, thousands unseparated up to four digits (GB/T 15835)."""
    text = format(value.normalize(), "f")
    return text


class Limit(Model):
    """A time limit: how long, counted from what."""

    what: Text | None = Field(None, title="什么", description="这个时限说的是什么，如“公示”；全步只有一个时限时可不写")
    usually: YesNo = Field(False, title="一般", description="规定写的是“一般”时填“是”")
    bound: Bound = Field(title="限度", description="不超过（至多）、不少于（至少）、为（正好）")
    amount: Figure = Field(gt=0, title="数量", description="数字")
    unit: Unit = Field(title="单位")
    after: Text | None = Field(None, title="从何时起", description="步骤编号，或一件事，如“收到入党申请书”")
    before: Text | None = Field(None, title="在何事之前", description="一件事，如“任期届满”；和 after 只写一个")
    when: Text | None = Field(None, title="什么情况下", description="只在某种情况下适用时写，如“情况特殊”")
    either: YesNo = Field(False, title="二选一", description="和上一条时限满足一个即可时填“是”")
    basis: tuple[Basis, ...] = Field((), title="依据", description="和本步依据不同时才写")

    @model_validator(mode="after")
    def _one_anchor(self) -> Limit:
        if self.after and self.before:
            raise fault("after 和 before 只能写一个", "删去一个", "before")
        return self

    @property
    def figure(self) -> str:
        return f"{number(self.amount)}{self.unit}"


class Counted(StrEnum):
    PRESENT = "到会"
    IN_FAVOUR = "赞成"
    PROPOSED = "提议"
    CANDIDATES = "候选人"
    DELEGATES = "代表候选人"


class VoteBound(StrEnum):
    MORE_THAN = "超过"
    AT_LEAST = "不少于"
    AT_MOST = "不超过"


class Example(Model):
    """A worked example of a vote rule; the model checks the arithmetic."""

    total: int = Field(gt=0, title="基数", description="如应到会人数 15")
    needed: int = Field(ge=0, title="结果", description="按本规则至少（或至多）需要几人")


class Vote(Model):
    """A quorum or a majority: who is counted, and what share of whom."""

    count: Counted = Field(title="数什么", description="到会、赞成、提议、候选人")
    bound: VoteBound = Field(title="限度", description="超过（不含本数）、不少于或不超过（含本数）")
    share: Share = Field(title="比例", description="1/2、4/5；差额 20% 写 6/5")
    of: Text = Field(title="谁的", description="如“应到会有表决权的党员”")
    when: Text | None = Field(None, title="什么情况下", description="只在某种情况下适用时写，如“采用预选”")
    usually: YesNo = Field(False, title="一般", description="规定写的是“一般”时填“是”")
    examples: tuple[Example, ...] = Field((), title="算例", description="应到 15 人时到会至少几人，由程序核对")
    basis: tuple[Basis, ...] = Field((), title="依据", description="和本步依据不同时才写")

    def needed(self, total: int) -> int:
        """The least number (for 不超过 the greatest) that satisfies the rule for this total."""
        exact = self.share * total
        if self.bound is VoteBound.AT_MOST:
            return math.floor(exact)
        return math.ceil(exact) if self.bound is VoteBound.AT_LEAST else math.floor(exact) + 1

    def example_text(self, example: Example) -> str:
        """A worked example in words: 应到会有表决权的党员15人，赞成票至少8人."""
        edge = "至多" if self.bound is VoteBound.AT_MOST else "至少"
        what = {Counted.PRESENT: "到会", Counted.IN_FAVOUR: "赞成"}.get(self.count, self.count)
        return f"{self.of}{example.total}人，{what}{edge}{example.needed}人"

    @property
    def rule(self) -> str:
        """The rule in words a reader knows."""
        some = "一般" if self.usually else ""
        only = f"（{self.when}）" if self.when else ""
        if self.count in (Counted.CANDIDATES, Counted.DELEGATES):
            extra = number(Decimal((self.share - 1) * 100 // 1))
            return f"{self.count}比{self.of}{some}多，差额{self.bound}{extra}%{only}"
        counted = "赞成票" if self.count is Counted.IN_FAVOUR else f"{self.count}人数"
        return f"{counted}{some}{self.bound}{self.of}的{self.share}{only}"


class Every(StrEnum):
    ALWAYS = "经常"
    DAY = "日"
    WEEK = "周"
    MONTH = "月"
    QUARTER = "季度"
    HALF_YEAR = "半年"
    YEAR = "年"
    TERM = "届"
    EVENT = "事项发生时"


PER_YEAR = {Every.DAY: 250, Every.WEEK: 52, Every.MONTH: 12, Every.QUARTER: 4, Every.HALF_YEAR: 2, Every.YEAR: 1}


class Cadence(Model):
    """How often something is done."""

    every: Every = Field(title="周期", description="经常、日、周、月、季度、半年、年、届、事项发生时")
    times: int = Field(1, gt=0, title="次数")
    bound: Bound | None = Field(None, title="限度", description="不少于；规定没有写时不填")
    usually: YesNo = Field(False, title="一般", description="规定写的是“一般”时填“是”")
    months: Annotated[tuple[Annotated[int, Field(ge=1, le=12)], ...], BeforeValidator(_listed)] = Field(
        (), title="宜在几月", description="建议的月份，如 [3, 6, 9, 12]；季度可写 [2, 5, 8, 11]"
    )
    event: Text | None = Field(None, title="什么事项", description="every 为“事项发生时”时写")

    @model_validator(mode="after")
    def _event(self) -> Cadence:
        if (self.every is Every.EVENT) != bool(self.event):
            hint = "写明什么事情发生时办，如“有党员调入”"
            raise fault("every 是“事项发生时”时要写 event，其他时候不写", hint, "event" if self.event else "every")
        return self

    @property
    def per_year(self) -> int:
        """Planned times a year; 0 where it depends on events."""
        return PER_YEAR.get(self.every, 0) * self.times

    @property
    def text(self) -> str:
        some = "一般" if self.usually else ""
        if self.every is Every.EVENT:
            return f"{self.event}时"
        if self.every is Every.ALWAYS:
            return "经常"
        if self.bound is Bound.AT_LEAST:
            return f"{some}每{self.every}至少{self.times}次"
        return f"{some}每{self.every}{self.times}次"


class Recurrence(Cadence):
    """A duty inside a step that comes back."""

    what: Text = Field(title="什么", description="反复做的事，如“支部考察”")
    basis: tuple[Basis, ...] = Field((), title="依据", description="和本步依据不同时才写")


class Blank(Model):
    """Something the unit fills in itself; shown as a line to write on."""

    id: Id = Field(title="编号", description="英文小写和短横线；在文字里用 [[编号]] 引用")
    label: Text = Field(title="填什么", description="如“稳定工作满几个月”")
    unit: Text | None = Field(None, title="单位", description="如“个月”")
    note: Text | None = Field(None, title="说明")


class Source(Model):
    """A text or a page that somebody read, named so that others can find it."""

    title: Text = Field(title="名称")
    date: PartialDate | None = Field(None, title="日期")
    note: Text | None = Field(None, title="说明")


class Item(Model):
    """What every kind has."""

    id: str = Field(exclude=True)
    title: Title = Field(title="标题", description="读者会搜的说法，不超过 40 个字")
    aliases: Texts = Field((), title="别名", description="简称、口语、常问的问题，3—8 个")
    see: Annotated[tuple[ItemRef, ...], BeforeValidator(_listed)] = Field((), title="相关条目", description="文件名，如 [dues, probation]")


class Reviewed(Item):
    """An item of a chapter that somebody answers for."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-[0-9]{2,3}$")] = Field(
        title="文件编号", description="全书唯一，定了不再变，如 CX-07"
    )
    chapter: ChapterRef = Field(title="章", description="章的名称")
    owner: RoleRef = Field(title="归口岗位", description="谁负责维护这一项")
    reviewed: PartialDate = Field(title="上次复核", description="2026-11-22")
    review_months: int = Field(12, gt=0, le=60, title="复核周期（月）")
    blanks: tuple[Blank, ...] = Field((), title="本单位填写")


def parts(record: BaseModel, where: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], BaseModel]]:
    """Every record inside a record, with its path as typed in YAML."""
    for name, info in type(record).model_fields.items():
        value = getattr(record, name)
        key = info.alias or name
        if isinstance(value, BaseModel):
            yield (*where, key), value
            yield from parts(value, (*where, key))
        elif isinstance(value, tuple):
            for i, part in enumerate(value):
                if isinstance(part, BaseModel):
                    yield (*where, key, i), part
                    yield from parts(part, (*where, key, i))

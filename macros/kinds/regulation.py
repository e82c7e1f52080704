"""A regulation: what it is, whether it is in force, and what replaces it."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from .fields import Item, PartialDate, RegulationRef, Source, State, Text, Texts, Title, fault, full_date


class Force(StrEnum):
    CURRENT = "现行"
    REVISING = "修订中"
    EXPIRED = "期满"
    REPEALED = "废止"
    DRAFT = "草案"


class Regulation(Item):
    """A regulation, law, standard or public rule."""

    title: Text = Field(title="全称")
    short: Title = Field(title="简称", description="全书统一的叫法；引用时写它")
    issuer: Text = Field(title="发布机关")
    number: Text | None = Field(None, title="文号")
    adopted: PartialDate | None = Field(None, title="通过日期")
    issued: PartialDate | None = Field(None, title="发布日期")
    in_force: PartialDate | None = Field(None, title="施行日期")
    articles: int | None = Field(None, gt=0, title="条数")
    chapters: int | None = Field(None, gt=0, title="章数")
    state: Force = Field(title="状态", description="现行、修订中、期满（规划期已过）、废止、草案")
    replaced_by: RegulationRef | None = Field(None, title="被什么取代", description="状态为“废止”时写")
    source_state: State = Field(title="来源状态")
    unconfirmed: Texts = Field((), title="待核", description="哪几处还没有核到原文，一处一句")
    sources: tuple[Source, ...] = Field((), title="读到的文本")
    next_check: PartialDate = Field(title="下次核对日期")
    topic: Text = Field(title="管什么", description="一句话")
    note: Text | None = Field(None, title="说明")

    @property
    def due(self) -> str:
        """The day of the next comparison with the text, ISO."""
        return full_date(self.next_check)

    def overdue_on(self, day: str) -> bool:
        """Whether the comparison should have been done before this day."""
        return self.due < full_date(day)

    @model_validator(mode="after")
    def _replacement(self) -> Regulation:
        if self.replaced_by and self.state is not Force.REPEALED:
            raise fault("写了被什么取代，状态却不是“废止”", "把 state 改成 废止，或删去 replaced_by", "replaced_by")
        return self

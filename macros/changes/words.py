"""Any value of the handbook in words, for the columns “old” and “new”, and as a key that ignores mere renumbering."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any

from pydantic import BaseModel

from ..authoring import articles_text, limit_text
from ..catalogue import Catalogue
from ..describe import Field, fields_of
from ..kinds.fields import Basis, Cadence, Limit, Recurrence, Vote, chinese_date, number
from ..kinds.procedure import Decision

# Lists whose members are single words: told in one line.
SHORT = {
    "aliases",
    "see",
    "columns",
    "options",
    "signatures",
    "months",
    "synonyms",
    "abbreviations",
    "misspellings",
    "avoid",
}


@cache
def fields(model: type[BaseModel]) -> tuple[tuple[str, Field], ...]:
    """(attribute, description) of every field that an editor types, in order."""
    attributes = [name for name, info in model.model_fields.items() if not info.exclude]
    return tuple(zip(attributes, fields_of(model), strict=True))


@dataclass(frozen=True)
class Words:
    """Speaks for one revision inside one item."""

    catalogue: Catalogue
    numbers: Mapping[str, object] = field(
        default_factory=dict
    )  # step id -> its number, or a name that outlives it
    ids: Mapping[str, str] | None = None  # for keys: what an id is called in the newer revision; None: titles
    dated: bool = False  # tells regulations of one name apart by their dates

    def title(self, ident: str) -> str:
        """What an id stands for."""
        if self.ids is not None:
            return self.ids.get(ident, ident)
        c = self.catalogue
        if ident in c.entries:
            item = c.entries[ident].item
            name = getattr(item, "short", item.title)
            if self.dated and c.entries[ident].kind == "regulation":
                day = item.issued or item.adopted or item.in_force
                name += f"（{chinese_date(day)}发布）" if day else f"（{ident}）"
            return name
        if ident in c.roles:
            return c.roles[ident].title
        return c.chapters[ident][1].title if ident in c.chapters else ident

    def value(self, value: Any, spec: Field) -> tuple[str, ...]:
        """The value of a field, one line for each thing that it lists."""
        if value is None or value == ():
            return ()
        if isinstance(value, tuple):
            lines = tuple(self.one(part, spec) for part in value)
            return ("、".join(lines),) if spec.ref or spec.name in SHORT else lines
        return (self.one(value, spec),)

    def one(self, value: Any, spec: Field) -> str:
        """One value in words."""
        if isinstance(value, BaseModel):
            return self.record(value)
        if isinstance(value, bool):
            return "是" if value else "否"
        if spec.ref or (spec.name == "needs" and value in self.catalogue.entries):
            return self.title(value)
        if spec.name in ("next", "to") and value in self.numbers:
            return f"第{self.numbers[value]}步"
        if spec.name == "same":
            checklist, _, duty = value.partition("/")
            entry = self.catalogue.entries.get(checklist)
            found = {d.id: d.title for d in getattr(getattr(entry, "item", None), "duties", ())}
            return f"{self.title(checklist)}“{found.get(duty, duty)}”"
        if spec.base.__name__ == "Decimal":
            return number(value)
        if spec.schema.get("pattern", "").startswith(r"^\d{4}(-"):
            return chinese_date(str(value))
        return str(value)

    def record(self, record: BaseModel) -> str:
        """A record in one line."""
        match record:
            case Basis():
                return self.basis(record)
            case Limit():
                return limit_text(record, SimpleNamespace(numbers=self.numbers)) + self._own(record.basis)
            case Vote():
                examples = "；".join(record.example_text(e) for e in record.examples)
                return record.rule + (f"（算例：{examples}）" if examples else "") + self._own(record.basis)
            case Cadence():
                what = f"{record.what}：" if isinstance(record, Recurrence) else ""
                months = f"（宜在{'、'.join(map(str, record.months))}月）" if record.months else ""
                return what + record.text + months + self._own(getattr(record, "basis", ()))
            case Decision():
                to = (
                    f"第{self.numbers[record.to]}步"
                    if record.to in self.numbers
                    else self.title(record.to or "")
                )
                return f"{record.when} → {record.then}{to}" + (f"（{record.note}）" if record.note else "")
        return "；".join("：".join(line).rstrip("。") for line in self.lines(record))

    def lines(self, record: BaseModel) -> Iterable[tuple[str, str]]:
        """(title, words) of every field of a record that says something, its id left out."""
        for attribute, spec in fields(type(record)):
            value = getattr(record, attribute)
            said = spec.name != "id" and value != type(record).model_fields[attribute].default
            if said and (lines := self.value(value, spec)):
                yield spec.title, "；".join(lines)

    def basis(self, basis: Basis) -> str:
        """A basis with its source state: 《支部工作条例》第十一条（来源 A）."""
        parts = (
            [f"《{self.title(basis.regulation)}》{articles_text(basis.article)}"] if basis.regulation else []
        )
        parts += [basis.note] if basis.note else []
        return ("，".join(parts) or basis.state.label) + f"（来源 {basis.state}）"

    def _own(self, bases: tuple[Basis, ...]) -> str:
        return "".join(f"［{self.basis(b)}］" for b in bases)

"""What a field of a model takes, in one plain record: for schemas, starter files and the field tables of the guide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, WithJsonSchema

from .kinds import fields
from .kinds.fields import Ref

WORDS = {str: "文字", int: "整数", Decimal: "数字", Fraction: "分数", bool: "是或否"}


@dataclass(frozen=True)
class Field:
    """One field as an editor types it."""

    name: str
    title: str
    description: str
    required: bool
    many: bool  # takes a list
    single: bool  # takes one value in place of a list too
    record: type[BaseModel] | None  # each value is a record of this model
    ref: Ref | None  # each value names another record
    choices: tuple[str, ...]
    base: type  # str, int, Decimal, Fraction, bool, StrEnum
    schema: dict[str, Any]  # limits of one value, in the words of JSON Schema
    least: int  # values that a list must have
    shown: bool  # stands in a starter file although it may be left out
    default: str

    @property
    def word(self) -> str:
        """What to write, in one word."""
        if self.ref:
            return f"{self.ref.title}的名称"
        return "" if self.record or self.choices else WORDS[self.base]


def fields_of(model: type[BaseModel]) -> Iterator[Field]:
    """The fields of a model in order, under the names used in YAML; the id that a file name gives is none of them."""
    for name, info in model.model_fields.items():
        if not info.exclude:
            yield _field(info.alias or name, info)


def _field(name: str, info: Any) -> Field:
    metadata = list(info.metadata)
    single = any(isinstance(m, BeforeValidator) and m.func is fields._listed for m in metadata)
    kind, inner = _unwrap(info.annotation)
    metadata += inner
    many = get_origin(kind) is tuple
    if many:
        single = single or any(isinstance(m, BeforeValidator) and m.func is fields._listed for m in inner)
        kind, metadata_of_one = _unwrap(get_args(kind)[0])
    else:
        metadata_of_one = metadata
    schema = _limits(metadata_of_one)
    least = next((m.min_length for m in reversed(metadata) if many and getattr(m, "min_length", None)), 0)
    record = kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None
    is_choice = isinstance(kind, type) and issubclass(kind, StrEnum)
    choices = tuple(kind) if is_choice else ("是", "否") if kind is bool else ()
    default = "" if info.is_required() or info.default in (None, (), False) else str(info.default)
    shown = info.is_required() or bool((info.json_schema_extra or {}).get("starter"))
    ref = next((m for m in metadata_of_one if isinstance(m, Ref)), None)
    return Field(
        name, info.title or name, info.description or "", info.is_required(), many, single,
        record, ref, tuple(map(str, choices)), kind, schema, least, shown, default,
    )  # fmt: skip


def _unwrap(annotation: Any) -> tuple[Any, list[Any]]:
    """The type inside Annotated and “or None”, and what is annotated."""
    metadata: list[Any] = []
    while True:
        if hasattr(annotation, "__metadata__"):
            metadata += annotation.__metadata__
            annotation = annotation.__origin__
        elif get_origin(annotation) in (Union, UnionType):
            annotation = next(a for a in get_args(annotation) if a is not type(None))
        else:
            return annotation, metadata


LIMITS = {
    "gt": "exclusiveMinimum",
    "ge": "minimum",
    "le": "maximum",
    "min_length": "minLength",
    "max_length": "maxLength",
}


def _limits(metadata: list[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for each in metadata:
        if isinstance(each, WithJsonSchema):
            found |= {k: v for k, v in (each.json_schema or {}).items() if k in ("pattern", "examples")}
        for name, key in LIMITS.items():
            if getattr(each, name, None) is not None:
                found[key] = getattr(each, name)
        if getattr(each, "pattern", None):
            found["pattern"] = each.pattern
    return found

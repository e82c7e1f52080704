"""What a rule may look at, and how it reports."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from ..kinds import FOLDERS, KINDS, SHARED
from ..kinds.fields import Basis
from ..problems import Problem
from ..source import Document
from ..translate import place

Where = tuple[str | int, ...]


@dataclass(frozen=True)
class Scope:
    """All that was read: the catalogue (None when shared data is broken), valid entries, raw documents."""

    catalogue: Any
    entries: Mapping[str, Any]
    documents: list[Document]
    shared: Mapping[str, Document]

    def of(self, *kinds: str) -> Iterator[Any]:
        """Valid entries of these kinds, by id."""
        return (e for _, e in sorted(self.entries.items()) if e.kind in kinds)

    @cached_property
    def known_ids(self) -> frozenset[str]:
        """Ids of all items that have a file, valid or not."""
        folders = {kind.folder for kind in KINDS.values()}
        return frozenset(d.path.rsplit("/", 1)[-1][:-5] for d in self.documents if d.path.split("/")[1] in folders)


def at(entry: Any, where: Where, message: str, hint: str = "", warning: bool = False) -> Problem:
    """A problem at a path inside an entry."""
    document = entry.document
    return Problem(document.path, document.line(where), place(type(entry.item), where), message, hint, warning)


def in_document(document: Document, where: Where, message: str, hint: str = "") -> Problem:
    """A problem at a path inside a file that may not have become an entry."""
    return Problem(document.path, document.line(where), place(_model(document.path), where), message, hint)


def _model(path: str) -> type[BaseModel]:
    folder, name = path.split("/")[-2:]
    models = {kind.folder: kind.model for kind in FOLDERS.values()}
    return models[folder] if folder in models else SHARED[name.removesuffix(".yaml")]


def field(where: Where) -> str:
    """The field that a path leads to; for an item of a list the field of the list."""
    for part in reversed(where):
        if isinstance(part, str):
            return part
    return ""


def sentences(document: Document, fields: Collection[str]) -> Iterator[tuple[Where, str]]:
    """The sentences of these fields, without their full stops."""
    for where, text in document.texts:
        if field(where) in fields:
            yield from ((where, s) for s in re.split("[。；！？]", text) if s)


def records(entry: Any, kind: type) -> Iterator[tuple[Where, Any]]:
    """Every record of a type inside an entry, with its path as typed in YAML."""
    return ((where, part) for where, part in entry.parts if isinstance(part, kind))


def bases(entry: Any) -> Iterator[tuple[Where, Basis]]:
    """Every basis inside an entry, with its path."""
    return records(entry, Basis)


def steps(entry: Any) -> Iterator[tuple[Where, Any]]:
    """Steps of a procedure with their paths."""
    for i, stage in enumerate(entry.item.stages):
        for j, step in enumerate(stage.steps):
            yield ("stages", i, "steps", j), step

"""JSON Schemas of the data files, from the models and the names in use: an editor completes and underlines with them."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from . import describe
from .kinds import FOLDERS, SHARED
from .kinds.fields import Names
from .kinds.history import Published

TITLES = {"handbook": "手册", "roles": "岗位", "terms": "术语", "history": "版次的记录"}
DIALECT = "http://json-schema.org/draft-07/schema#"  # the newest that every YAML editor knows


def schemas(names: Names) -> dict[str, str]:
    """File name in data/_schema/ -> text, for every kind, every shared file, and the record of an edition."""
    models = {kind.id: (kind.title, kind.model) for kind in FOLDERS.values()}
    models |= {name: (TITLES[name], model) for name, model in (SHARED | {"history": Published}).items()}
    return {f"{name}.json": _text(_file(title, model, names)) for name, (title, model) in models.items()}


def stale(folder: Path, names: Names) -> list[str]:
    """The schema files that are missing, out of date, or of no kind."""
    wanted = schemas(names)
    found = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*") if file.is_file()}
    return sorted(name for name in {*wanted, *found} if wanted.get(name) != found.get(name))


def old_lists(folder: Path, names: Names) -> list[str]:
    """The schema files whose lists of names lag behind the data; quicker than stale, which looks at everything."""
    return [file.name for file in sorted(folder.glob("*.json")) if _lists(file) != _wanted(_lists(file), names)]


def _lists(file: Path) -> dict[str, list[str]] | None:
    """Kind -> the names that a committed schema offers; None where it cannot be read."""
    try:
        definitions = json.loads(file.read_text(encoding="utf-8"))["definitions"]
        return {n.removesuffix("-name"): d["enum"] for n, d in definitions.items() if n.endswith("-name")}
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _wanted(lists: dict[str, list[str]] | None, names: Names) -> dict[str, list[str]]:
    return {kind: sorted(names.by_kind.get(kind, {})) for kind in lists or ()}


def write(folder: Path, names: Names) -> None:
    """Makes the folder hold exactly the schemas."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = schemas(names)
    for name in stale(folder, names):
        file = folder / name
        if name not in wanted:
            file.unlink()
        else:
            fresh = file.with_suffix(".tmp")
            fresh.write_text(wanted[name], encoding="utf-8", newline="\n")
            fresh.replace(file)


def _text(schema: dict[str, Any]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


def _file(title: str, model: type[BaseModel], names: Names) -> dict[str, Any]:
    definitions: dict[str, Any] = {}
    body = _record(model, names, definitions)
    return {"$schema": DIALECT, "title": title, **body, "definitions": dict(sorted(definitions.items()))}


def _record(model: type[BaseModel], names: Names, definitions: dict[str, Any]) -> dict[str, Any]:
    fields = list(describe.fields_of(model))
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [f.name for f in fields if f.required],
        "properties": {f.name: _field(f, names, definitions) for f in fields},
    }


def _field(field: describe.Field, names: Names, definitions: dict[str, Any]) -> dict[str, Any]:
    told = "。".join(t.rstrip("。") for t in ("必填" if field.required else "选填", field.description or field.word) if t)
    about = {"title": field.title, "description": f"{told}。"}
    one = _one(field, names, definitions)
    if field.many:
        many = {"type": "array", "items": one} | ({"minItems": field.least} if field.least else {})
        return about | ({"anyOf": [one, many]} if field.single else many)
    # Draft 7 ignores what stands beside a $ref.
    return about | ({"allOf": [one]} if "$ref" in one else one)


def _one(field: describe.Field, names: Names, definitions: dict[str, Any]) -> dict[str, Any]:
    if field.record:
        name = field.record.__name__
        if name not in definitions:
            definitions[name] = {}  # holds the place while its own fields are written
            definitions[name] = _record(field.record, names, definitions)
        return {"$ref": f"#/definitions/{name}"}
    if field.ref:
        name = f"{field.ref.kind}-name"
        definitions[name] = {"enum": sorted(names.by_kind.get(field.ref.kind, {}))}
        return {"$ref": f"#/definitions/{name}"}
    if field.choices:
        return {"enum": list(field.choices)}
    if field.base in (int, Decimal):
        return {"type": "integer" if field.base is int else "number", **field.schema}
    # Editors read 2026 as a number; the check takes it for the text that was typed.
    pattern = field.schema.get("pattern", "")
    kinds: Any = ["string", "number"] if re.search(pattern, "2026") and field.base is str else "string"
    return {"type": kinds, **field.schema}

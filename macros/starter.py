"""Starter files: YAML with a comment on every field, optional fields commented out, blanks marked 〈填……〉."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from . import describe
from .kinds import FOLDERS, Kind
from .kinds.fields import Item, Names
from .translate import is_id

PREFIXES = {"procedure": "CX", "checklist": "QD", "culture": "WH", "form": "BD"}
FEW = 12  # names that a comment can list
# What a new item needs elsewhere before the check is content.
ELSEWHERE = {"form": "再到用这张表的步骤，在 records 里写上 {}（或清单的 evidence）"}


def starter(kind: Kind, names: Names, codes: list[str]) -> str:
    """The YAML text for a new item of a kind."""
    head = [
        f"# yaml-language-server: $schema=../_schema/{kind.id}.json",
        f"# {kind.title}样板。先把“〈填……〉”换成自己的内容；行首有“# ”的字段是选填，要用时去掉“# ”。",
        "",
    ]
    code = next_code(kind, codes)
    return "\n".join([*head, *_record(kind.model, names, code, set())]) + "\n"


def afterwards(kind: Kind, ident: str) -> str:
    """What to do with a new file, in Chinese, one thing a line."""
    lines = ["把〈填……〉都换成自己的内容", *([ELSEWHERE[kind.id].format(ident)] if kind.id in ELSEWHERE else [])]
    return "\n".join([*lines, "填好后运行：python3 scripts/check.py"])


def next_code(kind: Kind, codes: list[str]) -> str:
    """The next code that nobody has, in the series that this kind uses most."""
    # Regulations have no codes of ours.
    own = Counter(c.partition("-")[0] for c in codes if c.startswith(PREFIXES.get(kind.id, "?")))
    prefix = own.most_common(1)[0][0] if own else PREFIXES.get(kind.id, "")
    taken = [int(c.partition("-")[2]) for c in codes if re.fullmatch(rf"{prefix}-[0-9]+", c)]
    return f"{prefix}-{max(taken, default=0) + 1:02}"


def _record(model: type[BaseModel], names: Names, code: str, told: set[type]) -> Iterator[str]:
    told.add(model)
    fields = list(describe.fields_of(model))
    # A dash must stand before a field that stays, so in lists the required ones come first.
    if not issubclass(model, Item):
        fields.sort(key=lambda f: not f.required)
    for field in fields:
        lines = [f"# {_comment(field, names)}", *_field(field, names, code, told)]
        yield from lines if field.shown else (_commented(line) for line in lines)


def _commented(line: str) -> str:
    return line if line.startswith("#") else f"# {line}"


def _comment(field: describe.Field, names: Names) -> str:
    parts = [f"{'必填' if field.required else '选填'}　{field.title}"]
    about = [
        field.description,
        _choices(field, names),
        _size(field),
        f"不写时是 {field.default}" if field.default else "",
    ]
    told = "；".join(part.rstrip("。") for part in about if part)
    return parts[0] + (f"：{told}" if told else "") + "。"


def _choices(field: describe.Field, names: Names) -> str:
    if field.choices:
        return (
            "可选 " + "、".join(field.choices)
            if not all(c in field.description for c in field.choices)
            else ""
        )
    if field.ref:
        known = sorted({n for n in names.by_kind.get(field.ref.kind, {}) if re.search(r"[^\x00-\x7f]", n)})
        return "可选 " + "、".join(known) if 0 < len(known) <= FEW else ""
    return field.word if field.word != "文字" and not field.description else ""


def _size(field: describe.Field) -> str:
    limits = field.schema
    if "maxLength" in limits and limits["maxLength"] < 100 and "个字" not in field.description:
        return f"{limits.get('minLength', 1)}—{limits['maxLength']}个字"
    return ""


def _field(field: describe.Field, names: Names, code: str, told: set[type]) -> Iterator[str]:
    if field.record is None:
        value = _value(field, code)
        if field.many and field.base is str and not field.ref:
            yield f"{field.name}:"
            yield f"  - {value}"
        else:
            yield f"{field.name}: [{value}]" if field.many else f"{field.name}: {value}"
    elif field.record in told and not field.shown:
        yield f"{field.name}: 〈填{field.title}，写法同上〉"
    elif field.record in told:
        yield f"{field.name}:"
        yield from _indented(_again(field.record, names, code, told), field.many)
    else:
        yield f"{field.name}:"
        yield from _indented(_record(field.record, names, code, told), field.many)


def _again(model: type[BaseModel], names: Names, code: str, told: set[type]) -> Iterator[str]:
    """A record whose fields were explained above: only what it must have, and a reminder."""
    yield "# 其余字段同上。"
    for field in describe.fields_of(model):
        if field.required:
            yield from _field(field, names, code, told)


def _indented(lines: Iterator[str], listed: bool) -> Iterator[str]:
    """Below its field; the dash of a list stands before the first line that is not a comment."""
    mark = "- " if listed else ""
    for line in lines:
        if mark and not line.startswith("#"):
            yield f"  {mark}{line}"
            mark = ""
        else:
            yield f"  {'  ' if listed else ''}{line}"


def _value(field: describe.Field, code: str) -> str:
    if field.name == "code":
        return code
    if field.choices:
        return f"〈填：{'、'.join(field.choices)}〉"
    if field.ref:
        return f"〈填{field.ref.title}〉"
    examples = field.schema.get("examples")
    stop = "。" if field.name == "do" else ""
    return f"〈填{field.title}{f'，如 {examples[0]}' if examples else ''}〉{stop}"


def refusal(kind: str, ident: str, root: Path) -> str:
    """Why no file can be made, in Chinese; an empty text where one can."""
    if kind not in FOLDERS:
        known = "、".join(f"{k.id}（{k.title}）" for k in FOLDERS.values())
        return f"没有“{kind}”这一类。可选：{known}"
    if not is_id(ident):
        return f"“{ident}”不能作文件名。用英文小写字母、数字和短横线，如 branch-visit"
    for other in FOLDERS.values():
        file = root / "data" / other.folder / f"{ident}.yaml"
        if file.exists():
            return f"{file.relative_to(root).as_posix()} 已经存在。换一个文件名；文件名就是编号，全书唯一"
    return ""

"""Turns pydantic's findings into Chinese problems at the line of the file."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .kinds.fields import shown
from .problems import Problem, nearest
from .source import Document

Where = tuple[str | int, ...]

EXTRA = "extra_forbidden"
UNFILLED = "〈填"  # how starter files mark what to fill in

# pydantic's error type -> (fault, what to do); {} is what pydantic says about the limit.
FAULTS = {
    "string_type": ("这里要写文字", "不写列表；需要时用引号把整句括起来"),
    "string_too_short": ("内容太短（至少{min_length}个字）", ""),
    "string_too_long": ("内容太长（至多{max_length}个字）", "拆成几句，或移到别的字段"),
    "int_parsing": ("这里要写整数", "只写阿拉伯数字，单位不写在这里"),
    "int_parsing_size": ("这个数太大了", "核对位数"),
    "int_type": ("这里要写整数", "只写阿拉伯数字"),
    "greater_than": ("要大于{gt}", ""),
    "greater_than_equal": ("不能小于{ge}", ""),
    "less_than_equal": ("不能大于{le}", ""),
    "tuple_type": ("这里要写列表", "每一项另起一行，以“- ”开头"),
    "too_short": ("至少要有{min_length}项", ""),
    "model_type": ("这里要写成“字段: 内容”", "各字段另起一行，缩进两格"),
}

PATTERN_HINTS = {
    r"^[a-z0-9-]+/[a-z0-9-]+$": "写成“清单文件名/事项编号”，中间是英文斜线",
    r"^[A-Z]{2}-[0-9]{2,3}$": "两个大写字母、短横线和两三位数字，如 CX-07",
    r"^BD-[0-9]{2,3}$": "BD、短横线和两三位数字，如 BD-07",
    r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$": "英文小写字母、数字和短横线，如 collect-monthly",
}


def is_id(text: str) -> bool:
    """Whether a file name can be an id."""
    return bool(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", text))


def problems(error: ValidationError, model: type[BaseModel], document: Document) -> Iterator[Problem]:
    """Every finding as a problem, located by the path that pydantic gives; one root cause is told once."""
    found = error.errors(include_url=False, include_input=True)
    places = {f["loc"] for f in found}
    meant = {(*f["loc"][:-1], _meant(str(f["loc"][-1]), model, f["loc"][:-1])) for f in found if f["type"] == EXTRA}
    for each in found:
        where, kind, ctx = each["loc"], each["type"], each.get("ctx", {})
        if str(each.get("input")).startswith(UNFILLED):
            continue  # told by the rule that starters are filled
        if kind == "missing" and where in meant:
            continue  # told with the misspelt field
        if kind == "too_short" and any(p[: len(where)] == where and p != where for p in places):
            continue  # pydantic does not count items that have faults of their own
        message, hint = _words(kind, ctx, each["msg"], each.get("input"), where, model)
        where = (*where, ctx["field"]) if ctx.get("field") else where
        yield Problem(document.path, document.line(where), place(model, where), message, hint)


def _words(kind: str, ctx: dict[str, Any], msg: str, value: object, where: Where, model: type[BaseModel]) -> tuple[str, str]:
    if kind == EXTRA:
        like = _meant(str(where[-1]), model, where[:-1])
        known = "、".join(_fields(model, where[:-1]))
        return "没有这个字段", f"是不是“{like}”？" if like else f"可用的字段：{known}"
    if value is None and kind != "missing":
        return "没有填写内容", "写上内容；选填的可以删去这一行"
    if kind == "missing":
        return "缺少这个字段", _fields(model, where[:-1])[str(where[-1])].description or ""
    if kind == "ours":
        return msg, ctx.get("hint", "")
    if kind == "enum":
        choices = re.findall(r"'([^']*)'", str(ctx.get("expected", "")))
        like = nearest(str(value), choices)
        return f"“{shown(value)}”不在可选的值里", (f"是不是“{like}”？" if like else "") + f"可选：{'、'.join(choices)}"
    if kind == "string_pattern_mismatch":
        return f"“{shown(value)}”写法不对", PATTERN_HINTS.get(str(ctx.get("pattern")), "")
    if kind == "string_type" and isinstance(value, dict):
        return FAULTS[kind][0], "文字里有英文冒号时改用中文冒号“：”，或把整句放在引号里"
    message, hint = FAULTS.get(kind, ("内容不对", "对照同类文件改写"))
    return message.format(**ctx), hint


def _meant(name: str, model: type[BaseModel], where: Where) -> str:
    """The field that somebody meant who typed this one: its Chinese title, or a name like it."""
    fields = _fields(model, where)
    titles = {info.title: key for key, info in fields.items()}
    return titles.get(name) or nearest(name, fields)


def place(model: type[BaseModel], where: Where) -> str:
    """A path in words: 阶段第2项 › 步骤第4项 › 谁来做（by）."""
    words: list[str] = []
    current: Any = model
    for part in where:
        if isinstance(part, int):
            if words:
                words[-1] += f"第{part + 1}项"
            continue
        info = _field(current, part)
        title = info.title if info is not None and info.title else None
        words.append(title or str(part))
        current = _inner(info.annotation) if info is not None else None
    if where and words:
        last = next((p for p in reversed(where) if isinstance(p, str)), None)
        if last and not words[-1].startswith(last):
            words[-1] += f"（{last}）"
    return " › ".join(words)


def _field(model: Any, name: str) -> Any:
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return None
    for key, info in model.model_fields.items():
        if name in (key, info.alias):
            return info
    return None


def _inner(annotation: Any) -> Any:
    """The model inside tuple[Model, ...], Model | None and the like."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, Union, types.UnionType) or hasattr(annotation, "__metadata__"):
        for arg in get_args(annotation):
            if found := _inner(arg):
                return found
    return None


def _fields(model: Any, where: Where) -> dict[str, Any]:
    """The fields that may be typed in the record at a path, by the name in YAML."""
    for part in where:
        if isinstance(part, str):
            info = _field(model, part)
            model = _inner(info.annotation) if info is not None else None
    fields = model.model_fields.items() if model is not None else ()
    return {info.alias or name: info for name, info in fields if not info.exclude}

"""What the check can say, and what each message means: for the guide, from the rules themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from . import guard
from .rules import consistency, links, pitfalls, procedures, prose, safety

# What the check really said of the bad files in tests/; a test remakes this file and compares.
EXAMPLES = Path(__file__).with_name("messages.json")


@dataclass(frozen=True)
class Message:
    """How the check says that something is wrong, and the rule behind it (none for what the models find)."""

    rule: str
    fault: str
    hint: str
    anchor: str = ""


@dataclass(frozen=True)
class Group:
    """Messages about the same thing."""

    id: str
    title: str
    about: str
    messages: tuple[Message, ...]


# Before any rule is asked: what reading the file and its fields can find.
READING = (
    ("yaml", "文件读不出来", "YAML 的写法不对，整个文件都读不出来。先改这一处，别的问题改好以后才看得到。"),
    ("file", "文件放错了地方", "文件名或文件夹不对。"),
    ("field", "字段写得不对", "文件读得出来，某个字段少了、多了，或者内容的写法不对。"),
    ("name", "名称对不上", "写的岗位、表单、法规、章或条目，手册里没有。多半是错一个字。"),
    ("model", "几个字段合不到一起", "单看都对，放在一起不对。"),
)

RULES = (
    ("links", "条目之间", "一个文件和别的文件对不上。", links.RULES),
    ("steps", "步骤、清单和表单里面", "一个条目里面前后对不上。", procedures.RULES),
    ("agree", "数字和周期", "同一件事在几处说法不同，或者少了估计数。", consistency.RULES),
    (
        "law",
        "容易写错的规定",
        "这些地方常被写错，每条都有法规依据。规定改了，请维护人员先改规则。",
        pitfalls.RULES,
    ),
    ("words", "文字和标点", "照着改就行。", prose.RULES),
    (
        "safe",
        "手写的页面和安全",
        "手册只放文字和图。能运行的、会连到别处的都不收。",
        (*safety.RULES, *guard.RULES, *guard.FILE_RULES),
    ),
)


def groups() -> tuple[Group, ...]:
    """Everything the check can say, in the order an editor meets it: the file, its fields, then rule by rule."""
    said = _examples()
    found = [
        Group(ident, title, about, tuple(Message("", *each) for each in said[ident]))
        for ident, title, about in READING
    ]
    for ident, title, about, rules in RULES:
        told = tuple(Message(r.__doc__ or "", *said["rules"][r.__name__], anchor(r)) for r in rules)
        found.append(Group(ident, title, about, told))
    return tuple(found)


def every_rule() -> tuple[Callable, ...]:
    """Every rule of data and of pages."""
    return tuple(rule for *_, rules in RULES for rule in rules)


def anchor(rule: Callable) -> str:
    """Where the page explains a rule."""
    return rule.__name__.replace("_", "-")


@cache
def _examples() -> dict:
    """Group -> [message, cure] of what reading finds; under “rules”, name of the rule -> [message, cure]."""
    return json.loads(EXAMPLES.read_text(encoding="utf-8"))

"""Rules on what readers type: every page answers to a name, and every name leads to one page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from ..kinds import KINDS
from ..problems import Problem
from .scope import Scope, at, in_document

# Forms, regulations and roles are asked for by their titles; the others by what people call them.
ASKED_FOR_BY_ALIAS = ("procedure", "checklist", "culture")


def folded(name: str) -> str:
    """A name as search compares it: width, case, blanks and punctuation aside."""
    return re.sub(r"[^\w+]|_", "", unicodedata.normalize("NFKC", name).lower())


def titles(item: Any) -> tuple[str, ...]:
    """The title of an item; a regulation goes by its short name and, while in force, by its full one as well."""
    short = getattr(item, "short", None)
    # An old and a new version share the full title: it means the one in force.
    return (item.title,) if not short else (short,) if item.state == "废止" else (short, item.title)


def items_have_aliases(scope: Scope) -> Iterator[Problem]:
    """程序、清单、文化条目至少写一个别名：读者搜索时会用的说法。"""
    for entry in scope.of(*ASKED_FOR_BY_ALIAS):
        if not entry.item.aliases:
            yield at(
                entry, ("title",), "没有写别名（aliases）", "写3—8个读者会搜的说法：简称、口语、常问的问题"
            )


def names_lead_to_one_item(scope: Scope) -> Iterator[Problem]:
    """一个别名全书只属于一个条目，也不能是别的条目的标题；岗位之间也一样。（条目和岗位同名时，搜索结果里注明类别。）"""
    owners: dict[str, Any] = {}
    for entry in scope.of(*KINDS):
        for title in titles(entry.item):
            owners.setdefault(folded(title), entry)
    for entry in scope.of(*KINDS):
        for i, alias in enumerate(entry.item.aliases):
            owner = owners.setdefault(folded(alias), entry)
            if owner is not entry:
                message = f"别名“{alias}”已经属于 {owner.document.path}"
                yield at(entry, ("aliases", i), message, "删去其中一处，或改得能和对方区分开")
    yield from _role_names(scope)


def _role_names(scope: Scope) -> Iterator[Problem]:
    document = scope.shared["roles"]
    roles = scope.catalogue.roles.values() if scope.catalogue else ()
    owners = {folded(role.title): role for role in roles}
    for i, role in enumerate(roles):
        for j, alias in enumerate(role.aliases):
            owner = owners.setdefault(folded(alias), role)
            if owner is not role:
                message = f"别名“{alias}”已经属于岗位“{owner.title}”"
                yield in_document(
                    document, ("roles", i, "aliases", j), message, "删去其中一处，或改得能和对方区分开"
                )


def readings_fit(scope: Scope) -> Iterator[Problem]:
    """术语的 pinyin 每个汉字写一个音节，用空格分开，不写声调。"""
    for i, term in enumerate(scope.catalogue.terms.values() if scope.catalogue else ()):
        if term.pinyin and len(term.pinyin.split()) != len(re.findall(r"[\u4e00-\u9fff]", term.title)):
            message = f"拼音“{term.pinyin}”和“{term.title}”的字数不一样"
            hint = "一个汉字写一个音节，用空格分开"
            yield in_document(scope.shared["terms"], ("terms", i, "pinyin"), message, hint)


RULES = (items_have_aliases, names_lead_to_one_item, readings_fit)

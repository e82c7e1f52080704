"""Rules between files: codes, titles, regulations in force, blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ..kinds.fields import ARTICLE, Basis, chinese_number, parts
from ..kinds.history import edition_key
from ..problems import Problem, did_you_mean
from .scope import Scope, at, bases, in_document

BLANK = re.compile(r"\[\[([^\[\]]*)\]\]")


def codes_are_unique(scope: Scope) -> Iterator[Problem]:
    """每个文件编号（code）全书只用一次。"""
    yield from _unique(scope, "code", "文件编号", "换一个没有用过的编号")


def titles_are_unique(scope: Scope) -> Iterator[Problem]:
    """同一类条目的标题不重复。"""
    yield from _unique(scope, "title", "标题", "改得能和对方区分开，或合成一项")


def _unique(scope: Scope, name: str, word: str, hint: str) -> Iterator[Problem]:
    seen: dict[tuple[str, str], str] = {}
    for _, entry in sorted(scope.entries.items()):
        # Different versions of a regulation share their full name; their short names tell them apart.
        field = "short" if entry.kind == "regulation" and name == "title" else name
        value = getattr(entry.item, field, None)
        if value is None:
            continue
        key = ("" if name == "code" else entry.kind, value)
        if key in seen:
            yield at(entry, (field,), f"{word}“{value}”和 {seen[key]} 重复", hint)
        else:
            seen[key] = entry.document.path


def cited_regulations_are_current(scope: Scope) -> Iterator[Problem]:
    """引用的法规必须现行，条目、岗位和术语里都一样；已废止的换成取代它的那一部，草案不能当依据。"""

    def fault(basis: Basis) -> tuple[str, str] | None:
        cited = scope.entries.get(basis.regulation or "")
        if cited is None or cited.item.state in ("现行", "修订中"):
            return None
        new = scope.entries.get(cited.item.replaced_by or "")
        hint = f"改引“{new.item.short}”（{new.id}），并核对条号" if new else "删去这条依据，或改引现行法规"
        return f"“{cited.item.short}”的状态是“{cited.item.state}”，不能作依据", hint

    for _, entry in sorted(scope.entries.items()):
        for where, basis in bases(entry) if entry.kind != "regulation" else ():
            if told := fault(basis):
                yield at(entry, (*where, "regulation"), *told)
    for name in ("roles", "terms") if scope.catalogue is not None else ():
        for i, record in enumerate(getattr(scope.catalogue, name).values()):
            for where, basis in parts(record, (name, i)):
                if isinstance(basis, Basis) and (told := fault(basis)):
                    yield in_document(scope.shared[name], (*where, "regulation"), *told)


def articles_exist(scope: Scope) -> Iterator[Problem]:
    """条号不能超过该法规的总条数（如党章共55条）。"""
    for _, entry in sorted(scope.entries.items()):
        for where, basis in bases(entry):
            cited = scope.entries.get(basis.regulation or "")
            total = cited.item.articles if cited is not None else None
            for article in basis.article:
                match = ARTICLE.fullmatch(article)
                if total and match and chinese_number(match[1]) > total:
                    message = f"“{cited.item.short}”只有{total}条，没有{article}"
                    yield at(entry, (*where, "article"), message, "核对条号；核不到时删去条号，状态写 B")


def replacements_are_current(scope: Scope) -> Iterator[Problem]:
    """废止的法规写明被什么取代时，取代它的那一部要是现行的（或者也写明被什么取代）。"""
    for entry in scope.of("regulation"):
        new = scope.entries.get(entry.item.replaced_by or "")
        if new is not None and new.item.state == "废止" and not new.item.replaced_by:
            message = f"取代它的“{new.item.short}”也已废止，又没有写被什么取代"
            yield at(entry, ("replaced_by",), message, "在那一部里补上 replaced_by")
        if new is not None and new.id == entry.id:
            yield at(entry, ("replaced_by",), "写成了被自己取代", "写取代它的那一部")


def blanks_are_defined(scope: Scope) -> Iterator[Problem]:
    """文字里用 [[编号]] 引用的空格要在某一项的 blanks 里写明；一个空格全书只写一次、只填一次。"""
    known: dict[str, str] = {}
    for _, entry in sorted(scope.entries.items()):
        for i, blank in enumerate(getattr(entry.item, "blanks", ())):
            if blank.id in known:
                hint = "是同一个空格时删去这一处，文字里照样引用；不是同一个时换一个编号"
                yield at(entry, ("blanks", i, "id"), f"空格“{blank.id}”已经写在 {known[blank.id]}", hint)
            known.setdefault(blank.id, entry.document.path)
    if len(scope.entries) < len(scope.known_ids):
        return  # the blank may stand in a file that cannot be read
    for _, entry in sorted(scope.entries.items()):
        for where, text in entry.document.texts if "[[" in entry.document.prose else ():
            for name in BLANK.findall(text):
                if name not in known:
                    hint = did_you_mean(name, {k: k for k in known}) or "在 blanks 里加上它：id、label、unit"
                    yield at(entry, where, f"没有“{name}”这个空格", hint)


def same_duties_exist(scope: Scope) -> Iterator[Problem]:
    """same 写的事项要在另一份清单里，并且那一件本身不再写 same。"""
    known = {f"{e.id}/{d.id}": d for e in scope.of("checklist") for d in e.item.duties}
    for entry in scope.of("checklist"):
        for i, group in enumerate(entry.item.groups):
            for j, duty in enumerate(group.duties):
                where = ("groups", i, "duties", j, "same")
                if duty.same and duty.same.split("/")[0] in scope.known_ids and duty.same.split("/")[0] not in scope.entries:
                    continue  # that checklist cannot be read yet
                if duty.same and duty.same not in known:
                    hint = did_you_mean(duty.same, {k: k for k in known}) or "写成 清单文件名/事项编号"
                    yield at(entry, where, f"没有“{duty.same}”这件事", hint)
                elif duty.same and known[duty.same].same:
                    yield at(entry, where, f"“{duty.same}”自己也写了 same", f"直接写 {known[duty.same].same}")


def forms_are_used(scope: Scope) -> Iterator[Problem]:
    """每张表单都有步骤或清单用到它。"""
    # While some file cannot be read, nobody knows which forms it uses.
    if scope.catalogue is None or len(scope.entries) < len(scope.known_ids):
        return
    for entry in scope.of("form"):
        if not scope.catalogue.form_steps.get(entry.id):
            hint = "在某个步骤的 records 或 needs、清单的 evidence 里写上它，或删去这张表单"
            yield at(entry, ("title",), "没有任何步骤或清单用到这张表单", hint)


def popular_items_can_be_used(scope: Scope) -> Iterator[Problem]:
    """手册的 popular 里每一项只写一次；已废止的法规不写进去。"""
    if scope.catalogue is None:
        return
    document, seen = scope.shared["handbook"], set()
    for i, ident in enumerate(scope.catalogue.handbook.popular):
        entry = scope.entries.get(ident)
        if ident in seen:
            yield in_document(document, ("popular", i), f"“{ident}”写了两次", "删去一处")
        elif entry is not None and getattr(entry.item, "state", "") == "废止":
            yield in_document(document, ("popular", i), f"“{entry.item.short}”已废止", "换成取代它的那一部，或删去")
        seen.add(ident)


def shared_ids_are_unique(scope: Scope) -> Iterator[Problem]:
    """岗位、术语、章、篇的编号不重复，也不和条目的文件名相同。"""
    seen = {ident: "条目" for ident in scope.known_ids}
    for name, keys in (("roles", ("roles",)), ("terms", ("terms",)), ("handbook", ("parts", "chapters"))):
        document = scope.shared[name]
        for where, ident in _ids(document.value, keys, ()):
            # A term may explain the item of the same name: their pages never meet.
            if ident in seen and not (name == "terms" and seen[ident] == "条目"):
                message = f"编号“{ident}”已经用于{seen[ident]}"
                yield Problem(document.path, document.line(where), "id", message, "换一个编号")
            seen[ident] = {"roles": "岗位", "terms": "术语", "handbook": "篇章"}[name]


def _ids(value: object, keys: tuple[str, ...], where: tuple) -> Iterator[tuple[tuple, str]]:
    found = value.get(keys[0]) if keys and isinstance(value, dict) else None
    for i, record in enumerate(found) if isinstance(found, list) else ():
        here = (*where, keys[0], i)
        if isinstance(record, dict):
            if isinstance(record.get("id"), str):
                yield (*here, "id"), record["id"]
            yield from _ids(record, keys[1:], here)


def editions_follow_each_other(scope: Scope) -> Iterator[Problem]:
    """data/history/ 里后一版的日期不早于前一版；handbook.yaml 的版次不早于最后一版。"""
    history = scope.catalogue.history if scope.catalogue is not None else ()
    for new, old in pairwise(history):
        if new.date < old.date:
            path = f"data/history/{new.id}.yaml"
            yield Problem(path, 1, "日期（date）", f"{new.date} 比前一版 {old.id} 的日期 {old.date} 早", "核对两版的日期")
    handbook = scope.catalogue.handbook.edition if history else ""
    if history and edition_key(handbook) < edition_key(history[0].id):
        document = scope.shared["handbook"]
        message = f"版次“{handbook}”比最后一版 {history[0].id} 早"
        yield in_document(document, ("edition",), message, f"写 {history[0].id}，或准备中的下一版")


RULES = (
    codes_are_unique,
    titles_are_unique,
    cited_regulations_are_current,
    articles_exist,
    replacements_are_current,
    blanks_are_defined,
    same_duties_exist,
    forms_are_used,
    popular_items_can_be_used,
    shared_ids_are_unique,
    editions_follow_each_other,
)

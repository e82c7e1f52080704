"""Reads data/, checks every record and the links between them, and derives who refers to whom."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from . import translate
from .kinds import EDITION, FOLDERS, KINDS, SHARED, printed
from .kinds.edition import Edition
from .kinds.fields import Basis, Names, article_number, parts
from .kinds.history import NUMBER, Published, edition_key
from .kinds.printed import PrintedBook
from .kinds.shared import Chapter, Handbook, Part, Role, Term
from .problems import Problem, Refused
from .rules import RULES, Scope
from .source import Document, read

MAX_OUTGROWN = 20  # levels of fields that an old record may have outgrown
LEFT_OUT = "现在的手册里没有，没有比较"  # how a note on an outgrown field ends
HISTORY = "history"  # the folder of data/ that records published editions


@dataclass(frozen=True)
class Entry:
    """One item with the kind and the file it came from."""

    id: str
    kind: str
    item: Any
    document: Document

    @property
    def source(self) -> str:
        return self.document.path

    @cached_property
    def parts(self) -> tuple[tuple[tuple[str | int, ...], BaseModel], ...]:
        """Every record inside the item, with its path as typed in YAML."""
        return tuple(parts(self.item))


@dataclass(frozen=True)
class Citation:
    """One place that rests on a regulation."""

    regulation: str
    articles: tuple[str, ...]
    entry: Entry
    where: str  # anchor inside the item, "" for the item itself
    basis: Basis


@dataclass(frozen=True)
class Catalogue:
    """Everything in data/, checked; all look-ups and back-references start here."""

    handbook: Handbook
    roles: Mapping[str, Role]
    terms: Mapping[str, Term]
    entries: Mapping[str, Entry]
    editions: Mapping[str, Edition]
    history: tuple[Published, ...] = ()  # published editions, newest first
    shared: Mapping[str, Document] = field(default_factory=dict)  # the files of handbook, roles and terms
    printed: tuple[PrintedBook, ...] = ()  # the pages of published editions, newest first

    def of(self, kind: str) -> tuple[Entry, ...]:
        """Entries of a kind in the order of their codes (regulations: as filed)."""
        found = [e for e in self.entries.values() if e.kind == kind]
        return tuple(sorted(found, key=lambda e: (getattr(e.item, "code", ""), e.id)))

    def in_chapter(self, chapter: str) -> tuple[Entry, ...]:
        """Items of a chapter: procedures first, then checklists, then culture, each by code."""
        return tuple(e for k in KINDS for e in self.of(k) if getattr(e.item, "chapter", None) == chapter)

    @cached_property
    def chapters(self) -> dict[str, tuple[Part, Chapter]]:
        return {c.id: (p, c) for p in self.handbook.parts for c in p.chapters}

    @cached_property
    def citations(self) -> tuple[Citation, ...]:
        """Every basis that names a regulation, item by item, in order."""
        return tuple(
            Citation(b.regulation, b.article, e, anchor, b)
            for kind in KINDS
            for e in self.of(kind)
            for anchor, b in bases(e.item)
            if b.regulation
        )

    @cached_property
    def cited_articles(self) -> frozenset[tuple[str, int]]:
        """(regulation, number of the article) of every article that an item rests on."""
        return frozenset((c.regulation, article_number(a)) for c in self.citations for a in c.articles)

    def cited_by(self, regulation: str) -> tuple[Citation, ...]:
        return tuple(c for c in self.citations if c.regulation == regulation)

    @cached_property
    def form_steps(self) -> dict[str, tuple[tuple[Entry, str, bool], ...]]:
        """Form id -> (entry, step or duty id, whether it is made there rather than needed)."""
        found: dict[str, list[tuple[Entry, str, bool]]] = {e.id: [] for e in self.of("form")}
        for entry in self.of("procedure"):
            for step in entry.item.steps:
                for form in step.records:
                    found.setdefault(form, []).append((entry, step.id, True))
                for form in step.needs:
                    if form in found and form not in step.records:
                        found[form].append((entry, step.id, False))
        for entry in self.of("checklist"):
            for duty in entry.item.duties:
                for form in duty.evidence if not duty.same else ():
                    found.setdefault(form, []).append((entry, duty.id, True))
        return {form: tuple(uses) for form, uses in found.items()}

    def role_steps(self, role: str) -> tuple[tuple[Entry, tuple[tuple[int, Any], ...]], ...]:
        """Procedures in which a role acts, each with its numbered steps."""
        found = []
        for entry in self.of("procedure"):
            steps = tuple((n, s) for n, s in enumerate(entry.item.steps, 1) if role in s.by or role in s.with_)
            if steps:
                found.append((entry, steps))
        return tuple(found)

    def role_duties(self, role: str) -> tuple[tuple[Entry, tuple[Any, ...]], ...]:
        """Checklists with the duties of a role."""
        found = []
        for entry in self.of("checklist"):
            duties = tuple(d for d in entry.item.duties if role in d.by)
            if duties:
                found.append((entry, duties))
        return tuple(found)

    @cached_property
    def blanks(self) -> tuple[tuple[Entry, Any], ...]:
        """Every named blank that a unit must fill."""
        return tuple((e, b) for k in KINDS for e in self.of(k) for b in getattr(e.item, "blanks", ()))

    @cached_property
    def blank_home(self) -> dict[str, tuple[Entry, Any]]:
        """Blank id -> the one item where the unit fills it in; every other item refers to it."""
        return {blank.id: (entry, blank) for entry, blank in self.blanks}

    @cached_property
    def printed_before(self) -> PrintedBook | None:
        """The pages of the newest edition on record before the handbook's own."""
        own = edition_key(self.handbook.edition)
        return next((book for book in self.printed if edition_key(book.edition) < own), None)

    @cached_property
    def memo(self) -> dict[Any, Any]:
        """What other modules work out from this catalogue once, by a key of their own; it changes nothing in it."""
        return {}

    @cached_property
    def backlinks(self) -> dict[str, tuple[str, ...]]:
        """Item id -> ids of items that name it under “see”, in order."""
        found: dict[str, list[str]] = {}
        for entry in self.entries.values():
            for other in entry.item.see:
                found.setdefault(other, []).append(entry.id)
        return {k: tuple(sorted(v)) for k, v in found.items()}


def bases(record: BaseModel, anchor: str = "") -> Iterator[tuple[str, Basis]]:
    """Every basis inside a record, with the id of the nearest step, duty or part that holds it."""
    if isinstance(record, Basis):
        yield anchor, record
        return
    for name in type(record).model_fields:
        value = getattr(record, name)
        for part in value if isinstance(value, tuple) else (value,):
            # A duty that is the same as another speaks through that one.
            if isinstance(part, BaseModel) and not getattr(part, "same", None):
                yield from bases(part, getattr(part, "id", anchor))


def load(root: Path) -> Catalogue:
    """The checked catalogue of root/data; raises Refused with every problem found."""
    catalogue, problems = inspect(root)
    errors = [p for p in problems if not p.warning]
    if errors or catalogue is None:
        raise Refused(problems)
    return catalogue


def outline(root: Path) -> tuple[Names, list[str]]:
    """The names that references may use and the codes in use, from the files as they are, right or wrong."""
    shared, documents = _documents(root, [])
    values = [d.value for _, d in documents.values() if isinstance(d.value, dict)]
    return _names(shared, documents), sorted(v["code"] for v in values if isinstance(v.get("code"), str))


def names_in_use(root: Path, catalogue: Catalogue) -> Names:
    """The same names as outline gives, without reading the items of a checked handbook again."""
    shared = {name: _read(root / "data" / f"{name}.yaml", root, []) for name in SHARED}
    return _names(shared, {e.id: (e.kind, e.document) for e in catalogue.entries.values()})


def readable(root: Path) -> tuple[Catalogue, Mapping[str, Entry], tuple[str, ...]]:
    """What today's model can make of root/data, however old: catalogue, entries as typed, and what it cannot read.

    Names that nothing answers to stay as typed, unknown fields are left out, and nothing is checked beyond the types.
    """
    unread: list[str] = []
    problems: list[Problem] = []
    shared, documents = _documents(root, problems)
    unread += [f"{p.path}：{p.message}" for p in problems if p.path.endswith(".yaml")]
    known = _names(shared, documents)
    names = Names(known.by_kind, frozenset(known.by_kind))
    models = {name: _fit(SHARED[name], document, names, unread) for name, document in shared.items()}
    entries = {}
    for ident, (kind, document) in documents.items():
        item = _fit(KINDS[kind].model, document, names, unread, ident)
        if item is not None:
            entries[ident] = Entry(ident, kind, item, document)
    books = _books(root, problems)
    editions = {i: e for i, d in books.items() if (e := _fit(EDITION.model, d, names, unread, i)) is not None}
    nothing = {name: "" for name in Handbook.model_fields}
    catalogue = Catalogue(
        models["handbook"] or Handbook.model_construct(**nothing | {"parts": ()}),
        {r.id: r for r in models["roles"].roles} if models["roles"] else {},
        {t.id: t for t in models["terms"].terms} if models["terms"] else {},
        _with_shared_duties(entries),
        editions,
    )
    return catalogue, entries, tuple(unread)


def _fit(model: type[BaseModel], document: Document, names: Names, unread: list[str], ident: str | None = None) -> Any:
    """The record as far as it fits the model: unknown fields are left out and told; None where more is wrong."""
    if not isinstance(document.value, dict):
        return None
    value = copy.deepcopy(document.value) | ({"id": ident} if ident is not None else {})
    left_out: list[str] = []
    for _ in range(MAX_OUTGROWN):
        try:
            record = model.model_validate(value, context=names)
            unread += left_out
            return record
        except ValidationError as error:
            found = error.errors(include_url=False)
            outgrown = [f["loc"] for f in found if f["type"] == translate.EXTRA and _drop(value, f["loc"])]
            if not outgrown:
                told = next(translate.problems(error, model, document), None)
                unread.append(f"{document.path}：" + (f"{told.where}：{told.message}" if told else "内容还没有填写"))
                return None
            left_out += [f"{document.path}：字段“{where[-1]}”{LEFT_OUT}" for where in outgrown]
    return None


def _drop(value: Any, where: tuple[str | int, ...]) -> bool:
    """Takes the field at a path out of typed data; False where the path leads nowhere."""
    for part in where[:-1]:
        inside = isinstance(value, list) and isinstance(part, int) or isinstance(value, dict) and part in value
        if not inside:
            return False
        value = value[part]
    return isinstance(value, dict) and value.pop(where[-1], value) is not value


def inspect(root: Path) -> tuple[Catalogue | None, tuple[Problem, ...]]:
    """The catalogue as far as it can be read, and every problem, sorted, each once."""
    problems: list[Problem] = []
    shared, documents = _documents(root, problems)
    names = _names(shared, documents)
    models = {name: _validate(SHARED[name], shared[name], names, problems) for name in SHARED}
    entries = {}
    for ident, (kind, document) in documents.items():
        item = _validate(KINDS[kind].model, document, names, problems, ident)
        if item is not None:
            entries[ident] = Entry(ident, kind, item, document)
    history = _history(root, names, problems)
    books = _books(root, problems)
    editions = {i: e for i, d in books.items() if (e := _validate(EDITION.model, d, names, problems, i)) is not None}
    catalogue = None
    if all(models.values()):
        catalogue = Catalogue(
            models["handbook"],
            {r.id: r for r in models["roles"].roles},
            {t.id: t for t in models["terms"].terms},
            _with_shared_duties(entries),
            editions,
            history,
            shared,
            _printed(root, problems),
        )
    everything = [*shared.values(), *(d for _, d in documents.values()), *books.values()]
    scope = Scope(catalogue, entries, everything, shared)
    for rule in RULES:
        problems.extend(p.by(rule) for p in rule(scope))
    return catalogue, tuple(sorted(set(problems)))


def _with_shared_duties(entries: dict[str, Entry]) -> dict[str, Entry]:
    """The entries, each duty that is the same as one of another checklist filled in from there."""
    known = {f"{e.id}/{d.id}": d for e in entries.values() if e.kind == "checklist" for d in e.item.duties}
    filled = dict(entries)
    for entry in entries.values():
        if entry.kind == "checklist" and any(d.same in known for d in entry.item.duties):
            groups = tuple(
                group.model_copy(update={"duties": tuple(d.like(known[d.same]) if d.same in known else d for d in group.duties)})
                for group in entry.item.groups
            )
            filled[entry.id] = replace(entry, item=entry.item.model_copy(update={"groups": groups}))
    return filled


def _documents(root: Path, problems: list[Problem]) -> tuple[dict[str, Document], dict[str, tuple[str, Document]]]:
    """The shared files by name, and the files of items by id with their kind."""
    shared = {name: _read(root / "data" / f"{name}.yaml", root, problems) for name in SHARED}
    problems.extend(_strays(root / "data"))
    documents: dict[str, tuple[str, Document]] = {}
    for kind in KINDS.values():
        for file in _files(root / "data" / kind.folder, root, problems):
            document = _read(file, root, problems)
            if file.stem in documents:
                other = documents[file.stem][1].path
                problems.append(
                    Problem(document.path, 1, "", f"文件名“{file.stem}”和 {other} 重复", "换一个文件名；文件名就是编号，全书唯一")
                )
            else:
                documents[file.stem] = (kind.id, document)
    return shared, documents


def _books(root: Path, problems: list[Problem]) -> dict[str, Document]:
    """The files of the printed editions, by id."""
    return {file.stem: _read(file, root, problems) for file in _files(root / "data" / EDITION.folder, root, problems)}


def _history(root: Path, names: Names, problems: list[Problem]) -> tuple[Published, ...]:
    """The editions recorded in data/history/, newest first."""
    found = []
    folder = root / "data" / HISTORY
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        path = file.relative_to(root).as_posix()
        if file.name.startswith(".") or file.name.endswith(printed.SUFFIX):
            continue
        if file.suffix != ".yaml" or not NUMBER.fullmatch(file.stem):
            hint = "用版次作文件名，如 2026.1.yaml；由 scripts/edition.py 生成"
            problems.append(Problem(path, 1, "", f"文件名“{file.name}”不是版次", hint))
            continue
        edition = _validate(Published, _read(file, root, problems), names, problems, file.stem)
        if edition is not None:
            found.append(edition)
    return tuple(sorted(found, key=lambda e: edition_key(e.id), reverse=True))


def _printed(root: Path, problems: list[Problem]) -> tuple[PrintedBook, ...]:
    """The pages of the editions recorded in data/history/, newest first."""
    found = []
    for file in sorted((root / "data" / HISTORY).glob(f"*{printed.SUFFIX}")):
        try:
            book = printed.loads(file.read_text(encoding="utf-8"))
        except ValueError:  # of JSON and UTF-8 too
            book = None
        if book is None or f"{book.edition}{printed.SUFFIX}" != file.name:
            hint = "从版本库里恢复它，或者删掉；新的由 scripts/edition.py 生成"
            problems.append(Problem(file.relative_to(root).as_posix(), 1, "", "读不懂这份页码记录", hint))
            continue
        found.append(book)
    return tuple(sorted(found, key=lambda book: edition_key(book.edition), reverse=True))


def _strays(data: Path) -> Iterator[Problem]:
    """What lies in data/ but would never be read."""
    folders = {kind.folder: kind.title for kind in FOLDERS.values()}
    known = {*folders, *(f"{name}.yaml" for name in SHARED), "_schema", HISTORY}
    for file in sorted(data.iterdir()) if data.is_dir() else ():
        if file.name not in known and not file.name.startswith("."):
            path = f"data/{file.name}"
            hint = "放到对应的文件夹：" + "、".join(f"{folder}（{title}）" for folder, title in folders.items())
            yield Problem(path, 1, "", "放错了地方，不会被读到", hint)


def _files(folder: Path, root: Path, problems: list[Problem]) -> list[Path]:
    found = []
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        path = file.relative_to(root).as_posix()
        if file.name.startswith("."):
            continue
        if file.suffix != ".yaml":
            problems.append(Problem(path, 1, "", "这里只放 .yaml 文件", "改名为 .yaml，或移到别处"))
        elif not translate.is_id(file.stem):
            hint = "用英文小写字母、数字和短横线，如 branch-election.yaml"
            problems.append(Problem(path, 1, "", f"文件名“{file.name}”不能作编号", hint))
        else:
            found.append(file)
    return found


def _read(file: Path, root: Path, problems: list[Problem]) -> Document:
    if not file.is_file():
        path = file.relative_to(root).as_posix()
        problems.append(Problem(path, 1, "", "缺少这个文件", "从版本库里恢复它"))
        return Document(path)
    document, found = read(file, root)
    problems.extend(found)
    return document


def _names(shared: Mapping[str, Document], documents: Mapping[str, tuple[str, Document]]) -> Names:
    """Names as typed, before anything is validated: a broken file still exists for those that link to it."""
    by_kind: dict[str, dict[str, str]] = {kind: {} for kind in (*KINDS, "role", "part", "chapter", "item")}
    for ident, (kind, document) in documents.items():
        value = document.value if isinstance(document.value, dict) else {}
        # Old and new versions of a regulation share their full title: it means the one in force.
        title = None if value.get("state") == "废止" else value.get("title")
        for name in (title, value.get("short"), ident):
            if isinstance(name, str):
                by_kind[kind][name.strip()] = ident
                by_kind["item"][name.strip()] = ident
    for role in _dicts(shared["roles"].value, "roles"):
        if isinstance(ident := role.get("id"), str):
            by_kind["role"].update({name: ident for name in (role.get("title"), ident) if isinstance(name, str)})
    for part in _dicts(shared["handbook"].value, "parts"):
        if isinstance(ident := part.get("id"), str):
            by_kind["part"].update({n: ident for n in (part.get("title"), ident) if isinstance(n, str)})
        for chapter in _dicts(part, "chapters"):
            if isinstance(ident := chapter.get("id"), str):
                by_kind["chapter"].update({n: ident for n in (chapter.get("title"), ident) if isinstance(n, str)})
    unread = {kind for kind, document in documents.values() if document.value is None}
    unread |= {"item"} if unread else set()
    unread |= {name for name, file in (("role", "roles"), ("chapter", "handbook"), ("part", "handbook")) if shared[file].value is None}
    return Names(by_kind, frozenset(unread))


def _dicts(value: object, key: str) -> list[dict]:
    found = value.get(key) if isinstance(value, dict) else None
    return [v for v in found if isinstance(v, dict)] if isinstance(found, list) else []


def _validate(
    model: type[BaseModel], document: Document, names: Names, problems: list[Problem], ident: str | None = None
) -> Any:
    if not isinstance(document.value, dict):
        return None
    value = dict(document.value)
    if ident is not None:
        if "id" in value:
            hint = "删去这一行；文件名就是编号"
            problems.append(Problem(document.path, document.line(("id",)), "id", "不用写 id", hint))
        value["id"] = ident
    try:
        return model.model_validate(value, context=names)
    except ValidationError as error:
        problems.extend(translate.problems(error, model, document))
        return None

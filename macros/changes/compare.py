"""Two revisions of the handbook compared item by item and field by field, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from pydantic import BaseModel

from .. import burden
from ..authoring import articles_text
from ..catalogue import Entry
from ..kinds import KINDS
from ..kinds.checklist import Duty
from ..kinds.fields import Basis, Cadence, Limit, Vote, parts
from ..kinds.history import ChangeKind
from ..kinds.procedure import Step
from ..media import slug
from .match import alike, groups, label, moved, plain
from .revision import Revision
from .words import SHORT, Words, fields

# Fields that say what holds: a change of one is never mere wording.
BINDING = {"ballot", "tiers", "flat", "base", "state", "replaced_by", "in_force", "percent", "over", "upto"}
# Fields that explain or help to find: a change of one asks nobody to do anything else.
PROSE = {
    "title", "short", "aliases", "see", "note", "intro", "purpose", "scope", "summary", "hint", "reason", "label", "description",
    "subtitle", "topic", "unconfirmed", "sources", "synonyms", "abbreviations", "misspellings", "avoid", "organisation",
    "meaning",
}  # fmt: skip
NAMES = {"title", "short"}
RENAMED = 0.5  # a name less like the old one than this says something else
# What every pull request or edition touches by itself: told apart, not line by line.
BOOKKEEPING = {"reviewed", "next_check", "edition", "date"}
# Fields that the pages of roles and forms repeat.
REPEATED = {"标题", "时限", "谁来做", "谁参加", "留下什么记录", "需要什么", "留什么", "多久一次", ""}
ANCHORS = {"stages": "stage", "groups": "group", "steps": "step", "duties": "duty", "tariffs": "tariff"}
SECTIONS = {"mistakes": "mistakes", "facts": "facts", "meaning": "meaning", "use": "use", "dont": "dont", "quotes": "text", "blanks": "blanks", "fields": "sheet"}


@dataclass(frozen=True)
class Reason:
    """What the people who changed a file said about it."""

    why: str = ""
    authority: str = ""


@dataclass(frozen=True)
class Change:
    """One change: where, in words an officer reads, what it was and is, and whom it touches."""

    source: str  # data/procedures/dues.yaml
    page: str  # procedures/dues; "" for the handbook itself
    item: str  # dues
    code: str  # CX-07, "" where the kind has none
    title: str
    anchor: str  # step-collect; "" for the item as a whole
    where: str  # 第3步“公示”·时限
    field: str  # 时限; 拆分, 合并, 位置 for what no field holds; "" for a whole record
    kind: ChangeKind
    old: tuple[str, ...]  # lines
    new: tuple[str, ...]
    substantial: bool = False
    whole: bool = False  # the item as a whole was added or withdrawn
    moved_to: str = ""  # its page now, where the item's file was renamed
    roles: tuple[str, ...] = ()  # ids of those who act in it
    forms: tuple[str, ...] = ()  # ids of the records that it makes or needs
    checklists: tuple[str, ...] = ()  # ids of the checklists that send somebody to it
    pages: tuple[str, ...] = ()  # pages that say it, its own first
    reason: str = ""
    authority: str = ""


@dataclass(frozen=True)
class LoadChange:
    """A year of one role before and after; minutes and records."""

    role: str
    minutes: tuple[int, int]
    records: tuple[int, int]
    unexplained: tuple[str, ...] = ()  # ids of the checklists that ask for more without a stated reason

    @property
    def rises(self) -> bool:
        return self.minutes[1] > self.minutes[0] or self.records[1] > self.records[0]


@dataclass(frozen=True)
class Comparison:
    """Everything that a 修订对照表 tells."""

    old: Revision
    new: Revision
    changes: tuple[Change, ...]
    loads: tuple[LoadChange, ...]
    reviewed: tuple[str, ...]  # ids of items of which only the date of the review changed
    unread: tuple[str, ...]  # what could not be compared, in Chinese
    printed: Mapping[str, int] = field(default_factory=dict)  # page of the printed book by its named destinations

    def printed_pages(self, change: Change) -> tuple[int, ...]:
        """The pages of the printed book that say what changed, as far as a book was given."""
        names = [f"{slug(change.page)}--{change.anchor}" if change.anchor else "", *map(slug, change.pages)]
        own = [n for n in names[:2] if n in self.printed][:1]
        return tuple(sorted({self.printed[n] for n in (*own, *names[2:]) if n in self.printed}))

    def title(self, ident: str) -> str:
        """What an id stands for, in the newer revision if it is still there."""
        for revision in (self.new, self.old):
            if (name := Words(revision.catalogue).title(ident)) != ident:
                return name
        return ident


def compare(old: Revision, new: Revision, reasons: Mapping[str, Reason] | None = None) -> tuple[Change, ...]:
    """Every change from one revision to another, in the order of the book; reasons by path of the file."""
    reasons = reasons or {}
    return tuple(_with_reason(c, reasons.get(c.source, Reason())) for c in _all(old, new))


def comparison(
    old: Revision, new: Revision, reasons: Mapping[str, Reason] | None = None, printed: Mapping[str, int] | None = None
) -> Comparison:
    """The whole 修订对照表: changes, burden before and after, what could not be compared.

    printed: page of the printed book by named destination (complete.destinations), where there is a book.
    """
    reasons = reasons or {}
    changes = compare(old, new, reasons)
    told = {c.item for c in changes}
    reviewed = tuple(
        i for i, e in new.items.items() if i not in told and i in old.items and _reviewed(old.items[i]) != _reviewed(e)
    )
    unread = [f"旧版 {line}" for line in old.unread] + [f"新版 {line}" for line in new.unread]
    return Comparison(old, new, changes, _loads(old, new, reasons), reviewed, tuple(unread), printed or {})


def _reviewed(entry: Entry) -> str | None:
    return getattr(entry.item, "reviewed", None) or getattr(entry.item, "next_check", None)


# -- items ---------------------------------------------------------------------------------------------------


def _all(old: Revision, new: Revision) -> Iterator[Change]:
    unread = {i for r in (old, new) for i in _unread(r)}
    pairs = list(_pairs(old.items, new.items))
    ids = {a.id: b.id for a, b in pairs if a and b and a.id != b.id}
    if old.catalogue.handbook.title and new.catalogue.handbook.title:
        yield from _Item(old, new, ids, None, None).shared(old.catalogue.handbook, new.catalogue.handbook, "data/handbook.yaml", "")
    for before, after in pairs:
        # An item that cannot be read on one side is neither new nor withdrawn.
        if not (before and after) and (before or after).id in unread:
            continue
        yield from _Item(old, new, ids, before, after).changes()
    for name, page in (("roles", "roles/{}"), ("terms", "terms")):
        if f"data/{name}.yaml" in "\n".join((*old.unread, *new.unread)):
            continue
        befores, afters = getattr(old.catalogue, name), getattr(new.catalogue, name)
        for ident in dict.fromkeys((*afters, *befores)):
            shared = _Item(old, new, ids, None, None)
            yield from shared.shared(befores.get(ident), afters.get(ident), f"data/{name}.yaml", page.format(ident))
    yield from _prose(old, new)


def _unread(revision: Revision) -> Iterator[str]:
    """Ids of the items whose files could not be read at all."""
    for line in revision.unread:
        ident = line.split("：")[0].rsplit("/", 1)[-1].removesuffix(".yaml")
        if ident not in revision.items:
            yield ident


def _pairs(olds: Mapping[str, Entry], news: Mapping[str, Entry]) -> Iterator[tuple[Entry | None, Entry | None]]:
    """Every item of either revision with what it was or is; one whose file was renamed is known by its code or title."""
    gone = {i: e for i, e in olds.items() if i not in news}
    for ident, entry in _in_order(news):
        if ident in olds:
            yield olds[ident], entry
            continue
        same = next((o for o in gone.values() if o.kind == entry.kind and _called(o) == _called(entry)), None)
        if same is None and entry.kind != "regulation":
            same = next((o for o in gone.values() if o.kind == entry.kind and o.item.title == entry.item.title), None)
        if same is not None:
            del gone[same.id]
        yield same, entry
    yield from ((e, None) for _, e in _in_order(gone))


def _in_order(entries: Mapping[str, Entry]) -> list[tuple[str, Entry]]:
    kinds = list(KINDS)
    return sorted(entries.items(), key=lambda pair: (kinds.index(pair[1].kind), getattr(pair[1].item, "code", ""), pair[0]))


def _called(entry: Entry) -> str:
    return getattr(entry.item, "code", "") or getattr(entry.item, "short", "")


def _prose(old: Revision, new: Revision) -> Iterator[Change]:
    """Pages written by hand, line by line, without their markup."""
    for path in sorted({*old.prose, *new.prose}):
        before, after = (list(filter(None, map(bare, r.prose.get(path, "").split("\n")))) for r in (old, new))
        page = path.removeprefix("docs/").removesuffix(".md").removesuffix("/index")
        title = re.search(r"^# +(.+?)(?: *\{.*)?$", new.prose.get(path) or old.prose[path], re.M)
        base = Change(path, page, page, "", title[1] if title else page, "", "正文", "正文", ChangeKind.WORDING, (), (), pages=(page,))
        if not (before and after):
            kind = ChangeKind.NEW if after else ChangeKind.WITHDRAWN
            told = (base.title,)
            yield replace(base, where="整页", field="", kind=kind, old=told * bool(before), new=told * bool(after), whole=True)
            continue
        for a, b in _blocks(before, after, before, after):
            yield replace(base, old=tuple(a), new=tuple(b))


def bare(line: str) -> str:
    """A line of a page as a reader sees it, more or less: no tags, no macros, no anchors."""
    line = re.sub(r"""\{\{ *link\([^,()]*, *["']([^"']*)["'][^)]*\) *\}\}""", r"\1", line)
    line = re.sub(r"\{\{ *(\w+)\(([^)]*)\) *\}\}", r"〔\1 \2〕", line)
    line = re.sub(r"<[^>]+>|\{ *#[^}]*\}|^#+ +|^---$", "", line)
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", line).strip()


def _blocks(olds: list, news: list, old_keys: list[str], new_keys: list[str]) -> Iterator[tuple[list, list]]:
    """The runs in which two lists differ."""
    matcher = SequenceMatcher(None, old_keys, new_keys, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            yield olds[a:b], news[c:d]


@dataclass(frozen=True)
class _Place:
    """Where in an item: the records that hold it, its anchor and its name."""

    olds: tuple[Any, ...] = ()
    news: tuple[Any, ...] = ()
    anchor: str = ""
    name: str = ""


@dataclass
class _Item:
    """One item, before and after (None where it is not)."""

    old: Revision
    new: Revision
    ids: Mapping[str, str]
    before: Entry | None
    after: Entry | None
    base: Change = field(init=False)

    def __post_init__(self) -> None:
        entry = self.after or self.before
        if entry is not None:
            item = entry.item
            page = f"{KINDS[entry.kind].folder}/{entry.id}"
            title = getattr(item, "short", item.title)
            self.base = Change(entry.source, page, entry.id, getattr(item, "code", ""), title, "", "", "", ChangeKind.REVISED, (), ())
        old_numbers = dict(getattr(self.before.item, "numbers", {})) if self.before else {}
        new_numbers = dict(getattr(self.after.item, "numbers", {})) if self.after else {}
        self.o, self.n = Words(self.old.catalogue, old_numbers), Words(self.new.catalogue, new_numbers)
        # For keys a step goes by the id it has now, so that neither a new number nor a new id looks like a change.
        now = {}
        if self.before and self.after:
            steps = groups(getattr(self.before.item, "steps", ()), getattr(self.after.item, "steps", ()))
            now = {a.id: b[0].id for olds, b in steps if b for a in olds}
        self.ko = Words(self.old.catalogue, {i: now.get(i, i) for i in old_numbers}, self.ids)
        self.kn = Words(self.new.catalogue, {i: i for i in new_numbers}, {})

    def changes(self) -> Iterator[Change]:
        """Every change of an item of a kind."""
        if not (self.before and self.after):
            entry = self.after or self.before
            words = self.n if self.after else self.o
            lines = tuple(self._summary(entry, words))
            kind = ChangeKind.NEW if self.after else ChangeKind.WITHDRAWN
            place = _Place((self.before.item,) if self.before else (), (self.after.item,) if self.after else (), "", "整项")
            old, new = ((), lines) if self.after else (lines, ())
            substance = self._substance([entry.item], self.kn if self.after else self.ko)
            yield self._change(place, "", kind, old, new, bool(substance), whole=True)
            return
        if self.before.id != self.after.id:
            place = _Place((self.before.item,), (self.after.item,))
            change = self._change(place, "文件名", ChangeKind.MOVED, (self.before.source,), (self.after.source,), False)
            page = f"{KINDS[self.before.kind].folder}/{self.before.id}"
            yield replace(change, page=page, moved_to=self.base.page)
        yield from self._records(_Place((self.before.item,), (self.after.item,)))

    def shared(self, old: Any, new: Any, source: str, page: str) -> Iterator[Change]:
        """Changes of a record of the shared files: the handbook, a role, a term."""
        record = new or old
        anchor = f"term-{record.id}" if page == "terms" else ""
        ident = getattr(record, "id", "handbook")
        self.base = Change(source, page, ident, "", label(record), anchor, "", "", ChangeKind.REVISED, (), ())
        if old is None or new is None:
            lines = tuple("：".join(line) for line in (self.n if new else self.o).lines(record))
            kind, place = (ChangeKind.NEW if new else ChangeKind.WITHDRAWN), _Place((), (record,), anchor, "整项")
            yield self._change(place, "", kind, () if new else lines, lines if new else (), False, whole=True)
        else:
            yield from self._records(_Place((old,), (new,), anchor))

    def _summary(self, entry: Entry, words: Words) -> Iterator[str]:
        """A whole item in a few lines."""
        yield f"{getattr(entry.item, 'code', '')} {entry.item.title}".strip()
        item = entry.item
        yield next(filter(None, (getattr(item, name, "") for name in ("purpose", "status", "topic"))))
        steps, duties = getattr(item, "steps", ()), getattr(item, "duties", ())
        if steps:
            yield f"{len(steps)}步：" + "、".join(s.title for s in steps)
        if duties:
            yield f"{len(duties)}项：" + "、".join(d.title for d in duties)
        basis = getattr(item, "basis", ())
        if basis:
            yield "依据：" + "；".join(words.basis(b) for b in basis)

    # -- records ---------------------------------------------------------------------------------------------

    def _records(self, place: _Place) -> Iterator[Change]:
        """Every field of the records of a place: usually one before and one after; more where they were split or merged."""
        model = type((place.news or place.olds)[0])
        several = len(place.olds) != 1 or len(place.news) != 1
        for attribute, spec in fields(model):
            if spec.name in BOOKKEEPING or spec.name == "id" or (several and spec.name in ("title", "label")):
                continue
            olds, news = ([v for r in records for v in _list(getattr(r, attribute))] for records in (place.olds, place.news))
            if spec.many and spec.record is not None and "id" in spec.record.model_fields:
                yield from self._keyed(olds, news, spec)
            elif olds != news:
                yield from self._values(olds, news, spec, place)

    def _values(self, olds: list, news: list, spec: Any, place: _Place) -> Iterator[Change]:
        """The changes of one field."""
        old_keys = [self.ko.one(v, spec) for v in olds]
        new_keys = [self.kn.one(v, spec) for v in news]
        if len(place.olds) != len(place.news):  # split or merged: what one of them says twice is said once
            olds, old_keys = _once(olds, old_keys)
            news, new_keys = _once(news, new_keys)
            if sorted(old_keys) == sorted(new_keys):
                return
        if old_keys == new_keys:
            return
        section = place if place.anchor or place.name else replace(place, anchor=SECTIONS.get(spec.name, self.base.anchor))
        if spec.ref or spec.name in SHORT or sorted(old_keys) == sorted(new_keys):
            runs = [(olds, news)]
        else:
            runs = list(_blocks(olds, news, old_keys, new_keys))
        for a, b in runs:
            yield self._field(section, spec, a, b)

    def _field(self, place: _Place, spec: Any, olds: list, news: list) -> Change:
        old, new = self.o.value(tuple(olds), spec), self.n.value(tuple(news), spec)
        if old == new:  # the same words for two things: two versions of a regulation
            old, new = (replace(w, dated=True).value(tuple(v), spec) for w, v in ((self.o, olds), (self.n, news)))
        before, after = self._substance(olds, self.ko), self._substance(news, self.kn)
        substantial = before != after or spec.name in BINDING
        renamed = spec.name in NAMES and old and new and alike(old[0], new[0]) < RENAMED
        if spec.name in PROSE and not substantial and not renamed:
            kind = ChangeKind.WORDING
        elif not old:
            kind = ChangeKind.NEW
        elif not new:
            kind = ChangeKind.WITHDRAWN
        elif sorted(self.ko.one(v, spec) for v in olds) == sorted(self.kn.one(v, spec) for v in news):
            kind, substantial = ChangeKind.MOVED, False
        elif not substantial and plain("".join(old)) == plain("".join(new)):
            kind = ChangeKind.WORDING
        elif spec.name == "basis" and not substantial:
            kind = ChangeKind.WORDING  # only the note on the source
        else:
            kind = ChangeKind.REVISED
        return self._change(place, spec.title, kind, old, new, substantial)

    @staticmethod
    def _substance(values: list, words: Words) -> frozenset[str]:
        """What binds in these values: limits, majorities, cadences, and what they rest on; explanations aside."""
        found = set()
        for value in values:
            records = [value, *(p for _, p in parts(value))] if isinstance(value, BaseModel) else []
            for record in records:
                if isinstance(record, Basis) and record.state.is_rule:
                    found.add(f"{record.state}{words.title(record.regulation or '')}{articles_text(record.article)}")
                elif isinstance(record, Limit | Vote | Cadence):
                    bare = {"examples"} | ({"basis"} if hasattr(record, "basis") else set())
                    bare = {name: () for name in bare if name in type(record).model_fields}
                    found.add(words.record(record.model_copy(update=bare)))
        return frozenset(found)

    def _keyed(self, olds: list, news: list, spec: Any) -> Iterator[Change]:
        """Records known by their ids; those that hold such records themselves are compared level by level."""
        inner = next((f for f in fields(spec.record) if f[1].record and f[1].many and "id" in f[1].record.model_fields), None)
        found = groups(olds, news)
        yield from self._moves(found, olds, news, spec, {}, {})
        for group in found:
            yield from self._group(group, spec, inner)
        if inner is not None:
            attribute, child = inner
            old_homes = {r.id: home for home in olds for r in getattr(home, attribute)}
            new_homes = {r.id: home for home in news for r in getattr(home, attribute)}
            old_children = [r for home in olds for r in getattr(home, attribute)]
            new_children = [r for home in news for r in getattr(home, attribute)]
            pairs = groups(old_children, new_children)
            yield from self._moves(pairs, old_children, new_children, child, old_homes, new_homes)
            for group in pairs:
                yield from self._group(group, child, None)

    def _moves(self, found: list, olds: list, news: list, spec: Any, old_homes: Mapping, new_homes: Mapping) -> Iterator[Change]:
        """Records that were moved past others, or into another stage that was there before."""
        at = {r.id: i for i, r in enumerate(olds)}
        kept = [(a[0], b[0]) for a, b in found if len(a) == len(b) == 1]
        out = moved([at[a.id] for a, _ in kept])
        homes = {h.id for h in old_homes.values()} & {h.id for h in new_homes.values()}
        for i, (a, b) in enumerate(kept):
            old_home, new_home = old_homes.get(a.id), new_homes.get(b.id)
            left = old_home is not None and {old_home.id, new_home.id} <= homes and old_home.id != new_home.id
            if i in out or left:
                place = self._place((a,), (b,), spec)
                old, new = self._stands(a, olds, old_home), self._stands(b, news, new_home)
                yield self._change(place, "位置", ChangeKind.MOVED, (old,), (new,), False)

    def _stands(self, record: Any, among: list, home: Any) -> str:
        place = among.index(record)
        after = f"在“{label(among[place - 1])}”之后" if place else "在最前面"
        number = f"第{place + 1}步，" if isinstance(record, Step) else ""
        return number + (f"“{home.title}”，" if home is not None else "") + after

    def _group(self, group: Any, spec: Any, inner: Any) -> Iterator[Change]:
        """What became of the records of one group."""
        olds, news = group
        place = self._place(olds, news, spec)
        if not (olds and news):
            record, words = (news or olds)[0], self.n if news else self.o
            if inner is not None:
                record = record.model_copy(update={inner[0]: ()})  # its members are told one by one
            lines = tuple("：".join(line) for line in words.lines(record))
            kind = ChangeKind.NEW if news else ChangeKind.WITHDRAWN
            substance = self._substance([record], self.kn if news else self.ko)
            yield self._change(place, "", kind, () if news else lines, lines if news else (), bool(substance))
            return
        if len(olds) != len(news):
            word = "拆分" if len(news) > 1 else "合并"
            old, new = (tuple(self._name(r, spec, w) for r in records) for records, w in ((olds, self.o), (news, self.n)))
            yield self._change(place, word, ChangeKind.REVISED, old, new, False)
        elif olds[0].id != news[0].id:
            # An id is the address that printed codes lead to.
            yield self._change(place, "编号", ChangeKind.WORDING, (olds[0].id,), (news[0].id,), False)
        if inner is not None:
            olds, news = (tuple(r.model_copy(update={inner[0]: ()}) for r in records) for records in (olds, news))
            place = replace(place, olds=olds, news=news)
        yield from self._records(place)

    def _place(self, olds: tuple, news: tuple, spec: Any) -> _Place:
        record = (news or olds)[0]
        prefix = ANCHORS.get(spec.name)
        anchor = f"{prefix}-{record.id}" if prefix else SECTIONS.get(spec.name, "")
        name = self._name(record, spec, self.n if news else self.o)
        return _Place(olds, news, anchor, name if news or not isinstance(record, Step) else f"原{name}")

    @staticmethod
    def _name(record: Any, spec: Any, words: Words) -> str:
        if isinstance(record, Step):
            return f"第{words.numbers[record.id]}步“{record.title}”"
        return f"{spec.title}“{label(record)}”"

    # -- whom a change touches ---------------------------------------------------------------------------------

    def _change(self, place: _Place, title: str, kind: ChangeKind, old: tuple, new: tuple, substantial: bool, whole: bool = False) -> Change:
        holders = (*place.news, *place.olds)
        roles = dict.fromkeys(r for holder in holders for r in self._roles(holder))
        forms = dict.fromkeys(f for holder in holders for f in self._forms(holder))
        change = replace(
            self.base,
            anchor=place.anchor or self.base.anchor,
            where="·".join(filter(None, (place.name, title))),
            field=title,
            kind=kind,
            old=old,
            new=new,
            substantial=substantial,
            whole=whole,
            roles=tuple(roles),
            forms=tuple(forms),
            checklists=tuple(self._checklists()),
            authority=self._authority(place),
        )
        return replace(change, pages=tuple(dict.fromkeys(self._pages(change, holders))))

    def _roles(self, holder: Any) -> Iterator[str]:
        if isinstance(holder, Step):
            yield from (*holder.by, *holder.with_)
        elif isinstance(holder, Duty):
            yield from holder.by
        elif self.base.page.startswith("roles/"):
            yield self.base.item
        else:
            entry = self.after or self.before
            item = entry.item if entry else None
            yield from getattr(item, "actors", ()) or getattr(item, "roles", ()) or filter(None, [getattr(item, "owner", "")])
            for catalogue in (self.new.catalogue, self.old.catalogue) if entry else ():
                if entry.kind == "form":
                    for user, where, _ in catalogue.form_steps.get(entry.id, ()):
                        yield from (r for r in _part(user, where).by)
                if entry.kind == "regulation":
                    for citation in catalogue.cited_by(entry.id):
                        yield from getattr(_part(citation.entry, citation.where), "by", ())

    def _forms(self, holder: Any) -> Iterator[str]:
        if isinstance(holder, Step):
            known = {**self.old.items, **self.new.items}
            yield from (*holder.records, *(n for n in holder.needs if n in known))
        elif isinstance(holder, Duty):
            yield from holder.evidence
        elif self.base.page.startswith("forms/"):
            yield self.base.item

    def _checklists(self) -> Iterator[str]:
        """Checklists that send somebody to this item."""
        for entry in self.new.catalogue.of("checklist"):
            if any(self.base.item in (d.procedure, *d.evidence) for d in entry.item.duties):
                yield entry.id

    def _pages(self, change: Change, holders: tuple) -> Iterator[str]:
        """Pages that repeat what changed: the item's own, and those of roles, forms and regulations that name it."""
        if change.page:
            yield change.page
        if any(isinstance(h, Step | Duty) for h in holders) and change.field in REPEATED:
            yield from (f"roles/{r}" for r in change.roles)
            yield from (f"forms/{f}" for f in change.forms)
        if change.field in ("依据", "总依据", "") or change.substantial:
            bases = (p for h in holders for p in [*(v for _, v in parts(h))] if isinstance(p, Basis) and p.regulation)
            yield from (f"regulations/{b.regulation}" for b in bases)

    def _authority(self, place: _Place) -> str:
        """What the changed record rests on by rule."""
        words, records = (self.n, place.news) if place.news else (self.o, place.olds)
        for record in records:
            bases = getattr(record, "basis", ())
            told = [words.basis(b) for b in (bases if isinstance(bases, tuple) else ()) if b.state.is_rule]
            if told:
                return "；".join(told)
        return ""


def _list(value: Any) -> list:
    if value is None:
        return []
    return list(value) if isinstance(value, tuple) else [value]


def _once(values: list, keys: list[str]) -> tuple[list, list[str]]:
    found = dict(reversed(list(zip(keys, values, strict=True))))
    order = list(dict.fromkeys(keys))
    return [found[k] for k in order], order


def _part(entry: Entry, ident: str) -> Any:
    """The step or duty of an item with this id, or the item."""
    both = (*getattr(entry.item, "steps", ()), *getattr(entry.item, "duties", ()))
    return next((p for p in both if p.id == ident), entry.item)


def _with_reason(change: Change, reason: Reason) -> Change:
    return replace(change, reason=reason.why, authority=reason.authority or change.authority)


# -- burden ----------------------------------------------------------------------------------------------------


def _loads(old: Revision, new: Revision, reasons: Mapping[str, Reason]) -> tuple[LoadChange, ...]:
    """Every role whose year in figures changes, and the checklists that ask more of it without saying why."""
    found = []
    before, after = _asked(old), _asked(new)
    for role in dict.fromkeys((*new.catalogue.roles, *old.catalogue.roles)):
        a, b = burden.load(old.catalogue, role), burden.load(new.catalogue, role)
        if (a.minutes, a.records) != (b.minutes, b.records):
            more = dict.fromkeys(
                entry.id
                for (who, duty), (minutes, records, entry) in after.items()
                if who == role and _risen((minutes, records), before.get((who, duty)))
                if not reasons.get(entry.source, Reason()).why
            )
            change = LoadChange(role, (a.minutes, b.minutes), (a.records, b.records))
            found.append(replace(change, unexplained=tuple(more)) if change.rises else change)
    return tuple(found)


def _risen(now: tuple[int, int], before: tuple | None) -> bool:
    return before is None or now[0] > before[0] or now[1] > before[1]


def _asked(revision: Revision) -> dict[tuple[str, str], tuple[int, int, Entry]]:
    """(role, duty) -> minutes and records a year that the duty asks of the role, and its checklist."""
    return {
        (role, f"{entry.id}/{duty.id}"): (
            duty.cadence.per_year * (duty.minutes or 0),
            duty.cadence.per_year * len(duty.evidence) if role in duty.by else 0,
            entry,
        )
        for entry, duty, roles in burden.duties(revision.catalogue)
        for role in roles
        if duty.cadence
    }

"""One item before and after: every field and every record in it compared, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from typing import Any

from pydantic import BaseModel

from ..authoring import articles_text
from ..catalogue import Entry
from ..kinds import KINDS
from ..kinds.fields import Basis, Cadence, Limit, Vote, parts
from ..kinds.history import ChangeKind
from ..kinds.procedure import Step
from .match import alike, groups, label, moved, plain
from .revision import Revision
from .told import Change
from .touches import Touches
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
ANCHORS = {"stages": "stage", "groups": "group", "steps": "step", "duties": "duty", "tariffs": "tariff"}
SECTIONS = {
    "mistakes": "mistakes",
    "facts": "facts",
    "meaning": "meaning",
    "use": "use",
    "dont": "dont",
    "quotes": "text",
    "blanks": "blanks",
    "fields": "sheet",
}


@dataclass(frozen=True)
class Place:
    """Where in an item: the records that hold it, its anchor and its name."""

    olds: tuple[Any, ...] = ()
    news: tuple[Any, ...] = ()
    anchor: str = ""
    name: str = ""


@dataclass
class Item:
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
            self.base = Change(entry.source, page, entry.id, getattr(item, "code", ""), title)
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
            place = Place(
                (self.before.item,) if self.before else (),
                (self.after.item,) if self.after else (),
                "",
                "整项",
            )
            old, new = ((), lines) if self.after else (lines, ())
            substance = self._substance([entry.item], self.kn if self.after else self.ko)
            yield self._change(place, "", kind, old, new, bool(substance), whole=True)
            return
        if self.before.id != self.after.id:
            place = Place((self.before.item,), (self.after.item,))
            change = self._change(
                place, "文件名", ChangeKind.MOVED, (self.before.source,), (self.after.source,), False
            )
            page = f"{KINDS[self.before.kind].folder}/{self.before.id}"
            yield replace(change, page=page, moved_to=self.base.page)
        yield from self._records(Place((self.before.item,), (self.after.item,)))

    def shared(self, old: Any, new: Any, source: str, page: str) -> Iterator[Change]:
        """Changes of a record of the shared files: the handbook, a role, a term."""
        record = new or old
        anchor = f"term-{record.id}" if page == "terms" else ""
        ident = getattr(record, "id", "handbook")
        self.base = Change(source, page, ident, "", label(record), anchor)
        if old is None or new is None:
            lines = tuple("：".join(line) for line in (self.n if new else self.o).lines(record))
            kind, place = (
                (ChangeKind.NEW if new else ChangeKind.WITHDRAWN),
                Place((), (record,), anchor, "整项"),
            )
            yield self._change(place, "", kind, () if new else lines, lines if new else (), False, whole=True)
        else:
            yield from self._records(Place((old,), (new,), anchor))

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

    def _records(self, place: Place) -> Iterator[Change]:
        """Every field of the records of a place: usually one before and one after; more where they were split or merged."""
        model = type((place.news or place.olds)[0])
        several = len(place.olds) != 1 or len(place.news) != 1
        for attribute, spec in fields(model):
            if spec.name in BOOKKEEPING or spec.name == "id" or (several and spec.name in ("title", "label")):
                continue
            olds, news = (
                [v for r in records for v in _list(getattr(r, attribute))]
                for records in (place.olds, place.news)
            )
            if spec.many and spec.record is not None and "id" in spec.record.model_fields:
                yield from self._keyed(olds, news, spec)
            elif olds != news:
                yield from self._values(olds, news, spec, place)

    def _values(self, olds: list, news: list, spec: Any, place: Place) -> Iterator[Change]:
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
        section = (
            place
            if place.anchor or place.name
            else replace(place, anchor=SECTIONS.get(spec.name, self.base.anchor))
        )
        if spec.ref or spec.name in SHORT or sorted(old_keys) == sorted(new_keys):
            runs = [(olds, news)]
        else:
            runs = list(blocks(olds, news, old_keys, new_keys))
        for a, b in runs:
            yield self._field(section, spec, a, b)

    def _field(self, place: Place, spec: Any, olds: list, news: list) -> Change:
        old, new = self.o.value(tuple(olds), spec), self.n.value(tuple(news), spec)
        if old == new:  # the same words for two things: two versions of a regulation
            old, new = (
                replace(w, dated=True).value(tuple(v), spec) for w, v in ((self.o, olds), (self.n, news))
            )
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
                    found.add(
                        f"{record.state}{words.title(record.regulation or '')}{articles_text(record.article)}"
                    )
                elif isinstance(record, Limit | Vote | Cadence):
                    bare = {"examples"} | ({"basis"} if hasattr(record, "basis") else set())
                    bare = {name: () for name in bare if name in type(record).model_fields}
                    found.add(words.record(record.model_copy(update=bare)))
        return frozenset(found)

    def _keyed(self, olds: list, news: list, spec: Any) -> Iterator[Change]:
        """Records known by their ids; those that hold such records themselves are compared level by level."""
        inner = next(
            (
                f
                for f in fields(spec.record)
                if f[1].record and f[1].many and "id" in f[1].record.model_fields
            ),
            None,
        )
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

    def _moves(
        self, found: list, olds: list, news: list, spec: Any, old_homes: Mapping, new_homes: Mapping
    ) -> Iterator[Change]:
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
            old, new = (
                tuple(self._name(r, spec, w) for r in records)
                for records, w in ((olds, self.o), (news, self.n))
            )
            yield self._change(place, word, ChangeKind.REVISED, old, new, False)
        elif olds[0].id != news[0].id:
            # An id is the address that printed codes lead to.
            yield self._change(place, "编号", ChangeKind.WORDING, (olds[0].id,), (news[0].id,), False)
        if inner is not None:
            olds, news = (
                tuple(r.model_copy(update={inner[0]: ()}) for r in records) for records in (olds, news)
            )
            place = replace(place, olds=olds, news=news)
        yield from self._records(place)

    def _place(self, olds: tuple, news: tuple, spec: Any) -> Place:
        record = (news or olds)[0]
        prefix = ANCHORS.get(spec.name)
        anchor = f"{prefix}-{record.id}" if prefix else SECTIONS.get(spec.name, "")
        name = self._name(record, spec, self.n if news else self.o)
        return Place(olds, news, anchor, name if news or not isinstance(record, Step) else f"原{name}")

    @staticmethod
    def _name(record: Any, spec: Any, words: Words) -> str:
        if isinstance(record, Step):
            return f"第{words.numbers[record.id]}步“{record.title}”"
        return f"{spec.title}“{label(record)}”"

    # -- whom a change touches ---------------------------------------------------------------------------------

    def _change(
        self,
        place: Place,
        title: str,
        kind: ChangeKind,
        old: tuple,
        new: tuple,
        substantial: bool,
        whole: bool = False,
    ) -> Change:
        holders = (*place.news, *place.olds)
        touches = Touches(self.old, self.new, self.base, self.after or self.before)
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
            roles=touches.roles(holders),
            forms=touches.forms(holders),
            checklists=touches.checklists(),
            authority=self._authority(place),
        )
        return replace(change, pages=touches.pages(change, holders))

    def _authority(self, place: Place) -> str:
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


def blocks(olds: list, news: list, old_keys: list[str], new_keys: list[str]) -> Iterator[tuple[list, list]]:
    """The runs in which two lists differ."""
    matcher = SequenceMatcher(None, old_keys, new_keys, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            yield olds[a:b], news[c:d]

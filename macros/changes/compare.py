"""Two revisions of the handbook compared: every item, the shared files, the pages written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from ..catalogue import LEFT_OUT, Entry
from ..kinds import KINDS
from ..kinds.history import ChangeKind
from .item import Item, blocks
from .loads import loads
from .revision import Revision
from .told import Change, Comparison, Reason

# (where in the catalogue, its file, its page) of what is compared like an item but is of no kind.
SHARED_RECORDS = (
    ("roles", "data/roles.yaml", "roles/{}"),
    ("terms", "data/terms.yaml", "terms"),
    ("editions", "data/editions/{}.yaml", ""),
)


def compare(old: Revision, new: Revision, reasons: Mapping[str, Reason] | None = None) -> tuple[Change, ...]:
    """Every change from one revision to another, in the order of the book; reasons by path of the file."""
    reasons = reasons or {}
    return tuple(_with_reason(c, reasons.get(c.source, Reason())) for c in _all(old, new))


def comparison(
    old: Revision,
    new: Revision,
    reasons: Mapping[str, Reason] | None = None,
    printed: Mapping[str, str] | None = None,
) -> Comparison:
    """The whole 修订对照表: changes, burden before and after, what could not be compared.

    printed: printed page by named destination (complete.folios); None where no book was built.
    """
    reasons = reasons or {}
    changes = compare(old, new, reasons)
    told = {c.item for c in changes}
    reviewed = tuple(
        i
        for i, e in new.items.items()
        if i not in told and i in old.items and _reviewed(old.items[i]) != _reviewed(e)
    )
    unread = [f"旧版 {line}" for line in old.unread] + [f"新版 {line}" for line in new.unread]
    return Comparison(old, new, changes, loads(old, new, reasons), reviewed, tuple(unread), printed)


def _reviewed(entry: Entry) -> str | None:
    return getattr(entry.item, "reviewed", None) or getattr(entry.item, "next_check", None)


def _all(old: Revision, new: Revision) -> Iterator[Change]:
    unread = {i for r in (old, new) for i in _unread(r)}
    pairs = list(_pairs(old.items, new.items))
    ids = {a.id: b.id for a, b in pairs if a and b and a.id != b.id}
    if old.catalogue.handbook.title and new.catalogue.handbook.title:
        yield from Item(old, new, ids, None, None).shared(
            old.catalogue.handbook, new.catalogue.handbook, "data/handbook.yaml", ""
        )
    for before, after in pairs:
        # An item that cannot be read on one side is neither new nor withdrawn.
        if not (before and after) and (before or after).id in unread:
            continue
        yield from Item(old, new, ids, before, after).changes()
    for name, source, page in SHARED_RECORDS:
        befores, afters = getattr(old.catalogue, name), getattr(new.catalogue, name)
        for ident in dict.fromkeys((*afters, *befores)):
            file = source.format(ident)
            # What cannot be read on one side is neither new nor withdrawn.
            lacking = [r for r, there in ((old, befores), (new, afters)) if ident not in there]
            if any(
                line.startswith(f"{file}：") and not line.endswith(LEFT_OUT)
                for r in lacking
                for line in r.unread
            ):
                continue
            shared = Item(old, new, ids, None, None)
            yield from shared.shared(befores.get(ident), afters.get(ident), file, page.format(ident))
    yield from _prose(old, new)


def _unread(revision: Revision) -> Iterator[str]:
    """Ids of the items whose files could not be read at all."""
    for line in revision.unread:
        ident = line.split("：")[0].rsplit("/", 1)[-1].removesuffix(".yaml")
        if ident not in revision.items:
            yield ident


def _pairs(
    olds: Mapping[str, Entry], news: Mapping[str, Entry]
) -> Iterator[tuple[Entry | None, Entry | None]]:
    """Every item of either revision with what it was or is; one whose file was renamed is known by its code or title."""
    gone = {i: e for i, e in olds.items() if i not in news}
    for ident, entry in _in_order(news):
        if ident in olds:
            yield olds[ident], entry
            continue
        same = next((o for o in gone.values() if o.kind == entry.kind and _called(o) == _called(entry)), None)
        if same is None and entry.kind != "regulation":
            same = next(
                (o for o in gone.values() if o.kind == entry.kind and o.item.title == entry.item.title), None
            )
        if same is not None:
            del gone[same.id]
        yield same, entry
    yield from ((e, None) for _, e in _in_order(gone))


def _in_order(entries: Mapping[str, Entry]) -> list[tuple[str, Entry]]:
    kinds = list(KINDS)
    return sorted(
        entries.items(),
        key=lambda pair: (kinds.index(pair[1].kind), getattr(pair[1].item, "code", ""), pair[0]),
    )


def _called(entry: Entry) -> str:
    return getattr(entry.item, "code", "") or getattr(entry.item, "short", "")


def _prose(old: Revision, new: Revision) -> Iterator[Change]:
    """Pages written by hand, line by line, without their markup."""
    for path in sorted({*old.prose, *new.prose}):
        before, after = (list(filter(None, map(bare, r.prose.get(path, "").split("\n")))) for r in (old, new))
        page = path.removeprefix("docs/").removesuffix(".md").removesuffix("/index")
        title = re.search(r"^# +(.+?)(?: *\{.*)?$", new.prose.get(path) or old.prose[path], re.M)
        base = Change(path, page, page, "", title[1] if title else page, pages=(page,))
        base = replace(base, where="正文", field="正文", kind=ChangeKind.WORDING)
        if not (before and after):
            kind = ChangeKind.NEW if after else ChangeKind.WITHDRAWN
            told = (base.title,)
            yield replace(
                base,
                where="整页",
                field="",
                kind=kind,
                old=told * bool(before),
                new=told * bool(after),
                whole=True,
            )
            continue
        for a, b in blocks(before, after, before, after):
            yield replace(base, old=tuple(a), new=tuple(b))


def bare(line: str) -> str:
    """A line of a page as a reader sees it, more or less: no tags, no macros, no anchors."""
    line = re.sub(r"""\{\{ *link\([^,()]*, *["']([^"']*)["'][^)]*\) *\}\}""", r"\1", line)
    line = re.sub(r"\{\{ *(\w+)\(([^)]*)\) *\}\}", r"〔\1 \2〕", line)
    line = re.sub(r"<[^>]+>|\{ *#[^}]*\}|^#+ +|^---$", "", line)
    return re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", line).strip()


def _with_reason(change: Change, reason: Reason) -> Change:
    return replace(change, reason=reason.why, authority=reason.authority or change.authority)

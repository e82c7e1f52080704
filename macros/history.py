"""What readers ask of the published editions: what changed in this item, and whether their copy still holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .catalogue import Catalogue
from .kinds import KINDS
from .kinds.history import ChangeKind, Published, Recorded, edition_key


@dataclass(frozen=True)
class Answer:
    """Whether a copy of an item printed in one edition still holds."""

    edition: str
    date: str
    state: str  # 现行, 没有改动, 已改动, 还没有, 已废止
    changes: tuple[tuple[str, Recorded], ...] = ()  # (edition, change) since then, oldest first


@dataclass(frozen=True)
class Gone:
    """An item that is no more, or goes by another file name: its printed codes still lead somewhere."""

    page: str
    title: str
    edition: str  # the one that withdrew or renamed it
    moved_to: str  # its page now, "" where it was withdrawn
    reason: str

    @property
    def id(self) -> str:
        return self.page.split("/")[1]


def editions(catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """(number, date) of every edition, newest first; the handbook's own is one of them."""
    known = {e.id: e.date for e in catalogue.history} | {catalogue.handbook.edition: catalogue.handbook.date}
    return tuple(sorted(known.items(), key=lambda pair: (edition_key(pair[0]), pair[0]), reverse=True))


def shown(edition: Published) -> tuple[Recorded, ...]:
    """What an edition changed for a reader: a new file name is the editors' affair, old addresses go on leading there."""
    return tuple(c for c in edition.changes if not c.moved_to)


def of_page(catalogue: Catalogue, page: str) -> tuple[tuple[Published, tuple[Recorded, ...]], ...]:
    """The editions that changed a page and how, newest first; under its older names too, and what it only repeats."""
    found = []
    for edition in catalogue.history:
        names = {page}
        for change in edition.changes:
            if change.moved_to == page:
                names.add(change.page)
                page = change.page
        changes = tuple(c for c in shown(edition) if c.page in names or page in c.also)
        if changes:
            found.append((edition, changes))
    return tuple(found)


def answers(catalogue: Catalogue, page: str) -> tuple[Answer, ...]:
    """For a copy of each edition, newest first: does it still hold."""
    told = of_page(catalogue, page)
    born = next(
        (e for e, changes in told if any(_all_of(c, page) and c.kind is ChangeKind.NEW for c in changes)), None
    )
    gone = any(_all_of(c, page) and c.kind is ChangeKind.WITHDRAWN for c in told[0][1]) if told else False
    found = []
    for n, (number, date) in enumerate(editions(catalogue)):
        since = [
            (e.id, c)
            for e, changes in reversed(told)
            if edition_key(e.id) > edition_key(number)
            for c in changes
        ]
        if born is not None and edition_key(number) < edition_key(born.id):
            state, since = "还没有", []
        elif gone:
            state = "已废止"
        elif since:
            state = "已改动"
        else:
            state = "没有改动" if n else "现行"
        found.append(Answer(number, date, state, tuple(since)))
    return tuple(found)


def _all_of(change: Recorded, page: str) -> bool:
    """Whether the page itself came or went, not one that it repeats."""
    return change.whole and page not in change.also


def gone(catalogue: Catalogue) -> Iterator[Gone]:
    """Every page of an item that stood in a published edition and stands no more."""
    pages = {f"{KINDS[e.kind].folder}/{e.id}" for e in catalogue.entries.values()}
    used = {
        *catalogue.entries,
        *catalogue.roles,
        *catalogue.chapters,
        *(p.id for p in catalogue.handbook.parts),
    }
    folders = {kind.folder for kind in KINDS.values()}
    for edition in catalogue.history:
        for change in edition.changes:
            left = change.moved_to or (change.whole and change.kind is ChangeKind.WITHDRAWN)
            folder, _, ident = change.page.partition("/")
            if left and folder in folders and ident not in used:
                used.add(ident)
                moved_to = change.moved_to or ""
                yield Gone(
                    change.page,
                    change.item,
                    edition.id,
                    moved_to if moved_to in pages else "",
                    change.reason or "",
                )

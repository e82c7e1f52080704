"""What a comparison says: changes, burden, and what it could not read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from .. import editions
from ..kinds.history import ChangeKind
from ..media import slug
from .revision import Revision
from .words import Words


def page_key(page: str) -> tuple[int, ...]:
    """For putting page numbers in order; 12-1, a page put in later, stands between 12 and 13."""
    return tuple(map(int, page.split("-")))


def page_numbers(pages: Iterable[str]) -> str:
    """Page numbers in words, each once, runs of three and more as one: 第4、9—12页."""
    runs: list[list[str]] = []
    for page in sorted(set(pages), key=page_key):
        if runs and page_key(page) == (page_key(runs[-1][-1])[0] + 1,):
            runs[-1].append(page)
        else:
            runs.append([page])
    told = [f"{run[0]}—{run[-1]}" if len(run) > 2 else "、".join(run) for run in runs]
    return f"第{'、'.join(told)}页"


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
    anchor: str = ""  # step-collect; "" for the item as a whole
    where: str = ""  # 第3步“公示”·时限
    field: str = ""  # 时限; 拆分, 合并, 位置, 编号, 文件名 for what no field holds; "" for a whole record
    kind: ChangeKind = ChangeKind.REVISED
    old: tuple[str, ...] = ()  # lines
    new: tuple[str, ...] = ()
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
    printed: Mapping[str, str] | None = (
        None  # printed page by named destination; None where no book was built
    )

    @cached_property
    def books(self) -> dict[str, tuple[str, ...]]:
        """Item -> the titles of the printed editions that hold it."""
        found: dict[str, list[str]] = {}
        for revision in (self.new, self.old):
            for edition in revision.catalogue.editions.values():
                items = editions.chosen(revision.catalogue, edition)
                for entry in (*items, *editions.forms(revision.catalogue, edition, items)):
                    if edition.title not in found.setdefault(entry.id, []):
                        found[entry.id].append(edition.title)
        return {ident: tuple(titles) for ident, titles in found.items()}

    def printed_pages(self, change: Change) -> tuple[str, ...]:
        """The pages of the printed book that say what changed, as far as a book was built."""
        printed = self.printed or {}
        names = [f"{slug(change.page)}--{change.anchor}" if change.anchor else "", *map(slug, change.pages)]
        own = [n for n in names[:2] if n in printed][:1]
        return tuple(sorted({printed[n] for n in (*own, *names[2:]) if n in printed}, key=page_key))

    def title(self, ident: str) -> str:
        """What an id stands for, in the newer revision if it is still there."""
        for revision in (self.new, self.old):
            if (name := Words(revision.catalogue).title(ident)) != ident:
                return name
        return ident

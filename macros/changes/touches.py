"""Whom and what a change touches: roles, forms, checklists, pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..catalogue import Entry
from ..kinds.checklist import Duty
from ..kinds.fields import Basis, parts
from ..kinds.procedure import Step
from .revision import Revision
from .told import Change

# Fields that the pages of roles and forms repeat.
REPEATED = {"标题", "时限", "谁来做", "谁参加", "留下什么记录", "需要什么", "留什么", "多久一次", ""}


@dataclass(frozen=True)
class Touches:
    """Looks around one item of two revisions."""

    old: Revision
    new: Revision
    base: Change  # says which item
    entry: Entry | None  # None for shared records: the handbook, a role, a term

    def roles(self, holders: tuple) -> tuple[str, ...]:
        """Ids of those who act in these records, each once."""
        return tuple(dict.fromkeys(role for holder in holders for role in self._roles(holder)))

    def forms(self, holders: tuple) -> tuple[str, ...]:
        """Ids of the forms that these records make or need, each once."""
        return tuple(dict.fromkeys(form for holder in holders for form in self._forms(holder)))

    def checklists(self) -> tuple[str, ...]:
        """Ids of the checklists that send somebody to this item."""
        return tuple(
            entry.id
            for entry in self.new.catalogue.of("checklist")
            if any(self.base.item in (d.procedure, *d.evidence) for d in entry.item.duties)
        )

    def pages(self, change: Change, holders: tuple) -> tuple[str, ...]:
        """Pages that repeat what changed: the item's own, and those of roles, forms and regulations that name it."""
        return tuple(dict.fromkeys(self._pages(change, holders)))

    def _roles(self, holder: Any) -> Iterator[str]:
        if isinstance(holder, Step):
            yield from (*holder.by, *holder.with_)
        elif isinstance(holder, Duty):
            yield from holder.by
        elif self.base.page.startswith("roles/"):
            yield self.base.item
        else:
            entry = self.entry
            item = entry.item if entry else None
            yield from (
                getattr(item, "actors", ())
                or getattr(item, "roles", ())
                or filter(None, [getattr(item, "owner", "")])
            )
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

    def _pages(self, change: Change, holders: tuple) -> Iterator[str]:
        if change.page:
            yield change.page
        if any(isinstance(h, Step | Duty) for h in holders) and change.field in REPEATED:
            yield from (f"roles/{r}" for r in change.roles)
            yield from (f"forms/{f}" for f in change.forms)
        if change.field in ("依据", "总依据", "") or change.substantial:
            bases = (
                p
                for h in holders
                for p in [*(v for _, v in parts(h))]
                if isinstance(p, Basis) and p.regulation
            )
            yield from (f"regulations/{b.regulation}" for b in bases)


def _part(entry: Entry, ident: str) -> Any:
    """The step or duty of an item with this id, or the item."""
    both = (*getattr(entry.item, "steps", ()), *getattr(entry.item, "duties", ()))
    return next((p for p in both if p.id == ident), entry.item)

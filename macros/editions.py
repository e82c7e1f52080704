"""What a printed edition chooses from the handbook."""

from __future__ import annotations

from .catalogue import Catalogue, Entry
from .kinds.edition import Content, Edition

KIND = {Content.PROCEDURE: "procedure", Content.CHECKLIST: "checklist", Content.CULTURE: "culture", Content.FORM: "form"}
WHOLE = "handbook"  # the edition that holds everything and is always made
DEFAULT = ("procedure", "checklist", "culture")


def chosen(catalogue: Catalogue, edition: Edition) -> tuple[Entry, ...]:
    """The items of the chapters that the edition holds, in the order of the handbook."""
    chooses = edition.parts or edition.chapters or edition.kinds or edition.roles or edition.popular
    kinds = tuple(KIND[k] for k in edition.kinds) or DEFAULT
    found = []
    for chapter, (part, _) in catalogue.chapters.items():
        for entry in catalogue.in_chapter(chapter):
            fits = (
                bool(chooses or not edition.items)
                and entry.kind in kinds
                and (not edition.parts or part.id in edition.parts)
                and (not edition.chapters or chapter in edition.chapters)
                and (not edition.popular or entry.id in catalogue.handbook.popular)
                and (not edition.roles or any(_acts(part, edition.roles) for part in _parts(entry)))
            )
            if fits or entry.id in edition.items:
                found.append(entry)
    return tuple(found)


def forms(catalogue: Catalogue, edition: Edition, items: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The forms of the edition, in the order of their codes: those its items use, those it names, or all of them."""
    every = catalogue.of("form")
    if Content.FORM in edition.kinds or (edition.forms and edition.prose):
        return every
    used = {form.id for entry in items for form in forms_of(catalogue, entry, edition.roles)} if edition.forms else set()
    return tuple(form for form in every if form.id in used or form.id in edition.items)


def forms_of(catalogue: Catalogue, entry: Entry, roles: tuple[str, ...] = ()) -> tuple[Entry, ...]:
    """The forms that an item makes or needs, in the order of their codes; of these roles only, where any are given."""
    acting = {part.id for part in _parts(entry) if not roles or _acts(part, roles)}
    used = {f.id: {where for e, where, _ in catalogue.form_steps[f.id] if e.id == entry.id} for f in catalogue.of("form")}
    return tuple(f for f in catalogue.of("form") if used[f.id] & acting)


def _parts(entry: Entry) -> tuple:
    """The steps or duties of an item."""
    return (*getattr(entry.item, "steps", ()), *getattr(entry.item, "duties", ()))


def _acts(part: object, roles: tuple[str, ...]) -> bool:
    """Whether one of the roles does a step or a duty; taking part in what others do is not enough."""
    return any(role in part.by for role in roles)

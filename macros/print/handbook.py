"""Catalogue -> the books that are printed from it, with their leaves in the order a reader turns them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from .. import editions, history, pages
from ..catalogue import Catalogue, Entry
from ..kinds.edition import Edition, Sheet
from ..kinds.history import ChangeKind, edition_key
from ..media import slug
from . import amendments, bars, indexes
from .formats import FORMATS
from .leaves import Book, Leaf, Since

FRONT = ("how-to-use.md", "document-system.md", "calendar.md", "burden.md")
BACK = ("unconfirmed.md", "about.md")
# Look-up lists of short records run on, one after another, instead of wasting a sheet each.
RUN_ON = {"roles/index.md": ("role", "岗位"), "regulations/index.md": ("regulation", "法规")}
QR_CODE = re.compile(r'<p><svg class="qr".*?</svg></p>', re.DOTALL)  # of an item that stands by itself
FORMAT = {Sheet.A4: "a4", Sheet.NOTES: "a4-notes", Sheet.LARGE: "a4-large", Sheet.CARD: "a6-card"}


class Shelf:
    """Every leaf that a book of this handbook may hold; each is made once, when first asked for."""

    def __init__(self, catalogue: Catalogue, root: Path) -> None:
        self.catalogue = catalogue
        self.pages = pages.all_pages(catalogue, root)
        self.changed = bars.changed(catalogue)
        self.numbering = catalogue.printed[0] if catalogue.printed else None
        self._html: dict[str, str] = {}

    def book(self, edition: Edition) -> Book:
        """One edition as a book."""
        c, h = self.catalogue, self.catalogue.handbook
        items = editions.chosen(c, edition)
        forms = editions.forms(c, edition, items)
        if edition.paper is Sheet.CARD:
            leaves = tuple(self._card(entry) for entry in items)
            forms = ()
        else:
            leaves = tuple(self._whole(items, forms) if edition.prose else self._part(edition, items, forms))
        return Book(
            title=edition.title, subtitle=h.subtitle if edition.prose else edition.summary, organisation=h.organisation,
            edition=h.edition, date=h.date, description=h.description, leaves=leaves, format=FORMATS[FORMAT[edition.paper]],
            name=edition.id, web=self.web, data=self._data(edition.title, (*items, *forms)),
            front=edition.paper is not Sheet.CARD, grouped=not edition.prose,
            indexes=indexes.all_indexes(c) if edition.indexes else (), changed=self.changed,
            numbering=self.numbering if edition.id == editions.WHOLE else None,
        )  # fmt: skip

    def changes(self) -> Book | None:
        """The sheets of the whole handbook that changed since the edition before; None where there is none on record."""
        c = self.catalogue
        last = c.printed_before
        if last is None:
            return None
        whole = self.book(c.editions[editions.WHOLE])
        # The site has no page of its own for an index.
        web = {index.id: c.handbook.address for index in whole.indexes} | self.web
        since = Since(last, *_told(c, last.edition, {leaf.id for leaf in whole.leaves}))
        return replace(whole, name=f"changes-{last.edition}-{c.handbook.edition}", since=since, web=web, data=b"")

    def item(self, entry: Entry) -> Book:
        """One item with the forms it uses, without cover and contents."""
        h = self.catalogue.handbook
        forms = editions.forms_of(self.catalogue, entry)
        leaves = tuple(replace(self._leaf(e), tab="") for e in (entry, *forms))
        return Book(
            title=entry.item.title, subtitle="", organisation=h.organisation, edition=h.edition, date=h.date,
            description=h.description, leaves=leaves, name=slug(page_of(entry).removesuffix(".md")), web=self.web,
            data=self._data(entry.item.title, (entry, *forms)), front=False, changed=self.changed,
        )  # fmt: skip

    @cached_property
    def web(self) -> dict[str, str]:
        """Leaf -> address of its page on the site."""
        address = self.catalogue.handbook.address
        return {slug(page.name): f"{address}{page.name}/" for page in self.pages.values()}

    # -- leaves -------------------------------------------------------------------------------------------

    def _whole(self, items: tuple[Entry, ...], forms: tuple[Entry, ...]) -> Iterator[Leaf]:
        """Prose, parts with their chapters and items, roles, regulations, terms, forms."""
        c = self.catalogue
        for path in FRONT:
            yield self._page(path, "prose", 1, recto=path == FRONT[0], chapter=self.pages[path].title)
        for part in c.handbook.parts:
            inside = [e for e in items if c.chapters[e.item.chapter][0].id == part.id]
            if inside:
                yield self._page(f"parts/{part.id}/index.md", "part", 1, recto=True, tab=part.title)
            for chapter in part.chapters:
                here = [e for e in inside if e.item.chapter == chapter.id]
                if here:
                    path = f"chapters/{chapter.id}/index.md"
                    yield self._page(path, "chapter", 2, recto=True, chapter=chapter.title, tab=part.title)
                yield from map(self._leaf, here)
        for path, (kind, tab) in RUN_ON.items():
            yield self._run_on(path, kind, tab)
        yield self._page("terms.md", "terms", 1, recto=True, chapter="术语", tab="术语")
        yield self._page("forms/index.md", "chapter", 1, recto=True, chapter="表单", tab="表单")
        yield from map(self._leaf, forms)
        for path in BACK:
            yield self._page(path, "prose", 1, chapter=self.pages[path].title)
        yield amendments.appendix(c)

    def _part(self, edition: Edition, items: tuple[Entry, ...], forms: tuple[Entry, ...]) -> Iterator[Leaf]:
        """The duties of the roles it is for, its items and its forms."""
        for role in edition.roles:
            if f"roles/{role}.md" in self.pages:
                yield self._page(f"roles/{role}.md", "role-sheet", 1, chapter="岗位职责")
        yield from map(self._leaf, (*items, *forms))

    def _leaf(self, entry: Entry) -> Leaf:
        c, path = self.catalogue, page_of(entry)
        if entry.kind == "form":
            return self._page(path, "form", 2, code=entry.item.code, chapter="表单", tab="表单")
        part, chapter = c.chapters[entry.item.chapter]
        where = f"{part.title}·{chapter.title}"
        return self._page(path, entry.kind, 3, code=entry.item.code, chapter=where, tab=part.title)

    def _card(self, entry: Entry) -> Leaf:
        part, chapter = self.catalogue.chapters[entry.item.chapter]
        name = page_of(entry).removesuffix(".md")
        html = pages.card_html(entry, self.catalogue)
        return Leaf(slug(name), entry.item.title, html, "card", 1, entry.item.code, f"{part.title}·{chapter.title}", recto=True)

    def _page(self, path: str, kind: str, level: int, **more: object) -> Leaf:
        page = self.pages[path]
        return Leaf(slug(page.name), page.title, self._paper(path), kind, level, **more)

    def _paper(self, path: str) -> str:
        if path not in self._html:
            self._html[path] = pages.paper_html(self.pages[path], self.catalogue)
        return self._html[path]

    def _run_on(self, path: str, kind: str, tab: str) -> Leaf:
        folder, head = path.split("/")[0], self.pages[path]
        parts = [self._paper(path)]
        for page in self.pages.values():
            if page.path.startswith(f"{folder}/") and page.path != path:
                html = QR_CODE.sub("", _lower(self._paper(page.path)))
                parts.append(f'<article class="run-on" id="{slug(page.name)}">{html}</article>')
        return Leaf(slug(head.name), head.title, "\n".join(parts), kind, 1, chapter=head.title, recto=True, tab=tab)

    def _data(self, title: str, entries: tuple[Entry, ...]) -> bytes:
        """What the book was made from, as JSON, for machines that read the file later."""
        h = self.catalogue.handbook
        items = [
            {"kind": e.kind, "id": e.id, **e.item.model_dump(exclude_defaults=True, exclude={"id"}, by_alias=True)} for e in entries
        ]
        facts = {"title": title, "handbook": h.title, "edition": h.edition, "date": h.date, "address": h.address, "items": items}
        return json.dumps(facts, ensure_ascii=False, indent=1, default=str).encode()


def page_of(entry: Entry) -> str:
    """Where the page of an item lies."""
    return f"{pages.KINDS[entry.kind].folder}/{entry.id}.md"


def _told(c: Catalogue, edition: str, leaves: set[str]) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """What was changed since an edition: the places in each leaf, and the titles of the leaves that are no more."""
    places: dict[str, list[str]] = {}
    gone: dict[str, str] = {}
    for published in reversed(c.history):
        for change in history.shown(published) if edition_key(published.id) > edition_key(edition) else ():
            leaf = slug(change.page)
            if change.whole and change.kind is ChangeKind.WITHDRAWN:
                gone[leaf] = change.item
            alone = leaf in leaves and "/" in change.page  # not a record of a list: a role, a regulation, a term
            where = change.where if alone else f"{change.item}·{change.where}"
            places.setdefault(leaf if alone else slug(change.page.split("/")[0]), []).append(where)
    return {leaf: tuple(dict.fromkeys(found)) for leaf, found in places.items()}, gone


def _lower(html: str) -> str:
    """Headings one level down: a page that stood alone becomes a section."""
    return re.sub(r"<(/?)h([1-5])\b", lambda m: f"<{m[1]}h{int(m[2]) + 1}", html)

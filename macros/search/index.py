"""Catalogue -> the index of the site's search: every page with its names, its sections and the words in them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..authoring import Author, limit_text
from ..catalogue import Catalogue, Entry
from ..kinds import KINDS
from ..kinds.fields import number
from ..media import Site
from ..pages import Page, written
from ..rules.names import folded, titles
from . import readings

# How a reader may narrow a search; the worker knows kinds by their place here.
OTHER_KINDS = ("岗位", "术语", "章节", "说明")
LABELS = (*(kind.title for kind in KINDS.values()), *OTHER_KINDS)

# How much a page counts against others that answer to the same words.
WEIGHTS = {
    "程序": 1.0,
    "清单": 0.97,
    "文化": 1.0,
    "表单": 0.95,
    "法规": 0.95,
    "岗位": 0.93,
    "术语": 0.85,
    "章节": 0.75,
    "说明": 0.7,
}
NOT_IN_FORCE = 0.5

# What the theme itself reads: where to cut the words that it marks on a page found.
CONFIG = {"lang": ["zh"], "separator": r"\s+"}

Section = tuple[str, str, str, str]  # anchor, label, facts (figures in words), text


def build(catalogue: Catalogue, root: Path, addresses: Mapping[str, str]) -> dict[str, Any]:
    """The index as the worker reads it; addresses: page of the site (procedures/dues.md) -> its URL below the base."""
    pages = list(_pages(catalogue, root, addresses))
    owned = {
        folded(name)
        for page in pages
        if page["kind"] < len(KINDS)
        for name in (page["title"], *page["names"])
    }
    terms = list(_terms(catalogue, addresses, owned))
    _lend_names_of_terms(catalogue, pages, addresses)
    names = sorted({n for page in (*pages, *terms) for n in (page["title"], *page["names"], *page["also"])})
    special = {term.title: term.pinyin for term in catalogue.terms.values() if term.pinyin}
    roles = sorted({role for page in pages for role in page["roles"]}, key=list(catalogue.roles).index)
    place = {role: i for i, role in enumerate(roles)}
    for page in (*pages, *terms):
        page["roles"] = sorted(place[role] for role in page["roles"])
    return {
        "kinds": LABELS,
        "roles": [(catalogue.roles[role].title, str(catalogue.roles[role].kind)) for role in roles],
        "sounds": readings.table(names),
        "read": readings.exceptions(names, special),
        "pages": [list(page.values()) for page in (*pages, *terms)],
    }


def served(index: Mapping[str, Any]) -> tuple[str, str]:
    """What a browser fetches when the search is opened: first names and headings, which answer most questions, then texts."""
    heads, texts = [], []
    for *fields, about, sections in index["pages"]:
        heads.append([*fields, "", [section[:3] for section in sections]])
        texts.append([about, *(section[3] for section in sections)])
    return _json({**index, "pages": heads}), _json(texts)


def on_disk(index: Mapping[str, Any]) -> str:
    """The whole index as a script, which a page opened from disk may load; it may not fetch."""
    return f"var __index = {_json({'config': CONFIG, 'docs': index})}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def stub() -> str:
    """What the theme loads with every page of a served site: no words, as most readers do not search."""
    return _json({"config": CONFIG, "docs": {}})


def _page(
    location: str,
    title: str,
    kind: str,
    about: str,
    names: tuple[str, ...] = (),
    roles: set[str] | frozenset[str] = frozenset(),
    weight: float = 1,
    sections: Iterator[Section] | tuple[Section, ...] = (),
) -> dict[str, Any]:
    """One page; the order of the fields is the order in the index."""
    return {
        "location": location,
        "title": title,
        "kind": LABELS.index(kind),
        "weight": round(WEIGHTS[kind] * weight, 3),
        "names": [name for name in dict.fromkeys(names) if name != title],
        "also": [],
        "roles": set(roles),
        "about": about,
        "sections": [list(section) for section in sections],
    }


def _pages(catalogue: Catalogue, root: Path, addresses: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    author = Author(catalogue, Site())
    labels = {blank.id: blank.label for _, blank in catalogue.blanks}
    taken = set()
    for kind in KINDS.values():
        for entry in catalogue.of(kind.id):
            path = f"{kind.folder}/{entry.id}.md"
            taken.add(path)
            page = _item(entry, author, addresses)
            yield _without_blanks(page, labels)
    for role in catalogue.roles.values():
        if author.acts(role.id):
            path = f"roles/{role.id}.md"
            taken.add(path)
            handover = [("handover", "离任时交接", "", _joined(role.handover))] if role.handover else []
            yield _page(
                addresses[path], role.title, "岗位", role.summary, role.aliases, {role.id}, 1, tuple(handover)
            )
    for part in catalogue.handbook.parts:
        for record, folder in ((part, "parts"), *((chapter, "chapters") for chapter in part.chapters)):
            path = f"{folder}/{record.id}/index.md"
            taken.add(path)
            yield _page(addresses[path], record.title, "章节", record.summary)
    for page in written(root):
        if page.path not in taken:
            yield _page(addresses[page.path], page.title, "说明", "", sections=tuple(_headings(page)))


def _without_blanks(page: dict[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    """The page with every [[blank]] as readers see it: named, in brackets."""
    text = json.dumps(page | {"roles": []}, ensure_ascii=False)
    text = re.sub(
        r"\[\[([a-z0-9-]+)\]\]", lambda m: json.dumps(f"（{labels[m[1]]}）", ensure_ascii=False)[1:-1], text
    )
    return json.loads(text) | {"roles": page["roles"]}


def _item(entry: Entry, author: Author, addresses: Mapping[str, str]) -> dict[str, Any]:
    item, kind, page = entry.item, KINDS[entry.kind], author.page_of(entry.id)
    weight = NOT_IN_FORCE if getattr(item, "state", "") in ("废止", "草案", "期满") else 1
    about = next(filter(None, (getattr(item, name, "") for name in ("purpose", "status", "topic"))))
    names = (*titles(item), *item.aliases)
    found = SECTIONS[entry.kind](entry, author) if entry.kind in SECTIONS else ()
    # A place on a page of its own gives its whole address.
    sections = tuple(
        (f"{addresses[place + '.md']}#{anchor}" if (place := author.place(page, anchor)) != page else anchor, *rest)
        for anchor, *rest in found
    )
    return _page(
        addresses[f"{page}.md"], author.title(entry.id), kind.title, about, names, _roles(entry, author), weight, sections
    )


def _roles(entry: Entry, author: Author) -> set[str]:
    """The roles that look for an item: those who act in it, or answer for it."""
    item = entry.item
    if entry.kind == "form":
        uses = author.catalogue.form_steps.get(entry.id, ())
        steps = [_part(user, where) for user, where, _ in uses]
        found = {role for step in steps for role in step.by}
    else:
        found = {getattr(item, "owner", None), *getattr(item, "roles", ())}
        found |= {role for duty in getattr(item, "duties", ()) for role in duty.by}
    return {role for role in found if role and author.acts(role)}


def _part(entry: Entry, ident: str) -> Any:
    """The step or duty of an item with this id."""
    item = entry.item
    return next(p for p in (*getattr(item, "steps", ()), *getattr(item, "duties", ())) if p.id == ident)


def _joined(texts: Iterable[str]) -> str:
    """Sentences in a row; what ends without a full stop gets a semicolon."""
    return "".join(text if text[-1] in "。；：！？" else f"{text}；" for text in texts)


def _procedure(entry: Entry, author: Author) -> Iterator[Section]:
    procedure = entry.item
    yield "", "", "", procedure.start
    for n, step in enumerate(procedure.steps, 1):
        facts = [limit_text(limit, procedure) for limit in step.limits]
        facts += [f"{again.what}：{again.text}" for again in step.recurs]
        facts += [vote.rule for vote in step.votes]
        text = [*step.do, *(d.when for d in step.decisions)]
        text += [t for case in step.cases for t in (case.when, *case.do)]
        yield f"step-{step.id}", f"第{n}步·{step.title}", "；".join(facts), _joined(text)
    for tariff in procedure.tariffs:
        bands = [f"{tier.range}{number(tier.percent)}%" for tier in tariff.tiers] or [tariff.flat]
        yield f"tariff-{tariff.id}", f"标准·{tariff.title}", "；".join(bands), tariff.base
    for mistake in procedure.mistakes:
        # Both halves in one, never the wrong one alone: it would read like the answer.
        yield "mistakes", "常见错误", "", f"错：{_joined([mistake.wrong])}对：{mistake.right}"


def _checklist(entry: Entry, author: Author) -> Iterator[Section]:
    for duty in entry.item.duties:
        yield f"duty-{duty.id}", duty.title, duty.cadence.text, _joined(duty.do)


def _culture(entry: Entry, author: Author) -> Iterator[Section]:
    item = entry.item
    if item.slogan:
        yield "", "", "", item.slogan
    for anchor, label, facts in (
        ("text", "公开文本", item.quotes),
        ("facts", "要点", item.facts),
        ("meaning", "含义", item.meaning),
        ("use", "怎么用", item.use),
        ("dont", "不能做什么", item.dont),
    ):
        if facts:
            yield anchor, label, "", _joined(fact.text for fact in facts)


def _regulation(entry: Entry, author: Author) -> Iterator[Section]:
    for article, uses in author.clauses(entry.id):
        if article:
            used = "、".join(dict.fromkeys(author.title(user.id) for user, _ in uses))
            yield f"article-{author.article_number(article)}", article, "", f"用在：{used}"


SECTIONS = {
    "procedure": _procedure,
    "checklist": _checklist,
    "culture": _culture,
    "regulation": _regulation,
}


def _headings(page: Page) -> Iterator[Section]:
    """The sections of a page written by hand, told apart by the anchors typed in its headings."""
    parts = re.split(r"(?m)^## +(.+?) *\{ *#([\w-]+) *\} *$", page.markdown)
    yield "", "", "", _prose(re.sub(r"(?s)\A---\n.*?\n---\n|^# .*$", "", parts[0]))
    for label, anchor, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        yield anchor, label, "", _prose(text)


def _prose(markdown: str) -> str:
    """The sentences of a Markdown text, its tables, macros, code and marks left out."""
    text = re.sub(r"(?s)```.*?```|\{\{.*?\}\}|\{[^{}]*\}|<[^>]+>", "", markdown)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    lines = (
        re.sub(r"[*`#>]|^[-\d.]+ ", "", line.strip())
        for line in text.splitlines()
        if not line.strip().startswith("|")
    )
    return "".join(lines)[:600]


def _terms(catalogue: Catalogue, addresses: Mapping[str, str], owned: set[str]) -> Iterator[dict[str, Any]]:
    """Terms that are no item's own name; each is found at its place in the list of terms."""
    author = Author(catalogue, Site())
    for term in catalogue.terms.values():
        names = [
            n for n in (*term.synonyms, *term.abbreviations, *term.misspellings) if folded(n) not in owned
        ]
        if folded(term.title) not in owned:
            place = author.place("terms", f"term-{term.id}") + ".md"
            yield _page(
                f"{addresses[place]}#term-{term.id}", term.title, "术语", term.meaning, tuple(names)
            )


def _lend_names_of_terms(
    catalogue: Catalogue, pages: list[dict[str, Any]], addresses: Mapping[str, str]
) -> None:
    """Lets a page answer to the names of the terms that point to it; a term of an item's own name gives all it has."""
    home = {page["location"]: page for page in pages}
    items = [page for page in pages if page["kind"] < len(KINDS)]
    by_name = {folded(n): page for page in items for n in (page["title"], *page["names"])}
    for term in catalogue.terms.values():
        names = (term.title, *term.synonyms, *term.abbreviations, *term.misspellings)
        own = by_name.get(folded(term.title))
        if own is not None:
            own["names"] += [n for n in names if folded(n) not in by_name and n not in own["names"]]
        if term.see:
            kind = catalogue.entries[term.see].kind
            page = home[addresses[f"{KINDS[kind].folder}/{term.see}.md"]]
            page["also"] += [n for n in names if n not in (page["title"], *page["names"], *page["also"])]

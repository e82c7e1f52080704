"""The indexes at the end of a book: terms, forms, regulations by article, roles, each with its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from ..authoring import Author
from ..catalogue import Catalogue, Entry
from ..kinds.printed import folio_key
from ..media import Paper, slug
from .leaves import Index, Leaf, Row


def all_indexes(catalogue: Catalogue) -> tuple[Index, ...]:
    """The four indexes of the handbook."""
    author = Author(catalogue, Paper())

    def anchor(ident: str, inside: str = "") -> str:
        return slug(author.page_of(ident)) + (f"--{inside}" if inside else "")

    return (_terms(catalogue, anchor), _forms(catalogue, anchor), _regulations(catalogue, author, anchor), _roles(catalogue, anchor))


def _by_sound(text: str) -> bytes:
    """The order of GBK, which for the common characters is that of pinyin."""
    return text.encode("gbk", "replace")


def _inside(entry: Entry, where: str) -> str:
    """The anchor of a step or duty inside its item; empty for what is no place of its own."""
    if any(step.id == where for step in getattr(entry.item, "steps", ())):
        return f"step-{where}"
    return f"duty-{where}" if any(duty.id == where for duty in getattr(entry.item, "duties", ())) else ""


def _terms(c: Catalogue, anchor: Callable[..., str]) -> Index:
    """Each term: where it is explained, the item about it, and the items and steps whose titles hold it."""
    rows = []
    for term in sorted(c.terms.values(), key=lambda t: _by_sound(t.title)):
        names = (term.title, *term.synonyms, *term.abbreviations)
        places = [anchor(term.see)] if term.see else []
        for entry in c.entries.values():
            if entry.kind == "regulation":
                continue
            if any(name in entry.item.title for name in names):
                places.append(anchor(entry.id))
            places += [anchor(entry.id, f"step-{s.id}") for s in getattr(entry.item, "steps", ()) if any(n in s.title for n in names)]
        rows.append(Row(term.title, f"terms--term-{term.id}", tuple(places)))
    return Index("index-terms", "术语索引", "黑体页码是解释这个词的地方。", rows=tuple(rows))


def _forms(c: Catalogue, anchor: Callable[..., str]) -> Index:
    rows = []
    for form in c.of("form"):
        places = tuple(anchor(e.id, _inside(e, where)) for e, where, _ in c.form_steps[form.id])
        rows.append(Row(form.item.title, anchor(form.id), places, code=form.item.code))
    return Index("index-forms", "表单索引", "黑体页码是表样，其余是用到它的步骤。", rows=tuple(rows))


def _regulations(c: Catalogue, author: Author, anchor: Callable[..., str]) -> Index:
    rows = []
    for regulation in c.of("regulation"):
        clauses = author.clauses(regulation.id)
        if not clauses:
            continue
        rows.append(Row(regulation.item.short, anchor(regulation.id), (), head=True))
        for article, items in clauses:
            places = tuple(anchor(entry.id, _inside(entry, cited.where)) for entry, found in items for cited in found)
            rows.append(Row(article or "没有写条号", "", places))
    return Index("index-regulations", "法规条文索引", "按条列出以它为依据的地方；黑体页码是法规的说明。", rows=tuple(rows))


def _roles(c: Catalogue, anchor: Callable[..., str]) -> Index:
    rows = []
    for role in sorted(c.roles.values(), key=lambda r: _by_sound(r.title)):
        places = [anchor(e.id, f"step-{s.id}") for e, steps in c.role_steps(role.id) for _, s in steps if role.id in s.by]
        places += [anchor(e.id, f"duty-{d.id}") for e, duties in c.role_duties(role.id) for d in duties]
        if places:
            rows.append(Row(role.title, anchor(role.id), tuple(places)))
    return Index("index-roles", "岗位索引", "黑体页码是岗位的说明，其余是由它办理的步骤和事项。", rows=tuple(rows))


def leaf(index: Index, number: Callable[[str], str]) -> Leaf:
    """An index with its page numbers, as a leaf; number: anchor -> printed page."""
    rows = "".join(_row(row, number) for row in index.rows)
    css = "index short" if sum(len(row.places) for row in index.rows) < 3 * len(index.rows) else "index"
    html = f'<h1>{index.title}</h1><p class="lead">{index.about}</p><ul class="{css}">{rows}</ul>'
    return Leaf(index.id, index.title, html, "index", 1, chapter=index.title, recto=index.id == "index-terms", tab="索引")


def _row(row: Row, number: Callable[[str], str]) -> str:
    main = number(row.main) if row.main else ""
    code = f'<span class="code">{row.code}</span> ' if row.code else ""
    own = f' <a href="#{row.main}"><b>{main}</b></a>' if main else ""
    others = _numbers(((number(p), p) for p in row.places), main)
    css = ' class="head"' if row.head else ""
    return f"<li{css}>{code}<span>{escape(row.label)}</span>{own}{'　' if others else ''}{others}</li>"


def _numbers(found: Iterable[tuple[str, str]], main: str) -> str:
    """Page numbers in order, each once, each a link to the first place on its page."""
    first: dict[str, str] = {}
    for page, anchor in found:
        if page and page != main:
            first.setdefault(page, anchor)
    return "、".join(f'<a href="#{first[page]}">{page}</a>' for page in sorted(first, key=folio_key))

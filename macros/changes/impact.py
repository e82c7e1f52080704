"""What rests on a regulation: every step, duty, form, role and term, article by article, with file and line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from ..catalogue import Catalogue
from ..kinds import KINDS
from ..kinds.fields import Basis, article_number, parts
from ..media import slug
from ..source import Path_
from ..translate import place
from .told import page_numbers


@dataclass(frozen=True)
class Use:
    """One place that rests on a regulation."""

    article: str  # 第十三条; "" where none is named
    page: str  # procedures/dues; terms
    anchor: str  # step-collect, duty-study, term-quorum; ""
    item: str  # CX-07 党费收缴
    where: str  # 第3步“公示”
    source: str  # data/procedures/dues.yaml:31
    state: str  # A, Ax, B, M, REC, SEED
    printed: str | None = None  # page number in the printed book


def uses(catalogue: Catalogue, regulation: str, printed: Mapping[str, str] | None = None) -> tuple[Use, ...]:
    """Everything that rests on a regulation, by article, then in the order of the book; what names no article last.

    printed: printed page by named destination (complete.folios); None where no book was built.
    """
    found = [u for u in _all(catalogue, regulation, printed or {})]
    return tuple(sorted(found, key=lambda u: article_number(u.article) or 10_000))


def _all(catalogue: Catalogue, regulation: str, printed: Mapping[str, str]) -> Iterator[Use]:
    for kind in KINDS.values():
        for entry in catalogue.of(kind.id):
            item = entry.item
            title = f"{getattr(item, 'code', '')} {getattr(item, 'short', item.title)}".strip()
            copied = [
                w for w, p in entry.parts if getattr(p, "same", None)
            ]  # a shared duty rests where it is written
            for where, basis in entry.parts:
                if (
                    isinstance(basis, Basis)
                    and basis.regulation == regulation
                    and not any(where[: len(c)] == c for c in copied)
                ):
                    anchor, words = _place(item, where)
                    line = entry.document.line((*where, "regulation"))
                    yield from _use(
                        basis,
                        f"{kind.folder}/{entry.id}",
                        anchor,
                        title,
                        words,
                        f"{entry.source}:{line}",
                        printed,
                    )
    for name, page in (("roles", "roles/{}"), ("terms", "terms")):
        word = "术语" if name == "terms" else "岗位"
        for i, record in enumerate(getattr(catalogue, name).values()):
            anchor = f"term-{record.id}" if name == "terms" else ""
            for where, basis in parts(record, (name, i)):
                if isinstance(basis, Basis) and basis.regulation == regulation:
                    source = f"data/{name}.yaml:{catalogue.shared[name].line((*where, 'regulation'))}"
                    yield from _use(
                        basis, page.format(record.id), anchor, f"{word} {record.title}", "", source, printed
                    )


def _use(
    basis: Basis, page: str, anchor: str, item: str, where: str, source: str, printed: Mapping[str, str]
) -> Iterator[Use]:
    near = printed.get(f"{slug(page)}--{anchor}" if anchor else slug(page)) or printed.get(slug(page))
    for article in dict.fromkeys(re.sub(r"(第.+?条).*", r"\1", a) for a in basis.article or ("",)):
        yield Use(article, page, anchor, item, where, source, str(basis.state), near)


def _place(item: BaseModel, where: Path_) -> tuple[str, str]:
    """Anchor and name of the step or duty that a path leads into; of another place its fields in words."""
    match where:
        case ("stages", stage, "steps", step, *_):
            found = item.stages[stage].steps[step]
            return f"step-{found.id}", f"第{item.numbers[found.id]}步“{found.title}”"
        case ("groups", group, "duties", duty, *_):
            found = item.groups[group].duties[duty]
            return f"duty-{found.id}", f"“{found.title}”"
    return "", place(type(item), where[:1]).split("（")[0]


def _paper(found: tuple[Use, ...], built: bool) -> str:
    """On which pages of the book, in one line; or that there is no book."""
    if not built:
        return "\n印在第几页：还没有打印版。运行 python3 scripts/build.py 以后再看，就会列出。"
    pages = {use.printed for use in found if use.printed}
    return f"，打印版的{len(pages)}页上：{page_numbers(pages)}" if pages else ""


def told(catalogue: Catalogue, regulation: str, found: tuple[Use, ...], built: bool) -> Iterator[str]:
    """The answer for people, line by line; built: whether there was a book to look pages up in."""
    item = catalogue.entries[regulation].item
    new = catalogue.entries.get(item.replaced_by or "")
    after = f"，被《{new.item.short}》取代" if new else ""
    pages = len({u.page for u in found})
    yield f"《{item.short}》（{item.state}{after}）：引用{len(found)}处，在网站的{pages}页上{_paper(found, built)}"
    article = None
    for use in found:
        if use.article != article:
            article = use.article
            yield f"\n{article or '没有写条号'}"
        paper = f"，印在第{use.printed}页" if use.printed else ""
        yield f"  {use.item}{'：' if use.where else ''}{use.where}（来源 {use.state}{paper}）\n    {use.source}"

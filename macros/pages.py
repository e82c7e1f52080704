"""Catalogue and docs/ -> finished pages in the order readers meet them, and the navigation."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import markdown
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from . import guard, history, start
from .authoring import Author, NamesOnly, UnknownName, md, plain
from .catalogue import Catalogue, Entry
from .kinds import KINDS
from .media import Paper, Site, into_book
from .problems import Problem

# The same list stands in mkdocs.yml (a test compares them), so that paper reads Markdown as the site does.
EXTENSIONS = ("admonition", "attr_list", "def_list", "fenced_code", "tables", "toc")

NAV_TITLES = {"roles": "岗位", "forms": "表单", "regulations": "法规"}


@dataclass(frozen=True)
class Page:
    """One page: where it goes, what it is called, which file an editor opens to change it, its Markdown."""

    path: str  # procedures/dues.md
    title: str
    source: str  # data/procedures/dues.yaml
    markdown: str

    @property
    def name(self) -> str:
        """The address without .md or index: procedures/dues."""
        return re.sub(r"(^|/)index$", "", self.path.removesuffix(".md"))


def from_data(catalogue: Catalogue) -> Iterator[Page]:
    """A page for every part, chapter, item (gone ones too) and acting role; each shows its record with one author macro."""
    author = Author(catalogue, Site())
    for part in catalogue.handbook.parts:
        yield _page(f"parts/{part.id}/index.md", part.id, part.title, plain(part.summary), "data/handbook.yaml")
        for chapter in part.chapters:
            yield _page(f"chapters/{chapter.id}/index.md", chapter.id, chapter.title, plain(chapter.summary), "data/handbook.yaml")
    for kind in KINDS.values():
        for entry in catalogue.of(kind.id):
            about = re.sub(r"<[^>]+>", "", author.about(entry))
            yield _page(f"{kind.folder}/{entry.id}.md", entry.id, author.title(entry.id), about, entry.source)
    for entry in catalogue.of("procedure"):
        if start.is_journey(entry.item) or author.chart_apart(entry):
            yield _journey(entry)
    for role in catalogue.roles.values():
        if author.acts(role.id):
            yield _page(f"roles/{role.id}.md", role.id, role.title, plain(role.summary), "data/roles.yaml")
    for gone in history.gone(catalogue):
        about = "本项已经改名。" if gone.moved_to else "本项已经废止。"
        yield _page(f"{gone.page}.md", gone.id, gone.title, about, f"data/history/{gone.edition}.yaml")


def in_parts(catalogue: Catalogue) -> Iterator[Page]:
    """The pages below those of the site that are too long in one piece; paper has none."""
    author = Author(catalogue, Site())
    for page in author.parted():
        yield from _parts(author, page)


def _page(path: str, ident: str, title: str, description: str, source: str) -> Page:
    """description: HTML."""
    # The theme puts both into the head of the page as they are. The search is made from the catalogue (macros/search).
    meta = f"---\ntitle: {_quoted(plain(title))}\ndescription: {_quoted(description)}\nsearch: {{exclude: true}}\n---\n\n"
    return Page(path, title, source, f'{meta}# {{{{ heading("{ident}") }}}}\n\n{{{{ show("{ident}") }}}}\n')


def _journey(entry: Entry) -> Page:
    """Where somebody stands in a long procedure; search leads to the procedure itself."""
    title = f"{entry.item.title}：走到哪一步"
    about = f"{entry.item.title}：我在哪一步，下一步是什么，到现在应有哪些记录。"
    meta = f"---\ntitle: {_quoted(title)}\ndescription: {_quoted(about)}\nsearch: {{exclude: true}}\n---\n\n"
    body = f'# {{{{ heading("{entry.id}") }}}}：走到哪一步\n\n{{{{ journey("{entry.id}") }}}}\n'
    return Page(f"journeys/{entry.id}.md", title, entry.source, meta + body)


def _parts(author: Author, page: str) -> Iterator[Page]:
    """The pages below a page that is in parts; search leads to places on them by the page above."""
    ident = page.partition("/")[2]
    entry = author.catalogue.entries.get(ident)
    source = entry.source if entry else {"roles": "data/roles.yaml", "chapters": "data/handbook.yaml"}.get(page.partition("/")[0], f"docs/{page}.md")
    source = f"docs/{page}/index.md" if page in NAV_TITLES else source
    for part in author.parts(page):
        title = f"{author.page_title(page)}：{part.title}"
        meta = f"---\ntitle: {_quoted(plain(title))}\ndescription: {_quoted(plain(title))}\nsearch: {{exclude: true}}\n---\n\n"
        yield Page(f"{page}/{part.slug}.md", title, source, f'{meta}# {md(title)} {{ #top }}\n\n{{{{ part("{page}", "{part.slug}") }}}}\n')


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def written(root: Path) -> Iterator[Page]:
    """The pages written by hand below docs/, by path."""
    for file in sorted((root / "docs").rglob("*.md")):
        path = file.relative_to(root / "docs").as_posix()
        if file.is_symlink():
            continue  # told by the guard; what it points to is not ours
        # What is not UTF-8 is told by the guard.
        text = file.read_text(encoding="utf-8-sig", errors="replace").replace("\r\n", "\n")
        title = re.search(r"^title: *(.+)$", text, re.M) or re.search(r"^# +(.+?)(?: *\{.*)?$", text, re.M)
        yield Page(path, title[1].strip("\"' ") if title else path, f"docs/{path}", text)


def all_pages(catalogue: Catalogue, root: Path) -> dict[str, Page]:
    """Every page by path, in one piece; one written by hand takes the place of one made from data."""
    return {p.path: p for p in (*from_data(catalogue), *written(root))}


def navigation(catalogue: Catalogue, root: Path) -> list:
    """The menu for MkDocs, titles as HTML: parts, chapters, items, then the look-up lists and the prose."""
    author = Author(catalogue, Site())
    nav: list = [{"首页": "index.md"}]
    for part in catalogue.handbook.parts:
        chapters = [
            {c.title: [{c.title: f"chapters/{c.id}/index.md"}, *_items(catalogue.in_chapter(c.id))]} for c in part.chapters
        ]
        nav.append({part.title: [{part.title: f"parts/{part.id}/index.md"}, *chapters]})
    roles = [{r.title: f"roles/{r.id}.md"} for r in catalogue.roles.values() if author.acts(r.id)]
    nav.append(_section("roles", roles))
    nav.append(_section("forms", _items(catalogue.of("form"))))
    short = [{e.item.short: f"regulations/{e.id}.md"} for e in catalogue.of("regulation")]
    nav.append(_section("regulations", short))
    prose = [p for p in written(root) if "/" not in p.path and p.path != "index.md"]
    nav.append({"使用说明": list(_prose(sorted(prose, key=_prose_order)))})
    return _escaped(nav)


def _prose(ordered: list[Page]) -> Iterator[dict]:
    """Menu entries of the prose; editing-step.md stands below editing.md."""
    heads = {p.path.removesuffix(".md") for p in ordered}
    for page in ordered:
        own = page.path.removesuffix(".md")
        below = [{p.title: p.path} for p in ordered if p.path.startswith(f"{own}-")]
        if below:
            yield {page.title: [{page.title: page.path}, *below]}
        elif own.split("-")[0] not in heads - {own}:
            yield {page.title: page.path}


def _escaped(nav: list) -> list:
    """The menu with its titles as HTML: the theme prints them as they are."""
    return [
        {str(plain(title)): _escaped(target) if isinstance(target, list) else target for title, target in entry.items()}
        if isinstance(entry, dict)
        else entry
        for entry in nav
    ]


def _section(folder: str, members: list) -> dict:
    title = NAV_TITLES[folder]
    return {title: [{title: f"{folder}/index.md"}, *members]}


def _items(entries: tuple) -> list:
    return [{e.item.title: f"{KINDS[e.kind].folder}/{e.id}.md"} for e in entries]


def _prose_order(page: Page) -> tuple[int, str]:
    order = re.search(r"^order: *(\d+)$", page.markdown, re.M)
    return int(order[1]) if order else 99, page.path


@lru_cache(maxsize=1)
def _sandbox() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=StrictUndefined, keep_trailing_newline=True)


def expand(page: Page, author: Author) -> str:
    """The page's Markdown with its author macros carried out; front matter taken off."""
    return _sandbox().from_string(_body(page.markdown)).render(**author.macros)


def _body(text: str) -> str:
    return re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.S)


def paper_html(page: Page, catalogue: Catalogue) -> str:
    """The page as HTML for the book; ids and links are unique in the book."""
    text = expand(page, Author(catalogue, Paper(page.name)))
    html = markdown.markdown(text, extensions=list(EXTENSIONS), output_format="html")
    return into_book(html, page.name)


def card_html(entry: Entry, catalogue: Catalogue) -> str:
    """An item in short, as HTML for a pocket card."""
    page = f"{KINDS[entry.kind].folder}/{entry.id}"
    return into_book(str(Author(catalogue, Paper(page)).render("card.html.j2", entry=entry)), page)


def unsafe(root: Path) -> list[Problem]:
    """What must not be in docs/, whatever the data says: template code that is no macro, markup that runs or loads."""
    found = list(guard.file_problems(root))
    for page in written(root):
        found += guard.page_problems(guard.Sheet(page.source, page.title, page.markdown, Author.MACROS, EXTENSIONS))
    return found


def problems(catalogue: Catalogue, root: Path, skip: Collection[str] = ()) -> list[Problem]:
    """What is wrong with the macros of the pages written by hand: they name nothing we know. Skips the unsafe pages."""
    found = []
    for page in written(root):
        if page.source in skip:
            continue
        offset = page.markdown.count("\n") - _body(page.markdown).count("\n")
        try:
            expand(page, NamesOnly(catalogue, Site(page.name)))
        except UnknownName as error:
            found.append(Problem(page.source, _line(error) + offset, "", *_split(str(error))))
        except TypeError as error:
            found.append(Problem(page.source, _line(error) + offset, "", "宏的参数不对", "对照文档里的宏的写法"))
    return found


def _line(error: BaseException) -> int:
    """The template line where an error came up (Jinja rewrites tracebacks to template lines)."""
    line, trace = 1, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _split(message: str) -> tuple[str, str]:
    fault, _, hint = message.partition("。")
    return fault, hint

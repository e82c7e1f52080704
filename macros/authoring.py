"""The author macros: plain functions of the catalogue and the page they stand on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from . import burden, flowchart, history, letter, messages, parts, qr, start
from .catalogue import Catalogue, Citation, Entry, bases
from .kinds import KINDS
from .kinds.fields import Basis, Limit, State, article_number, chinese_date, number
from .kinds.history import Published, Recorded
from .kinds.procedure import Decision, Step
from .kinds.regulation import Force
from .media import Paper, Site
from .parts import Part
from .problems import did_you_mean

BASIS_CLASS = {
    State.A: "basis-a",
    State.AX: "basis-a",
    State.B: "basis-b",
    State.M: "basis-rec",
    State.REC: "basis-rec",
    State.SEED: "basis-local",
}


class UnknownName(LookupError):
    """An author macro got an id or a word that nothing answers to; the message is Chinese and complete."""


def md(text: object) -> Markup:
    """Text for a Markdown heading or paragraph: nothing in it is taken as markup or as template code."""
    return Markup(re.sub(r"[\\`*_\[\]{}#|~^=+!:-]", lambda m: f"&#{ord(m[0])};", str(escape(text))))


def plain(text: object) -> Markup:
    """Text for raw HTML; braces as entities, so that no later template pass can see code in it."""
    return Markup(str(escape(text)).replace("{", "&#123;").replace("}", "&#125;"))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "kinds"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=lambda value: "" if value is None else value if isinstance(value, Markup) else plain(value),
    )
    env.filters["md"] = md
    env.filters["date"] = chinese_date
    env.filters["number"] = number
    env.globals["letter"] = letter
    return env


class Author:
    """The author macros, bound to a catalogue and to the page (site or paper) that calls them."""

    SHOWN = parts.SHOWN
    MACROS = (
        "show", "heading", "link", "listing", "due", "calendar", "burden", "blanks", "unconfirmed", "summary", "downloads",
        "edition", "messages", "updates", "history", "board", "popular", "news", "journey", "part",
    )  # fmt: skip

    def __init__(self, catalogue: Catalogue, medium: Site | Paper, whole: bool = False):
        """whole: every page in one piece, however long, as on paper."""
        self.catalogue = catalogue
        self.medium = medium
        self.whole = whole or medium.paper

    @cached_property
    def macros(self) -> Mapping[str, Callable]:
        return {name: getattr(self, name) for name in self.MACROS}

    # -- macros for pages ---------------------------------------------------------------------------------

    def show(self, ident: str) -> str:
        """The whole body of an item, role, part or chapter, in place."""
        kind, record = self._find(ident)
        return self.render(f"{kind}.md.j2", **{kind: getattr(record, "item", record)}, entry=record)

    def heading(self, ident: str) -> str:
        """The title of an item, safe in a Markdown heading."""
        return md(self.title(ident))

    def link(self, ident: str, text: str = "", anchor: str = "") -> Markup:
        """A link to an item, role, chapter or part."""
        address, words = self.href(ident, anchor), plain(text or self.title(ident))
        code = getattr(getattr(self.catalogue.entries.get(ident), "item", None), "code", "")
        if self.medium.paper and code:
            # On paper the number of the page stands in for the click; style.css says where.
            return Markup('<a class="ref" data-code="{}" href="{}">{}</a>').format(code, address, words)
        return Markup('<a href="{}">{}</a>').format(address, words)

    def listing(self, kind: str, chapter: str = "", style: str = "cards") -> str:
        """Links to all items of a kind (or all roles, parts, terms), optionally of one chapter."""
        if kind == "term" and self.parts("terms"):
            return self.render("terms.md.j2", page="terms")
        if kind in ("role", "part", "term"):
            return self.render("listing.md.j2", kind=kind, style=style, entries=self._shared(kind))
        if kind not in KINDS:
            known = {k.title: k.id for k in KINDS.values()} | {k: k for k in (*KINDS, "role", "part", "term")}
            raise UnknownName(f"没有“{kind}”这一类。{did_you_mean(kind, known) or '可写：' + '、'.join(KINDS)}")
        if chapter and chapter not in self.catalogue.chapters:
            known = {c.title: i for i, (_, c) in self.catalogue.chapters.items()} | {i: i for i in self.catalogue.chapters}
            raise UnknownName(f"没有“{chapter}”这一章。{did_you_mean(chapter, known)}")
        if not chapter and self.parts(f"{KINDS[kind].folder}"):
            return self.render("parts.md.j2", page=KINDS[kind].folder)
        entries = [e for e in self.catalogue.of(kind) if not chapter or getattr(e.item, "chapter", None) == chapter]
        return self.render("listing.md.j2", kind=kind, style=style, entries=entries)

    def due(self, role: str = "", every: str = "") -> str:
        """The duties that come back, of one role (or all), optionally of one cadence (月、季度 …)."""
        if role:
            role = self._role(role)
        rows = [
            (entry, duty)
            for entry in self.catalogue.of("checklist")
            for duty in entry.item.duties
            if (not role or role in duty.by) and (not every or duty.cadence.every == every)
        ]
        return self.render("due.md.j2", rows=rows)

    def calendar(self) -> str:
        """The year, month by month, from the cadences of all checklists."""
        return self.render("calendar.md.j2", page="calendar", groups=self._year())

    def _year(self) -> list[parts.Group]:
        """What comes every week or month, then month by month."""
        every = burden.duties(self.catalogue)
        steady = [row for row in every if row[1].cadence.per_year and not row[1].cadence.months]
        months = [(f"month-{m}", f"{m}月", [row for row in every if m in row[1].cadence.months]) for m in range(1, 13)]
        return [("steady", "每周、每月的，和不定月份的", steady), *months]

    def burden(self) -> str:
        """Meetings, records and hours a year for each post, and the records that serve several items."""
        posts = [r.id for r in self.catalogue.roles.values() if self.catalogue.role_duties(r.id)]
        loads = [burden.load(self.catalogue, role) for role in posts]
        return self.render("burden.md.j2", loads=loads, shared=burden.shared_records(self.catalogue))

    def unconfirmed(self) -> str:
        """Everything that still has to be compared with an original text, item by item."""
        if self.parts("unconfirmed"):
            return self.render("parts.md.j2", page="unconfirmed")
        return self.render("unconfirmed.md.j2", rows=self._unconfirmed())

    def _unconfirmed(self) -> list[tuple[Entry, list[tuple[str, list[str]]]]]:
        """Items with what is to be confirmed in them, and where."""
        rows = []
        for kind in KINDS:
            for entry in self.catalogue.of(kind):
                found: dict[str, list[str]] = {}
                for where, basis in bases(entry.item):
                    if basis.state in (State.B, State.M):
                        about = f"《{self.title(basis.regulation)}》" if basis.regulation else ""
                        found.setdefault(f"{about}{basis.note or '条号'}", []).append(where)
                for text in getattr(entry.item, "unconfirmed", ()):
                    found.setdefault(text, [])
                if found:
                    rows.append((entry, list(found.items())))
        return rows

    def blanks(self) -> str:
        """Every blank that the unit has to fill, item by item."""
        if self.parts("how-to-use"):
            return self.render("parts.md.j2", page="how-to-use")
        return self.render("blanks.md.j2", rows=self.catalogue.blanks)

    def summary(self) -> str:
        """How many items of each kind there are."""
        return self.render("summary.md.j2", kinds=[(k, len(self.catalogue.of(k.id))) for k in KINDS.values()])

    def popular(self) -> str:
        """The items used most, as data/handbook.yaml lists them."""
        return self.render("popular.md.j2")

    def news(self) -> str:
        """The edition, and the regulations that came into force lately."""
        return self.render("news.md.j2", regulations=start.new_regulations(self.catalogue))

    def journey(self, ident: str) -> str:
        """A procedure as a journey: each step, the step after it, and the records that must be there by then."""
        kind, entry = self._find(ident)
        if kind != "procedure":
            raise UnknownName(f"“{ident}”不是程序。这里只能写程序的文件名")
        return self.render("journey.md.j2", entry=entry, stops=list(start.journey(entry.item)))

    def downloads(self) -> str:
        """The printed editions that come with the site."""
        return self.render("downloads.md.j2")

    def edition(self) -> str:
        """The number of this edition."""
        return md(self.catalogue.handbook.edition)

    def messages(self) -> str:
        """What each message of the check means, from the rules themselves."""
        return self.render("messages.md.j2", groups=messages.groups())

    def updates(self, count: str = "5") -> str:
        """The newest edition: its note, and so many of its changes, those of substance first."""
        if not (isinstance(count, str) and re.fullmatch(r"[0-9]{1,2}", count)):
            raise UnknownName(f"“{count}”不是条数。写 updates(\"5\") 这样")
        return self.render("updates.md.j2", count=int(count))

    def history(self) -> str:
        """Every published edition, newest first, with all that it changed."""
        return self.render("history.md.j2")

    def board(self) -> str:
        """Regulations and the unit's own rules: state, replacement, next review."""
        gone = list(history.gone(self.catalogue))
        return self.render("board.md.j2", regulations=self._by_state(), local=self._local(), gone=gone)

    def _by_state(self) -> list[Entry]:
        """Regulations: those in force first, the next to be checked first."""
        order = list(Force)
        return sorted(self.catalogue.of("regulation"), key=lambda e: (order.index(e.item.state), e.item.due, e.id))

    def _local(self) -> list[Entry]:
        """Items that rest on no public rule."""
        return [
            e for c in self.catalogue.chapters for e in self.catalogue.in_chapter(c)
            if e.kind != "culture" and not any(b.state.is_rule for _, b in bases(e.item))
        ]  # fmt: skip

    def part(self, page: str, slug: str) -> str:
        """One part of a page that is too long for a phone; such pages are generated."""
        found = self.parts(page)
        part = next((p for p in found if p.slug == slug), None)
        if part is None:
            raise UnknownName(f"页面“{page}”没有“{slug}”这一部分。它由程序按篇幅分，不用手写")
        entry = self.catalogue.entries.get(page.rpartition("/")[2]) if "/" in page else None
        alike = [p for p in found if p.kind == part.kind]
        return self.render(
            "page_part.md.j2", page=page, folder=page.partition("/")[0], part=part, entry=entry, alike=alike, place=alike.index(part)
        )

    def page_title(self, page: str) -> str:
        """The title of a page that is in parts."""
        return parts.LISTS[page] if page in parts.LISTS else self.title(page.partition("/")[2])

    # -- long pages in parts ------------------------------------------------------------------------------

    def parts(self, page: str, kind: str | None = None) -> tuple[Part, ...]:
        """The parts of a page, of one kind or of all; none where it stands in one piece."""
        if self.whole:
            return ()
        known = self.catalogue.memo.setdefault("parts", {})
        if page not in known:
            known[page] = self._parted(page)
        return known[page] if kind is None else tuple(p for p in known[page] if p.kind == kind)

    def place(self, page: str, anchor: str) -> str:
        """The page on which an anchor stands: the page itself, or a part of it."""
        part = next((p for p in self.parts(page) if anchor in p.anchors), None) if anchor else None
        return f"{page}/{part.slug}" if part else page

    def inside(self, page: str, part: Part) -> str:
        """What is in a part of a list, in words."""
        match page:
            case "calendar":
                named = "、".join(duty.title for _, duty, _ in part.rows[:3])
                return f"{named}等{len(part.rows)}件" if len(part.rows) > 3 else named
            case "unconfirmed":
                return f"{len(part.rows)}项，{sum(len(points) for _, points in part.rows)}处"
            case "how-to-use":
                return f"{len(part.rows)}处"
        return f"{len(part.rows)}{'部' if 'regulation' in page + part.slug else '张' if page in ('forms', 'burden') else '项'}"

    def parted(self) -> Iterator[str]:
        """Every page of the site that is in parts."""
        c = self.catalogue
        pages = (
            *parts.LISTS,
            *(f"chapters/{chapter}" for chapter in c.chapters),
            *(self.page_of(ident) for ident in c.entries),
            *(f"roles/{role}" for role in c.roles if self.acts(role)),
        )
        yield from (page for page in pages if self.parts(page))

    def chart_apart(self, entry: Entry) -> bool:
        """Whether the chart of a procedure would make its page too heavy, so that it stands with the journey."""
        if self.whole:
            return False
        page = f"procedures/{entry.id}"
        if self._weight(page) <= parts.BUDGET:
            return False
        drawn = Author(self.catalogue, Site(page), whole=True).chart(entry)
        return len(entry.item.stages) == 1 or self._weight(page) - sum(len(svg.encode()) for svg in drawn) <= parts.BUDGET

    def _weight(self, page: str) -> int:
        """Bytes of the HTML of an item or role in one piece; 0 for one so short that nobody has to ask."""
        ident = page.partition("/")[2]
        known = self.catalogue.memo.setdefault("weights", {})
        if page not in known:
            entry = self.catalogue.entries.get(ident)
            short = entry is not None and entry.kind in ("procedure", "checklist") and len(entry.document.prose) < parts.SHORT
            whole = Author(self.catalogue, Site(page), whole=True)
            known[page] = 0 if short else len(whole.show(ident).encode())
        return known[page]

    def _parted(self, page: str) -> tuple[Part, ...]:
        c, (folder, _, ident) = self.catalogue, page.partition("/")
        match folder, ident:
            case "calendar", "":
                return parts.cut(self._year())
            case "unconfirmed", "":
                return parts.cut(parts.by_chapter(c, self._unconfirmed(), lambda row: row[0]), parts.HEAVY_ROWS)
            case "terms", "":
                return parts.cut(parts.by_letter(c.terms.values()), anchor=lambda term: f"term-{term.id}")
            case "how-to-use", "":
                rows = c.blanks
                return parts.cut(parts.by_chapter(c, rows, lambda row: row[0])) if len(rows) > parts.SHOWN else ()
            case "forms", "":
                return parts.by_code(c.of("form"), parts.ROWS) if len(c.of("form")) > parts.MANY else ()
            case "regulations", "":
                states = [(f"state-{n}", str(s), [e for e in c.of("regulation") if e.item.state == s]) for n, s in enumerate(Force, 1)]
                return parts.cut(states) if len(c.of("regulation")) > parts.MANY else ()
            case "board", "":
                groups = [("regulations", "法规", self._by_state()), ("local", "本单位的制度", self._local())]
                return parts.cut(groups) if sum(len(rows) for _, _, rows in groups) > parts.MANY else ()
            case "burden", "":
                shared = burden.shared_records(c)
                return parts.cut([("shared", "一份记录几处用", shared)]) if len(shared) > parts.ROWS else ()
            case "chapters", _:
                return parts.by_code(c.in_chapter(ident), parts.ROWS) if len(c.in_chapter(ident)) > parts.ROWS else ()
        return (*self._sections(page, folder, ident), *self._links(folder, ident))

    def _sections(self, page: str, folder: str, ident: str) -> tuple[Part, ...]:
        """The parts of the text of an item or role that is too heavy in one piece."""
        if folder not in ("procedures", "checklists", "regulations", "roles") or self._weight(page) <= parts.BUDGET:
            return ()
        c = self.catalogue
        if folder == "roles":
            rows = self.procedures_of(ident)
            return parts.cut(parts.by_chapter(c, rows, lambda row: row[0]), parts.HEAVY_ROWS)
        entry = c.entries[ident]
        if folder == "procedures":
            stages = [(s.id, s.title, s.steps) for s in entry.item.stages]
            return () if self.chart_apart(entry) else parts.cut(stages, anchor=lambda step: f"step-{step.id}")
        if folder == "checklists":
            return parts.cut([(g.id, g.title, g.duties) for g in entry.item.groups], anchor=lambda duty: f"duty-{duty.id}")
        long = [(article, uses) for article, uses in self.clauses(ident) if len(uses) > parts.FEW]
        named = [(f"article-{article_number(a)}" if a else "no-article", a or "未注条号", uses) for a, uses in long]
        return tuple(replace(part, anchors=frozenset({part.slug})) for part in parts.cut(named))

    def _links(self, folder: str, ident: str) -> tuple[Part, ...]:
        """Rows of links that are too long for the foot or head of an item's page."""
        back = [self.catalogue.entries[i] for i in self.catalogue.backlinks.get(ident, ())]
        found = parts.cut([("related", "提到它的条目", back)], kind="related") if len(back) > parts.SHOWN else ()
        uses = self.uses(ident) if folder == "forms" else []
        return (*found, *(parts.cut([("used", "用在哪里", uses)], kind="used") if len(uses) > parts.SHOWN else ()))

    # -- look-ups for templates ---------------------------------------------------------------------------

    def render(self, template: str, **context: Any) -> str:
        text = _environment().get_template(template).render(a=self, c=self.catalogue, **context)
        # Indentation in templates is for people; in Markdown it would make code blocks.
        return Markup(re.sub(r"\n{3,}", "\n\n", re.sub(r"(?m)^[ \t]+", "", text)).strip() + "\n")

    def _find(self, ident: str) -> tuple[str, Any]:
        c = self.catalogue
        if ident in c.entries:
            return c.entries[ident].kind, c.entries[ident]
        if ident in c.roles:
            return "role", c.roles[ident]
        if ident in c.chapters:
            return "chapter", c.chapters[ident][1]
        for part in c.handbook.parts:
            if part.id == ident:
                return "part", part
        for gone in history.gone(c):
            if gone.id == ident:
                return "gone", gone
        names = {e.item.title: e.id for e in c.entries.values()} | {r.title: r.id for r in c.roles.values()}
        names |= {i: i for i in (*c.entries, *c.roles, *c.chapters, *(p.id for p in c.handbook.parts))}
        raise UnknownName(f"没有“{ident}”这个条目。{did_you_mean(ident, names)}")

    def _role(self, name: str) -> str:
        known = {r.title: r.id for r in self.catalogue.roles.values()} | {i: i for i in self.catalogue.roles}
        if name not in known:
            raise UnknownName(f"没有“{name}”这个岗位。{did_you_mean(name, known)}")
        return known[name]

    def _shared(self, kind: str) -> list[Any]:
        if kind == "role":
            return [r for r in self.catalogue.roles.values() if self.acts(r.id)]
        return list(self.catalogue.handbook.parts if kind == "part" else self.catalogue.terms.values())

    def acts(self, role: str) -> bool:
        """Whether a role appears in any procedure or checklist."""
        return bool(self.catalogue.role_steps(role) or self.catalogue.role_duties(role))

    def title(self, ident: str) -> str:
        """The title readers see; a regulation goes by its short name."""
        kind, record = self._find(ident)
        item = getattr(record, "item", record)
        return item.short if kind == "regulation" else item.title

    def page_of(self, ident: str) -> str:
        """The page of an item, role, chapter or part, without .md."""
        kind, record = self._find(ident)
        if kind == "gone":
            return record.page
        folder = KINDS[kind].folder if kind in KINDS else {"role": "roles", "chapter": "chapters", "part": "parts"}[kind]
        return f"{folder}/{ident}"

    def href(self, ident: str, anchor: str = "") -> str:
        return self.medium.href(self.place(self.page_of(ident), anchor), anchor)

    def has_journey(self, entry: Entry) -> bool:
        """Whether a page tells where somebody stands in a procedure: it is long, or its chart stands there."""
        return start.is_journey(entry.item) or self.chart_apart(entry)

    def load(self, role: str) -> burden.Load:
        """The year of one role in figures."""
        return burden.load(self.catalogue, role)

    def procedures_of(self, role: str) -> list:
        """Procedures in which a role acts, in the order of the year."""
        found = self.catalogue.role_steps(role)
        return sorted(found, key=lambda pair: burden.first_month(self.catalogue, pair[0].id))

    def rich(self, text: str, entry: Entry | None = None) -> Markup:
        """Text from data; a [[blank]] is a line to write on in the item that holds it, a reference elsewhere."""

        def line(match: re.Match) -> str:
            home, blank = self.catalogue.blank_home[match[1]]
            # The sentence says what the line is for; its label is read aloud and stands in the list of blanks.
            space = f'<span class="blank"><span class="blank-label">（{plain(blank.label)}）</span></span>'
            if entry is not None and home.id == entry.id:
                return space
            return f'{space}<span class="blank-ref">（见{self.link(home.id, "", "blanks")}）</span>'

        return Markup(re.sub(r"\[\[([^\[\]]+)\]\]", line, str(plain(text))))

    def names(self, idents: tuple[str, ...]) -> Markup:
        """Titles without links, where there is no room for more."""
        return Markup("、").join(plain(self.title(i)) for i in idents)

    def qr(self, ident: str) -> Markup:
        """On paper: the code that opens the item's page on the site, told which edition the reader holds."""
        if not self.medium.paper:
            return Markup("")
        h = self.catalogue.handbook
        address = f"{h.address}{self.page_of(ident)}/?edition={quote(h.edition)}"
        return Markup(qr.svg(address, f"二维码：在网站上看“{plain(self.title(ident))}”"))

    def roles(self, idents: tuple[str, ...]) -> Markup:
        """Linked role titles."""
        return Markup("、").join(self.link(r) for r in idents)

    def forms(self, idents: tuple[str, ...]) -> Markup:
        return Markup("、").join(self.link(f) for f in idents)

    def need(self, text: str, entry: Entry) -> Markup:
        """An input of a step: a form as a link, anything else as text."""
        return self.link(text) if text in self.catalogue.entries else self.rich(text, entry)

    def chip(self, basis: Basis) -> Markup:
        """The source state in words."""
        # On the site a page may hold a hundred of these, so each is as short as it can be.
        html = Markup('<span class="basis {}">{}</span>' if self.medium.paper else '<b class="{}">{}</b>')
        return html.format(BASIS_CLASS[basis.state], basis.state.label)

    def basis(self, basis: Basis) -> Markup:
        """Source state, regulation, articles."""
        parts = [self.chip(basis)]
        if basis.regulation:
            text = f"《{self.title(basis.regulation)}》{articles_text(basis.article)}"
            # Only articles that an item rests on have a row in the clause map; a term may name others.
            first = article_number(basis.article[0]) if basis.article else 0
            anchor = f"article-{first}" if (basis.regulation, first) in self.catalogue.cited_articles else ""
            parts.append(self.link(basis.regulation, text, anchor))
        if basis.note:
            parts.append(Markup('<span class="basis-note">{}</span>').format(plain(basis.note)))
        return Markup(" ").join(parts)

    def limit(self, limit: Limit, entry: Entry) -> Markup:
        """A time limit in words."""
        return self.rich(limit_text(limit, entry.item), entry)

    def step(self, entry: Entry, ident: str, text: str = "") -> Markup:
        """A link to a step of the procedure that the page is about."""
        return Markup('<a href="{}">{}</a>').format(self._step(entry, ident), text or f"第{entry.item.numbers[ident]}步")

    def _step(self, entry: Entry, ident: str) -> str:
        return f"#step-{ident}" if self.whole else self.href(entry.id, f"step-{ident}")

    def decision(self, decision: Decision, step: Step, entry: Entry) -> Markup:
        """Where a decision leads, as a link."""
        numbers = entry.item.numbers
        if decision.to == step.id:
            return Markup("重做本步")
        if decision.to in numbers:
            return Markup("{}{}").format(plain(decision.then), self.step(entry, decision.to))
        if decision.to:
            return Markup("转入{}").format(self.link(decision.to))
        return Markup("结束")

    def chart(self, entry: Entry) -> tuple[Markup, ...]:
        """The flow chart of a procedure, one drawing a stage."""
        titles = {r.id: r.title for r in self.catalogue.roles.values()}
        drawn = flowchart.charts(
            entry.item, titles, href=lambda step: self._step(entry, step), item_title=self.title, prefix=f"fc-{entry.id}"
        )
        return tuple(Markup(svg if self.medium.paper else flowchart.lean(svg)) for svg in drawn)

    def chart_of(self, entry: Entry, part: Part) -> Markup:
        """The drawing of one stage."""
        return self.chart(entry)[[stage.id for stage in entry.item.stages].index(part.slug)]

    def chart_text(self, entry: Entry) -> str:
        titles = {r.id: r.title for r in self.catalogue.roles.values()}
        return flowchart.description(entry.item, titles, item_title=self.title)

    def key_times(self, entry: Entry) -> list[tuple[int, Step, Markup]]:
        """Limits and recurrences of a procedure that rest on a rule, in words, with their steps."""
        found = []
        for n, step in enumerate(entry.item.steps, 1):
            times = [(limit, self.limit(limit, entry)) for limit in step.limits]
            times += [(again, self.rich(f"{again.what}：{again.text}", entry)) for again in step.recurs]
            found += [(n, step, text) for t, text in times if all(b.state.is_rule for b in t.basis or step.basis)]
        return found

    def clauses(self, regulation: str) -> list[tuple[str, list[tuple[Entry, list[Citation]]]]]:
        """What rests on a regulation: article by article, item by item; "" collects what names no article."""
        found: dict[str, dict[str, list[Citation]]] = {}
        for citation in self.catalogue.cited_by(regulation):
            for article in dict.fromkeys(re.sub(r"(第.+?条).*", r"\1", a) for a in citation.articles or ("",)):
                found.setdefault(article, {}).setdefault(citation.entry.id, []).append(citation)
        entries = self.catalogue.entries
        return [
            (article, [(entries[i], citations) for i, citations in items.items()])
            for article, items in sorted(found.items(), key=lambda pair: article_number(pair[0]) or 10_000)
        ]

    def places(self, entry: Entry, wheres: list[str]) -> Markup:
        """An item and the places in it, as links: 党费收缴：第3步、第5步."""
        titles = {duty.id: duty.title for duty in getattr(entry.item, "duties", ())}
        links = list(self._steps_in(entry, wheres))
        links += [self.link(entry.id, titles[w], f"duty-{w}") for w in dict.fromkeys(wheres) if w in titles]
        if not links:
            return self.link(entry.id)
        return Markup("{}：{}").format(plain(entry.item.title), Markup("、").join(links))

    def marks(self, entry: Entry, wheres: list[str]) -> Markup:
        """Places inside an item as short links: 第3步、第5步."""
        return Markup("、").join(self._steps_in(entry, wheres))

    def _steps_in(self, entry: Entry, wheres: list[str]) -> Iterator[Markup]:
        """Those of the places that are steps, each once, as links."""
        numbers = getattr(entry.item, "numbers", {})
        return (self.link(entry.id, f"第{numbers[w]}步", f"step-{w}") for w in dict.fromkeys(wheres) if w in numbers)

    def states(self, citations: list[Citation]) -> Markup:
        """The source states of citations, each once."""
        chips = {str(self.chip(c.basis)): self.chip(c.basis) for c in citations}
        return Markup(" ").join(chips.values())

    def uses(self, form: str) -> list[tuple[Entry, list[str]]]:
        """Where a form is used, item by item."""
        found: dict[str, list[str]] = {}
        for entry, where, _ in self.catalogue.form_steps.get(form, ()):
            found.setdefault(entry.id, []).append(where)
        return [(self.catalogue.entries[i], wheres) for i, wheres in found.items()]

    def used_here(self, entry: Entry, form: str) -> list[tuple[int, str]]:
        """Numbers and ids of the steps of a procedure that make or need a form."""
        steps = enumerate(entry.item.steps, 1)
        return [(n, s.id) for n, s in steps if form in s.records or form in s.needs]

    def code(self, ident: str) -> str:
        return self.catalogue.entries[ident].item.code

    def about(self, entry: Entry) -> Markup:
        """One sentence on an item, whatever its kind."""
        item = entry.item
        text = next(filter(None, (getattr(item, name, "") for name in ("purpose", "status", "topic"))))
        return self.rich(text, entry)

    def revisions(self, entry: Entry) -> str:
        """The record of an item, and whether a copy of any edition still holds."""
        return self.render("revisions.md.j2", page=self.page_of(entry.id))

    def record_of(self, page: str) -> tuple:
        return history.of_page(self.catalogue, page)

    def answers(self, page: str) -> tuple[history.Answer, ...]:
        return history.answers(self.catalogue, page)

    @staticmethod
    def by_item(edition: Published) -> list[tuple[str, list[Recorded]]]:
        """What an edition changed, item by item."""
        found: dict[str, list[Recorded]] = {}
        for change in history.shown(edition):
            found.setdefault(change.page + change.item, []).append(change)
        return list(found.items())

    @staticmethod
    def newest(edition: Published, count: int) -> list[Recorded]:
        """So many changes of an edition: whole items, then what is of substance, then the rest."""
        return sorted(history.shown(edition), key=lambda c: (not c.whole, not c.substantial))[:count]

    def changed_item(self, change: Recorded) -> Markup:
        """The item that an edition changed, as a link while it is there."""
        ident = change.page.rsplit("/", 1)[-1]
        return self.link(ident, change.item) if self._stands(change.page) else plain(change.item)

    def changed_place(self, page: str, change: Recorded) -> Markup:
        """Where in an item a change was made, as a link while that place is there."""
        if page in change.also:  # a page that only repeats it names the item too
            return Markup("{}　{}").format(self.changed_item(change), self.changed_place(change.page, change))
        ident = page.rsplit("/", 1)[-1]
        record = getattr(self.catalogue.entries.get(ident), "item", None)
        places = {f"step-{s.id}" for s in getattr(record, "steps", ())} | {f"duty-{d.id}" for d in getattr(record, "duties", ())}
        return self.link(ident, change.where, change.anchor) if change.anchor in places else plain(change.where)

    @staticmethod
    def changed_words(change: Recorded) -> Markup:
        """What a change did: its kind, the old words struck out, the new ones marked."""
        parts = [Markup('<span class="kind">{}{}</span>').format(change.kind, "·实质性" if change.substantial else "")]
        for tag, lines in (("del", change.old), ("ins", change.new)):
            parts += [Markup("<{0}>{1}</{0}>").format(Markup(tag), plain(line.replace("\n", " "))) for line in lines]
        if change.reason:
            parts.append(Markup('<span class="why">理由：{}</span>').format(plain(change.reason)))
        return Markup(" ").join(parts)

    def _stands(self, page: str) -> bool:
        ident = page.rsplit("/", 1)[-1]
        return (ident in self.catalogue.entries or (ident in self.catalogue.roles and self.acts(ident))) and self.page_of(ident) == page

    def overdue(self, item: Any, due: str = "") -> Markup:
        """A mark on what should have been reviewed before the edition's date; nothing where there is time.

        due: the day, where it does not stand beside the mark already.
        """
        if not item.overdue_on(self.catalogue.handbook.date):
            return Markup("")
        words = f"已过复核日期{chinese_date(due)}" if due else "到期未复核"
        return Markup(' <span class="overdue">{}</span>').format(words)

    @staticmethod
    def article_number(article: str) -> int:
        return article_number(article)


class NamesOnly(Author):
    """The author macros as the check needs them: names are looked up, nothing is rendered."""

    def render(self, template: str, **context: Any) -> str:
        return ""

    calendar = burden = unconfirmed = messages = history = board = news = lambda self: ""


def articles_text(articles: tuple[str, ...]) -> str:
    """Articles in words; three or more that follow each other as a range: 第九条至第十三条."""
    runs: list[list[str]] = []
    for article in articles:
        whole = article.endswith("条")
        if runs and whole and runs[-1][-1].endswith("条") and article_number(article) == article_number(runs[-1][-1]) + 1:
            runs[-1].append(article)
        else:
            runs.append([article])
    return "、".join(f"{r[0]}至{r[-1]}" if len(r) > 2 else "、".join(r) for r in runs)


def limit_text(limit: Limit, procedure: Any) -> str:
    """A time limit in words: 一般在批复后1个月内."""
    numbers = getattr(procedure, "numbers", {})
    after = limit.after
    if after in numbers:
        after = f"第{numbers[after]}步"
    some = "一般" if limit.usually else ""
    bound, figure = str(limit.bound), limit.figure
    if after:
        after = re.sub(r"(之后|后|起)$", "", after)
        text = {
            "不超过": f"{some}在{after}后{figure}内",
            "不少于": f"自{after}起{some}不少于{figure}",
            "为": f"自{after}起{some}{figure}",
        }[bound]
    elif limit.before:
        before = re.sub(r"(之前|前)$", "", limit.before)
        text = {
            "不超过": f"{some}在{before}前{figure}内",
            "不少于": f"{some}在{before}前至少{figure}",
            "为": f"{some}在{before}前{figure}",
        }[bound]
    else:
        text = f"{some}{'' if bound == '为' else bound}{figure}"
    return "".join(
        [
            "或者" if limit.either else "",
            f"{limit.what}：" if limit.what else "",
            text,
            f"（{limit.when}）" if limit.when else "",
        ]
    )

"""Which sheets of the last edition to take out and which to put in: 换页清单, and the book of the changed sheets.

A sheet is a leaf of paper: a right-hand page and the page on its back. It has changed when a reader sees something else on it;
the number of the edition in its foot, its code and its change bars do not count. So an old sheet stays where it still holds.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from html import escape

from ..kinds.printed import PrintedBook, PrintedPage
from .bind import COVER, Imposition, Sheet
from .fragment import TOKEN_DIGITS, TOKEN_LENGTH, Fragment
from .leaves import Book, Leaf
from .thin import thin

TOKEN = re.compile(f"[{TOKEN_DIGITS}]{{{TOKEN_LENGTH}}}")
FRONT = "front"
MANY = 0.5  # of the sheets: from here on it is less work to print the whole book
ALONG = "（随别处的修订）"
NAMED = 6  # leaves named in a row; more are counted
LIST = "changed-sheets"

Paper = tuple[PrintedPage, PrintedPage]  # front and back
EMPTY = PrintedPage()


@dataclass(frozen=True)
class Swap:
    """One move of the hand: sheets to take out and sheets to put in at the same place; either may be none."""

    out: tuple[Paper, ...]
    put: tuple[Paper, ...]

    @property
    def leaves(self) -> tuple[str, ...]:
        """The leaves that have changed on these sheets; what only stands on the back of a change is left out."""
        out, put = ([page for paper in side for page in paper] for side in (self.out, self.put))
        both = set(out) & set(put)
        return tuple(dict.fromkeys(page.leaf for page in (*put, *out) if page.leaf and page not in both))


def printed(book: Book, plan: Imposition) -> PrintedBook:
    """What the pages of a whole book look like."""
    return PrintedBook(book.edition, tuple(_page(sheet, plan.numbers) for sheet in plan.sheets))


def _page(sheet: Sheet, numbers: Mapping[str, str]) -> PrintedPage:
    leaf, fragment = sheet.leaf, sheet.fragment
    if leaf is None or fragment is None:
        return EMPTY
    answers = [numbers.get(r.anchor, "") for r in fragment.references]
    text = TOKEN.sub(lambda token: answers[int(token[0])], fragment.words[sheet.own])
    seen = (text, sheet.folio, sheet.count, leaf.code, leaf.chapter, leaf.tab)
    return PrintedPage(leaf.id, sheet.folio, hashlib.sha256(repr(seen).encode()).hexdigest()[:10])


def papers(pages: Iterable[PrintedPage]) -> list[Paper]:
    """The sheets that pages are printed on."""
    pages = list(pages)
    return list(zip(pages[::2], [*pages[1::2], *([EMPTY] if len(pages) % 2 else [])], strict=True))


def swaps(old: PrintedBook, new: PrintedBook) -> tuple[Swap, ...]:
    """What to do with the old book, in its order, to have the new one."""
    olds, news = papers(old.pages), papers(new.pages)
    codes = SequenceMatcher(None, olds, news, autojunk=False).get_opcodes()
    return tuple(Swap(tuple(olds[a:b]), tuple(news[c:d])) for tag, a, b, c, d in codes if tag != "equal")


def listed(book: Book, new: PrintedBook, names: Mapping[str, str]) -> Leaf:
    """The 换页清单 of a book as a leaf; new: its pages, names: leaf -> title."""
    old, why = book.since.book, book.since.why
    names = {**book.since.gone, **names}
    found = swaps(old, new)
    out, put = sum(len(s.out) for s in found), sum(len(s.put) for s in found)
    total = len(papers(new.pages))
    rows = "".join(
        f'<tr><td class="figure">{n}</td><td>{_sheets(swap.out, "不取")}</td><td>{_sheets(swap.put, "不放")}</td>'
        f"<td>{_why(swap, names, why)}</td></tr>"
        for n, swap in enumerate(found, 1)
    )
    much = ""
    if put > MANY * total:
        much = f'<p class="warn"><b>建议重印全书</b>　全书{total}张，要放入{put}张，超过一半。重印全书更省事。</p>'
    html = (
        f"<h1>换页清单</h1><p class=\"lead\">把{escape(old.edition)}版换成{escape(new.edition)}版：取出{out}张，放入{put}张；"
        f"换好以后全书{total}张。</p>{much}"
        "<p class=\"note\">本册双面打印，本清单不放进书里。从前往后一行一行做：先取出旧的，再把新的放在原来的地方。"
        "没有列出的旧页照用，页脚仍是印它的那一版。页码写成“112-1”的，放在第112页后面。</p>"
        '<table class="data sheets"><colgroup><col style="width:8%"><col style="width:27%"><col style="width:27%"><col></colgroup>'
        '<thead><tr><th scope="col" class="figure">次序</th><th scope="col">取出</th><th scope="col">放入</th>'
        f'<th scope="col">为什么</th></tr></thead><tbody>{rows}</tbody></table>'
    )
    return Leaf(LIST, "换页清单", html, "prose", 1)


def changed(plan: Imposition, old: PrintedBook, new: PrintedBook, first: tuple[Leaf, Fragment]) -> Imposition:
    """The sheets of a book that changed, behind the list of them; numbers and sides are those of the whole book."""
    put = {paper for swap in swaps(old, new) for paper in swap.put}
    every = [*plan.sheets, *([Sheet(None, None)] if len(plan.sheets) % 2 else [])]
    kept = [every[2 * n + side] for n, paper in enumerate(papers(new.pages)) if paper in put for side in (0, 1)]
    own: dict[str, list[int]] = {}
    for sheet in kept:
        if sheet.leaf:
            own.setdefault(sheet.leaf.id, []).append(sheet.own)
    whole = {sheet.leaf.id: sheet.fragment for sheet in kept if sheet.leaf}
    fragments = {leaf: thin(fragment, own[leaf]) for leaf, fragment in whole.items()}
    leaf, fragment = first
    sheets = [Sheet(leaf, fragment, n, "", (n + 1, fragment.pages)) for n in range(fragment.pages)]
    sheets += [Sheet(None, None)] * (len(sheets) % 2)
    start, places = {leaf.id: 0}, dict(fragment.anchors)
    for sheet in kept:
        if sheet.leaf is None:
            sheets.append(sheet)
            continue
        fragment, at = fragments[sheet.leaf.id], own[sheet.leaf.id].index(sheet.own)
        if at == 0:
            start[sheet.leaf.id] = len(sheets)
            for name, (page, x, y) in fragment.anchors.items():
                places.setdefault(name, (len(sheets) + page, x, y))
        sheets.append(replace(sheet, fragment=fragment, own=at))
    return Imposition(tuple(sheets), start, places, plan.numbers, plan.tabs)


def _sheets(found: tuple[Paper, ...], none: str) -> str:
    """Sheets by the numbers on them: 第111至114页（2张）."""
    if not found:
        return none
    pages = [page for paper in found for page in paper if page != EMPTY]
    named = [COVER] if any(not page.folio for page in pages) else []
    for counted in (False, True):
        folios = [page.folio for page in pages if page.folio and page.folio[0].isdigit() is counted]
        if folios:
            named.append(f"第{'至'.join(dict.fromkeys((folios[0], folios[-1])))}页")
    return f"{'、'.join(named)}（{len(found)}张）"


def _why(swap: Swap, names: Mapping[str, str], why: Mapping[str, tuple[str, ...]]) -> str:
    """The leaves that changed, each with the places, or told that only page numbers did."""
    told = []
    for leaf in swap.leaves[:NAMED]:
        places = why.get(leaf, ())
        more = f"等{len(places)}处" if len(places) > 3 else ""
        where = f"：{'；'.join(places[:3])}{more}" if places else ALONG * (leaf != FRONT)
        told.append(escape(names.get(leaf, leaf) + where))
    if len(swap.leaves) > NAMED:
        told.append(f"等{len(swap.leaves)}项")
    return "<br>".join(told) or "内容没有改，换到另一张纸上"

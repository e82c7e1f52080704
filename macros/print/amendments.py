"""The 修订对照表 on paper: of any two revisions as a file of its own, of the newest edition as an appendix of the book."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from ..authoring import Author
from ..catalogue import Catalogue
from ..changes import Change, Comparison, table
from ..changes.marks import Piece, marked
from ..history import shown
from ..kinds.fields import chinese_date, full_date
from ..kinds.history import Recorded
from ..media import Paper, into_book
from .flush import OPENING
from .formats import FORMATS
from .fragment import TOKEN_DIGITS
from .glyphs import missing
from .leaves import Book, Leaf
from .lines import NOT_FIRST

APPENDIX = "amendments"
LINE, LINES = 14, 16  # characters in a line of a cell, about; lines that a row may have and stay in one piece
NO_GLYPH = "〓"  # what a compositor sets for a character that he has not got
SIGNATURES = ("编制", "复核", "批准")
# They stand for page numbers in a fragment; old revisions may hold them as text.
WIDE = str.maketrans(TOKEN_DIGITS, "0123456789")


def book(told: Comparison) -> Book:
    """Two revisions compared, on A4 across, for the file and for the signatures of those who judge it."""
    new, old = (r.catalogue.handbook for r in (told.new, told.old))
    title = _sound(new.title or old.title)
    name = f"《{title}》{table.TITLE}" if title else table.TITLE
    html = f'<h1 class="document">{escape(name)}</h1>{_about(told)}{_table(told)}{_more(told)}{_signatures()}'
    return Book(
        title=name, subtitle="", organisation=_sound(new.organisation or old.organisation), edition="",
        date=full_date(new.date or old.date or "2000"), description=_sound(table.heading(told)),
        leaves=(Leaf("changes", table.TITLE, html, "changes", 1),), format=FORMATS["a4-across"], name="changes",
        data=table.to_json(told).encode(), front=False,
    )  # fmt: skip


def _about(told: Comparison) -> str:
    """Whose it is, from what to what, and how much changed."""
    h = told.new.catalogue.handbook
    facts = [("编制单位", h.organisation), ("修订前", told.old.name), ("修订后", told.new.name)]
    line = "".join(f"<span><b>{word}</b>　{_text(text)}</span>" for word, text in facts if text)
    return f'<p class="document-line">{line}</p><p class="document-count">{_text(table.counts(told.changes))}</p>'


def _table(told: Comparison) -> str:
    if not told.changes:
        return ""
    widths = (4, 11, 13, 18, 18, 6.5, 13, 16.5)
    heads = ("序号", "条目", "位置", "修订前", "修订后", "类别", "理由和依据", "涉及")
    touched = list(_touched(told))
    rows = (
        (
            _number(number),
            _text(f"{c.code} {c.title}".strip()),
            _text(c.where),
            *_both(c),
            _kind(str(c.kind), c.substantial),
            _pairs(table.why(c)) or "没有写",
            f'<div class="touched">{_pairs(touched[number - 1]) or "—"}</div>',
            c.substantial,
        )
        for number, c in enumerate(told.changes, 1)
    )
    return _html_table(widths, heads, rows)


def _touched(told: Comparison) -> Iterator[list[tuple[str, str]]]:
    """Whom each change touches; what the change before it says of the same item in the same words is not said again."""
    before: list[tuple[str, str]] = []
    item = ""
    for change in told.changes:
        pairs = table.touched(change, told)
        same = [
            word
            for word, text in pairs
            if change.item == item and (word, text) in before and word in ("清单", "分册")
        ]
        rest = [pair for pair in pairs if pair[0] not in same]
        yield [*rest, ("、".join(same), "同上一行")] if same else rest
        before, item = pairs, change.item


def _more(told: Comparison) -> str:
    """Burden, items only reviewed, what could not be compared."""
    parts = []
    if told.loads:
        heads = ("岗位", "一年的时间（估计）", "一年的记录", "说明")
        rows = ((*map(_text, row), False) for row in table.load_lines(told))
        parts.append("<h2>负担</h2>" + _html_table((20, 25, 20, 35), heads, rows))
    for title, points in table.remarks(told):
        items = "".join(f"<li>{_text(point)}</li>" for point in points)
        parts.append(f'<h2>{title}</h2><ul class="document-remarks">{items}</ul>')
    return "".join(parts)


def _signatures() -> str:
    line = "".join(
        f'<span>{word}：<span class="sign-line"></span>　　年　　月　　日</span>' for word in SIGNATURES
    )
    return f'<p class="document-signs">{line}</p>'


def appendix(catalogue: Catalogue) -> Leaf:
    """The editions so far, and all that the newest changed, made from data/history/; page numbers lead to the places."""
    author = Author(catalogue, Paper(APPENDIX))
    editions = (
        (_text(e.id), chinese_date(e.date), "".join(f"<p>{_text(line)}</p>" for line in e.note), False)
        for e in catalogue.history
    )
    parts = ["<h2>版次</h2>", _html_table((14, 24, 62), ("版次", "日期", "编修说明"), editions)]
    newest = catalogue.history[0] if catalogue.history else None
    changes = shown(newest) if newest else ()
    if changes:
        counted = table.counts(changes)
        parts.append(f"<h2>{_text(newest.id)}版改了什么</h2><p>{_text(counted)}。</p>")
        heads = ("序号", "条目", "位置", "修订前", "修订后", "类别和理由")
        rows = []
        for number, c in enumerate(changes, 1):
            where = author.changed_place(c.page, c)
            item = _text(c.item) if where.startswith("<a") else author.changed_item(c)
            why = f"<div>理由：{_text(c.reason)}</div>" if c.reason else ""
            rows.append(
                (
                    _number(number),
                    item,
                    where,
                    *_both(c),
                    _kind(str(c.kind), c.substantial) + why,
                    c.substantial,
                )
            )
        parts.append(_html_table((7, 17, 18, 22, 22, 14), heads, rows))
    elif len(catalogue.history) < 2:
        parts.append("<p>本版是首次编印。从下一版起，改了什么逐条列在这里。</p>")
    else:
        parts.append(f"<p>{_text(newest.id)}版的内容没有改动。</p>")
    title = f"附录　{table.TITLE}"
    # Every link gets the number of its page, those to regulations and roles too, which have no code.
    html = re.sub(r"<a (?!class)", '<a class="ref" ', into_book("".join(parts), APPENDIX))
    return Leaf(APPENDIX, title, html, "prose", 1, chapter=title)


# -- the table -----------------------------------------------------------------------------------------------------


def _html_table(widths: Iterable[float], heads: Iterable[str], rows: Iterable[tuple]) -> str:
    """A table whose head stands on every page; each row: cells as HTML, and whether it is of substance."""
    columns = "".join(f'<col style="width:{width}%">' for width in widths)
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    body = "".join(
        f'<tr class="{_row_class(cells, substantial)}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'
        for *cells, substantial in rows
    )
    return f'<table class="amendments"><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _row_class(cells: Iterable[str], substantial: bool) -> str:
    """Long rows may break across pages: one kept whole that is higher than a page would push the head off it."""
    longest = max(
        sum(len(line) // LINE + 1 for line in re.sub("<(?!/div)[^>]+>", "", cell).split("</div>"))
        for cell in cells
    )
    return "substantial " * substantial + ("long" if longest > LINES else "short")


def _kind(name: str, substantial: bool) -> str:
    """The kind of a change; what is of substance stands in a box, which a grey copy keeps."""
    return name + ('<br><b class="substance">实质性</b>' if substantial else "")


def _number(number: int) -> str:
    return f'<span class="number">{number}</span>'


def _pairs(told: Iterable[tuple[str, str]]) -> str:
    return "".join(f"<div>{word}：{_text(text)}</div>" for word, text in told)


def _both(change: Change | Recorded) -> tuple[str, str]:
    """What was and what is, the changed words marked."""
    old, new = marked(change.old, change.new, paper=True)
    return _lines(old, "del"), _lines(new, "ins")


def _lines(lines: list[list[Piece]], tag: str) -> str:
    told = [
        "".join(f"<{tag}>{_text(text)}</{tag}>" if changed else _text(text) for text, changed in line)
        for line in lines
    ]
    return "".join(f"<div>{line}</div>" for line in told) or "—"


def _text(text: str) -> str:
    """Text of any revision as HTML that can be set: lines that would break a rule of typesetting get an edge to lean on."""
    found = _sound(re.sub(r"\s+", " ", text))
    edge = '<i class="edge"></i>'
    before, after = (
        (edge if found[:1] and found[0] in NOT_FIRST else ""),
        (edge if found[-1:] and found[-1] in OPENING else ""),
    )
    return f"{before}{escape(found)}{after}"


def _sound(text: str) -> str:
    """Text without what the book's fonts or the binder cannot take."""
    found = text.translate(WIDE)
    lost = missing(found)
    return found.translate(dict.fromkeys(map(ord, lost), NO_GLYPH)) if lost else found

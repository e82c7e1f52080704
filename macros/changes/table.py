"""A comparison as 修订对照表: Markdown for a pull request, HTML for screen and paper, JSON for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from html import escape

from ..kinds.history import ChangeKind
from .marks import Piece, marked
from .told import Change, Comparison, LoadChange, page_numbers

TITLE = "修订对照表"
SAME = "没有不同。"
NO_BOOK = "印在第几页：还没有打印版。运行 python3 scripts/build.py 以后再比较，就会列出。"
MANY = 6  # names in a cell; more are counted


def heading(comparison: Comparison) -> str:
    """From what to what."""
    return f"{comparison.old.name} → {comparison.new.name}"


def counts(changes: Iterable[Change]) -> str:
    """How many changes of each kind, and how many of them are of substance."""
    changes = list(changes)
    told = [f"{kind}{n}处" for kind in ChangeKind if (n := sum(c.kind is kind for c in changes))]
    substantial = sum(c.substantial for c in changes)
    return f"共{len(changes)}处：" + "，".join(told) + f"；其中实质性的{substantial}处" if changes else SAME


def by_item(changes: Iterable[Change]) -> list[tuple[str, list[Change]]]:
    """Changes under the name of their item, in order."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(f"{change.code} {change.title}".strip(), []).append(change)
    return list(found.items())


def touched(change: Change, comparison: Comparison) -> list[tuple[str, str]]:
    """(word, names) of whom and what a change touches; what it lies in is left out."""
    named = (
        ("岗位", change.roles),
        ("表单", [f for f in change.forms if f != change.item]),
        ("清单", [c for c in change.checklists if c != change.item]),
        ("也印在", [p for p in change.pages[1:] if p.split("/")[0] == "regulations"]),
    )
    told = [
        (word, _some([comparison.title(i.rsplit("/", 1)[-1]) for i in idents]))
        for word, idents in named
        if idents
    ]
    told += [("分册", _some(list(books)))] if (books := comparison.books.get(change.item)) else []
    pages = comparison.printed_pages(change)
    return told + [("印刷页", page_numbers(pages))] if pages else told


def _some(names: list[str]) -> str:
    return "、".join(names[:MANY]) + (f"等{len(names)}个" if len(names) > MANY else "")


def why(change: Change) -> list[tuple[str, str]]:
    """(word, text) of the reason and the authority, as far as given."""
    return [(word, text) for word, text in (("理由", change.reason), ("依据", change.authority)) if text]


def kind(change: Change) -> str:
    """The kind, and whether it is of substance."""
    return f"{change.kind}·实质性" if change.substantial else str(change.kind)


def load_lines(comparison: Comparison) -> list[tuple[str, str, str, str]]:
    """(role, minutes, records, remark) for every role whose year changes."""
    return [
        (
            comparison.title(load.role),
            _from_to(load.minutes, "分钟"),
            _from_to(load.records, "份"),
            _remark(load, comparison),
        )
        for load in comparison.loads
    ]


def _from_to(pair: tuple[int, int], unit: str) -> str:
    before, after = pair
    if before == after:
        return f"{after}{unit}，不变"
    more = after - before
    return f"{before} → {after}{unit}（{'多' if more > 0 else '少'}{abs(more)}）"


def _remark(load: LoadChange, comparison: Comparison) -> str:
    if load.unexplained:
        return f"增加了，没有写理由：{_some([comparison.title(i) for i in load.unexplained])}"
    return "增加了，写了理由" if load.rises else "没有增加"


# -- Markdown ------------------------------------------------------------------------------------------------


def markdown(comparison: Comparison) -> str:
    """For the comment on a pull request: one table an item."""
    lines = [f"# {TITLE}", "", f"{_md(heading(comparison))}。{counts(comparison.changes)}", ""]
    for title, changes in by_item(comparison.changes):
        lines += [
            f"## {_md(title)}",
            "",
            "| 位置 | 修订前 | 修订后 | 类别 | 理由和依据 | 涉及 |",
            "|---|---|---|---|---|---|",
        ]
        for change in changes:
            old, new = marked(change.old, change.new)
            cells = (
                _md(change.where),
                _lines(old, "del"),
                _lines(new, "ins"),
                f"**{kind(change)}**" if change.substantial else kind(change),
                "<br>".join(f"{word}：{_md(text)}" for word, text in why(change)) or "没有写",
                "<br>".join(f"{word}：{_md(text)}" for word, text in touched(change, comparison)) or "—",
            )
            lines.append(f"| {' | '.join(cells)} |")
        lines.append("")
    if comparison.loads:
        lines += ["## 负担", "", "| 岗位 | 一年的时间（估计） | 一年的记录 | 说明 |", "|---|---|---|---|"]
        lines += [f"| {' | '.join(map(_md, row))} |" for row in load_lines(comparison)]
        lines.append("")
    for title, points in remarks(comparison):
        lines += [f"## {title}", "", *(f"- {_md(point)}" for point in points), ""]
    return "\n".join(lines)


def remarks(comparison: Comparison) -> list[tuple[str, list[str]]]:
    """(title, points) of what the table itself does not tell: items only reviewed, and what could not be compared."""
    unbuilt = comparison.printed is None and comparison.changes
    told = (
        ("只更新了复核日期", [comparison.title(i) for i in comparison.reviewed]),
        ("不能比较的", list(comparison.unread)),
        ("没有列出的", [NO_BOOK] if unbuilt else []),
    )
    return [(title, points) for title, points in told if points]


def _lines(lines: list[list[Piece]], tag: str) -> str:
    """Lines of a cell; what was changed in them is marked, which every forge shows."""
    told = [
        "".join(f"<{tag}>{_md(text)}</{tag}>" if changed else _md(text) for text, changed in line)
        for line in lines
    ]
    return "<br>".join(told) or "—"


def _md(text: str) -> str:
    """Text for a Markdown table cell: nothing in it is markup, a mention or a reference."""
    return re.sub(r"[\\`*_\[\]|~<>&@#]", lambda m: f"&#{ord(m[0])};", text).replace("\n", "<br>")


# -- HTML ----------------------------------------------------------------------------------------------------


def html_table(comparison: Comparison) -> str:
    """The tables alone, for a page of the site or for the book; classes changes, loads, remarks."""
    parts = [f'<p class="changes-about">{escape(heading(comparison))}。{counts(comparison.changes)}</p>']
    if comparison.changes:
        parts.append(
            '<table class="changes"><colgroup><col style="width:15%"><col style="width:26%"><col style="width:26%">'
            '<col style="width:8%"><col style="width:25%"></colgroup><thead><tr><th scope="col">位置</th>'
            '<th scope="col">修订前</th><th scope="col">修订后</th><th scope="col">类别</th>'
            '<th scope="col">理由、依据和涉及</th></tr></thead>'
        )
        for title, changes in by_item(comparison.changes):
            parts.append(
                f'<tbody><tr class="item"><th colspan="5" scope="rowgroup">{escape(title)}</th></tr>'
            )
            parts += [_row(change, comparison) for change in changes]
            parts.append("</tbody>")
        parts.append("</table>")
    if comparison.loads:
        parts.append(
            '<h2>负担</h2><table class="loads"><thead><tr><th scope="col">岗位</th><th scope="col">一年的时间（估计）</th>'
            '<th scope="col">一年的记录</th><th scope="col">说明</th></tr></thead><tbody>'
        )
        for row in load_lines(comparison):
            labels = ("", ' data-label="时间"', ' data-label="记录"', ' data-label="说明"')
            cells = zip(labels, row, strict=True)
            parts.append(
                "<tr>" + "".join(f"<td{label}>{escape(cell)}</td>" for label, cell in cells) + "</tr>"
            )
        parts.append("</tbody></table>")
    for title, points in remarks(comparison):
        items = "".join(f"<li>{escape(point)}</li>" for point in points)
        parts.append(f'<h2>{title}</h2><ul class="remarks">{items}</ul>')
    return "\n".join(parts)


def _row(change: Change, comparison: Comparison) -> str:
    told = why(change) + touched(change, comparison)
    notes = "".join(f"<div><b>{word}</b>　{escape(text)}</div>" for word, text in told)
    mark = ' class="substantial"' if change.substantial else ""
    old, new = marked(change.old, change.new)
    return (
        f'<tr{mark}><th scope="row">{escape(change.where)}</th>'
        f'<td data-label="修订前">{_divs(old, "del")}</td><td data-label="修订后">{_divs(new, "ins")}</td>'
        f'<td data-label="类别">{_kind_html(change)}</td><td class="notes">{notes}</td></tr>'
    )


def _kind_html(change: Change) -> str:
    return str(change.kind) + ("<br><strong>实质性</strong>" if change.substantial else "")


def _divs(lines: list[list[Piece]], tag: str) -> str:
    told = [
        "".join(f"<{tag}>{escape(text)}</{tag}>" if changed else escape(text) for text, changed in line)
        for line in lines
    ]
    return "".join(f"<div>{line}</div>" for line in told) or "—"


STYLE = """
@page { size: A4 landscape; margin: 18mm 16mm; }
:root { color-scheme: light dark; --ink: #111; --line: #444; --wash: #eef1f5; --mark: #b3141d; --paper: #fff; --del: #fde4e1; --ins: #dcf2e0; --soft: #4d5866; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebf0; --line: #7d8794; --wash: #262d37; --mark: #ff9a94; --paper: #171c24; --del: #58272b; --ins: #1f4a30; --soft: #aab4c1; } }
@media print { :root { --ink: #000; --line: #000; --wash: #eee; --mark: #000; --paper: #fff; --del: none; --ins: none; } }
body { margin: 0 auto; max-width: 76rem; padding: 1.2rem; background: var(--paper); color: var(--ink);
  font: 15px/1.6 "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif; }
h1 { text-align: center; font-size: 1.7rem; letter-spacing: .2em; margin: .5rem 0; }
h2 { font-size: 1.1rem; margin: 1.6rem 0 .5rem; }
.changes-about { text-align: center; margin: 0 0 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
table.changes { table-layout: fixed; min-width: 58rem; }
th, td { border: 1px solid var(--line); padding: .4rem .55rem; text-align: left; vertical-align: top; font-weight: 400; overflow-wrap: anywhere; }
thead th { background: var(--wash); font-weight: 700; text-align: center; }
tr.item th { background: var(--wash); font-weight: 700; }
thead { display: table-header-group; } tr { break-inside: avoid; } tr.item { break-after: avoid; }
tr.substantial > th { border-left: 5px solid var(--mark); }
strong { color: var(--mark); } del, ins { text-decoration: underline; text-underline-offset: .2em; border-radius: 2px; }
del { background: var(--del); text-decoration-style: dashed; } ins { background: var(--ins); }
 .notes { font-size: .88em; }
@media screen and (max-width: 46rem) {
  body { padding: .8rem; } .wide { overflow: visible; } table.changes, table.loads { min-width: 0; display: block; border: 0; }
  colgroup, thead { display: none; } tbody, tr { display: block; } tr:not(.item) { margin-bottom: .7rem; border-bottom: 1px solid var(--line); }
  tr > th, tr > td { display: block; width: auto; border-bottom: 0; } tr.item th { border: 1px solid var(--line); }
  tr:not(.item) > th { font-weight: 700; } td[data-label]::before { content: attr(data-label) "　"; display: block; font-size: .8em; color: var(--soft); }
}
@media print { body { max-width: none; padding: 0; font: 9.5pt/1.5 "Noto Serif CJK SC", "Source Han Serif SC", SimSun, serif; } table.changes { min-width: 0; } }
"""


def html_page(comparison: Comparison) -> str:
    """A page of its own that loads nothing and prints on A4 across."""
    tables = html_table(comparison).replace(
        '<table class="changes">',
        '<div class="wide" role="region" aria-label="修订对照表" tabindex="0"><table class="changes">',
        1,
    )
    tables = (
        tables.replace("</tbody>\n</table>", "</tbody>\n</table></div>", 1) if comparison.changes else tables
    )
    return (
        f'<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{TITLE}：{escape(heading(comparison))}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head>\n<body><main><h1>{TITLE}</h1>\n{tables}\n</main></body></html>\n"
    )


# -- JSON ----------------------------------------------------------------------------------------------------


def to_json(comparison: Comparison) -> str:
    """Everything, under the names of the fields of Change and LoadChange."""
    told = {
        "old": comparison.old.name,
        "new": comparison.new.name,
        "changes": [
            asdict(c) | {"books": comparison.books.get(c.item, ()), "printed": comparison.printed_pages(c)}
            for c in comparison.changes
        ],
        "loads": [asdict(load) | {"rises": load.rises} for load in comparison.loads],
        "reviewed": comparison.reviewed,
        "unread": comparison.unread,
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"

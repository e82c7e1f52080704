"""Column widths for tables that name none: with a fixed layout all columns would be equally wide."""

from __future__ import annotations

import re
from html import unescape

TABLE = re.compile(r'(<table class="data\b[^>]*>)(\s*<caption\b.*?</caption>)?(.*?</table>)', re.DOTALL)
ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)

LINE = 50.0  # ems: a line of table text across the page
PADDING = 1.3
SHORT = 9.0  # a column up to here is never broken


def add(html: str) -> str:
    """The html with a <colgroup> in every data table that has none."""
    return TABLE.sub(_with_columns, html)


def _with_columns(match: re.Match) -> str:
    start, caption, rest = match.groups(default="")
    rows = [[_ems(cell) for cell in CELL.findall(row)] for row in ROW.findall(rest)]
    if "<col" in rest or "colspan" in rest or "rowspan" in rest or not rows or len(rows[0]) < 2:
        return match[0]
    columns = [[row[i] for row in rows if i < len(row)] for i in range(len(rows[0]))]
    shares = "".join(f'<col style="width:{share:.1f}%">' for share in _shares(columns))
    return f"{start}{caption}<colgroup>{shares}</colgroup>{rest}"


def _shares(columns: list[list[float]]) -> list[float]:
    """The percentage of each column: short ones as wide as their longest cell, long ones by how much they hold."""
    longest = [max(column) + PADDING for column in columns]
    if sum(longest) > LINE:
        short = [width if width <= SHORT else 0 for width in longest]
        holds = [
            0 if fixed else (sum(column) / len(column) + SHORT) ** 0.7
            for fixed, column in zip(short, columns, strict=True)
        ]
        left = max(LINE - sum(short), LINE / 4)
        longest = [fixed or left * held / sum(holds) for fixed, held in zip(short, holds, strict=True)]
    elif any(width > SHORT for width in longest):
        # Room to spare goes to the columns with sentences; beside them a short one would only look lost.
        spare = (LINE - sum(longest)) / sum(width > SHORT for width in longest)
        longest = [width + spare if width > SHORT else width for width in longest]
    return [100 * width / sum(longest) for width in longest]


def _ems(cell: str) -> float:
    """How long the longest line of a cell's text is, a Chinese character counting one."""
    lines = re.split(r"<(?:br|/li|/p)\b[^>]*>", cell)
    return max(
        sum(0.55 if c < "\u2000" else 1 for c in unescape(re.sub(r"<[^>]*>", "", line)).strip())
        for line in lines
    )

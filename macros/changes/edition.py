"""A new edition as data: its number, its note, its record, and the file that keeps them."""

from __future__ import annotations

import json
import re

from ..kinds.history import ChangeKind, Recorded, edition_key
from .table import counts
from .told import Change, Comparison

LONGEST = 6  # changes of substance that the note names; more are counted
LINE = 8000  # characters that a line of the record may have


def next_number(handbook: str, published: tuple[str, ...], date: str) -> str:
    """The number of the next edition: the handbook's own if it is not out yet, else the next of its year."""
    newest = max(map(edition_key, published), default=())
    if edition_key(handbook) > newest:
        return handbook
    year = int(date[:4])
    return f"{newest[0]}.{newest[1] + 1}" if newest and newest[0] >= year else f"{year}.1"


def kept(comparison: Comparison) -> tuple[Change, ...]:
    """The changes that readers are told of: the id of a step is the editors' affair."""
    return tuple(c for c in comparison.changes if c.field != "编号")


def note(comparison: Comparison, since: str) -> tuple[str, ...]:
    """A draft of 编修说明: how much changed, what of it is of substance, which items came and went."""
    changes = [c for c in kept(comparison) if not c.moved_to]
    lines = [f"与{since}版相比，{counts(changes)}。" if changes else f"与{since}版相比，内容没有改动。"]
    substantial = [c for c in changes if c.substantial and not c.whole]
    if substantial:
        named = "；".join(f"{c.title}，{c.where}" for c in substantial[:LONGEST])
        more = f"；另有{len(substantial) - LONGEST}处" if len(substantial) > LONGEST else ""
        lines.append(f"实质性的修订：{named}{more}。")
    for kind, word in ((ChangeKind.NEW, "新增的条目"), (ChangeKind.WITHDRAWN, "废止的条目")):
        titles = [c.title for c in changes if c.whole and c.kind is kind]
        if titles:
            more = f"等{len(titles)}项" if len(titles) > LONGEST else ""
            lines.append(f"{word}：{'、'.join(titles[:LONGEST])}{more}。")
    return tuple(line[:600] for line in lines)


def recorded(change: Change) -> Recorded:
    """A change as the history keeps it; a role's page tells of every step, duty and item in which the role acts."""
    repeated = dict.fromkeys(p for p in change.pages[1:] if p.startswith("roles/"))
    repeated |= dict.fromkeys(f"roles/{role}" for role in change.roles if change.whole)
    return Recorded(
        page=change.page or "handbook",
        item=f"{change.code} {change.title}".strip(),
        anchor=change.anchor or None,
        where=change.where,
        kind=change.kind,
        whole="是" if change.whole else "否",
        substantial="是" if change.substantial else "否",
        old=tuple(line[:LINE] for line in change.old),
        new=tuple(line[:LINE] for line in change.new),
        reason=change.reason or None,
        also=tuple(page for page in repeated if page != change.page),
        moved_to=change.moved_to or None,
    )


def to_yaml(edition: str, date: str, notes: tuple[str, ...], changes: tuple[Recorded, ...]) -> str:
    """The file data/history/<edition>.yaml."""
    lines = [
        f"# {edition}版改了什么。由 scripts/edition.py 生成；编修说明（note）可以改，修订记录不要改。",
        f"date: {date}",
        "note:",
        *(f"  - {_quoted(line)}" for line in notes),
    ]
    lines += ["changes:"] if changes else []
    for change in changes:
        told = {
            "page": change.page,
            "item": change.item,
            "anchor": change.anchor,
            "where": change.where,
            "kind": str(change.kind),
            "whole": "是" if change.whole else None,
            "substantial": "是" if change.substantial else None,
            "old": change.old,
            "new": change.new,
            "reason": change.reason,
            "also": change.also,
            "moved_to": change.moved_to,
        }
        lead = "  - "
        for name, value in told.items():
            if isinstance(value, tuple) and value:
                lines.append(f"{lead}{name}:")
                lines += [f"      - {_quoted(line)}" for line in value]
            elif value:
                lines.append(f"{lead}{name}: {_quoted(value)}")
            else:
                continue
            lead = "    "
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    # A JSON string is a YAML string whatever stands in it.
    return (
        text
        if re.fullmatch(r"[\u4e00-\u9fff][\u4e00-\u9fff0-9，。；、“”《》（）·]*", text)
        else json.dumps(text, ensure_ascii=False)
    )


def stamped(handbook: str, edition: str, date: str) -> str:
    """The text of data/handbook.yaml with a new edition and date."""
    handbook = re.sub(r"(?m)^edition:.*$", f'edition: "{edition}"', handbook, count=1)
    return re.sub(r"(?m)^date:.*$", f"date: {date}", handbook, count=1)

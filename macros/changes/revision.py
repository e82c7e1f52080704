"""One state of the handbook, read as far as today's model can read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..catalogue import Catalogue, Entry, readable


@dataclass(frozen=True)
class Revision:
    """A handbook at one time, however old."""

    name: str  # what a reader calls it: 2026.1 版, a branch, a folder
    catalogue: Catalogue  # what the burden is computed from; duties that are the same are filled in
    items: Mapping[str, Entry]  # as typed, so that a shared duty is compared once
    prose: Mapping[str, str]  # path of each page written by hand -> its text
    unread: tuple[str, ...]  # what does not fit today's model, in Chinese, one place each


def read(root: Path, name: str = "") -> Revision:
    """The handbook in a folder (with data/ and docs/); never raises on bad content."""
    catalogue, items, unread = readable(root)
    pages = sorted((root / "docs").rglob("*.md")) if (root / "docs").is_dir() else []
    prose = {
        f"docs/{file.relative_to(root / 'docs').as_posix()}": file.read_text(
            encoding="utf-8-sig", errors="replace"
        ).replace("\r\n", "\n")
        for file in pages
    }
    lost = [e for e in catalogue.of("checklist") if any(d.cadence is None for d in e.item.duties)]
    counted = replace(catalogue, entries={i: e for i, e in catalogue.entries.items() if e not in lost})
    unread += tuple(f"{e.source}：有一项找不到 same 写的那件事，没有计入负担" for e in lost)
    return Revision(name or root.name, counted, items, prose, unread)

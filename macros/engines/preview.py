"""What the live preview remembers between two builds, so that a save renders only the pages it changes."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

# MkDocs loads its hook file anew for every build; this module stays, with what it remembers.
serving = False  # the preview, not a build
active = False  # the preview renders only what changed
_pages: dict[str, bytes] = {}
_code: dict[str, int] = {}
_items: dict[str, Any] = {}
_around: Any = None


def changed(path: str, text: str) -> bool:
    """Whether a page's finished Markdown differs from that of the last build (or is new)."""
    before = _pages.get(path)
    _pages[path] = hashlib.sha256(text.encode()).digest()
    return before != _pages[path]


def forget_changed_code() -> None:
    """After a save in the build's own code: makes Python read it again (all of it, as modules know each other)."""
    folder = Path(__file__).parents[1]
    now = {str(file): file.stat().st_mtime_ns for file in sorted(folder.rglob("*.py"))}
    if _code and _code != now:
        for name in [n for n in sys.modules if n.split(".")[0] == folder.name and n != __name__]:
            del sys.modules[name]
    _code.clear()
    _code.update(now)


def settled(catalogue: Any) -> frozenset[str]:
    """Ids of the items whose page cannot have changed since the last build: most of them, after most saves.

    A procedure's page shows other items by their titles and links alone, so it follows a save elsewhere only when
    titles, shared data or code changed, or when the two name each other; other kinds of pages are not looked at here.
    """
    global _around
    folder = Path(__file__).parents[1]
    code = {str(f): f.stat().st_mtime_ns for f in sorted(folder.rglob("*")) if f.suffix in (".py", ".j2")}
    now = {e.id: e.item for e in catalogue.entries.values()}
    titles = {i: (item.title, getattr(item, "short", ""), getattr(item, "blanks", ())) for i, item in now.items()}
    around = (code, titles, catalogue.handbook, catalogue.roles, catalogue.terms, catalogue.history)
    before, same = dict(_items), around == _around
    _items.clear()
    _items.update(now)
    _around = around
    if not same:
        return frozenset()
    moved = {i for i in now if now[i] != before[i]}
    near = moved | {other for i in moved for other in (*now[i].see, *before[i].see)}
    return frozenset(e.id for e in catalogue.of("procedure") if e.id not in near)

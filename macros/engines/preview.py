"""What the live preview remembers between two builds, so that a save renders only the pages it changes."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

# MkDocs loads its hook file anew for every build; this module stays, with what it remembers.
active = False
_pages: dict[str, bytes] = {}
_code: dict[str, int] = {}


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

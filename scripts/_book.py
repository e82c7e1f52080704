"""The printed book as the scripts look pages up in it."""

from __future__ import annotations

from pathlib import Path

BUILT = "build/handbook.pdf"


class NoBook(Exception):
    """The printed book cannot be read; the text is Chinese."""


def printed(root: Path, named: Path | None) -> dict[str, str] | None:
    """Named destination -> printed page, from the book that was named or else built; None where none was built."""
    file = named or root / BUILT
    if named is None and not file.is_file():
        return None
    from macros.complete import folios  # pdfium only where there is a book

    try:
        return folios(file.read_bytes())
    except (OSError, RuntimeError):  # pypdfium2's own error is a RuntimeError
        raise NoBook(f"读不了打印版“{file}”。先运行 python3 scripts/build.py") from None

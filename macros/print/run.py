"""Print many books at once: every leaf is laid out once, then the books are bound side by side."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from . import press
from .book import leaves, print_book
from .impose import booklet
from .leaves import Book
from .press import HERE, Press, keep


@dataclass(frozen=True)
class Made:
    """A finished file; physical: leaf -> page in the file, from 1."""

    name: str
    pages: int
    size: int
    sha256: str
    physical: dict[str, int]


def produce(
    jobs: Iterable[tuple[Book, Path]], kept: Path, progress: Callable[[str], None] = lambda line: None
) -> Iterator[Made]:
    """Writes each book to its file, the longest first; kept: the folder of what earlier runs laid out and bound."""
    jobs = sorted(jobs, key=lambda job: -len(job[0].leaves))
    waiting = [(book, file, kept / f"{_key(book)}.book") for book, file in jobs]
    new = [job for job in waiting if not job[2].is_file()]
    for format in dict.fromkeys(book.format for book, _, _ in new):
        needed = {press.key(leaf, format): leaf for book, _, _ in new if book.format == format for leaf in leaves(book)}
        Press(kept, progress).fragments(needed.values(), format)
    for _, file, store in waiting:
        if store.is_file():
            made, pdf = _load(store)
            keep(file, pdf)
            yield made
    if not new:
        return
    with ProcessPoolExecutor(min(os.cpu_count() or 1, len(new))) as pool:
        futures = [pool.submit(_print, book, file, store, kept) for book, file, store in new]
        for future in as_completed(futures):
            yield future.result()


def fold(source: Path, file: Path) -> Made:
    """Writes a book as a booklet: two A5 pages on each side of an A4 sheet, in the order for folding."""
    pdf, pages = booklet(source.read_bytes())
    keep(file, pdf)
    return Made(file.stem, pages, len(pdf), hashlib.sha256(pdf).hexdigest(), {})


def _print(book: Book, file: Path, store: Path, kept: Path) -> Made:
    printed = print_book(book, Press(kept, cores=1))
    digest = hashlib.sha256(printed.pdf).hexdigest()
    made = Made(book.name, printed.page_count, len(printed.pdf), digest, printed.physical)
    keep(file, printed.pdf)
    keep(store, json.dumps(asdict(made)).encode() + b"\n" + printed.pdf)
    return made


def _load(store: Path) -> tuple[Made, bytes]:
    head, _, pdf = store.read_bytes().partition(b"\n")
    return Made(**json.loads(head)), pdf


def _key(book: Book) -> str:
    """What a bound book depends on."""
    return hashlib.sha256(repr((book, _code())).encode()).hexdigest()


@cache
def _code() -> str:
    """A digest of the code that lays out and binds."""
    digest = hashlib.sha256(press.layout().encode())
    for file in sorted(HERE.glob("*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    for library in ("pikepdf", "uharfbuzz"):
        digest.update(f"{library} {version(library)}".encode())
    return digest.hexdigest()

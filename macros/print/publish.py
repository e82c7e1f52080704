"""What a build prints: the editions asked for, and a PDF of each item, in a folder of the site."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from ..catalogue import Catalogue
from ..editions import WHOLE
from ..kinds.printed import PrintedBook
from ..media import Download, slug
from . import run, sheets
from .book import arrange
from .handbook import Shelf, page_of
from .press import Press

FOLDER = "pdf"  # of the site


def publish(
    catalogue: Catalogue, root: Path, names: Iterable[str], folder: Path, kept: Path, say: Callable[[str], None] = lambda line: None
) -> tuple[Download, ...]:
    """Writes the PDFs into a folder and tells what was made: editions first, in the order of their names, then items."""
    shelf = Shelf(catalogue, root)
    books = {name: shelf.book(catalogue.editions[name]) for name in names}
    items = {slug(page_of(e).removesuffix(".md")): e for e in catalogue.entries.values() if e.kind != "regulation"}
    changed = shelf.changes() if WHOLE in books else None
    if changed:
        books[changed.name] = changed
    jobs = [(book, folder / f"{name}.pdf") for name, book in books.items()]
    jobs += [(shelf.item(entry), folder / f"{name}.pdf") for name, entry in items.items()]
    found: dict[str, run.Made] = {}
    for made in run.produce(jobs, kept, say):
        found[made.name] = made
        say(f"{made.name}.pdf {made.pages}页")
    downloads = []
    for name in sorted(books, key=lambda n: (n != WHOLE, n)):
        if changed and name == changed.name:
            about = f"手里有{changed.since.book.edition}版全书的，只印这一册，照前面的换页清单换。"
            downloads.append(_download(found[name], f"换页：{changed.since.book.edition}版换成{changed.edition}版", about, "A4双面"))
            continue
        edition = catalogue.editions[name]
        downloads.append(_download(found[name], edition.title, edition.summary, str(edition.paper)))
        if edition.booklet:
            file = folder / f"{name}-booklet.pdf"
            made = run.fold(folder / f"{name}.pdf", file)
            downloads.append(_download(made, f"{edition.title}（小册子）", "双面打印（短边翻转），对折装订成A5。", "A4对折"))
    downloads += [_download(found[name], entry.item.title, "", "A4", item=name) for name, entry in items.items()]
    return tuple(downloads)


def pages(
    catalogue: Catalogue, root: Path, kept: Path, renumber: bool = False, say: Callable[[str], None] = lambda line: None
) -> PrintedBook:
    """The pages of the whole handbook as its edition prints them; renumber: counted through, whatever numbers they had."""
    book = Shelf(catalogue, root).book(catalogue.editions[WHOLE])
    book = replace(book, numbering=None if renumber else catalogue.printed_before)
    return sheets.printed(book, arrange(book, Press(kept, say)))


def _download(made: run.Made, title: str, about: str, paper: str, item: str = "") -> Download:
    return Download(title, about, paper, f"{FOLDER}/{made.name}.pdf", made.pages, made.size, made.sha256, item)

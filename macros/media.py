"""Where things are: the address of every page, on the site and on paper."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass


def slug(page: str) -> str:
    """The anchor of a page inside the book: procedures/dues -> procedures-dues."""
    return page.replace("/", "-")


# Pages that are the index.html of a folder of their own, however the site is laid out.
INDEX = re.compile(r"(?:roles|forms|regulations|(?:parts|chapters)/[^/]+)?")


@dataclass(frozen=True)
class Download:
    """A PDF of the site: an edition, or one item (then item is the item's slug); size in bytes."""

    title: str
    about: str
    paper: str
    file: str
    pages: int
    size: int
    sha256: str
    item: str = ""


@dataclass(frozen=True)
class Site:
    """Addresses as seen from one page of the site, relative, so that any sub-path and file:// work."""

    page: str = ""  # its address below the site: procedures/dues, or procedures/dues.html where flat
    # A server finds the index.html of a folder; opened from disk a browser would list the folder, so files are named there.
    flat: bool = False
    downloads: tuple[Download, ...] = ()

    paper = False

    def href(self, page: str, anchor: str = "") -> str:
        """The relative address of a page (without .md) and an anchor in it."""
        tail = f"#{anchor}" if anchor else ""
        if anchor and page == self.name:
            return tail
        if self.flat:
            return self.asset(posixpath.join(page, "index.html") if INDEX.fullmatch(page) else f"{page}.html") + tail
        path = self.asset(page or ".")
        return ("./" if path == "." else path + "/") + tail

    @property
    def name(self) -> str:
        """The page without .html or index."""
        return re.sub(r"(^|/)index$", "", self.page.removesuffix(".html")) if self.flat else self.page

    def asset(self, path: str) -> str:
        """The relative address of a file of the site."""
        folder = posixpath.dirname(self.page) if self.flat else self.page
        return posixpath.relpath(path, folder or ".")

    @property
    def editions(self) -> tuple[Download, ...]:
        """The PDFs that hold more than one item."""
        return tuple(d for d in self.downloads if not d.item)

    def pdf(self, page: str) -> Download | None:
        """The PDF of one item; None when none was made."""
        return next((d for d in self.downloads if d.item == slug(page)), None)


@dataclass(frozen=True)
class Paper:
    """Addresses inside the one book."""

    page: str = ""

    paper = True
    editions = ()

    def href(self, page: str, anchor: str = "") -> str:
        # “#/” marks an address that is already the book's own; see into_book.
        return f"#/{slug(page)}" + (f"--{anchor}" if anchor else "")

    def asset(self, path: str) -> str:
        return path

    def pdf(self, page: str) -> None:
        return None


def into_book(html: str, page: str) -> str:
    """Makes the ids and links of one page unique in the book."""
    own = slug(page)
    html = re.sub(r'\b(id|for|aria-labelledby|aria-describedby)="([^"]+)"', rf'\1="{own}--\2"', html)
    html = re.sub(r'\bhref="#(?!/)([^"]+)"', rf'href="#{own}--\1"', html)
    html = re.sub(r'\bhref="([\w./-]+)\.md(?:#([^"]+))?"', lambda m: _md_link(m, page), html)
    return html.replace('href="#/', 'href="#')


def _md_link(match: re.Match, page: str) -> str:
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), match[1]))
    target = re.sub(r"(^|/)index$", "", target)
    return f'href="#{slug(target)}' + (f"--{match[2]}" if match[2] else "") + '"'

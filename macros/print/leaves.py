"""What goes into a printed book, and what comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..kinds.printed import PrintedBook
from .formats import FORMATS, Format


@dataclass(frozen=True)
class Leaf:
    """One part of a book, laid out as its own document; the ids in its html are unique in the whole handbook."""

    id: str
    title: str
    html: str
    kind: str
    level: int
    code: str = ""
    chapter: str = ""
    recto: bool = False
    tab: str = ""  # what stands on the outer edge of its pages

    @property
    def label(self) -> str:
        """The title with its 文件编号 in front, as bookmarks show it."""
        return f"{self.code} {self.title}".strip()


@dataclass(frozen=True)
class Row:
    """A line of an index: what is looked for, the anchor that explains it, and the anchors where it is used."""

    label: str
    main: str
    places: tuple[str, ...]
    code: str = ""
    head: bool = False


@dataclass(frozen=True)
class Index:
    """An index before its page numbers are known."""

    id: str
    title: str
    about: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Since:
    """The edition that readers may hold on paper, and what has changed since then."""

    book: PrintedBook
    why: Mapping[str, tuple[str, ...]]  # leaf -> the places in it that were changed, in words
    gone: Mapping[str, str]  # leaf that is no more -> its title then


@dataclass(frozen=True)
class Book:
    """Everything a printed book says; date is ISO text, for it also dates the file."""

    title: str
    subtitle: str
    organisation: str
    edition: str
    date: str
    description: str
    leaves: tuple[Leaf, ...]
    format: Format = FORMATS["a4"]
    name: str = "handbook"
    # Leaf -> address of its page on the site, for links to what this book leaves out.
    web: Mapping[str, str] = field(default_factory=dict)
    data: bytes = b""  # JSON of what is in the book, attached to the file
    front: bool = True  # cover and contents
    grouped: bool = False  # contents show the chapter above its items, for there are no openings
    indexes: tuple[Index, ...] = ()
    changed: tuple[tuple[str, ...], ...] = ()  # what this edition changed: the names of each place, the nearest first
    numbering: PrintedBook | None = None  # the edition whose page numbers are kept
    since: Since | None = None  # where given, only the sheets that changed since then are printed, behind a list of them

    @property
    def entitled(self) -> str:
        """What the file is called."""
        return f"{self.title}：{self.since.book.edition}版换成{self.edition}版的换页" if self.since else self.title

    def inside(self, index: int) -> tuple[Leaf, ...]:
        """All leaves below the leaf at this index, in order."""
        found = []
        for leaf in self.leaves[index + 1 :]:
            if leaf.level <= self.leaves[index].level:
                break
            found.append(leaf)
        return tuple(found)


@dataclass(frozen=True)
class Printed:
    """The finished file, with the page of each leaf counted from the first behind the contents and in the file (from 1)."""

    pdf: bytes
    first_page: dict[str, int]
    physical: dict[str, int]
    page_count: int

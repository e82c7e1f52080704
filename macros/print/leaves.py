"""What goes into the printed book, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Leaf:
    """One part of the book, laid out as its own document; the ids in its html are unique in the whole book."""

    id: str
    title: str
    html: str
    kind: str
    level: int
    code: str = ""
    chapter: str = ""
    recto: bool = False

    @property
    def label(self) -> str:
        """The title with its 文件编号 in front, as bookmarks show it."""
        return f"{self.code} {self.title}".strip()


@dataclass(frozen=True)
class Book:
    """Everything the printed book says; date is ISO text, for it also dates the file."""

    title: str
    subtitle: str
    organisation: str
    edition: str
    date: str
    description: str
    leaves: tuple[Leaf, ...]

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
    """The finished file, with the page of each leaf as printed on paper and as counted in the file (from 1)."""

    pdf: bytes
    first_page: dict[str, int]
    physical: dict[str, int]
    page_count: int

"""Page numbers that stay from one edition to the next, so that one page more does not change all pages behind it.

A leaf begins with the number that it had in the last edition. What it has grown by is put in behind its old pages, as 112-1,
112-2; so is a new leaf. A leaf that has shrunk leaves a gap. Without a last edition the pages are counted through.
"""

from __future__ import annotations

from ..kinds.printed import PrintedBook, folio_key


class Folios:
    """Gives out the numbers of the body's pages, leaf by leaf."""

    def __init__(self, last: PrintedBook | None) -> None:
        self.at = (0, 0)
        self.end = 0
        self.known: dict[str, list[tuple[int, int]]] = {}
        self.right: dict[str, bool] = {}
        for index, page in enumerate(last.pages if last else ()):
            number = folio_key(page.folio)
            if page.leaf and number != (0, 0):
                self.right.setdefault(page.leaf, index % 2 == 0)
                self.known.setdefault(page.leaf, []).append(number)
                self.end = max(self.end, number[0])

    def side(self, leaf: str) -> bool | None:
        """Whether a leaf has to begin on a right-hand page to keep its number; None where it may begin anywhere."""
        return self.right[leaf] if self._old(leaf) else None

    def take(self, leaf: str, pages: int, right: bool) -> list[str]:
        """The numbers of a leaf's pages; right: whether the first is a right-hand one."""
        old, found = self._old(leaf), []
        for n in range(pages):
            if n < len(old):
                self.at = old[n]
            elif self.at[0] < self.end:
                self.at = (self.at[0], self.at[1] + 1)
            else:  # right-hand pages behind all that was there are odd, an empty page has its number too
                odd = right == (n % 2 == 0)
                self.at = (self.at[0] + (1 if (self.at[0] % 2 == 0) == odd else 2), 0)
            found.append(f"{self.at[0]}-{self.at[1]}" if self.at[1] else str(self.at[0]))
        return found

    def _old(self, leaf: str) -> list[tuple[int, int]]:
        """The numbers it had, unless it was moved to before them."""
        old = self.known.get(leaf, [])
        return old if old and old[0] > self.at else []

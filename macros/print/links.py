"""Check, before anything is laid out, that every link inside the book has somewhere to go."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote

from .leaves import Leaf
from .paper import ELSEWHERE

# Elements that are never closed.
VOID = ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")


@dataclass
class Found:
    """The anchors and links of one piece of HTML that reach the paper, in order."""

    ids: list[str] = field(default_factory=list)
    hrefs: list[str] = field(default_factory=list)
    headings: int = 0
    nameless: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    """Collects ids, links and pictures without a description; what is .only-screen never reaches the paper."""

    def __init__(self) -> None:
        super().__init__()
        self.found = Found()
        self.open: list[tuple[str, bool]] = []
        self.svg_without_title: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        off = bool(self.open and self.open[-1][1]) or "only-screen" in (given.get("class") or "").split()
        if tag not in VOID:
            self.open.append((tag, off))
        if not off:
            self._read(tag, given)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg" and self.svg_without_title is not None:
            self.found.nameless.append(self.svg_without_title)
            self.svg_without_title = None
        # An unclosed <li> or <p> is legal HTML: close everything up to the tag that is meant.
        for depth in range(len(self.open) - 1, -1, -1):
            if self.open[depth][0] == tag:
                del self.open[depth:]
                return

    def _read(self, tag: str, given: dict[str, str | None]) -> None:
        if given.get("id"):
            self.found.ids.append(given["id"])
        if tag == "a" and given.get("href") is not None:
            self.found.hrefs.append(given["href"])
        if tag == "h1":
            self.found.headings += 1
        if tag == "img" and not given.get("alt"):
            self.found.nameless.append("<img>")
        if tag == "svg":
            self.svg_without_title = f"<svg id={given.get('id', '')!r}>"
        if tag == "title":
            self.svg_without_title = None


def read(html: str) -> Found:
    """The anchors and links of one piece of HTML."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def outward(html: str, own: Collection[str]) -> str:
    """The html with every link that leaves this leaf marked as one."""

    def mark(match: re.Match) -> str:
        return match[0] if unquote(match[1]) in own else f'href="{ELSEWHERE}{match[1]}"'

    return re.sub(r'\bhref="#([^"]+)"', mark, html)


def check(leaves: Iterable[Leaf], web: Collection[str] = ()) -> None:
    """Refuse a book with a doubled anchor, a link that leads nowhere or a picture that cannot be read aloud.

    web: the leaves that the book leaves out and the site holds.
    """
    leaves = tuple(leaves)
    found = {leaf.id: read(leaf.html) for leaf in leaves}
    if len(found) != len(leaves):
        names = [leaf.id for leaf in leaves]
        raise ValueError(f"two leaves have the id {next(n for n in names if names.count(n) > 1)!r}")
    owner: dict[str, str] = {}
    for leaf in leaves:
        for anchor in (leaf.id, *found[leaf.id].ids):
            # A template may put the id of its leaf on its own first element.
            if owner.setdefault(anchor, leaf.id) != leaf.id:
                raise ValueError(
                    f"leaf {leaf.id!r}: the id {anchor!r} is already used in leaf {owner[anchor]!r}"
                )
    for leaf in leaves:
        for href in found[leaf.id].hrefs:
            target = unquote(href[1:])
            if not href.startswith("#") or (target not in owner and target.partition("--")[0] not in web):
                raise ValueError(f"leaf {leaf.id!r}: nothing in the book answers the link {href!r}")
        for picture in found[leaf.id].nameless:
            raise ValueError(
                f"leaf {leaf.id!r}: {picture} has no description (alt text, or <title> inside the svg)"
            )

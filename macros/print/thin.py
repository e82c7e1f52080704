"""A fragment with some of its pages only, for a file that holds no more than the sheets that changed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pikepdf
from pikepdf import Array, Dictionary, Name

from .fragment import Fragment

HEADING = re.compile(r"/H([1-6])")
MARKS = ("/MCR", "/OBJR")  # marked content and annotations: the leaves of the tree
GONE = -1  # the page of a reference that was left out; the others keep their places in the list, by which tokens name them


def thin(fragment: Fragment, keep: Sequence[int]) -> Fragment:
    """The fragment reduced to these of its pages (from 0, rising), their tags with them."""
    if len(keep) == fragment.pages:
        return fragment
    at = {page: n for n, page in enumerate(keep)}
    return replace(
        fragment,
        pdf=_pages(fragment.pdf, keep),
        pages=len(keep),
        anchors={name: (at[page], x, y) for name, (page, x, y) in fragment.anchors.items() if page in at},
        references=tuple(replace(r, page=at.get(r.page, GONE)) for r in fragment.references),
        marks=tuple(replace(m, page=at[m.page]) for m in fragment.marks if m.page in at),
        words=tuple(fragment.words[page] for page in keep),
        spans={
            name: found
            for name, extents in fragment.spans.items()
            if (found := tuple((at[page], top, bottom) for page, top, bottom in extents if page in at))
        },
    )


def _pages(data: bytes, keep: Sequence[int]) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        left_out = [page.obj for n, page in enumerate(pdf.pages) if n not in keep]
        root = pdf.Root.StructTreeRoot
        _Pruner({page.objgen for page in left_out}).prune(root)
        _level(root)
        numbers = {int(page.StructParents) for page in left_out}
        numbers |= {int(a.StructParent) for page in left_out for a in page.get("/Annots", ())}
        nums = list(root.ParentTree.Nums)
        kept = [pair for pair in zip(nums[::2], nums[1::2], strict=True) if int(pair[0]) not in numbers]
        root.ParentTree.Nums = Array([part for pair in kept for part in pair])
        for n in reversed(range(len(pdf.pages))):
            if n not in keep:
                del pdf.pages[n]
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True)
        return out.getvalue()


class _Pruner:
    """Takes what stands on pages that are left out away from a structure tree."""

    def __init__(self, left_out: set[tuple[int, int]]) -> None:
        self.left_out = left_out
        self.heads: set[bytes] = set()

    def prune(self, root: pikepdf.Object) -> None:
        """Prunes the tree, then the names of table heads that are no longer there."""
        self._element(root)
        for element in _elements(root):
            attributes = element.get("/A")
            if isinstance(attributes, Dictionary) and "/Headers" in attributes:
                attributes.Headers = Array([h for h in attributes.Headers if bytes(h) in self.heads])

    def _element(self, element: pikepdf.Object) -> bool:
        """Whether anything of an element is left; empty elements stay with the page they were made on."""
        on = element.get("/Pg")
        kids = _kids(element)
        left = [kid for kid in kids if self._stays(kid, on)]
        if "/K" in element and len(left) < len(kids):
            element.K = Array(left)
        stays = bool(left) if kids else not self._out(on)
        if stays and "/ID" in element:
            self.heads.add(bytes(element.ID))
        return stays

    def _stays(self, kid: pikepdf.Object | int, on: pikepdf.Object | None) -> bool:
        if not isinstance(kid, Dictionary):
            return not self._out(on)
        if kid.get("/Type") in MARKS:
            return not self._out(kid.get("/Pg", on))
        return self._element(kid)

    def _out(self, page: pikepdf.Object | None) -> bool:
        return page is not None and page.objgen in self.left_out



def _level(root: pikepdf.Object) -> None:
    """Raises headings that have lost the one above them: below the first in a file, levels may not be skipped."""
    above: list[tuple[int, int]] = []  # (level it had, level it has now)
    for element in _elements(root):
        match = HEADING.fullmatch(str(element.get("/S", "")))
        if match:
            had = int(match[1])
            while above and above[-1][0] >= had:
                above.pop()
            now = min(had, (above[-1][1] if above else 1) + 1)
            above.append((had, now))
            element.S = Name(f"/H{now}")


def _elements(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    for kid in _kids(element):
        if isinstance(kid, Dictionary) and kid.get("/Type") not in MARKS:
            yield kid
            yield from _elements(kid)


def _kids(element: pikepdf.Object) -> list:
    kids = element.get("/K", Array())
    return list(kids) if isinstance(kids, Array) else [kids]

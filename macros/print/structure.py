"""Mend the tags of a fragment where WeasyPrint's boxes and PDF/UA disagree; what is printed stays as it is."""

from __future__ import annotations

from collections.abc import Iterator

import pydyf

IN_LIST = ("/L", "/LI", "/Caption")
IN_ITEM = ("/Lbl", "/LBody")
SEEN_THROUGH = ("/Div", "/NonStruct")  # validators look for items inside these too


class _Tree:
    """The structure elements of a PDF that is still being made, by their references."""

    def __init__(self, pdf: pydyf.PDF) -> None:
        self.found = {
            thing.reference: thing for thing in pdf.objects if isinstance(thing, dict) and thing.get("Type") == "/StructElem"
        }

    def of(self, kind: str) -> Iterator[pydyf.Dictionary]:
        return (element for element in self.found.values() if element["S"] == kind)

    def kids(self, element: pydyf.Dictionary) -> list[pydyf.Dictionary]:
        """The elements right below one; marks and annotations are left out."""
        return [self.found[kid] for kid in element["K"] if kid in self.found]

    def parent(self, element: pydyf.Dictionary) -> pydyf.Dictionary | None:
        return self.found.get(element["P"])

    def move(self, element: pydyf.Dictionary, to: pydyf.Dictionary) -> None:
        self.parent(element)["K"].remove(element.reference)
        element["P"] = to.reference
        to["K"].append(element.reference)


def mend(pdf: pydyf.PDF) -> None:
    """Lists hold items, items hold a label and a body, tables that go on from another page start with their own heads."""
    tree = _Tree(pdf)
    for item in list(tree.of("/LI")):
        _gather(tree, item)
    for start in list(tree.of("/L")):
        _tidy(tree, start, None)
    for cell in list(tree.of("/TD")):
        _lift(tree, cell)


def _gather(tree: _Tree, item: pydyf.Dictionary) -> None:
    """What stands beside the body of an item goes into it."""
    body = next((kid for kid in tree.kids(item) if kid["S"] == "/LBody"), None)
    for kid in tree.kids(item):
        if body is not None and kid["S"] not in IN_ITEM:
            tree.move(kid, body)


def _tidy(tree: _Tree, element: pydyf.Dictionary, last: pydyf.Dictionary | None) -> pydyf.Dictionary | None:
    """The blanks that WeasyPrint keeps between items go into the item before them; returns the body of the last item."""
    for kid in tree.kids(element):
        if kid["S"] == "/LI":
            last = next((part for part in tree.kids(kid) if part["S"] == "/LBody"), last)
        elif kid["S"] in SEEN_THROUGH and any(part["S"] in ("/LI", *SEEN_THROUGH) for part in tree.kids(kid)):
            last = _tidy(tree, kid, last)
        elif kid["S"] not in IN_LIST and last is not None:
            tree.move(kid, last)
    return last


def _lift(tree: _Tree, cell: pydyf.Dictionary) -> None:
    """A table inside a cell that its page opens with has lost the head above it: it stands on its own there."""
    inner = next((kid for kid in tree.kids(cell) if kid["S"] == "/Table"), None)
    if inner is None or cell["A"].get("Headers"):
        return
    row = tree.parent(cell)
    body = tree.parent(row)
    outer = tree.parent(body) if body["S"] != "/Table" else body
    around = tree.parent(outer)
    tree.move(inner, around)
    around["K"].remove(inner.reference)
    around["K"].insert(around["K"].index(outer.reference), inner.reference)
    body["K"].remove(row.reference)
    if body is not outer and not tree.kids(body):
        outer["K"].remove(body.reference)
    if not tree.kids(outer):
        around["K"].remove(outer.reference)

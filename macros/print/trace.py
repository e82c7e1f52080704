"""What stands where on laid-out pages: the words of each page, and the height that every named place takes up."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from xml.etree import ElementTree

from weasyprint import Document, Page
from weasyprint.formatting_structure import boxes

# Printed differently in every edition although nothing was changed: no page is printed anew for their sake.
OF_THE_EDITION = {"qr", "this-edition"}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
RECORDS = {"steps", "duties", "run-on"}  # of these every one has a name of its own

Extent = tuple[int, float, float]  # page, upper and lower edge in CSS pixels from the top


def words(page: Page) -> str:
    """All that a reader sees on a page, without blanks; where exactly it stands does not matter."""
    return "".join("".join(_words(page._page_box)).split())


def _words(box: boxes.Box) -> Iterator[str]:
    if OF_THE_EDITION & _classes(box.element):
        return
    if isinstance(box, boxes.TextBox):
        yield box.text
        return
    if isinstance(box, boxes.ReplacedBox):
        yield f"<{_digest(box.element)}>"
        return
    children = getattr(box, "children", ())
    # A cell, or a place to write: seen even where it is empty.
    if isinstance(box, boxes.TableCellBox) or (not children and isinstance(box, (boxes.BlockBox, boxes.InlineBlockBox))):
        yield f"<{box.element_tag}>"
    for child in children:
        yield from _words(child)


def _digest(picture: ElementTree.Element) -> str:
    text = ElementTree.tostring(picture, encoding="unicode").removesuffix(picture.tail or "")
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def spans(document: Document, leaf: str) -> dict[str, tuple[Extent, ...]]:
    """Name -> its extent on each page; a heading stands for all below it, the leaf for all above its first section.

    The name of the leaf with “--” behind it stands for the leaf as a whole.
    """
    root = document.pages[0]._page_box.children[0].element
    names: dict[ElementTree.Element, list[str]] = {}
    for name, elements in _places(root, leaf):
        for element in elements:
            names.setdefault(element, []).append(name)
    found: dict[str, dict[int, tuple[float, float]]] = {}
    for number, page in enumerate(document.pages):
        for box in _boxes(page._page_box):
            for name in names.get(box.element, ()):
                top, bottom = box.border_box_y(), box.border_box_y() + box.border_height()
                high, low = found.setdefault(name, {}).get(number, (top, bottom))
                found[name][number] = (min(high, top), max(low, bottom))
    return {name: tuple((n, *edges) for n, edges in pages.items()) for name, pages in found.items()}


def _places(root: ElementTree.Element, leaf: str) -> Iterator[tuple[str, list[ElementTree.Element]]]:
    """Each name in the html, and the elements that it stands for."""
    article = root.find(".//article")
    if article is not None:
        yield f"{leaf}--", [article]
        yield leaf, _until(list(article), HEADINGS[1:2])
    for parent in root.iter():
        children = list(parent)
        for at, child in enumerate(children):
            name = child.get("id")
            if name and name != leaf:
                below = children[at + 1 :] if child.tag in HEADINGS else []
                yield name, [child, *_until(below, HEADINGS[: HEADINGS.index(child.tag) + 1] if below else ())]


def _until(elements: list[ElementTree.Element], tags: tuple[str, ...]) -> list[ElementTree.Element]:
    found = []
    for element in elements:
        if element.tag in tags or RECORDS & _classes(element):
            break
        found.append(element)
    return found


def _classes(element: ElementTree.Element | None) -> set[str]:
    return set((element.get("class") or "").split()) if element is not None else set()


def _boxes(box: boxes.Box) -> Iterator[boxes.Box]:
    """Every box that has edges of its own."""
    if not isinstance(box, (boxes.TextBox, boxes.LineBox)) and box.element_tag and "::" not in box.element_tag:
        yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)

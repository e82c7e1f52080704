"""One leaf, laid out and written by itself, ready to be bound into any number of books.

A fragment knows nothing of the book it will stand in. Its pages are all right-hand pages without running heads; where the
number of another page belongs, it holds a token that the binder replaces.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from html import escape
from urllib.parse import unquote

import pydyf
import weasyprint.pdf
from weasyprint import Document
from weasyprint.formatting_structure import boxes

from . import faces, fit, frontmatter, lines, links, structure, trace, typeset
from .formats import Format
from .leaves import Leaf
from .paper import ELSEWHERE, Paper

# Full-width digits keep the place of a page number: no text of the handbook may hold one, and each stands for itself in
# the number that tells which reference it is.
TOKEN_DIGITS = "０１２３４５６７８９"
TOKEN_LENGTH = 4
UNKNOWN_PAGE = "000"
POINTS = 0.75  # of a CSS pixel


@dataclass(frozen=True)
class Reference:
    """A page number to be filled in: on which page of the fragment, the anchor, whether it ends at the right."""

    page: int
    anchor: str
    right: bool


@dataclass(frozen=True)
class Mark:
    """A bookmark: the page in the fragment, depth, label, whether it is closed, its height from the top in points."""

    page: int
    level: int
    label: str
    closed: bool
    y: float


@dataclass(frozen=True)
class Fragment:
    """A leaf's pages as a PDF without fonts, and all that the binder must know about them."""

    pdf: bytes
    pages: int
    turns: tuple[float, ...]  # how far each page moves to the right, in points, when it becomes a left-hand one
    anchors: dict[str, tuple[int, float, float]]  # page in the fragment, x and y in points from the top left corner
    references: tuple[Reference, ...]
    marks: tuple[Mark, ...]
    fonts: dict[str, tuple[str, int]]  # name in the content streams -> family and weight
    glyphs: dict[str, dict[int, str]]  # name in the content streams -> glyph -> its text
    words: tuple[str, ...]  # what a reader sees on each page, tokens in it
    spans: dict[str, tuple[tuple[int, float, float], ...]]  # place -> page, upper and lower edge in points from the top

    def dumps(self) -> bytes:
        """The fragment as bytes, for the cache and for another process."""
        facts = {k: v for k, v in asdict(self).items() if k != "pdf"}
        return json.dumps(facts, ensure_ascii=False).encode() + b"\n" + self.pdf

    @classmethod
    def loads(cls, data: bytes) -> Fragment:
        """The fragment that dumps() wrote."""
        head, _, pdf = data.partition(b"\n")
        facts = json.loads(head)
        return cls(
            pdf=pdf,
            pages=facts["pages"],
            turns=tuple(facts["turns"]),
            anchors={name: tuple(place) for name, place in facts["anchors"].items()},
            references=tuple(Reference(**r) for r in facts["references"]),
            marks=tuple(Mark(**m) for m in facts["marks"]),
            fonts={name: tuple(font) for name, font in facts["fonts"].items()},
            glyphs={name: {int(g): text for g, text in found.items()} for name, found in facts["glyphs"].items()},
            words=tuple(facts["words"]),
            spans={name: tuple(map(tuple, extents)) for name, extents in facts["spans"].items()},
        )


def make(leaf: Leaf, format: Format, paper: Paper) -> Fragment:
    """The leaf as a fragment; the same leaf gives the same bytes. ValueError where a line breaks at a forbidden place."""
    document = _lay_out(leaf, paper)
    for text in lines.faults(document):
        raise ValueError(f"leaf {leaf.id!r}: a line begins or ends with a mark that may not stand there: {text!r}")
    references = tuple(_references(document))

    def finish(document: Document, pdf: pydyf.PDF) -> None:
        faces.check(document.fonts.values())
        for page in document.pages:
            for _, _, _, box in page.links:
                _name(box.link_annotation, box)
        structure.mend(pdf)
        _make_ids_unique(pdf, leaf.id)

    pdf = document.write_pdf(pdf_variant="pdf/ua-1", finisher=finish)
    fonts = {font.hash: (font.family, 700 if int(font.weight) > 500 else 400) for font in document.fonts.values()}
    glyphs: dict[str, dict[int, str]] = {}
    for font in document.fonts.values():
        glyphs.setdefault(font.hash, {}).update(font.to_unicode)
    scale = POINTS * format.scale
    return Fragment(
        pdf=pdf,
        pages=len(document.pages),
        turns=tuple(round((page._page_box.margin_right - page._page_box.margin_left) * scale, 4) for page in document.pages),
        anchors={
            name: (number, round(x * scale, 2), round(y * scale, 2))
            for number, page in reversed(list(enumerate(document.pages)))
            for name, (x, y, *_) in page.anchors.items()
        },
        references=references,
        marks=tuple(
            Mark(number, level, label, state == "closed", round(y * scale, 2))
            for number, page in enumerate(document.pages)
            for level, label, (_, y), state in page.bookmarks
        ),
        fonts=fonts,
        glyphs=glyphs,
        words=tuple(map(trace.words, document.pages)),
        spans={
            name: tuple((page, round(top * scale, 2), round(bottom * scale, 2)) for page, top, bottom in extents)
            for name, extents in trace.spans(document, leaf.id).items()
        },
    )


def _lay_out(leaf: Leaf, paper: Paper) -> Document:
    if leaf.kind == "front":
        return paper.lay_out(links.outward(leaf.html, links.read(leaf.html).ids), classes="front")
    found = links.read(leaf.html)
    html = leaf.html if found.headings else frontmatter.heading(leaf) + leaf.html
    html = typeset.for_paper(links.outward(html, {leaf.id, *found.ids}), faces.SANS)
    # Bookmark and anchor sit on an empty box of their own: a box broken across pages would repeat them on each.
    mark = f'<div class="leaf-mark" id="{escape(leaf.id)}" data-label="{escape(leaf.label)}"></div>'

    def lay_out(css: str = "") -> Document:
        return paper.lay_out(f"{mark}<article>{html}</article>", classes=f"leaf {leaf.kind} level-{leaf.level}", css=css)

    if leaf.kind == "form":
        return fit.fit(lay_out)
    if leaf.kind == "card":
        return fit.on_two_pages(lay_out)
    return fit.without_tail(lay_out)


def _references(document: Document) -> Iterator[Reference]:
    """Puts a token in the place of each 000 after a link, and tells what each stands for."""
    count = 0
    for number, page in enumerate(document.pages):
        for _, target, _, box in page.links:
            if box.element_tag != "a::after":
                continue
            for text in _texts(box):
                if UNKNOWN_PAGE in text.text:
                    token = "".join(TOKEN_DIGITS[int(d)] for d in f"{count:0{TOKEN_LENGTH}}")
                    text.text = text.pango_layout.text = text.text.replace(UNKNOWN_PAGE, token)
                    right = text.style["text_align_all"] in ("right", "end")
                    yield Reference(number, unquote(target.removeprefix(ELSEWHERE)), right)
                    count += 1


def _texts(box: boxes.Box) -> Iterator[boxes.TextBox]:
    if isinstance(box, boxes.TextBox):
        yield box
    for child in getattr(box, "children", ()):
        yield from _texts(child)


def _name(annotation: pydyf.Dictionary, box: boxes.Box) -> None:
    """Gives a link its words, for readers that name it aloud; one to another leaf becomes a destination by name."""
    annotation["F"] = 4  # printed, as PDF/A asks
    annotation["Contents"] = pydyf.String(" ".join("".join(box.element.itertext()).split()))
    if "A" in annotation:
        annotation["Dest"] = pydyf.String(unquote(annotation["A"]["URI"].string.removeprefix(ELSEWHERE)))
        del annotation["A"]


def _make_ids_unique(pdf: pydyf.PDF, leaf: str) -> None:
    """Table heads are numbered in every leaf anew."""
    for thing in pdf.objects:
        if isinstance(thing, dict) and thing.get("Type") == "/StructElem":
            if "ID" in thing:
                thing["ID"] = pydyf.String(f"{leaf}/{thing['ID'].string}")
            headers = thing.get("A", {}).get("Headers", ())
            if headers:
                thing["A"]["Headers"] = pydyf.Array(pydyf.String(f"{leaf}/{h.string}") for h in headers)


# Fonts are embedded once, when a book is bound.
weasyprint.pdf.build_fonts_dictionary = lambda pdf, fonts, compress, subset, options: pydyf.Dictionary()

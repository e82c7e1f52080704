"""Join fragments into one tagged PDF: pages in order, mirrored, numbered, linked, with their fonts embedded once."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from urllib.parse import quote

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from . import embed, furniture, tokens, xmp
from .faces import Face, face
from .fragment import Fragment
from .furniture import MM, Pen, Text
from .leaves import Book, Leaf

COVER, IMPRINT, BLANK = "封面", "说明", "空白页"
BEFORE_CONTENTS = 2  # cover and imprint stand before the contents, which start with page i


@dataclass(frozen=True)
class Sheet:
    """One page of the book: the page of a leaf, or an empty one."""

    leaf: Leaf | None
    fragment: Fragment | None
    own: int = 0  # which page of the leaf, from 0
    folio: str = ""


@dataclass(frozen=True)
class Imposition:
    """The order of all pages, and where everything is: physical pages count from 0, printed numbers are text."""

    sheets: tuple[Sheet, ...]
    start: Mapping[str, int]  # leaf -> physical page
    places: Mapping[str, tuple[int, float, float]]  # anchor -> physical page, x, y

    def number(self, anchor: str) -> str:
        """The printed page number of an anchor; empty where it is not in this book."""
        place = self.places.get(anchor)
        return self.sheets[place[0]].folio if place else ""


def impose(front: tuple[Leaf, Fragment] | None, body: Sequence[tuple[Leaf, Fragment]]) -> Imposition:
    """Puts the leaves one behind the other, each that wants it on a right-hand page."""
    sheets: list[Sheet] = []
    if front:
        leaf, fragment = front
        sheets += [
            Sheet(leaf, fragment, n, _roman(n - BEFORE_CONTENTS + 1) if n >= BEFORE_CONTENTS else "")
            for n in range(fragment.pages)
        ]
        if len(sheets) % 2:
            sheets.append(Sheet(None, None))
    before, start = len(sheets), {}
    for leaf, fragment in body:
        if leaf.recto and len(sheets) % 2:
            sheets.append(Sheet(None, None))
        start[leaf.id] = len(sheets)
        sheets += [Sheet(leaf, fragment, n, str(len(sheets) - before + n + 1)) for n in range(fragment.pages)]
    places: dict[str, tuple[int, float, float]] = {}
    for leaf, fragment in ([front] if front else []) + list(body):
        first = start.get(leaf.id, 0)
        for name, (page, x, y) in fragment.anchors.items():
            places.setdefault(name, (first + page, x, y))
    return Imposition(tuple(sheets), start, places)


def _roman(n: int) -> str:
    tens, ones = divmod(n, 10)
    return "x" * tens + ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"][ones]


def bind(book: Book, imposition: Imposition) -> bytes:
    """The bytes of the file; the same book gives the same bytes."""
    return _Binder(book, imposition).bind()


@dataclass
class _Binder:
    book: Book
    plan: Imposition
    pdf: pikepdf.Pdf = field(default_factory=pikepdf.new)
    used: dict[Face, dict[int, str]] = field(default_factory=dict)
    drawn: dict[Face, set[str]] = field(default_factory=dict)
    font_dictionaries: list[tuple[pikepdf.Object, Mapping[str, Face]]] = field(default_factory=list)
    parents: list = field(default_factory=list)  # the number tree from marked content to structure
    next_parent: int = 0
    streams: dict[str, pikepdf.Object] = field(default_factory=dict)  # code that many pages share

    def __post_init__(self) -> None:
        self.document = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, K=Array()))
        self.head_fonts = {which: f"H{n}" for n, which in enumerate((furniture.REGULAR, furniture.BOLD))}

    def bind(self) -> bytes:
        at = 0
        while at < len(self.plan.sheets):
            fragment = self.plan.sheets[at].fragment
            if fragment is None:
                self.pdf.add_blank_page(page_size=(self.book.format.width * MM, self.book.format.height * MM))
                at += 1
            else:
                self._add(fragment, at)
                at += fragment.pages
        self._furnish()
        self._structure()
        self._outline()
        self._destinations()
        self._fonts()
        self._describe()
        out = io.BytesIO()
        self.pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()

    # -- pages --------------------------------------------------------------------------------------------

    def _add(self, fragment: Fragment, at: int) -> None:
        """The pages of one fragment, with their part of the structure."""
        source = pikepdf.open(io.BytesIO(fragment.pdf))
        names = {name: face(*font) for name, font in fragment.fonts.items()}
        for name, which in names.items():
            self.used.setdefault(which, {}).update(fragment.glyphs[name])
        for page in source.pages:  # extend() warns of names that we carry over ourselves
            self.pdf.pages.append(page)
        pages = [self.pdf.pages[at + n].obj for n in range(fragment.pages)]
        self.font_dictionaries.append((pages[0].Resources.Font, names))
        answers = [(self.plan.number(r.anchor), r.right) for r in fragment.references]
        for number, page in enumerate(pages):
            if any(r.page == number for r in fragment.references):
                filled = tokens.fill(page.Contents.read_bytes(), names, answers)
                page.Contents = self.pdf.make_stream(filled)
            self._place(page, self._turn(at + number))
        if answers:
            for which in names.values():
                self.drawn.setdefault(which, set()).update("0123456789—" + tokens.ELSEWHERE)
        self._merge(source, pages)

    def _turn(self, at: int) -> float:
        """How far the text of a page moves to the right, in points, so that its wide margin is at the binding."""
        sheet = self.plan.sheets[at]
        return sheet.fragment.turns[sheet.own] if at % 2 and sheet.fragment else 0.0

    def _place(self, page: pikepdf.Object, shift: float) -> None:
        """Enlarges a page to its format, moves its text to where the binding is, and turns its links to this book."""
        f = self.book.format
        box = Array([0, 0, f.width * MM, f.height * MM])
        page.MediaBox = page.TrimBox = page.BleedBox = box
        page.CropBox = box
        # WeasyPrint turns the page's axes round and leaves them so: q and Q keep that from what is drawn afterwards.
        into = self._shared(f"q {f.scale:.6f} 0 0 {f.scale:.6f} {shift:.4f} 0 cm\n")
        page.Contents = Array([into, page.Contents, self._shared("\nQ\n")])
        for annotation in page.get("/Annots", ()):
            x1, y1, x2, y2 = (float(v) * f.scale for v in annotation.Rect)
            annotation.Rect = Array([round(v, 2) for v in (x1 + shift, y1, x2 + shift, y2)])
            if str(annotation.Dest) not in self.plan.places:
                annotation.A = Dictionary(S=Name.URI, URI=String(self._address(str(annotation.Dest))))
                del annotation["/Dest"]

    def _address(self, anchor: str) -> str:
        """Where the site shows what this book leaves out."""
        leaf, _, inside = anchor.partition("--")
        return self.book.web[leaf] + (f"#{quote(inside)}" if inside else "")

    def _shared(self, code: str) -> pikepdf.Object:
        if code not in self.streams:
            self.streams[code] = self.pdf.make_stream(code.encode())
        return self.streams[code]

    def _furnish(self) -> None:
        """Running heads, feet and tabs of every page."""
        tabs = tuple(dict.fromkeys(sheet.leaf.tab for sheet in self.plan.sheets if sheet.leaf and sheet.leaf.tab))
        for index, sheet in enumerate(self.plan.sheets):
            if sheet.leaf is None or not (words := self._words(sheet)):
                continue
            pen = Pen(self.book.format, self.head_fonts, self.drawn)
            code = furniture.draw(pen, words, left=index % 2 == 1, tabs=tabs)
            if not code:
                continue
            page = self.pdf.pages[index].obj
            stream = self.pdf.make_stream(code)
            page.Contents.append(stream)

    def _words(self, sheet: Sheet) -> Text | None:
        leaf, book = sheet.leaf, self.book
        if leaf.kind == "front":
            return Text(folio=sheet.folio) if sheet.folio else None
        if leaf.kind in ("part", "chapter") and sheet.own == 0:
            return Text(folio=sheet.folio, tab=leaf.tab)
        if not book.edition:  # a paper of its own, no part of an edition
            return Text(book.title, book.organisation, folio=f"第{sheet.own + 1}页／共{sheet.fragment.pages}页")
        code = f"{leaf.code}　" if leaf.code else ""
        foot = f"{code}{book.edition}版　本项第{sheet.own + 1}页／共{sheet.fragment.pages}页"
        return Text(book.title, leaf.chapter or leaf.title, foot, sheet.folio, leaf.tab)

    # -- structure ----------------------------------------------------------------------------------------

    def _merge(self, source: pikepdf.Pdf, pages: Sequence[pikepdf.Object]) -> None:
        """Hangs the fragment's structure below ours and renumbers the way from its pages to it."""
        root = source.Root.StructTreeRoot
        top = self.pdf.copy_foreign(root.K[0])
        top.S, top.P = Name.Part, self.document
        self.document.K.append(top)
        numbers = self.pdf.copy_foreign(root.ParentTree).Nums
        for i in range(0, len(numbers), 2):
            self.parents += [self.next_parent + int(numbers[i]), numbers[i + 1]]
        for page in pages:
            page.StructParents = self.next_parent + int(page.StructParents)
            for annotation in page.get("/Annots", ()):
                annotation.StructParent = self.next_parent + int(annotation.StructParent)
        self.next_parent += len(numbers) // 2

    def _structure(self) -> None:
        root = self.pdf.make_indirect(
            Dictionary(
                Type=Name.StructTreeRoot, K=Array([self.document]), ParentTreeNextKey=self.next_parent,
                ParentTree=self.pdf.make_indirect(Dictionary(Nums=Array(self.parents))),
            )
        )  # fmt: skip
        self.document.P = root
        self.pdf.Root.StructTreeRoot = root

    # -- the way in ---------------------------------------------------------------------------------------

    def _outline(self) -> None:
        """The bookmarks, nested by their depth."""
        root = self.pdf.make_indirect(Dictionary(Type=Name.Outlines))
        open_nodes: list[tuple[int, pikepdf.Object, list]] = [(0, root, [])]
        for at, sheet in enumerate(self.plan.sheets):
            for mark in sheet.fragment.marks if sheet.fragment else ():
                if mark.page != sheet.own:
                    continue
                while open_nodes[-1][0] >= mark.level:
                    _close(*open_nodes.pop()[1:])
                parent, siblings = open_nodes[-1][1:]
                node = self.pdf.make_indirect(
                    Dictionary(Title=String(mark.label), Parent=parent, Dest=self._destination(at, 0, mark.y))
                )
                node.Count = -1 if mark.closed else 1  # how many follows when it is closed
                siblings.append(node)
                open_nodes.append((mark.level, node, []))
        while open_nodes:
            _close(*open_nodes.pop()[1:])
        if "/First" in root:
            self.pdf.Root.Outlines = root
            self.pdf.Root.PageMode = Name.UseOutlines

    def _destination(self, page: int, x: float, y: float) -> Array:
        height = self.book.format.height * MM
        return Array([self.pdf.pages[page].obj, Name.XYZ, round(max(0.0, x + self._turn(page)), 2), round(height - y, 2), 0])

    def _destinations(self) -> None:
        names = Array()
        for name in sorted(self.plan.places, key=lambda n: bytes(String(n))):
            names.append(String(name))
            names.append(self._destination(*self.plan.places[name]))
        self.pdf.Root.Names = Dictionary(Dests=self.pdf.make_indirect(Dictionary(Names=names)))
        labels = Array()
        kinds = [self._label(sheet, at) for at, sheet in enumerate(self.plan.sheets)]
        for at, kind in enumerate(kinds):
            if at == 0 or "/P" in kind or kind.get("/S") != kinds[at - 1].get("/S"):
                labels.extend([at, kind])
        self.pdf.Root.PageLabels = Dictionary(Nums=labels)

    def _label(self, sheet: Sheet, at: int) -> Dictionary:
        """How viewers name a page: 封面, i, ii, 1, 2."""
        if sheet.leaf is not None and sheet.leaf.kind == "front" and sheet.own < BEFORE_CONTENTS:
            return Dictionary(P=String((COVER, IMPRINT)[sheet.own]))
        if sheet.leaf is not None and sheet.leaf.kind == "front":
            return Dictionary(S=Name.r, St=sheet.own - BEFORE_CONTENTS + 1)
        before = next((i for i, s in enumerate(self.plan.sheets) if s.leaf is not None and s.leaf.kind != "front"), 0)
        return Dictionary(P=String(BLANK)) if at < before else Dictionary(S=Name.D, St=at - before + 1)

    # -- the file -----------------------------------------------------------------------------------------

    def _fonts(self) -> None:
        for which, characters in self.drawn.items():
            self.used.setdefault(which, {}).update({which.glyph(c): c for c in characters})
        made = {which: embed.add(self.pdf, which, self.used[which]) for which in sorted(self.used, key=lambda f: f.file)}
        for dictionary, names in self.font_dictionaries:
            for name, which in names.items():
                dictionary[f"/{name}"] = made[which]
            for which, name in self.head_fonts.items():
                if which in made:
                    dictionary[f"/{name}"] = made[which]

    def _describe(self) -> None:
        book, root = self.book, self.pdf.Root
        root.Lang = String("zh-CN")
        root.MarkInfo = Dictionary(Marked=True)
        root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        profile = files("weasyprint.pdf").joinpath("sRGB2014.icc").read_bytes()
        root.OutputIntents = Array([
            Dictionary(
                Type=Name.OutputIntent, S=Name.GTS_PDFA1, OutputConditionIdentifier=String("sRGB2014"), Info=String("sRGB2014"),
                DestOutputProfile=self.pdf.make_stream(profile, N=3),
            )
        ])  # fmt: skip
        stamp = String("D:" + book.date.replace("-", ""))
        info = {"Title": book.title, "Author": book.organisation, "Subject": book.description, "Producer": xmp.PRODUCER}
        for key, text in info.items():
            if text:
                self.pdf.docinfo[f"/{key}"] = String(text)
        self.pdf.docinfo["/CreationDate"] = self.pdf.docinfo["/ModDate"] = stamp
        root.Metadata = self.pdf.make_stream(xmp.packet(book), Type=Name.Metadata, Subtype=Name.XML)
        if book.data:
            name = String(f"{book.name}.json")
            file = self.pdf.make_stream(
                book.data, Type=Name.EmbeddedFile, Subtype=Name("/application/json"),
                Params=Dictionary(ModDate=stamp, Size=len(book.data), CheckSum=String(hashlib.md5(book.data).digest())),
            )  # fmt: skip
            spec = self.pdf.make_indirect(
                Dictionary(
                    Type=Name.Filespec, F=name, UF=name, AFRelationship=Name.Data, Desc=String("本册内容的数据"), EF=Dictionary(F=file, UF=file)
                )
            )
            root.Names.EmbeddedFiles = Dictionary(Names=Array([name, spec]))
            root.AF = Array([spec])


def _close(node: pikepdf.Object, children: list) -> None:
    """Links the children of a bookmark to each other, once all are known."""
    closed = node.get("/Count", 1) == -1
    if not children:
        if "/Count" in node:
            del node["/Count"]
        return
    for before, after in zip(children, children[1:], strict=False):
        before.Next, after.Prev = after, before
    node.First, node.Last = children[0], children[-1]
    shown = len(children) + sum(max(0, int(child.get("/Count", 0))) for child in children)
    node.Count = -shown if closed else shown

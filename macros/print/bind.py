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

from ..kinds.printed import PrintedBook
from . import bars, embed, furniture, tokens, xmp
from .faces import Face, face
from .folios import Folios
from .fragment import Fragment
from .furniture import MM, Pen, Text
from .leaves import Book, Leaf

COVER, IMPRINT, BLANK = "封面", "说明", "空白页"
CHANGED = "竖线处本版改过"
BEFORE_CONTENTS = 2  # cover and imprint stand before the contents, which start with page i


@dataclass(frozen=True)
class Sheet:
    """One page of the book: the page of a leaf, or an empty one."""

    leaf: Leaf | None
    fragment: Fragment | None
    own: int = 0  # which page of the fragment, from 0
    folio: str = ""
    count: tuple[int, int] = (0, 0)  # which page of the leaf, from 1, of how many


@dataclass(frozen=True)
class Imposition:
    """The order of all pages, and where everything is: physical pages count from 0, printed numbers are text."""

    sheets: tuple[Sheet, ...]
    start: Mapping[str, int]  # leaf -> physical page
    places: Mapping[str, tuple[int, float, float]]  # anchor -> physical page, x, y
    numbers: Mapping[str, str]  # anchor -> printed page number, whether the page is in this file or not
    tabs: tuple[str, ...]  # of the whole book, in order

    def number(self, anchor: str) -> str:
        """The printed page number of an anchor; empty where it is not in this book."""
        return self.numbers.get(anchor, "")


def impose(
    front: tuple[Leaf, Fragment] | None, body: Sequence[tuple[Leaf, Fragment]], last: PrintedBook | None = None
) -> Imposition:
    """Puts the leaves one behind the other, each that wants it on a right-hand page; they keep the numbers they had last."""
    sheets: list[Sheet] = []
    folios = Folios(last)
    if front:
        leaf, fragment = front
        sheets += [
            Sheet(leaf, fragment, n, _roman(n - BEFORE_CONTENTS + 1) if n >= BEFORE_CONTENTS else "", (n + 1, fragment.pages))
            for n in range(fragment.pages)
        ]
        if len(sheets) % 2:
            sheets.append(Sheet(None, None))
    start = {}
    for leaf, fragment in body:
        right = len(sheets) % 2 == 0
        if (leaf.recto and not right) or folios.side(leaf.id) not in (None, right):
            sheets.append(Sheet(None, None))
            right = not right
        start[leaf.id] = len(sheets)
        for n, folio in enumerate(folios.take(leaf.id, fragment.pages, right)):
            sheets.append(Sheet(leaf, fragment, n, folio, (n + 1, fragment.pages)))
    places: dict[str, tuple[int, float, float]] = {}
    for leaf, fragment in ([front] if front else []) + list(body):
        first = start.get(leaf.id, 0)
        for name, (page, x, y) in fragment.anchors.items():
            places.setdefault(name, (first + page, x, y))
    numbers = {name: sheets[page].folio for name, (page, _, _) in places.items()}
    tabs = dict.fromkeys(leaf.tab for leaf, _ in body if leaf.tab)
    return Imposition(tuple(sheets), start, places, numbers, tuple(tabs))


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
                self.drawn.setdefault(which, set()).update("0123456789-—" + tokens.ELSEWHERE)
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
        fragments = {sheet.leaf.id: sheet.fragment for sheet in self.plan.sheets if sheet.leaf}
        changed = bars.places(self.book.changed, fragments)
        for index, sheet in enumerate(self.plan.sheets):
            if sheet.leaf is None:
                continue
            words = self._words(sheet, changed.get((sheet.leaf.id, sheet.own), ()))
            if words is None:
                continue
            pen = Pen(self.book.format, self.head_fonts, self.drawn)
            code = furniture.draw(pen, words, left=index % 2 == 1, tabs=self.plan.tabs)
            if not code:
                continue
            page = self.pdf.pages[index].obj
            stream = self.pdf.make_stream(code)
            page.Contents.append(stream)

    def _words(self, sheet: Sheet, marks: tuple[tuple[float, float], ...]) -> Text | None:
        """The head and foot of a page; marks: its change bars."""
        leaf, book = sheet.leaf, self.book
        if leaf.kind == "front":
            return Text(folio=sheet.folio) if sheet.folio else None
        if leaf.kind in ("part", "chapter") and sheet.count[0] == 1:
            return Text(folio=sheet.folio, tab=leaf.tab)
        if not book.edition:  # a paper of its own, no part of an edition
            return Text(book.title, book.organisation, folio="第{}页／共{}页".format(*sheet.count))
        code = f"{leaf.code}　" if leaf.code else ""
        foot = f"{code}{book.edition}版　本项第{sheet.count[0]}页／共{sheet.count[1]}页" + (f"　{CHANGED}" if marks else "")
        return Text(book.title, leaf.chapter or leaf.title, foot, sheet.folio, leaf.tab, marks)

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
        self.next_parent += 1 + max(int(numbers[i]) for i in range(0, len(numbers), 2))

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
        self.pdf.Root.PageLabels = Dictionary(Nums=self._labels())

    def _labels(self) -> Array:
        """How viewers name the pages: 封面, i, ii, 1, 2; a run of numbers that follow each other is one entry."""
        labels, following = Array(), None
        numbers = [_number(sheet) for sheet in self.plan.sheets]
        for at, sheet in enumerate(self.plan.sheets):
            style, number = numbers[at]
            # An empty page that was counted: between 5 and 7.
            if sheet.leaf is None and 0 < at < len(numbers) - 1:
                before, after = numbers[at - 1], numbers[at + 1]
                if before[0] == after[0] == Name.D and after[1] == before[1] + 2:
                    style, number = Name.D, before[1] + 1
            if style is None or (style, number) != following:
                start = Dictionary(S=style, St=number) if style else Dictionary(P=String(_name(sheet)))
                labels.extend([at, start])
            following = (style, number + 1)
        return labels

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
        info = {"Title": book.entitled, "Author": book.organisation, "Subject": book.description, "Producer": xmp.PRODUCER}
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


def _number(sheet: Sheet) -> tuple[Name | None, int]:
    """How viewers count a page: in which figures, and its number; (None, 0) for one that has a name instead."""
    if sheet.leaf is not None and sheet.leaf.kind == "front" and sheet.folio:
        return Name.r, sheet.count[0] - BEFORE_CONTENTS
    return (Name.D, int(sheet.folio)) if sheet.folio.isdigit() else (None, 0)


def _name(sheet: Sheet) -> str:
    if sheet.leaf is not None and sheet.leaf.kind == "front":
        return (COVER, IMPRINT)[sheet.count[0] - 1]
    return sheet.folio or (sheet.leaf.title if sheet.leaf else BLANK)


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

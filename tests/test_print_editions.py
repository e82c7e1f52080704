"""Printed editions: what they choose, what they are printed on, and that each file keeps the standards."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from contrast import LEAST, contrasts, linear

from macros import editions
from macros.kinds.edition import Edition, Sheet
from macros.print import faces, fragment, furniture, impose, press, publish, tokens
from macros.print.book import leaves, print_book
from macros.print.formats import FORMATS
from macros.print.handbook import Shelf
from macros.print.leaves import Book, Leaf

ROOT = Path(__file__).resolve().parent.parent
MM = 72 / 25.4


class Printing:
    """All editions and the PDF of every item, printed once for these tests."""

    def __init__(self, catalogue, folder: Path) -> None:
        self.folder = folder
        self.downloads = publish.publish(catalogue, ROOT, catalogue.editions, folder, ROOT / ".cache" / "print")
        self.books = [d for d in self.downloads if not d.item]
        self.items = [d for d in self.downloads if d.item]

    def path(self, name: str) -> Path:
        return self.folder / f"{name}.pdf"


@pytest.fixture(scope="session")
def printing(catalogue, tmp_path_factory) -> Printing:
    return Printing(catalogue, tmp_path_factory.mktemp("printing"))


@pytest.fixture(scope="session")
def shelf(catalogue) -> Shelf:
    return Shelf(catalogue, ROOT)


def text_of(file: Path) -> list[str]:
    document = pypdfium2.PdfDocument(file)
    return [re.sub(r"\s", "", page.get_textpage().get_text_bounded()) for page in document]


# ---- What is in them -----------------------------------------------------------------------------------------------


def test_there_is_one_for_each_role_each_chapter_and_each_use(catalogue):
    wanted = {"handbook", "forms", "training", "large-print", "cards"}
    wanted |= {f"role-{r}" for r in ("secretary", "organisation", "publicity", "discipline", "group-leader", "member", "applicant")}
    wanted |= {f"chapter-{chapter}" for chapter in catalogue.chapters}
    assert wanted <= set(catalogue.editions)


def test_every_edition_is_printed_and_told_with_pages_and_size(printing, catalogue):
    assert len(printing.books) == len(catalogue.editions) + sum(e.booklet for e in catalogue.editions.values())
    assert len(printing.items) == sum(e.kind != "regulation" for e in catalogue.entries.values())
    for download in printing.downloads:
        file = printing.folder / Path(download.file).name
        assert len(pypdfium2.PdfDocument(file)) == download.pages
        assert file.stat().st_size == download.size


def test_a_role_gets_what_it_does_and_the_forms_it_uses(catalogue, shelf):
    edition = catalogue.editions["role-group-leader"]
    items = editions.chosen(catalogue, edition)
    assert 3 < len(items) < 20
    for entry in items:
        parts = (*getattr(entry.item, "steps", ()), *getattr(entry.item, "duties", ()))
        assert any("group-leader" in part.by for part in parts), entry.id
    assert shelf.book(edition).leaves[0].id == "roles-group-leader"
    own = {f.id for f in editions.forms(catalogue, edition, items)}
    assert own and own < {f.id for e in items for f in editions.forms_of(catalogue, e)}


def test_choices_are_all_to_be_met_and_named_items_come_on_top(catalogue):
    def ids(**fields):
        return {e.id for e in editions.chosen(catalogue, Edition(id="x", title="样本", summary="样本", **fields))}

    admission = ids(chapters=["admission"])
    assert "dues" in admission and "flag" not in admission
    assert ids(chapters=["admission"], kinds=["清单"]) == set()
    assert ids(chapters=["admission"], kinds=["清单"], items=["flag"]) == {"flag"}
    assert ids(items=["dues"]) == {"dues"}
    assert ids(popular="是") == set(catalogue.handbook.popular)
    assert ids(parts=["vanguard"]) > admission


def test_forms_book_holds_all_forms_and_the_training_pack_none(printing, catalogue):
    forms = "".join(text_of(printing.path("forms")))
    assert all(re.sub(r"\s", "", form.item.title) in forms for form in catalogue.of("form"))
    assert not re.search(r"BD-\d+2026\.1版", "".join(text_of(printing.path("training"))))


def test_what_an_edition_leaves_out_is_linked_to_the_site(printing, catalogue):
    reader = pikepdf.open(printing.path("chapter-exemplar"))
    outward = [a.A.URI for page in reader.pages for a in page.get("/Annots", ()) if "/A" in a]
    assert outward
    assert all(str(uri).startswith(catalogue.handbook.address) for uri in outward)
    assert "另册" in "".join(text_of(printing.path("chapter-exemplar")))


def test_the_data_of_an_edition_is_attached_as_json(printing, catalogue):
    for name in ("handbook", "role-member"):
        with pikepdf.open(printing.path(name)) as pdf:
            spec = pdf.attachments[f"{name}.json"]
            facts = json.loads(spec.get_file().read_bytes())
            assert pdf.Root.AF[0].AFRelationship == "/Data"
        assert facts["edition"] == catalogue.handbook.edition
        edition = catalogue.editions[name]
        items = editions.chosen(catalogue, edition)
        assert [i["id"] for i in facts["items"]] == [e.id for e in (*items, *editions.forms(catalogue, edition, items))]


# ---- What they are printed on --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "width", "height"), [("handbook", 210, 297), ("large-print", 210, 297), ("cards", 105, 148)])
def test_pages_have_the_size_of_their_paper(printing, name, width, height):
    for page in pypdfium2.PdfDocument(printing.path(name)):
        assert page.get_size() == (pytest.approx(width * MM, abs=0.1), pytest.approx(height * MM, abs=0.1))


def test_large_print_is_set_in_sixteen_points():
    large = FORMATS["a4-large"]
    assert 10.5 * large.scale == pytest.approx(16)


def test_every_card_is_one_item_on_two_sides(printing, catalogue):
    texts = text_of(printing.path("cards"))
    popular = {re.sub(r"\s", "", catalogue.entries[i].item.title) for i in catalogue.handbook.popular}
    assert len(texts) == 2 * len(popular) == 20
    assert all(any(text.startswith(title) for title in popular) for text in texts[::2])


def test_a_booklet_folds_in_order():
    assert impose.order(8) == [(7, 0), (1, 6), (5, 2), (3, 4)]
    sides = impose.order(101)
    printed = [n for side in sides for n in side if n is not None]
    assert sorted(printed) == list(range(101))
    assert len(sides) % 2 == 0


def test_booklets_are_a4_across_and_hold_every_page(printing, catalogue):
    made = [name for name, edition in catalogue.editions.items() if edition.booklet]
    assert made
    for name in made:
        book, booklet = text_of(printing.path(name)), text_of(printing.path(f"{name}-booklet"))
        assert len(booklet) == len(impose.order(len(book)))
        assert book[0] in booklet[0]
        page = pypdfium2.PdfDocument(printing.path(f"{name}-booklet"))[0]
        assert page.get_width() > page.get_height()


# ---- QR codes ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["procedures-dues", "forms-meeting-record", "culture-oath", "checklists-branch-daily"])
def test_the_code_on_paper_leads_to_the_page_and_names_the_edition(printing, catalogue, name):
    page = pypdfium2.PdfDocument(printing.path(name))[0]
    found = zxingcpp.read_barcodes(page.render(scale=300 / 72).to_pil())
    folder, _, ident = name.partition("-")
    assert [code.text for code in found] == [f"{catalogue.handbook.address}{folder}/{ident}/?edition={catalogue.handbook.edition}"]
    corners = found[0].position
    side = abs(corners.top_right.x - corners.top_left.x) / 300 * 25.4
    assert side >= 18 * 0.9  # the quiet zone is part of the 20 mm


# ---- Standards -----------------------------------------------------------------------------------------------------


def test_qpdf_finds_nothing_wrong_in_any_file(printing):
    for file in sorted(printing.folder.glob("*.pdf")):
        with pikepdf.open(file) as pdf:
            assert pdf.check_pdf_syntax() == [], file.name


def test_every_edition_keeps_both_standards(printing, monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import verapdf

    # A booklet is for the printer alone: it claims no standard and has no structure.
    files = [printing.folder / Path(d.file).name for d in printing.books if not d.file.endswith("-booklet.pdf")]
    files += [printing.path(name) for name in ("procedures-branch-election", "forms-training-register", "checklists-duties")]
    # The whole book has a test of its own.
    files = [file for file in files if file.stem != "handbook"]
    tools = shutil.which("java") and shutil.which("mvn")
    if not tools and os.environ.get("CI") != "true":
        pytest.skip("veraPDF needs Java and Maven")
    found = verapdf.validate(files)
    assert found is not None, "veraPDF could not be had"
    assert [verapdf.describe(failure) for failure in found] == []


def luminance(colour: str) -> float:
    """Relative luminance (WCAG) of #rgb or #rrggbb."""
    digits = colour.lstrip("#")
    values = [int(c * 2, 16) for c in digits] if len(digits) == 3 else [int(digits[i : i + 2], 16) for i in (0, 2, 4)]
    return sum(linear(value) * share for value, share in zip(values, (0.2126, 0.7152, 0.0722), strict=True))


def test_all_text_is_dark_enough_in_grey():
    css = (ROOT / "macros" / "print" / "style.css").read_text(encoding="utf-8")
    css = re.sub(r"\.visually-hidden \{.*?\}", "", css)  # for screen readers alone
    colours = set(re.findall(r"(?<![-\w])color: *(#[0-9a-f]{3,6})", css))
    paper = {"#fff", *re.findall(r"background: *(#[0-9a-f]{3,6})", css)}
    assert len(colours) > 4
    lightest = min(map(luminance, paper))
    for colour in colours:
        # Grey keeps the luminance; the darkest ground that any text stands on is the worst case.
        assert (lightest + 0.05) / (luminance(colour) + 0.05) >= 4.5, colour
    assert 1.05 / (luminance("#" + f"{round(float(furniture.GREY) * 255):02x}" * 3) + 0.05) >= 4.5


def test_cover_imprint_and_contents_take_their_pages_on_every_sheet(printing, catalogue):
    h, seen = catalogue.handbook, set()
    for edition in catalogue.editions.values():
        if edition.paper is Sheet.CARD:
            continue
        pdf = pypdfium2.PdfDocument(printing.path(edition.id))
        cover, imprint, contents = (re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in list(pdf)[:3])
        seen.add(edition.paper)
        assert all(re.sub(r"\s", "", text) in cover for text in (edition.title, h.edition, h.organisation)), edition.id
        assert h.edition in imprint and h.edition not in contents, edition.id
        assert contents.startswith("目录"), edition.id
    assert len(seen) == 3


STRIDE = 41  # pages: a prime, so that the sample falls on left and right pages and on every sort


@pytest.mark.parametrize("name", ["handbook", "cards", "role-secretary", "large-print"])
def test_every_character_is_read_in_grey(printing, name):
    pdf = pypdfium2.PdfDocument(printing.path(name))
    pages = range(0, len(pdf), STRIDE if len(pdf) > STRIDE else 4)
    measured = [(value, n + 1, char) for n in pages for value, char in contrasts(pdf[n])]
    assert len(measured) > 300
    assert [found for found in measured if found[0] < LEAST] == []


@pytest.mark.parametrize(("colour", "enough"), [("#6e6e6e", True), ("#8a8a8a", False), ("#fff", False)])
def test_too_light_a_grey_would_be_noticed(colour, enough):
    leaf = a_leaf(f'<h1>党费</h1><p><span style="color: {colour}">按月交</span></p>')
    book = Book("手册", "", "单位", "2026.1", "2026-11-01", "", (leaf,), front=False)
    measured = contrasts(pypdfium2.PdfDocument(print_book(book).pdf)[0])
    assert [value >= LEAST for value, char in measured if char in "按月交"] == [enough] * 3


# ---- How they are made ---------------------------------------------------------------------------------------------


def test_the_cache_knows_every_module_that_lays_out():
    folder = ROOT / "macros" / "print"

    def imports(name: str) -> set[str]:
        tree = ast.parse((folder / f"{name}.py").read_text(encoding="utf-8"))
        found = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.level == 1:
                found |= {node.module} if node.module else {alias.name for alias in node.names}
        return {name for name in found if (folder / f"{name}.py").is_file()}

    closure, todo = set(), ["fragment"]
    while todo:
        name = todo.pop()
        if name not in closure:
            closure.add(name)
            todo += imports(name)
    assert set(press.LAYOUT) == closure


def a_leaf(html: str, kind: str = "procedure") -> Leaf:
    return Leaf("dues", "党费", html, kind, 3, "CX-01", "发展入口")


def test_a_leaf_is_laid_out_once_and_kept(tmp_path):
    lines: list[str] = []
    leaf = a_leaf("<h1>党费</h1><p>按月交。</p>")
    first = press.Press(tmp_path, lines.append).fragments([leaf], FORMATS["a4"])
    again = press.Press(tmp_path, lines.append).fragments([leaf], FORMATS["a4"])
    assert len(lines) == 1
    assert first == again
    assert fragment.Fragment.loads(first[0].dumps()) == first[0]
    other = press.Press(tmp_path, lines.append).fragments([leaf], FORMATS["a4-notes"])
    assert len(lines) == 2 and other != first


def test_a_line_that_would_begin_with_a_full_stop_is_refused():
    html = "<h1>党费</h1><p>按月交<br>。</p>"
    with pytest.raises(ValueError, match="'dues'.*may not stand there"):
        press.Press().fragments([a_leaf(html)], FORMATS["a4"])


def test_left_hand_pages_are_the_right_hand_ones_moved_to_the_binding():
    long = "<h1>党费</h1>" + "<p>按月交党费，到期没有交的要提醒。</p>" * 90
    book = Book("手册", "", "单位", "2026.1", "2026-11-01", "", (a_leaf(long),), front=False)
    pages = pypdfium2.PdfDocument(print_book(book).pdf)
    assert len(pages) >= 2
    lefts = []
    for page in pages:
        text = page.get_textpage()
        boxes = [text.get_charbox(i) for i in range(text.count_chars()) if text.get_text_range(i, 1) == "按"]
        lefts.append(min(left for left, *_ in boxes))
    a4 = FORMATS["a4"]
    assert lefts[0] - lefts[1] == pytest.approx((a4.inner - a4.outer) * MM, abs=0.5)


def test_a_quarter_em_parts_chinese_from_letters_and_figures_in_justified_lines():
    text = "党员在A4纸上写3份材料，60天内交到第12支部，每份写明QR码和8个工作日的期限，由25名党员核对。"
    html = "<h1>党费</h1>" + "".join(f"<p>{'字' * n}{text * 3}</p>" for n in range(12))
    book = Book("手册", "", "单位", "2026.1", "2026-11-01", "", (a_leaf(html),), front=False)
    gaps: list[float] = []
    for page in pypdfium2.PdfDocument(print_book(book).pdf):
        found = page.get_textpage()
        chars = [(found.get_text_range(i, 1), found.get_charbox(i, loose=True)) for i in range(found.count_chars())]
        # pdfium puts in spaces where it sees gaps; the foot of a page has its own type.
        chars = [(char, box) for char, box in chars if char.strip() and box[1] > 20 * MM]
        for (one, (_, low, right, _)), (two, (left, bottom, _, _)) in zip(chars, chars[1:], strict=False):
            kinds = [bool(re.match("[\u4e00-\u9fff]", c)) - bool(re.match("[A-Za-z0-9]", c)) for c in (one, two)]
            if sum(kinds) == 0 and all(kinds) and abs(low - bottom) < 3:
                gaps.append((left - right) / 10.5)
    assert len(gaps) > 300
    # A line that is stretched only adds to it.
    assert min(gaps) > 0.2 and max(gaps) < 0.6


def test_a_line_of_figures_begins_at_the_margin():
    html = "<h1>党费</h1>" + "<p>" + "字" * 3 + "写明25名党员，" * 40 + "</p>"
    book = Book("手册", "", "单位", "2026.1", "2026-11-01", "", (a_leaf(html),), front=False)
    page = pypdfium2.PdfDocument(print_book(book).pdf)[0].get_textpage()
    starts: dict[int, tuple[float, str]] = {}
    for i in range(page.count_chars()):
        left, low, _, _ = page.get_charbox(i, loose=True)
        char = page.get_text_range(i, 1)
        if char.strip() and 100 < low < 700:
            starts[round(low)] = min(starts.get(round(low), (999.0, "")), (left, char))
    figures = [left for left, char in starts.values() if char == "2"]
    assert figures and all(left == pytest.approx(25 * MM, abs=0.3) for left in figures)


def test_a_number_takes_the_place_of_its_token():
    sans = faces.face(faces.SANS, 400)

    def hexadecimal(text: str) -> bytes:
        return b"<" + b"".join(b"%04x" % sans.glyph(c) for c in text) + b">"

    stream = b"/F 8 Tf [" + hexadecimal("第０００１页") + b"] TJ"
    filled = tokens.fill(stream, {"F": sans}, [("9", False), ("112", False)])
    digits = b"".join(b"%04x" % sans.glyph(c) for c in "112")
    assert digits in filled
    absent = tokens.fill(stream, {"F": sans}, [("9", False), ("", False)])
    assert absent == b"/F 8 Tf [" + hexadecimal("另册") + b"] TJ"


def test_openings_list_what_a_book_holds(catalogue, shelf):
    book = shelf.book(catalogue.editions["handbook"])
    opened = {leaf.id: leaf.html for leaf in leaves(book) if leaf.kind in ("part", "chapter")}
    assert len(opened) == len(catalogue.chapters) + len(catalogue.handbook.parts) + 1  # and the forms
    for chapter in catalogue.chapters:
        assert all(f'href="#{e.kind}s-{e.id}"' in opened[f"chapters-{chapter}"].replace("cultures-", "culture-") or e.kind == "culture"
                   for e in catalogue.in_chapter(chapter))

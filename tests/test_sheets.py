"""Page numbers that stay, sheets that changed, and fragments with some of their pages: on small books, without git."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pikepdf
import pypdfium2
import pytest
from handbooks import changed as handbook
from printed_pages import File

from macros import report
from macros.kinds import printed
from macros.kinds.printed import PrintedBook, PrintedPage
from macros.print import sheets
from macros.print.book import arrange, print_book
from macros.print.folios import Folios
from macros.print.formats import FORMATS
from macros.print.leaves import Book, Leaf, Since
from macros.print.press import Press
from macros.print.thin import thin

# -- numbers ---------------------------------------------------------------------------------------------------------


def record(*leaves: tuple[str, str], edition: str = "2026.1") -> PrintedBook:
    """A book by (leaf, its page numbers); a leaf without a name is an empty page."""
    pages = [PrintedPage(leaf, folio, "0" * 10 if leaf else "") for leaf, folios in leaves for folio in folios.split(" ")]
    return PrintedBook(edition, tuple(pages))


LAST = record(("a", "1 2"), ("b", "3 4 5"), ("c", "6 7"), ("d", "8"))


def numbered(last: PrintedBook | None, *leaves: tuple[str, int]) -> list[str]:
    """The numbers of a book with these leaves, "" for an empty page."""
    folios, found = Folios(last), []
    for leaf, pages in leaves:
        right = len(found) % 2 == 0
        if folios.side(leaf) not in (None, right):
            found.append("")
            right = not right
        found += folios.take(leaf, pages, right)
    return found


@pytest.mark.parametrize(
    ("leaves", "numbers"),
    [
        pytest.param([("a", 2), ("b", 3), ("c", 2), ("d", 1)], "1 2 3 4 5 6 7 8", id="nothing changed"),
        pytest.param([("a", 2), ("b", 4), ("c", 2), ("d", 1)], "1 2 3 4 5 5-1 - 6 7 8", id="one grew by a page"),
        pytest.param([("a", 2), ("b", 5), ("c", 2), ("d", 1)], "1 2 3 4 5 5-1 5-2 6 7 8", id="one grew by two"),
        pytest.param([("a", 2), ("b", 2), ("c", 2), ("d", 1)], "1 2 3 4 - 6 7 8", id="one shrank by a page"),
        pytest.param([("a", 2), ("b", 1), ("c", 2), ("d", 1)], "1 2 3 6 7 8", id="one shrank by two"),
        pytest.param([("a", 2), ("n", 2), ("b", 3), ("c", 2), ("d", 1)], "1 2 2-1 2-2 3 4 5 6 7 8", id="a new one"),
        pytest.param([("a", 2), ("c", 2), ("d", 1)], "1 2 - 6 7 8", id="one withdrawn"),
        pytest.param([("a", 2), ("c", 2), ("b", 3), ("d", 1)], "1 2 - 6 7 7-1 7-2 7-3 - 8", id="one moved back"),
        pytest.param([("a", 2), ("b", 3), ("c", 2), ("d", 2), ("n", 1)], "1 2 3 4 5 6 7 8 9 10", id="more at the end"),
    ],
)
def test_pages_keep_their_numbers_and_sides(leaves, numbers):
    assert numbered(LAST, *leaves) == ["" if n == "-" else n for n in numbers.split(" ")]


def test_a_page_that_was_put_in_keeps_its_number_in_the_edition_after():
    second = record(("a", "1 2"), ("b", "3 4 5 5-1"), ("", ""), ("c", "6 7"))
    assert numbered(second, ("a", 2), ("b", 5), ("c", 2)) == ["1", "2", "3", "4", "5", "5-1", "5-2", "6", "7"]


def test_without_a_last_edition_pages_are_counted_through():
    assert numbered(None, ("a", 2), ("b", 3)) == ["1", "2", "3", "4", "5"]


# -- the record ------------------------------------------------------------------------------------------------------


def test_a_record_reads_back_as_it_was_written():
    book = PrintedBook(
        "2026.1",
        (
            PrintedPage("front", "", "0123456789"), PrintedPage("front", "i", "abcdef0123"), PrintedPage(),
            PrintedPage("procedures-dues", "1", "00000000aa"), PrintedPage("procedures-dues", "1-1", "00000000ab"),
        ),
    )  # fmt: skip
    assert printed.loads(printed.dumps(book)) == book
    assert '["procedures-dues", "1=00000000aa 1-1=00000000ab"]' in printed.dumps(book).split("\n")[3]


@pytest.mark.parametrize("text", ["", "[]", '{"edition": "2026.1"}', '{"edition": "2026.1", "leaves": [["a", "1=xyz"]]}'])
def test_a_broken_record_is_a_problem_with_its_file(tmp_path, text):
    edit = {"in": "data/history/2026.1.pages.json", "write": text}
    _, problems = report.check(handbook(tmp_path, [edit]))
    assert [(p.path, p.message) for p in problems if "history" in p.path] == [
        ("data/history/2026.1.pages.json", "读不懂这份页码记录")
    ]


# -- sheets ----------------------------------------------------------------------------------------------------------

STEP = '<section class="step" id="{leaf}--step-{n}"><h3 class="step-title">第{n}步</h3><p>{text}</p></section>'
QR = '<svg class="qr" viewBox="0 0 1 1"><title>二维码</title><path d="M0 0h{n}"/></svg>'


def item(leaf: str, steps: int, edition: str = "2026.1", other: str = "") -> Leaf:
    """An item with a head that names the edition, and steps of a third of a page each; other: what its first step says."""
    texts = [other or "支部书记定议题。", *["支部书记主持会议，委员逐个发言。" * 60] * (steps - 1)]
    body = "".join(STEP.format(leaf=leaf, n=n, text=text) for n, text in enumerate(texts, 1))
    head = f'<dl class="item-head"><div><dt>版次</dt><dd class="this-edition">{edition}</dd></div></dl>'
    qr = QR.format(n=int(edition[-1]))
    return Leaf(leaf, leaf.upper(), f'<h1>{leaf.upper()}</h1>{qr}{head}<h2 id="{leaf}--steps">怎么做</h2>{body}', "procedure", 1)


def book(*leaves: Leaf, edition: str = "2026.1", **more: object) -> Book:
    return Book("小手册", "", "样本单位", edition, "2026-11-01", "", leaves, FORMATS["a4"], front=False, **more)


@pytest.fixture(scope="module")
def press(tmp_path_factory) -> Press:
    return Press(tmp_path_factory.mktemp("press"))


def pages(book: Book, press: Press) -> PrintedBook:
    return sheets.printed(book, arrange(book, press))


def test_neither_the_number_of_the_edition_nor_its_code_changes_a_page(press):
    old = pages(book(item("a", 5)), press)
    new = pages(book(item("a", 5, "2026.2"), edition="2026.2", changed=(("a--step-1",),)), press)
    assert old.pages and old.pages == new.pages


def test_a_word_changes_its_page_and_no_other(press):
    old = pages(book(item("a", 8)), press)
    new = pages(book(item("a", 8, other="支部书记定下议题。")), press)
    assert [a == b for a, b in zip(old.pages, new.pages, strict=True)] == [False] + [True] * (len(old.pages) - 1)
    assert len(old.pages) > 2


def test_an_item_that_grows_changes_its_own_sheets_only(press):
    old = book(item("a", 8), item("b", 8), item("c", 8))
    new = book(item("a", 12), item("b", 8), item("c", 8), numbering=pages(old, press))
    found = sheets.swaps(pages(old, press), pages(new, press))
    assert {leaf for swap in found for leaf in swap.leaves} == {"a"}
    renumbered = sheets.swaps(pages(old, press), pages(replace(new, numbering=None), press))
    assert {leaf for swap in renumbered for leaf in swap.leaves} == {"a", "b", "c"}


def exchange(old: Book, new: Book, press: Press, tmp_path) -> File:
    last = pages(old, press)
    since = Since(last, {"a": ("第1步·怎么做",)}, {})
    data = print_book(replace(new, edition="2026.2", numbering=last, since=since, web={"": "https://x.example/"}), press).pdf
    (tmp_path / "changes.pdf").write_bytes(data)
    return File(tmp_path / "changes.pdf")


def test_where_most_sheets_change_the_list_says_so(press, tmp_path):
    few = exchange(book(item("a", 3), item("b", 20)), book(item("a", 3, other="变"), item("b", 20)), press, tmp_path)
    assert "建议重印全书" not in few.texts[0] and "A：第1步·怎么做" in few.texts[0]
    many = exchange(book(item("a", 3)), book(item("a", 3, other="变")), press, tmp_path)
    assert "建议重印全书" in many.texts[0]


def test_a_bar_stands_beside_the_changed_step_only(press, tmp_path):
    told = (("a--step-3", "a"),)
    (tmp_path / "a.pdf").write_bytes(print_book(book(item("a", 5), changed=told), press).pdf)
    file = File(tmp_path / "a.pdf")
    marked = [label for label, bars in zip(file.labels, file.bars, strict=True) if bars]
    assert marked
    beside = "".join(map(file.beside, marked))
    assert beside.startswith("第3步支部书记主持会议") and "第2步" not in beside and "第4步" not in beside


def test_a_step_that_is_gone_leaves_a_bar_at_the_heading_of_the_steps(press, tmp_path):
    told = (("a--step-gone", "a--steps", "a"),)
    (tmp_path / "a.pdf").write_bytes(print_book(book(item("a", 1), changed=told), press).pdf)
    file = File(tmp_path / "a.pdf")
    assert file.beside("1").startswith("怎么做") and len(file.bars[0]) == 1


# -- a fragment with some of its pages ---------------------------------------------------------------------------------


def test_a_thinned_fragment_keeps_the_words_and_tags_of_its_pages(press):
    whole = press.fragments([item("a", 12)], FORMATS["a4"])[0]
    assert whole.pages >= 4
    part = thin(whole, [1, 3])
    assert part.words == (whole.words[1], whole.words[3]) and len(pypdfium2.PdfDocument(part.pdf)) == 2
    with pikepdf.open(io.BytesIO(part.pdf)) as pdf:
        root = pdf.Root.StructTreeRoot
        found = list(elements(root))
        assert {e.Pg.objgen for e in found if "/Pg" in e} == {page.obj.objgen for page in pdf.pages}
        numbers = {int(root.ParentTree.Nums[i]) for i in range(0, len(root.ParentTree.Nums), 2)}
        assert numbers == {int(page.obj.StructParents) for page in pdf.pages}
        levels = [int(m[1]) for e in found if (m := re.fullmatch(r"/H([1-6])", str(e.S)))]
    assert levels and levels[0] <= 2
    assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False))


def elements(element: pikepdf.Object):
    kids = element.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") not in ("/MCR", "/OBJR"):
            yield kid
            yield from elements(kid)

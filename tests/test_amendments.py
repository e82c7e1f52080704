"""The 修订对照表 on paper: a file to sign, and an appendix of the book; the marks on what was changed in a sentence."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from handbooks import BASE, STEP, changed

from macros import history, pages
from macros.authoring import Author
from macros.catalogue import Catalogue, load
from macros.changes import Comparison, comparison, edition, read, table
from macros.changes.marks import marked
from macros.changes.told import page_numbers
from macros.complete import destinations, folios
from macros.media import Paper, Site
from macros.print import amendments
from macros.print.book import print_book
from macros.print.handbook import Shelf

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "scripts"))  # scripts import their neighbours by bare name

import verapdf  # noqa: E402

MEETING = "data/procedures/meeting.yaml"
DAILY = "data/checklists/daily.yaml"
HEAD = "序号条目位置修订前修订后类别理由和依据涉及"


def put(file: str, find: str, text: str) -> dict[str, str]:
    return {"in": file, "find": find, "put": text}


LIMIT = put(MEETING, "amount: 3\n", "amount: 5\n")
MORE = put(DAILY, "every: 月", "every: 周")
NEW_STEP = put(MEETING, "      - id: gather\n", STEP + "      - id: gather\n")


def texts(pdf: bytes) -> list[str]:
    """The text of each page without its spaces and line ends."""
    document = pypdfium2.PdfDocument(pdf)
    return [re.sub(r"[\s\u00ad\ufffe]", "", page.get_textpage().get_text_bounded()) for page in document]


def compared(folder: Path, *edits: dict[str, str]) -> Comparison:
    return comparison(read(BASE, "2026.1版"), read(changed(folder, list(edits)), "送审稿"))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return compared(tmp_path_factory.mktemp("told"), LIMIT, MORE, NEW_STEP)


@pytest.fixture(scope="module")
def pdf(told: Comparison) -> bytes:
    return print_book(amendments.book(told)).pdf


# -- the file ------------------------------------------------------------------------------------------------------


def test_the_file_says_whose_it_is_from_what_to_what_and_has_a_line_for_each_change(told, pdf):
    (page,) = texts(pdf)
    assert "《小手册》修订对照表" in page and HEAD in page and "第1页／共1页" in page
    assert "编制单位样本单位修订前2026.1版修订后送审稿" in page
    assert len(told.changes) == 3
    for number, change in enumerate(told.changes, 1):
        assert re.sub(r"\s", "", f"{number}{change.code}{change.title}{change.where}") in page
    assert page.count("实质性") - page.count("其中实质性") == sum(c.substantial for c in told.changes) == 2
    assert "增加了，没有写理由：日常清单" in page
    assert "编制：年月日复核：年月日批准：年月日" in page


def test_the_file_lies_across_and_repeats_its_head_on_every_page(tmp_path):
    lines = "".join(f"          - 支部书记把第{n}件事说清楚，写进会议记录。\n" for n in range(1, 41))
    do = "        do: [组织委员清点人数。]\n"
    many = [STEP.replace("id: invite", f"id: invite-{chr(97 + n)}") for n in range(16)]
    told = compared(
        tmp_path,
        put(MEETING, do, f"        do:\n{lines}"),
        put(MEETING, "      - id: gather\n", "".join(many) + "      - id: gather\n"),
    )
    pdf = print_book(amendments.book(told)).pdf
    pages = texts(pdf)
    assert len(pages) > 2
    rows = [page for page in pages if "支部书记" in page]
    assert len(rows) > 2 and all(HEAD in page for page in rows)
    assert [f"第{n}页／共{len(pages)}页" in page for n, page in enumerate(pages, 1)] == [True] * len(pages)
    assert {tuple(map(round, page.get_size())) for page in pypdfium2.PdfDocument(pdf)} == {(842, 595)}


def test_the_same_comparison_gives_the_same_bytes(told, pdf):
    assert print_book(amendments.book(told)).pdf == pdf


def test_the_file_carries_its_data_and_names_its_cells(told, pdf):
    reader = pikepdf.open(io.BytesIO(pdf))
    assert json.loads(reader.attachments["changes.json"].get_file().read_bytes()) == json.loads(
        table.to_json(told)
    )
    assert str(reader.docinfo["/Title"]) == "《小手册》修订对照表"
    kinds = [
        str(o.S)
        for o in reader.objects
        if isinstance(o, pikepdf.Dictionary) and o.get("/Type") == "/StructElem"
    ]
    assert kinds.count("/Table") == 2 and kinds.count("/TH") == 8 + 4


def test_no_difference_is_said_and_can_be_signed_too():
    same = print_book(amendments.book(comparison(read(BASE, "旧"), read(BASE, "新")))).pdf
    (page,) = texts(same)
    assert "没有不同" in page and "批准：" in page and HEAD not in page


@pytest.mark.parametrize(
    "text",
    [
        "，先说清楚。",
        "……后面的话",
        "说到这里“",
        "𪚥䶮罕见的字。",
        "第１２步照办。",
        "a" * 300,
        "（" * 12 + "）" * 12,
    ],
)
def test_whatever_an_old_revision_holds_can_be_set(tmp_path, text):
    """Rules of typesetting, missing glyphs and the binder's own digits never stop a comparison."""
    told = compared(
        tmp_path, put(MEETING, "purpose: 开好会。", f"purpose: {json.dumps(text, ensure_ascii=False)}")
    )
    assert told.changes or told.unread
    page = "".join(texts(print_book(amendments.book(told)).pdf))
    assert "修订对照表" in page and ("〓" in page) == ("𪚥" in text)


def test_a_handbook_of_which_nothing_can_be_read_gives_a_file_that_says_so(tmp_path):
    (tmp_path / "data").mkdir()
    told = comparison(read(tmp_path, "空"), read(tmp_path, "空"))
    assert "修订对照表" in "".join(texts(print_book(amendments.book(told)).pdf))


def test_the_file_keeps_both_standards(pdf, tmp_path):
    if not (shutil.which("java") and shutil.which("mvn")):
        pytest.skip("veraPDF needs Java and Maven")
    (tmp_path / "changes.pdf").write_bytes(pdf)
    found = verapdf.validate([tmp_path / "changes.pdf"])
    if found is None and os.environ.get("CI") != "true":
        pytest.skip("Maven could not fetch veraPDF")
    assert found is not None, "Maven could not fetch veraPDF"
    assert [verapdf.describe(failure) for failure in found] == []


# -- the appendix --------------------------------------------------------------------------------------------------


def second(folder: Path) -> Catalogue:
    """The base as a second edition of itself, which changed a limit, a cadence and a step."""
    root = changed(
        folder, [LIMIT, MORE, NEW_STEP, put("data/handbook.yaml", 'edition: "2026.1"', 'edition: "2026.2"')]
    )
    told = comparison(read(BASE), read(root))
    records = tuple(edition.recorded(c) for c in told.changes)
    (root / "data/history").mkdir()
    first = edition.to_yaml("2026.1", "2026-11-01", ("首次编印。",), ())
    (root / "data/history/2026.1.yaml").write_text(first, encoding="utf-8")
    text = edition.to_yaml("2026.2", "2026-11-01", ("改了三处。",), records)
    (root / "data/history/2026.2.yaml").write_text(text, encoding="utf-8")
    return load(root)


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return second(tmp_path_factory.mktemp("second"))


def printed(catalogue: Catalogue, root: Path) -> tuple[list[str], bytes]:
    """A book of one item and the appendix."""
    book = Shelf(catalogue, root).item(catalogue.entries["meeting"])
    made = print_book(replace(book, leaves=(*book.leaves, amendments.appendix(catalogue))))
    return texts(made.pdf)[made.physical["amendments"] - 1 :], made.pdf


def test_the_appendix_tells_the_editions_and_what_the_newest_changed_with_its_page(newer, tmp_path):
    (page,), pdf = printed(newer, tmp_path)
    assert "附录修订对照表" in page
    assert "2026.22026年11月1日改了三处。2026.12026年11月1日首次编印。" in page
    at = folios(pdf)["procedures-meeting--step-agenda"]
    assert f"第1步“定议题”·时限第{at}页通知：在开会前至少3天通知：在开会前至少5天修订实质性" in page
    assert "第2步“请上级派人”" in page
    assert [n for n in destinations(pdf) if n == "amendments"] == ["amendments"]


def test_the_appendix_of_a_first_edition_says_that_it_is_one():
    leaf = amendments.appendix(load(BASE))
    assert "本版是首次编印。从下一版起，改了什么逐条列在这里。" in leaf.html and leaf.title == "附录　修订对照表"


def test_the_whole_book_ends_with_the_appendix_before_its_indexes(catalogue):
    book = Shelf(catalogue, ROOT).book(catalogue.editions["handbook"])
    assert book.leaves[-1].id == "amendments" and book.indexes
    assert [
        leaf.id
        for leaf in Shelf(catalogue, ROOT).book(catalogue.editions["training"]).leaves
        if leaf.id == "amendments"
    ] == []


def test_a_printed_page_is_counted_from_the_first_page_of_the_text(newer, tmp_path):
    _, pdf = printed(newer, tmp_path)
    assert folios(pdf) == {n: str(p) for n, p in destinations(pdf).items()}  # this book has no cover and contents
    book = Shelf(newer, tmp_path).item(newer.entries["meeting"])
    whole = print_book(replace(book, front=True)).pdf
    before = destinations(whole)["procedures-meeting"] - 1
    assert before >= 4 and folios(whole)["procedures-meeting"] == "1"
    assert folios(whole) == {n: str(p - before) for n, p in destinations(whole).items() if p > before}


# -- the answer on a role's page -----------------------------------------------------------------------------------


def test_the_page_of_a_role_answers_for_the_steps_and_duties_that_it_repeats(newer):
    states = {
        a.edition: (a.state, [c.where for _, c in a.changes])
        for a in history.answers(newer, "roles/secretary")
    }
    assert states["2026.2"] == ("现行", [])
    state, where = states["2026.1"]
    assert state == "已改动" and {"第1步“定议题”·时限", "第2步“请上级派人”"} <= set(where)
    page = Author(newer, Site("roles/secretary")).show("secretary")
    assert "您手中是2026.1版，本项此后改了" in page
    assert (
        '<a href="../../procedures/meeting/">CX-01 支部党员大会</a>　<a href="../../procedures/meeting/#step-agenda">'
        in page
    )
    untouched = {a.state for a in history.answers(newer, "roles/general-branch")}
    assert untouched == {"现行", "没有改动"}


def test_a_new_item_is_news_for_a_role_but_not_its_birth(tmp_path):
    root = changed(tmp_path, [])
    gone = comparison(read(BASE), read(changed(tmp_path / "without", [{"in": MEETING, "delete": True}])))
    back = comparison(gone.new, gone.old)
    records = tuple(edition.recorded(c) for c in back.changes if c.whole)
    assert "roles/secretary" in records[0].also
    (root / "data/history").mkdir()
    for number, changes in (("2026.1", records), ("2025.1", ())):
        text = edition.to_yaml(number, f"{number[:4]}-11-01", ("说明。",), changes)
        (root / f"data/history/{number}.yaml").write_text(text, encoding="utf-8")
    found = {a.edition: a.state for a in history.answers(load(root), "roles/secretary")}
    assert found == {"2026.1": "现行", "2025.1": "已改动"}


# -- marks ---------------------------------------------------------------------------------------------------------


def shown(pieces: list[list[tuple[str, bool]]]) -> list[str]:
    return ["".join(f"[{text}]" if is_changed else text for text, is_changed in line) for line in pieces]


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        (
            "公示：不少于5个工作日",
            "公示：不少于10个工作日",
            "公示：不少于[5]个工作日",
            "公示：不少于[10]个工作日",
        ),
        ("比例（%）：2", "比例（%）：2.5", "比例（%）：[2]", "比例（%）：[2.5]"),
        ("支部书记定议题。", "支部书记和委员定议题。", "支部书记定议题。", "支部书记[和委员]定议题。"),
        ("开好会。", "按月交党费。", "开好会。", "按月交党费。"),
    ],
)
def test_what_was_changed_in_a_sentence_is_marked(old, new, before, after):
    assert tuple(map(shown, marked((old,), (new,)))) == ([before], [after])


def test_pieces_put_together_are_the_text_and_on_paper_no_mark_begins_with_a_closing_one():
    old, new = "先报告（书面），再开会，后公布。", "先请示（口头、书面）；再开大会；后公布。"
    for paper in (False, True):
        for text, line in zip((old, new), marked((old,), (new,), paper), strict=True):
            assert "".join(piece for piece, _ in line[0]) == text
            if paper:
                assert all(piece[0] not in "，；、）" for piece, _ in line[0][1:])


def test_lists_of_other_lengths_are_not_set_side_by_side():
    assert tuple(map(shown, marked(("一", "二"), ("一",)))) == (["一", "二"], ["一"])


def test_pages_are_told_in_order_each_once_and_runs_as_one():
    assert page_numbers(["12", "4", "9", "10", "11", "4"]) == "第4、9—12页"
    assert page_numbers(["7", "8"]) == "第7、8页"
    assert page_numbers(["13", "12-1", "12", "12-10", "12-2", "11"]) == "第11、12、12-1、12-2、12-10、13页"


# -- the command ---------------------------------------------------------------------------------------------------


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/changes.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_command_writes_the_file_and_the_text_of_one_comparison(tmp_path):
    new = changed(tmp_path / "new", [LIMIT])
    done = run(str(BASE), str(new), "--pdf", str(tmp_path / "a.pdf"), "--out", str(tmp_path / "a.md"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"已写入 {tmp_path}/a.md\n已写入 {tmp_path}/a.pdf\n"
    assert "**修订·实质性**" in (tmp_path / "a.md").read_text(encoding="utf-8")
    assert "通知：在开会前至少5天" in texts((tmp_path / "a.pdf").read_bytes())[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("docs",), "文件夹“docs”里没有 data/，不是一本手册。\n"),
        ((str(BASE), str(BASE), "--out", "docs"), "写不了“docs”。换一个地方或文件名。\n"),
        ((str(BASE), str(BASE), "--pdf", "docs"), "写不了“docs”。换一个地方或文件名。\n"),
        (
            (str(BASE), str(BASE), "--book", "README.md"),
            "读不了打印版“README.md”。先运行 python3 scripts/build.py。\n",
        ),
        (("no-such-branch",), "没有“no-such-branch”这个版本。"),
        (("2031.9", "HEAD"), "没有“2031.9”这个版本。"),
    ],
)
def test_what_cannot_be_done_is_one_chinese_sentence(arguments, says):
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(says) and done.stderr.count("\n") == 1


# -- where printed codes lead --------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["procedures", "checklists", "culture", "forms", "regulations", "roles"])
def test_every_kind_of_page_that_a_printed_code_opens_answers_without_javascript(newer, folder):
    found = [page for page in pages.from_data(newer) if page.path.startswith(f"{folder}/")]
    assert found
    for page in found:
        site = pages.expand(page, Author(newer, Site(page.name)))
        for number in ("2026.2", "2026.1"):
            assert f'<tr data-edition="{number}">' in site, page.path
        paper = pages.expand(page, Author(newer, Paper(page.name)))
        assert paper.count('class="qr"') == (folder != "regulations"), page.path

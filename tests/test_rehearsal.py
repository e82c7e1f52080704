"""From a clone to a published edition, in a real git repository with the project's own scripts and a small handbook."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pypdfium2
import pytest
from handbooks import BASE, STEP
from printed_pages import File

from macros import history
from macros.catalogue import load

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).parent / "golden" / "changes-rehearsal.md"
GOLDEN_PAPER = GOLDEN.with_suffix(".txt")  # the text of the printable table and of the book's appendix
PROJECT = ("macros", "scripts", "mkdocs.yml", "requirements.lock", "requirements-test.lock")
PAGES = {
    "index.md": "# 小手册 { #top }\n\n{{ updates() }}\n",
    "roles/index.md": "# 岗位 { #top }\n",
    "forms/index.md": "# 表单 { #top }\n",
    "regulations/index.md": "# 法规 { #top }\n",
    "terms.md": '# 术语 { #top }\n\n{{ listing("term") }}\n',
    "updates.md": "# 更新记录 { #top }\n\n{{ history() }}\n",
    "downloads.md": "# 下载和打印 { #top }\n\n{{ downloads() }}\n",
    "how-to-use.md": "# 怎样使用 { #top }\n\n页边竖线是本版改过的地方。\n",
    "document-system.md": "# 文件体系 { #top }\n\n一份文件一个编号。\n",
    "calendar.md": "# 工作台历 { #top }\n\n{{ calendar() }}\n",
    "burden.md": "# 负担 { #top }\n\n{{ burden() }}\n",
    "unconfirmed.md": "# 待核清单 { #top }\n\n{{ unconfirmed() }}\n",
    "about.md": "# 关于 { #top }\n\n一本小手册。\n",
}
WHOLE = "title: 小手册\nsummary: 全书。\nprose: 是\nindexes: 是\n"
NEW_RULES = "data/regulations/branch-work-rules-2027.yaml"
OLD_RULES = "data/regulations/branch-work-rules.yaml"
MEETING = "data/procedures/meeting.yaml"


@dataclass
class Rehearsal:
    """The repository, and what each command said on the way."""

    work: Path
    said: dict[str, subprocess.CompletedProcess[str]] = field(default_factory=dict)

    def git(self, *arguments: str) -> str:
        """A git command that has to succeed."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.work, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, name: str, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """One of the project's scripts in the clone, with the packages that run these tests."""
        code = (
            f"import sys; sys.path.insert(0, 'scripts'); sys.argv = ['{script}', *{arguments!r}]; import _setup; "
            f"_setup.ensure = lambda *a: None; exec(open('scripts/{script}').read(), "
            f"{{'__name__': '__main__', '__file__': {str(self.work / 'scripts' / script)!r}}})"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=self.work,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        self.said[name] = done
        return done

    def edit(self, file: str, find: str, put: str, times: int = 1) -> None:
        path = self.work / file
        text = path.read_text(encoding="utf-8")
        assert text.count(find) == times, (file, find, text.count(find))
        path.write_text(text.replace(find, put), encoding="utf-8", newline="\n")


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """The whole way, once; the tests read what was left behind."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AUTHOR", "COMMITTER"):
            patch.setenv(f"GIT_{name}_NAME", "编辑")
            patch.setenv(f"GIT_{name}_EMAIL", "editor@example.org")
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
        yield rehearse(tmp_path_factory.mktemp("rehearsal"))


def rehearse(folder: Path) -> Rehearsal:
    origin = folder / "origin"
    for name in PROJECT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, origin / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, origin / name)
    shutil.copytree(BASE / "data", origin / "data")
    shutil.copytree(ROOT / "docs" / "assets", origin / "docs" / "assets")
    for name, text in PAGES.items():
        (origin / "docs" / name).parent.mkdir(parents=True, exist_ok=True)
        (origin / "docs" / name).write_text(text, encoding="utf-8")
    (origin / "data" / "editions").mkdir()
    (origin / "data" / "editions" / "handbook.yaml").write_text(WHOLE, encoding="utf-8")
    (origin / ".gitignore").write_text("build/\n.cache/\n__pycache__/\n", encoding="utf-8")
    publisher = Rehearsal(origin)
    publisher.git("init", "-q", "-b", "main")
    publisher.git("add", "-A")
    publisher.git("commit", "-q", "-m", "小手册")
    assert publisher.run("first edition", "edition.py", "--write", "--date", "2026-11-01").returncode == 0
    publisher.git("add", "-A")
    publisher.git("commit", "-q", "-m", "2026.1版")
    publisher.git("tag", "-a", "2026.1", "-m", "2026.1版")
    publisher.run("first printed", "build.py")

    work = folder / "work"
    subprocess.run(["git", "clone", "-q", str(origin), str(work)], check=True)
    r = Rehearsal(work, publisher.said)
    r.git("switch", "-q", "-c", "new-rules")
    # The regulation first: what rests on the old one is listed, and is a problem from the moment it is repealed.
    r.run("impact", "impact.py", "支部工作条例")
    shutil.copyfile(work / OLD_RULES, work / NEW_RULES)
    r.edit(NEW_RULES, "short: 支部工作条例\n", "short: 支部工作条例（新）\n")
    r.edit(OLD_RULES, "state: 现行\n", "state: 废止\nreplaced_by: 支部工作条例（新）\n")
    r.run("repealed", "check.py")
    r.edit(MEETING, "regulation: 支部工作条例\n", "regulation: 支部工作条例（新）\n", times=3)
    r.edit(MEETING, "amount: 3\n", "amount: 5\n")
    r.edit(MEETING, "      - id: gather\n", STEP + "      - id: gather\n")
    r.run("handled", "check.py")
    r.run("dirty", "edition.py", "--write")
    r.git("add", "-A")
    r.git("commit", "-q", "-m", "按新条例改支部党员大会\n\n理由：新条例施行\n依据：新条例第二条")
    r.run("table", "changes.py", "main", "HEAD")
    r.run("paper", "changes.py", "main", "HEAD", "--pdf", "build/table.pdf")
    r.git("push", "-q", "origin", "new-rules")

    publisher.git("merge", "-q", "--no-ff", "-m", "合并 new-rules", "new-rules")
    r.git("switch", "-q", "main")
    r.git("pull", "-q", "--ff-only")
    r.run("proposal", "edition.py", "--date", "2026-12-01")
    r.edit(MEETING, "purpose: 开好会。", "purpose: 开好会,")
    r.git("commit", "-q", "-am", "写错一处")
    r.run("failing", "edition.py", "--write")
    r.git("reset", "-q", "--hard", "HEAD~1")
    r.run("too early", "edition.py", "--write", "--date", "2026-10-01")
    r.run("not newer", "edition.py", "--write", "--number", "2025.4")
    r.run("second edition", "edition.py", "--write", "--date", "2026-12-01")
    r.git("add", "-A")
    r.git("commit", "-q", "-m", "2026.2版")
    r.git("tag", "-a", "2026.2", "-m", "2026.2版")
    r.run("published", "check.py")
    r.run("built", "build.py")
    return r


def test_a_repealed_regulation_is_a_problem_at_every_place_that_impact_lists(rehearsal):
    listed = set(re.findall(r"^    (data/\S+:\d+)$", rehearsal.said["impact"].stdout, re.M))
    told = set(re.findall(r"^(data/\S+:\d+): .*不能作依据$", rehearsal.said["repealed"].stdout, re.M))
    assert len(listed) == 3 and told == listed
    assert rehearsal.said["repealed"].returncode == 1


def test_once_every_place_is_handled_the_check_passes(rehearsal):
    assert rehearsal.said["handled"].returncode == 0, rehearsal.said["handled"].stdout


def test_the_table_is_as_a_reviewer_last_read_it(rehearsal):
    """After a wanted change: UPDATE_GOLDEN=1."""
    done = rehearsal.said["table"]
    assert (done.returncode, done.stderr) == (0, "")
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(done.stdout, encoding="utf-8", newline="\n")
    assert done.stdout == GOLDEN.read_text(encoding="utf-8")


def pages(pdf: Path) -> list[str]:
    """The text of each page, one line each, without spaces."""
    document = pypdfium2.PdfDocument(pdf)
    return [re.sub(r"[\s\u00ad\ufffe]", "", page.get_textpage().get_text_bounded()) for page in document]


def test_the_printable_table_and_the_appendix_of_the_book_are_as_a_reviewer_last_read_them(rehearsal):
    """The same changes three times: on the pull request, on paper to be signed, in the next edition of the book."""
    assert rehearsal.said["paper"].stdout == "已写入 build/table.pdf\n", rehearsal.said["paper"].stderr
    built = rehearsal.said["built"]
    assert built.returncode == 0, built.stdout + built.stderr
    book = pages(rehearsal.work / "build/handbook.pdf")
    contents, *appendix = (page for page in book if "附录修订对照表" in page)
    assert contents.index("附录修订对照表") < contents.index("术语索引")
    assert appendix and book.index(appendix[-1]) < next(n for n, page in enumerate(book) if page.startswith("术语索引"))
    text = "\n".join([*pages(rehearsal.work / "build/table.pdf"), *appendix]) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN_PAPER.write_text(text, encoding="utf-8", newline="\n")
    assert text == GOLDEN_PAPER.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("dirty", "有没有提交的改动"),
        ("failing", "内容有误（共 1 处问题），先运行 python3 scripts/check.py 并改好"),
        ("too early", "2026-10-01 比上一版的日期 2026-11-01 早"),
        ("not newer", "2025.4 不比上一版 2026.1 新"),
    ],
)
def test_no_edition_is_made_of_a_tree_or_date_that_is_not_sound(rehearsal, name, says):
    done = rehearsal.said[name]
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr and done.stderr.count("\n") == 1


def test_a_proposal_writes_nothing(rehearsal):
    done = rehearsal.said["proposal"]
    assert done.stdout.startswith("版次：2026.2\n日期：2026-12-01\n编修说明：\n  与2026.1版相比，")
    assert "没有写文件" in done.stdout


def test_the_tag_holds_the_history_of_its_edition(rehearsal):
    names = rehearsal.git("ls-tree", "--name-only", "2026.2", "data/history/").split()
    assert names == [f"data/history/{edition}.{kind}" for edition in ("2026.1", "2026.2") for kind in ("pages.json", "yaml")]
    assert 'edition: "2026.2"' in rehearsal.git("show", "2026.2:data/handbook.yaml")
    assert rehearsal.said["published"].returncode == 0
    told = load(rehearsal.work).history[0]
    assert {c.reason for c in told.changes} == {"新条例施行"}
    assert "第1步“定议题”·时限" in [c.where for c in told.changes]


def test_a_copy_of_the_first_edition_is_told_what_changed(rehearsal):
    answers = {a.edition: a for a in history.answers(load(rehearsal.work), "procedures/meeting")}
    assert {e: a.state for e, a in answers.items()} == {"2026.2": "现行", "2026.1": "已改动"}
    built = rehearsal.said["built"]
    assert built.returncode == 0, built.stdout + built.stderr
    html = (rehearsal.work / "build/site/procedures/meeting/index.html").read_text(encoding="utf-8")
    assert f"您手中是2026.1版，本项此后改了{len(answers['2026.1'].changes)}处：" in html
    assert (rehearsal.work / "build/site/updates.xml").is_file()


def test_the_same_revisions_give_the_same_table(rehearsal):
    again = rehearsal.run("again", "changes.py", "2026.1", "new-rules").stdout
    assert re.search(r"<br>印刷页：第\d+、\d+页 \|", again)  # by now there is a book to look pages up in
    again = re.sub(r"<br>印刷页：[^|]+ \|", " |", again)
    without, _, note = rehearsal.said["table"].stdout.partition("\n## 没有列出的\n")
    assert note and again.split("\n")[3:] == without.split("\n")[3:]


def test_an_unknown_revision_is_one_sentence(rehearsal):
    done = rehearsal.run("unknown", "changes.py", "2024.1")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("没有“2024.1”这个版本。") and done.stderr.count("\n") == 1


def test_an_edition_without_the_tag_of_the_last_is_refused(rehearsal):
    rehearsal.git("tag", "-d", "2026.2")
    try:
        done = rehearsal.run("untagged", "edition.py", "--date", "2026-12-31")
    finally:
        rehearsal.git("tag", "-a", "2026.2", "-m", "2026.2版")
    assert done.returncode == 1 and "找不到上一版的标签“2026.2”" in done.stderr


# -- on paper ---------------------------------------------------------------------------------------------------------

# The meeting got a step and a record of its revisions, the regulations a new one: a page more each. No number behind changes.
SWAPS = (
    ("封面（1张）", "封面（1张）", "封面和目录"),
    ("第9至12页（2张）", "第9至12页（3张）", "CX-01支部党员大会：总依据；第1步“定议题”·时限；第2步“请上级派人”等5处"),
    (
        "第21至24页（2张）",
        "第21至24-1页（3张）",
        "岗位（随别处的修订）法规：支部工作条例·状态；支部工作条例·被什么取代；支部工作条例（新）·整项",
    ),
    ("第27至28页（1张）", "第27至28页（1张）", "BD-01会议记录（随别处的修订）"),
    ("第31页（1张）", "第31至31-1页（1张）", "附录修订对照表（随别处的修订）"),
    ("第35至36页（1张）", "第35至36页（1张）", "法规条文索引（随别处的修订）岗位索引（随别处的修订）"),
)
SHEETS = (
    ("封面", "说明"), ("9", "10"), ("11", "11-1"), ("空白页", "12"),
    ("21", "22"), ("23", "24"), ("24-1", "空白页"), ("27", "28"), ("31", "31-1"), ("35", "36"),
)  # fmt: skip


@dataclass(frozen=True)
class Papers:
    """The whole book of both editions, and the sheets to change."""

    first: File
    second: File
    changes: File


@pytest.fixture(scope="module")
def papers(rehearsal) -> Papers:
    for name in ("first printed", "built"):
        assert rehearsal.said[name].returncode == 0, rehearsal.said[name].stdout + rehearsal.said[name].stderr
    first = rehearsal.work.parent / "origin" / "build"
    second = rehearsal.work / "build"
    changes = second / "site" / "pdf" / "changes-2026.1-2026.2.pdf"
    return Papers(*map(File, (first / "handbook.pdf", second / "handbook.pdf", changes)))


def test_the_list_names_exactly_the_sheets_that_changed(papers):
    text = papers.changes.texts[0]
    assert "把2026.1版换成2026.2版：取出8张，放入10张；换好以后全书22张。" in text
    rows = "".join(f"{n}{''.join(swap)}" for n, swap in enumerate(SWAPS, 1))
    assert f"为什么{rows}" in text and not re.search(rf"为什么.*{re.escape(rows)}\d", text)


def test_the_file_of_changed_sheets_holds_these_sheets_and_no_others(papers):
    assert papers.changes.labels == ["换页清单", "空白页", *(label for sheet in SHEETS for label in sheet)]


def test_each_changed_page_is_the_page_of_the_new_book(papers):
    compared = 0
    for label, text in list(zip(papers.changes.labels, papers.changes.texts, strict=True))[2:]:
        assert text == ("" if label == "空白页" else papers.second.numbered[label]), label
        compared += label != "空白页"
    assert compared == 18


def test_a_page_that_stays_says_what_it_said_and_a_changed_sheet_says_something_else(papers):
    """But for the number of the edition, which stays that of the paper it is printed on."""
    put = {label for sheet in SHEETS for label in sheet} - {"空白页"}
    first, second = papers.first.numbered, papers.second.numbered
    kept = [label for label, text in second.items() if label not in put and text]
    assert len(kept) == 19
    for label in kept:
        assert second[label] == first[label].replace("2026.1", "2026.2"), label
    for sheet in SHEETS:
        changed = [n for n in sheet if n != "空白页" and second[n] != first.get(n, "").replace("2026.1", "2026.2")]
        assert changed or "空白页" in sheet, sheet


def test_exchanging_the_sheets_of_the_old_book_gives_the_new_one(papers):
    """By hand, as the list says: out and in by the numbers on the pages, then the old book is the new one."""
    out = {"封面", "说明", *map(str, range(9, 13)), *map(str, range(21, 25)), "27", "28", "31", "35", "36"}
    put = [label for sheet in SHEETS for label in sheet if label != "空白页"]
    left = [label for label, text in papers.first.numbered.items() if label not in out and text]

    def place(label: str) -> tuple:
        body = re.fullmatch(r"(\d+)(?:-(\d+))?", label)
        front = {"封面": 0, "说明": 1}.get(label, 2)
        return (1, int(body[1]), int(body[2] or 0)) if body else (0, front, len(label))

    assert sorted([*left, *put], key=place) == [label for label, text in papers.second.numbered.items() if text]


def test_bars_stand_beside_what_changed_and_nowhere_else(papers):
    marked = {label for label, bars in zip(papers.second.labels, papers.second.bars, strict=True) if bars}
    assert marked == {"10", "11", "23"}
    beside = papers.second.beside("10") + papers.second.beside("11")
    for words in ("什么依据依据《支部工作条例（新）》", "在开会前至少5天", "请上级派人", "清点人数", "表决"):
        assert words in beside, words
    for words in ("流程图", "本单位填写", "常见错误", "相关内容", "本项修订记录"):
        assert words in papers.second.numbered["10"] + papers.second.numbered["11"] + papers.second.numbered["11-1"]
        assert words not in beside, words
    assert papers.second.beside("23").startswith("支部工作条例") and "选举工作" not in papers.second.beside("23")


def test_bars_stand_in_the_outer_margin_and_the_foot_says_what_they_mean(papers):
    for at, bars in enumerate(papers.second.bars):
        for bar in bars:
            assert 0 < bar.x < 18 / 25.4 * 72 if at % 2 else bar.x > (210 - 18) / 25.4 * 72
        assert bool(bars) is ("竖线处本版改过" in papers.second.texts[at])


def test_a_first_edition_has_no_bars_and_nothing_to_exchange(papers, rehearsal):
    assert papers.first.texts and not any(papers.first.bars)
    assert not list((rehearsal.work.parent / "origin/build/site/pdf").glob("changes-*"))


def test_the_page_of_downloads_offers_the_changed_sheets(rehearsal):
    html = (rehearsal.work / "build/site/downloads/index.html").read_text(encoding="utf-8")
    assert 'href="../pdf/changes-2026.1-2026.2.pdf"' in html and "换页：2026.1版换成2026.2版" in html


# -- the code on the paper, read with a phone ------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.parametrize(
    ("query", "state", "says"),
    [
        ("?edition=2026.1", "已改动", "您手中是2026.1版，本项此后改了"),
        ("?edition=2026.2", "现行", "您手中是2026.2版，是现行的版次，仍然有效。"),
        (
            "?edition=2024.3",
            "不认识",
            "没有出过2024.3版，请再看一眼纸上的页脚。出过的版次有：2026.2、2026.1。以本页为准。",
        ),
        (
            "?edition=2031.1",
            "不认识",
            "您手中是2031.1版，比这个网站的2026.2版新。请找新的网站核对；在这以前以手中的为准。",
        ),
        ("?edition=%3Cb%3Ex", "不认识", "“<b>x”不是版次。版次印在纸上的页脚，像 2026.2 这样。"),
        ("?edition=", "不认识", "“”不是版次。"),
    ],
)
def test_the_page_answers_for_the_edition_in_its_address(rehearsal, query, state, says):
    from playwright.sync_api import sync_playwright

    page_file = (rehearsal.work / "build/site/procedures/meeting/index.html").as_uri()
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ["CHROMIUM"],
            args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.goto(page_file + query)
        answer = page.locator(".edition-answer")
        assert answer.get_attribute("data-state") == state
        assert says in answer.inner_text()
        assert page.locator("[id]").evaluate_all("all => all.length - new Set(all.map(e => e.id)).size") == 0
        if state == "已改动":
            link = answer.get_by_role("link").first
            link.click()
            assert page.url.endswith("#step-agenda")
        browser.close()


@pytest.mark.browser
def test_without_javascript_the_table_answers_and_without_an_edition_nothing_is_said(rehearsal):
    from playwright.sync_api import sync_playwright

    page_file = (rehearsal.work / "build/site/procedures/meeting/index.html").as_uri()
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=os.environ["CHROMIUM"],
            args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page(java_script_enabled=False)
        page.goto(page_file + "?edition=2026.1")
        assert page.locator(".edition-answer").count() == 0
        page.locator("#edition-check > summary").focus()
        page.keyboard.press("Enter")
        row = page.locator('#edition-check tr[data-edition="2026.1"]')
        assert row.is_visible() and "本项此后改了" in row.inner_text()
        page = browser.new_page()
        page.goto(page_file)
        assert page.locator(".edition-answer").count() == 0
        browser.close()

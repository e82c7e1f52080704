"""Published editions: what a page says of them, the answer to a printed copy, the feed, review dates, what rests on a regulation."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

import pytest
from handbooks import BASE, changed

from macros import catalogue as catalogues
from macros import history, pages, report
from macros.authoring import Author, UnknownName
from macros.catalogue import Catalogue, load
from macros.changes import comparison, edition, impact, read
from macros.changes.feed import feed
from macros.kinds.fields import months_after
from macros.kinds.history import edition_key
from macros.media import Paper, Site
from macros.pages import Page

ROOT = Path(__file__).resolve().parents[1]
MEETING = "procedures/meeting"


def record(date: str, note: str, *changes: str) -> str:
    """The text of a file in data/history/."""
    return f"date: {date}\nnote: {note}\n" + ("changes:\n" + "".join(changes) if changes else "")


def change(page: str, item: str, where: str, kind: str, more: str = "") -> str:
    return f"  - page: {page}\n    item: {item}\n    where: {where}\n    kind: {kind}\n{more}"


LIMIT = change(
    MEETING,
    "CX-01 支部党员大会",
    "第1步“定议题”·时限",
    "修订",
    "    anchor: step-agenda\n    substantial: 是\n    old: 通知：不少于2天\n    new: 通知：不少于3天\n",
)
STEP = change(
    MEETING,
    "CX-01 支部党员大会",
    "原第3步“合影”",
    "废止",
    "    anchor: step-photo\n    old: 标题：合影\n    reason: 没有依据\n",
)
NEW = change("forms/record", "BD-01 会议记录", "整项", "新增", "    whole: 是\n    new: BD-01 会议记录\n")
GONE = change(
    "procedures/old-way",
    "CX-09 旧做法",
    "整项",
    "废止",
    "    whole: 是\n    old: CX-09 旧做法\n    reason: 并入支部党员大会\n",
)
MOVED = change("procedures/pay", "CX-03 党费交纳", "文件名", "移动", "    moved_to: procedures/dues\n")
PAY = change("procedures/pay", "CX-03 党费交纳", "目的", "文字", "    old: 算明白。\n    new: 算清楚。\n")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The base after four editions; its own is the last."""
    texts = {
        "2025.1": record("2025-03-01", "首次编印。"),
        "2025.2": record("2025-09-01", "改了一处。", LIMIT, NEW, PAY),
        "2025.10": record("2025-12-01", "又改了两处。", STEP, MOVED, GONE),
        "2026.1": record("2026-11-01", "没有改动。"),
    }
    edits = [{"in": f"data/history/{number}.yaml", "write": text} for number, text in texts.items()]
    return load(changed(tmp_path_factory.mktemp("small"), edits))


def html(small: Catalogue, page: str, paper: bool = False) -> str:
    found = next(p for p in pages.from_data(small) if p.name == page)
    return pages.expand(found, Author(small, Paper(page) if paper else Site(page)))


def states(small: Catalogue, page: str) -> dict[str, tuple[str, int]]:
    return {a.edition: (a.state, len(a.changes)) for a in history.answers(small, page)}


def test_editions_are_ordered_by_number_not_by_spelling(small):
    assert [e.id for e in small.history] == ["2026.1", "2025.10", "2025.2", "2025.1"]
    assert [edition_key(t) for t in ("2025.10", "第一版", "2025.0", "25.1")] == [(2025, 10), (), (), ()]


def test_a_copy_is_told_what_changed_since_its_edition_and_no_more(small):
    assert states(small, MEETING) == {
        "2026.1": ("现行", 0),
        "2025.10": ("没有改动", 0),
        "2025.2": ("已改动", 1),
        "2025.1": ("已改动", 2),
    }


def test_a_copy_older_than_the_item_a_withdrawn_item_and_an_untouched_one_are_told_so(small):
    assert states(small, "forms/record")["2025.1"] == ("还没有", 0)
    assert states(small, "forms/record")["2025.2"] == ("没有改动", 0)
    assert states(small, "procedures/old-way")["2025.1"][0] == "已废止"
    assert {state for state, _ in states(small, "procedures/admission").values()} == {"现行", "没有改动"}


def test_an_item_keeps_the_record_of_its_older_name(small):
    assert states(small, "procedures/dues") == {
        "2026.1": ("现行", 0), "2025.10": ("没有改动", 0), "2025.2": ("没有改动", 0), "2025.1": ("已改动", 1)
    }  # fmt: skip


def test_the_page_of_an_item_has_its_record_and_every_answer_without_javascript(small):
    page = html(small, MEETING)
    assert "您手中是2025.1版，本项此后改了2处：" in page
    assert (
        '<a href="#step-agenda">第1步“定议题”·时限</a>（2025.2版修订，实质性）：通知：不少于2天 → 通知：不少于3天'
        in page
    )
    assert "原第3步“合影”" in page and "#step-photo" not in page  # a step that is gone is named, not linked
    assert "理由：没有依据" in page
    assert page.count("<tr data-edition=") == 4 and 'data-current="2026.1"' in page
    assert "编入以来没有改动。" in html(small, "procedures/admission")


def test_paper_has_the_record_where_there_is_one_and_no_answers(small):
    assert "本项修订记录" in html(small, MEETING, paper=True)
    for page in (MEETING, "procedures/admission"):
        assert "edition-check" not in html(small, page, paper=True)
    assert "本项修订记录" not in html(small, "procedures/admission", paper=True)
    assert "本项修订记录" not in html(small, "forms/record", paper=True)  # a form stays one sheet


def test_printed_codes_of_gone_and_renamed_items_still_lead_somewhere(small):
    assert [(g.page, g.moved_to) for g in history.gone(small)] == [
        ("procedures/pay", "procedures/dues"),
        ("procedures/old-way", ""),
    ]
    assert "本项从2025.10版起废止" in html(small, "procedures/old-way") and "并入支部党员大会" in html(
        small, "procedures/old-way"
    )
    assert 'href="../dues/"' in html(small, "procedures/pay")


def on_a_page(small: Catalogue, call: str) -> str:
    return pages.expand(Page("x.md", "x", "x", f"{{{{ {call} }}}}"), Author(small, Site("x")))


def test_all_editions_stand_on_one_page_newest_first(small):
    text = on_a_page(small, "history()")
    places = [text.index(f"## {number}版（") for number in ("2026.1", "2025.10", "2025.2", "2025.1")]
    assert places == sorted(places)
    assert "修订对照表：2处" in text and "文件名" not in text
    assert 'href="../updates.xml"' in text


def test_the_newest_edition_stands_on_the_home_page(small):
    older = replace(small, history=small.history[2:])
    text = on_a_page(older, "updates()")
    assert "2025.2版" in text and "改了一处。" in text
    assert text.index("整项") < text.index("第1步“定议题”·时限")
    assert on_a_page(older, 'updates("1")').count("<li>") == 1
    assert "还没有发布过版次" in on_a_page(replace(small, history=()), "updates()")
    with pytest.raises(UnknownName, match="“许多”不是条数"):
        on_a_page(small, 'updates("许多")')


def test_the_board_has_state_replacement_and_next_review(small):
    text = on_a_page(small, "board()")
    for entry in small.of("regulation"):
        assert f"regulations/{entry.id}/" in text
    old = text[text.index("发展党员工作细则（2014年）") :]
    assert "废止" in old[:300] and "member-development-rules-2026" in old[:400]
    assert "废止</span>（2025.10版）" in text


def test_the_feed_is_atom_with_the_dates_of_editions(small):
    name = "{http://www.w3.org/2005/Atom}"
    tree = ElementTree.fromstring(feed(small, "https://example.org/handbook"))
    entries = tree.findall(f"{name}entry")
    assert (
        [e.findtext(f"{name}updated") for e in entries][0]
        == tree.findtext(f"{name}updated")
        == "2026-11-01T00:00:00+08:00"
    )
    assert len({e.findtext(f"{name}id") for e in (tree, *entries)}) == 5
    assert (
        entries[0].find(f"{name}link").get("href") == "https://example.org/handbook/updates/#edition-2026-1"
    )
    assert "CX-01 支部党员大会" in entries[2].findtext(f"{name}content")
    assert feed(small, "") == feed(small, "")
    assert 'href="updates/"' in feed(small, "")


# -- making an edition ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handbook", "published", "date", "number"),
    [
        ("2026.1", (), "2026-11-23", "2026.1"),
        ("2026.1", ("2026.1",), "2026-12-01", "2026.2"),
        ("2026.9", ("2026.9", "2026.8"), "2026-12-01", "2026.10"),
        ("2026.2", ("2026.2",), "2027-01-05", "2027.1"),
        ("2027.1", ("2026.2",), "2026-12-31", "2027.1"),
        ("试用版", (), "2026-11-23", "2026.1"),
    ],
)
def test_the_next_number_follows_the_year(handbook, published, date, number):
    assert edition.next_number(handbook, published, date) == number


def test_what_an_edition_writes_is_read_back_as_it_was(tmp_path):
    text = (BASE / "data/procedures/meeting.yaml").read_text(encoding="utf-8")
    text = text.replace("purpose: 开好会。", "purpose: 开好会：“照着做”，\\ {{ 1 }} #。").replace(
        "amount: 3", "amount: 5"
    )
    told = comparison(
        read(BASE), read(changed(tmp_path / "new", [{"in": "data/procedures/meeting.yaml", "write": text}]))
    )
    records = tuple(edition.recorded(c) for c in told.changes)
    assert len(records) == 2
    notes = edition.note(told, "2026.1")
    written = edition.to_yaml("2026.2", "2026-12-01", notes, records)
    handbook = edition.stamped(
        (BASE / "data/handbook.yaml").read_text(encoding="utf-8"), "2026.2", "2026-12-01"
    )
    edits = [
        {"in": "data/history/2026.2.yaml", "write": written},
        {"in": "data/handbook.yaml", "write": handbook},
    ]
    found = load(changed(tmp_path / "again", edits))
    assert (found.handbook.edition, found.handbook.date) == ("2026.2", "2026-12-01")
    assert found.history[0].changes == records and found.history[0].note == notes


def test_the_draft_of_the_note_counts_and_names_what_is_of_substance(tmp_path):
    edits = [
        {"in": "data/procedures/meeting.yaml", "find": "amount: 3", "put": "amount: 5"},
        {"in": "data/culture/emblem.yaml", "delete": True},
    ]
    told = comparison(read(BASE), read(changed(tmp_path, edits)))
    assert edition.note(told, "2026.1") == (
        "与2026.1版相比，共2处：修订1处，废止1处；其中实质性的2处。",
        "实质性的修订：支部党员大会，第1步“定议题”·时限。",
        "废止的条目：党徽。",
    )


# -- review dates -----------------------------------------------------------------------------------------------------


def test_a_review_falls_due_after_its_months():
    assert months_after("2026-11-22", 12) == "2027-11-22"
    assert months_after("2024-02-29", 12) == "2025-02-28"
    assert months_after("2026-08", 6) == "2027-02-01"


def test_what_is_overdue_is_marked_by_the_editions_date_alone(tmp_path):
    edits = [
        {"in": "data/procedures/meeting.yaml", "find": "reviewed: 2026-11-01", "put": "reviewed: 2025-10-31"},
        {"in": "data/procedures/dues.yaml", "find": "reviewed: 2026-11-01", "put": "reviewed: 2025-11-01"},
    ]
    late = load(changed(tmp_path, edits))
    for paper in (False, True):
        assert "已过复核日期2026年10月31日" in html(late, MEETING, paper)
        assert "已过复核日期" not in html(late, "procedures/dues", paper)  # due on the day itself is in time


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, f"scripts/{script}", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_check_lists_what_is_due_on_a_day(small):
    told = list(report.due(small, "2027-05-31"))
    assert (
        "data/regulations/member-development-rules-2014.yaml:8: 发展党员工作细则（2014年）：2027年5月31日前核对法规"
        in told
    )
    assert list(report.due(small, "2026-01-01")) == ["到2026年1月1日，要复核和核对的有0项"]
    done = run("check.py", "--root", str(BASE), "--due", "2028-01-01")
    assert (
        "data/procedures/meeting.yaml:5: 支部党员大会：2027年11月1日前复核，归口岗位支部书记\n" in done.stdout
    )
    assert done.returncode == 0
    wrong = run("check.py", "--due", "明天")
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "参数 --due: “明天”不是日期，写成 2027-06-30 这样。用 --help 查看说明。\n",
    )


# -- what rests on a regulation -----------------------------------------------------------------------------------------


def test_everything_that_rests_on_a_regulation_is_found(catalogue):
    """In the real handbook: as many places as there are citations, each with the line that cites it."""
    compared = 0
    for entry in catalogue.of("regulation"):
        found = impact.uses(catalogue, entry.id)
        places = {u.source for u in found if not u.source.startswith(("data/roles", "data/terms"))}
        assert len(places) == len(catalogue.cited_by(entry.id)), entry.id
        compared += len(places)
        names = {entry.id, entry.item.short, entry.item.title}
        for use in found:
            path, line = use.source.split(":")
            text = (ROOT / path).read_text(encoding="utf-8").split("\n")[int(line) - 1]
            assert any(name in text for name in names), use
    assert compared > 1000


def test_marking_a_regulation_as_repealed_makes_every_citation_a_problem(catalogue, tmp_path):
    """Not one of the places that impact.py lists goes on unnoticed."""
    regulation = "branch-work-rules"
    listed = {u.source for u in impact.uses(catalogue, regulation)}
    assert len(listed) > 200
    root = tmp_path / "handbook"
    shutil.copytree(ROOT / "data", root / "data")
    file = root / "data/regulations" / f"{regulation}.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count("state: 现行\n") == 1
    file.write_text(text.replace("state: 现行\n", "state: 废止\n"), encoding="utf-8")
    _, problems = catalogues.inspect(root)
    told = {f"{p.path}:{p.line}" for p in problems if "不能作依据" in p.message}
    assert told == listed


def test_the_script_answers_article_by_article_and_guesses_what_was_meant():
    done = run("impact.py", "发展党员工作细则", "--root", str(BASE))
    assert done.returncode == 0
    assert done.stdout.startswith("《发展党员工作细则》（现行）：引用")
    order = [
        done.stdout.index(f"\n{article}\n")
        for article in ("第十三条", "第十七条", "第十九条", "第二十条", "第二十二条", "没有写条号")
    ]
    assert order == sorted(order)
    assert (
        "  CX-02 接收预备党员：第1步“公示拟列为发展对象的人选”（来源 A）\n    data/procedures/admission.yaml:27\n"
        in done.stdout
    )
    assert "在网站的" in done.stdout and "印在第几页：还没有打印版。" in done.stdout
    data = json.loads(run("impact.py", "发展党员工作细则", "--json", "--root", str(BASE)).stdout)
    assert data[0]["article"] == "第十三条" and data[0]["anchor"] == "step-notice"
    wrong = run("impact.py", "发展党员工作条例", "--root", str(BASE))
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr.startswith("没有“发展党员工作条例”这部法规。是不是“发展党员工作细则")


def test_what_rests_on_a_regulation_is_told_with_its_printed_page(small):
    """Where a book was built its pages stand there without asking: at each place, and all of them in one line."""
    printed = {"procedures-admission": "7", "procedures-admission--step-notice": "8"}
    regulation = "member-development-rules-2026"
    found = impact.uses(small, regulation, printed)
    lines = list(impact.told(small, regulation, found, built=True))
    assert lines[0].endswith("，打印版的2页上：第7、8页")
    assert "  CX-02 接收预备党员：第1步“公示拟列为发展对象的人选”（来源 A，印在第8页）\n    data/procedures/admission.yaml:27" in lines
    assert "还没有打印版" in next(impact.told(small, regulation, impact.uses(small, regulation), built=False))

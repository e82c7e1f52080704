"""修订对照表: what counts as a change, what it is called, whom it touches; and that nothing old makes it fall over."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from handbooks import BASE, STEP, changed

from macros import source
from macros.changes import Change, Comparison, Reason, compare, comparison, read, table
from macros.changes.item import BOOKKEEPING
from macros.kinds.history import ChangeKind

GOLDEN = Path(__file__).parent / "golden"
MEETING = "data/procedures/meeting.yaml"
ADMISSION = "data/procedures/admission.yaml"
DAILY = "data/checklists/daily.yaml"

GATHER = """\
      - id: gather
        title: 清点人数
"""


def after(tmp_path: Path, *edits: dict[str, Any], reasons: dict[str, Reason] | None = None) -> Comparison:
    """The base compared with the base as these edits leave it."""
    return comparison(read(BASE, "旧版"), read(changed(tmp_path / "new", list(edits)), "新版"), reasons)


def put(file: str, find: str, text: str) -> dict[str, str]:
    return {"in": file, "find": find, "put": text}


def only(told: Comparison) -> Change:
    assert len(told.changes) == 1, told.changes
    return told.changes[0]


def test_two_equal_handbooks_do_not_differ(tmp_path):
    told = after(tmp_path)
    assert (told.changes, told.loads, told.reviewed, told.unread) == ((), (), (), ())
    assert "没有不同。" in table.markdown(told)


def test_layout_comments_order_of_keys_and_other_spellings_are_no_change(tmp_path):
    """The same values typed by another hand: flow for block, quotes, ids for names, a list for one word."""
    root = changed(tmp_path / "new", [put(MEETING, "by: 支部书记\n", "by: [secretary]\n")])
    for file in sorted((root / "data").rglob("*.yaml")):
        value = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        value = {key: value[key] for key in reversed(value)}
        text = yaml.safe_dump(
            value, allow_unicode=True, sort_keys=False, default_flow_style=None, width=40, indent=6
        )
        file.write_text("# 另一种排版\n" + text, encoding="utf-8")
    told = comparison(read(BASE), read(root))
    assert (told.changes, told.unread) == ((), ())


def test_a_limit_is_told_in_words_with_whom_it_touches(tmp_path):
    change = only(after(tmp_path, put(MEETING, "amount: 3\n", "amount: 5\n")))
    assert (change.where, change.field, change.kind) == ("第1步“定议题”·时限", "时限", ChangeKind.REVISED)
    assert (change.old, change.new) == (("通知：在开会前至少3天",), ("通知：在开会前至少5天",))
    assert change.substantial
    assert (change.code, change.title, change.anchor) == ("CX-01", "支部党员大会", "step-agenda")
    assert change.roles == ("secretary",)
    assert change.checklists == ("daily",)
    assert change.pages == ("procedures/meeting", "roles/secretary")


@pytest.mark.parametrize(
    ("file", "find", "text", "where"),
    [
        (ADMISSION, "share: 1/2", "share: 2/3", "第3步“支部大会讨论”·到会和表决"),
        (ADMISSION, "article: 第十七条", "article: 第十八条", "第2步“集中培训”·依据"),
        (ADMISSION, "ballot: 无记名投票", "ballot: 举手表决", "第3步“支部大会讨论”·表决方式"),
        (DAILY, "every: 月", "every: 季度", "事项“开党小组会”·多久一次"),
        ("data/regulations/branch-work-rules.yaml", "state: 现行", "state: 修订中", "状态"),
    ],
)
def test_limits_majorities_cadences_and_bases_are_of_substance(tmp_path, file, find, text, where):
    first = (BASE / file).read_text(encoding="utf-8").replace(find, text, 1)
    change = only(after(tmp_path, {"in": file, "write": first}))
    assert change.substantial and change.kind is ChangeKind.REVISED
    assert change.where == where


def test_other_words_are_wording_and_other_actions_are_not(tmp_path):
    told = after(
        tmp_path,
        put(MEETING, "title: 定议题", "title: 确定议题"),
        put(MEETING, "支部书记定议题，在", "支部书记和委员商量议题，在"),
        put(ADMISSION, "[上级党委组织培训。]", "[上级党委组织，培训。]"),
    )
    assert [(c.field, c.kind, c.substantial) for c in told.changes] == [
        ("标题", ChangeKind.WORDING, False),
        ("怎么做", ChangeKind.REVISED, False),
        ("怎么做", ChangeKind.WORDING, False),
    ]




def test_a_new_step_moves_no_other(tmp_path):
    """Numbers shift, and a decision that goes back to step 1 still goes there."""
    change = only(after(tmp_path, put(MEETING, GATHER, STEP + GATHER)))
    assert (change.where, change.kind, change.old) == ("第2步“请上级派人”", ChangeKind.NEW, ())
    assert change.new == (
        "标题：请上级派人",
        "谁来做：支部书记",
        "怎么做：支部书记请上级派人到会。",
        "依据：建议（来源 REC）",
    )
    assert not change.substantial


def test_a_number_in_words_follows_the_step_that_it_means(tmp_path):
    """A limit counted from a step is the same limit when that step gets another number or id."""
    limit = "        limits:\n          - {bound: 不超过, amount: 9, unit: 天, after: agenda}\n"
    counted = put(MEETING, "        needs: [会议通知]\n", limit + "        needs: [会议通知]\n")
    old = changed(tmp_path / "old", [counted])
    first = put(MEETING, "      - id: agenda\n", STEP + "      - id: agenda\n")
    assert [c.where for c in compare(read(old), read(changed(tmp_path / "one", [counted, first])))] == [
        "第1步“请上级派人”"
    ]
    text = (old / MEETING).read_text(encoding="utf-8").replace("agenda", "topics")
    renamed = compare(read(old), read(changed(tmp_path / "two", [{"in": MEETING, "write": text}])))
    assert [(c.where, c.old, c.new) for c in renamed] == [("第1步“定议题”·编号", ("agenda",), ("topics",))]


def test_a_removed_step_stands_under_its_old_number(tmp_path):
    text = (BASE / ADMISSION).read_text(encoding="utf-8")
    start, end = text.index("      - id: training"), text.index("      - id: vote")
    change = only(after(tmp_path, {"in": ADMISSION, "write": text[:start] + text[end:]}))
    assert (change.where, change.kind, change.new) == ("原第2步“集中培训”", ChangeKind.WITHDRAWN, ())
    assert change.substantial


def test_a_moved_step_is_one_change(tmp_path):
    text = (BASE / ADMISSION).read_text(encoding="utf-8")
    start, end = text.index("      - id: training"), text.index("      - id: vote")
    last = text.index("aliases:")
    moved = text[:start] + text[end:last] + text[start:end] + text[last:]
    change = only(after(tmp_path, {"in": ADMISSION, "write": moved}))
    assert (change.kind, change.field) == (ChangeKind.MOVED, "位置")
    assert change.old == ("第2步，“全部”，在“公示拟列为发展对象的人选”之后",)
    assert change.new == ("第4步，“全部”，在“上级党委审批”之后",)


def test_a_step_moved_to_another_stage_is_moved(tmp_path):
    text = (BASE / MEETING).read_text(encoding="utf-8")
    stage = "  - id: during\n    title: 会中\n    steps:\n"
    start, end = text.index(GATHER), text.index(stage)
    moved = text[:start] + stage + text[start:end] + text[end + len(stage) :]
    change = only(after(tmp_path, {"in": MEETING, "write": moved}))
    assert change.kind is ChangeKind.MOVED
    assert "“会前”" in change.old[0] and "“会中”" in change.new[0]


DO = "        do: [组织委员清点人数。]\n"
WHOLE = "        do: [组织委员清点人数。, 组织委员宣布应到和实到人数。, 会场工作人员收齐材料。, 会场工作人员关上大门。]\n"
SPLIT = """\
        do: [组织委员清点人数。, 组织委员宣布应到和实到人数。]
        basis:
          - regulation: 支部工作条例
            article: 第十一条
            state: Ax
      - id: close
        title: 关门收材料
        by: [组织委员]
        do: [会场工作人员收齐材料。, 会场工作人员关上大门。]
"""


def test_a_split_and_a_merged_step_are_recognised(tmp_path):
    whole = read(changed(tmp_path / "whole", [put(MEETING, DO, WHOLE)]))
    parts = read(changed(tmp_path / "parts", [put(MEETING, DO, SPLIT)]))
    split, merged = compare(whole, parts), compare(parts, whole)
    assert ("拆分", ("第2步“清点人数”",), ("第2步“清点人数”", "第3步“关门收材料”")) in [
        (c.field, c.old, c.new) for c in split
    ]
    assert ("合并", ("第2步“清点人数”", "第3步“关门收材料”"), ("第2步“清点人数”",)) in [
        (c.field, c.old, c.new) for c in merged
    ]
    for told in (split, merged):
        assert {c.field for c in told} & {
            "怎么做",
            "依据",
            "",
        } == set()  # what was only divided is not told again


def test_a_renamed_file_is_the_same_item_by_its_code(tmp_path):
    root = changed(tmp_path / "new", [put(DAILY, "procedure: meeting", "procedure: members")])
    (root / MEETING).rename(root / "data/procedures/members.yaml")
    change = only(comparison(read(BASE), read(root)))
    assert (change.kind, change.field) == (ChangeKind.MOVED, "文件名")
    assert (change.page, change.moved_to) == ("procedures/meeting", "procedures/members")


def test_new_and_withdrawn_items_are_told_whole(tmp_path):
    told = after(tmp_path, {"in": "data/culture/emblem.yaml", "delete": True})
    gone = only(told)
    back = only(comparison(told.new, told.old))
    assert (gone.where, gone.kind, gone.whole, gone.new) == ("整项", ChangeKind.WITHDRAWN, True, ())
    assert (back.kind, back.whole, back.new) == (ChangeKind.NEW, True, gone.old)


def test_roles_terms_parts_and_pages_are_compared_too(tmp_path):
    told = after(
        tmp_path,
        put("data/roles.yaml", "summary: 管党员发展。", "summary: 管党员发展和党费。"),
        put("data/terms.yaml", "synonyms: [秘密投票]", "synonyms: [秘密投票, 不记名投票]"),
        put("data/handbook.yaml", "summary: 开会和表决。", "summary: 开会、表决和记录。"),
        {"in": "docs/about.md", "write": "# 关于 { #top }\n\n手写的一页。\n"},
    )
    assert [(c.source, c.title) for c in told.changes] == [
        ("data/handbook.yaml", "小手册"),
        ("data/roles.yaml", "组织委员"),
        ("data/terms.yaml", "无记名投票"),
        ("docs/about.md", "关于"),
    ]


def test_a_new_date_of_review_is_no_change_but_is_told(tmp_path):
    told = after(tmp_path, put(MEETING, "reviewed: 2026-11-01", "reviewed: 2026-12-01"))
    assert (told.changes, told.reviewed) == ((), ("meeting",))
    assert "## 只更新了复核日期\n\n- 支部党员大会\n" in table.markdown(told)


def test_more_burden_without_a_reason_is_pointed_out(tmp_path):
    more = put(DAILY, "every: 月", "every: 周")
    silent = after(tmp_path, more)
    said = after(tmp_path, more, reasons={DAILY: Reason("上级要求每周报告", "上级通知")})
    assert silent.loads and said.loads
    assert "增加了，没有写理由：日常清单" in table.markdown(silent)
    assert "增加了，写了理由" in table.markdown(said) and "没有写理由" not in table.markdown(said)
    assert (said.changes[0].reason, said.changes[0].authority) == ("上级要求每周报告", "上级通知")
    load = silent.loads[0]
    assert load.minutes[1] > load.minutes[
        0
    ] and f"{load.minutes[0]} → {load.minutes[1]}分钟" in table.markdown(silent)


def test_without_a_given_authority_the_basis_of_the_step_stands_there(tmp_path):
    change = only(after(tmp_path, put(ADMISSION, "title: 集中培训", "title: 集中短训")))
    assert change.authority == "《发展党员工作细则》第十七条（来源 A）"


# -- what no longer fits -----------------------------------------------------------------------------------------


def test_a_field_that_the_model_has_lost_is_named_and_the_rest_compared(tmp_path):
    old = changed(
        tmp_path / "old",
        [
            put(MEETING, "layer: 管理程序", "layer: 管理程序\ncolour: 红"),
            put(MEETING, "amount: 3", "amount: 4"),
        ],
    )
    told = comparison(read(old), read(BASE))
    assert [c.where for c in told.changes] == ["第1步“定议题”·时限"]
    assert told.unread == (f"旧版 {MEETING}：字段“colour”现在的手册里没有，没有比较",)


@pytest.mark.parametrize(
    "edit",
    [
        put(MEETING, "layer: 管理程序", "layer: 第一层文件"),
        put(MEETING, "title: 支部党员大会", "title: ["),
        put(MEETING, "stages:", "steps:"),
        {"in": MEETING, "write": "- 一\n- 二\n"},
        {"in": MEETING, "encode": "gbk"},
    ],
)
def test_an_item_that_does_not_fit_is_named_once_and_is_neither_new_nor_withdrawn(tmp_path, edit):
    old = read(changed(tmp_path / "old", [edit]))
    for told in (comparison(old, read(BASE)), comparison(read(BASE), old)):
        assert [c for c in told.changes if c.item == "meeting"] == []
        assert sum(MEETING in line for line in told.unread) == 1 and all(
            map(re.compile("[一-龥]").search, told.unread)
        )
        assert "## 不能比较的" in table.markdown(told)


@pytest.mark.parametrize(
    "lost",
    [
        "data/roles.yaml",
        "data/handbook.yaml",
        "data/terms.yaml",
        "data/checklists",
        "data/regulations",
        "data",
        ".",
    ],
)
def test_a_handbook_that_lacks_half_of_itself_is_compared_as_far_as_it_goes(tmp_path, lost):
    old = changed(tmp_path / "old", [put(MEETING, "amount: 3", "amount: 4")])
    target = old / lost
    shutil.rmtree(target) if target.is_dir() else target.unlink()
    told = comparison(read(old), read(BASE))
    text = table.markdown(told) + table.html_page(told) + table.to_json(told)
    assert lost.split("/")[-1] in text or all(c.whole for c in told.changes)
    if lost not in ("data", "."):
        assert "第1步“定议题”·时限" in [c.where for c in told.changes]


# -- nothing goes unnoticed ----------------------------------------------------------------------------------------


def typed(root: Path) -> list[tuple[str, tuple]]:
    """Every text of the base, by file and path."""
    found = []
    for file in sorted((root / "data").rglob("*.yaml")):
        document, problems = source.read(file, root)
        assert problems == []
        found += [(document.path, where) for where, _ in document.texts]
    return found


def test_no_typed_text_can_change_unnoticed(tmp_path):
    """Each text of the base gets a character more, one after the other: a change, or a place that cannot be read."""
    base, root = read(BASE), changed(tmp_path / "new", [])
    places = [(f, w) for f, w in typed(BASE) if w[-1] not in BOOKKEEPING]
    assert len(places) > 150
    silent = []
    for path, where in places:
        before = (root / path).read_bytes()
        value = holder = yaml.load(before, Loader=yaml.BaseLoader)
        for part in where[:-1]:
            holder = holder[part]
        holder[where[-1]] += "改"
        (root / path).write_text(yaml.safe_dump(value, allow_unicode=True), encoding="utf-8")
        told = comparison(base, read(root))
        if not told.changes and not told.unread:
            silent.append((path, where))
        (root / path).write_bytes(before)
    assert silent == []


# -- the table --------------------------------------------------------------------------------------------------


def rules_of_2014(tmp_path: Path) -> Path:
    """The base as it was under the rules of 2014: filing instead of consent, no public notice, no article known."""
    rules = "data/regulations/member-development-rules-{}.yaml"
    text = (BASE / rules.format(2014)).read_text(encoding="utf-8")
    text = text.replace("short: 发展党员工作细则（2014年）", "short: 发展党员工作细则").replace(
        "state: 废止\n", "state: 现行\n"
    )
    text = re.sub(r"(?m)^replaced_by:.*\n", "", text)
    admission = (BASE / ADMISSION).read_text(encoding="utf-8")
    start, end = admission.index("      - id: notice"), admission.index("      - id: training")
    notice = """\
      - id: notice
        title: 报上级党委备案
        by: [上级党委]
        do: [党支部把拟列为发展对象的人选报上级党委备案。]
        basis:
          - regulation: 发展党员工作细则
            state: B
"""
    admission = re.sub(
        r" +article: .*\n( +)state: A\n", r"\1state: B\n", admission[:start] + notice + admission[end:]
    )
    mistake = put(MEETING, "，引2014年《发展党员工作细则》", "")
    gone, old = {"in": rules.format(2026), "delete": True}, {"in": rules.format(2014), "write": text}
    return changed(tmp_path / "2014", [gone, old, {"in": ADMISSION, "write": admission}, mistake])


def test_the_step_from_the_rules_of_2014_to_those_of_2026(tmp_path):
    """The worked example of the guide, as a reviewer reads it. After a wanted change: UPDATE_GOLDEN=1."""
    why = {ADMISSION: Reason("2026年细则施行", "《发展党员工作细则》第十三条")}
    told = comparison(read(rules_of_2014(tmp_path), "2014年细则"), read(BASE, "2026年细则"), why)
    notice = [c for c in told.changes if c.anchor == "step-notice"]
    assert {c.field: c.substantial for c in notice} == {
        "标题": False,
        "怎么做": False,
        "时限": True,
        "依据": True,
    }
    file = GOLDEN / "changes-2014-2026.md"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(table.markdown(told), encoding="utf-8", newline="\n")
    assert table.markdown(told) == file.read_text(encoding="utf-8")


def test_the_guide_shows_rows_of_that_example():
    guide = (Path(__file__).parents[1] / "docs/editing.md").read_text(encoding="utf-8")
    shown = [line for line in guide.split("\n") if line.startswith("| 第1步“公示")]
    golden = (GOLDEN / "changes-2014-2026.md").read_text(encoding="utf-8")
    assert len(shown) == 3
    assert [row for row in shown if row.removesuffix("|") not in golden] == []


@pytest.fixture
def told(tmp_path) -> Comparison:
    rude = "- <script>alert(1)</script>|`x`@everyone{{ 1 }}，"
    return after(tmp_path, put(MEETING, "- 支部书记定议题，", rude), put(MEETING, "amount: 3", "amount: 5"))


def test_typed_text_is_never_markup_in_the_table(told):
    markdown = table.markdown(told)
    assert "<script" not in markdown and "@everyone" not in markdown
    rows = [line for line in markdown.split("\n") if line.startswith("| 第1步")]
    assert [line.count("|") for line in rows] == [7, 7]
    assert "<script" not in table.html_page(told)


def test_the_page_loads_nothing_and_has_every_change(told):
    html = table.html_page(told)
    assert html.startswith("<!doctype html>") and '<html lang="zh-CN">' in html
    assert not re.search(r"<(script|link|img|iframe)\b|url\(|@import|https?:", html)
    assert html.count('<th scope="row">') == len(told.changes) == 2
    assert html.count("<strong>实质性</strong>") == 1


def test_json_gives_every_field(told):
    data = json.loads(table.to_json(told))
    assert data["changes"][1]["where"] == told.changes[1].where
    assert data["changes"][1]["kind"] == "修订" and data["changes"][1]["substantial"] is True


def test_the_page_of_the_book_is_named_where_a_book_is_given(tmp_path):
    old, new = read(BASE), read(changed(tmp_path, [put(MEETING, "amount: 3", "amount: 5")]))
    printed = {"procedures-meeting": "3", "procedures-meeting--step-agenda": "4", "roles-secretary": "9"}
    assert "印刷页：第4、9页" in table.markdown(comparison(old, new, None, printed))
    assert table.NO_BOOK not in table.markdown(comparison(old, new, None, printed))
    without = table.markdown(comparison(old, new))
    assert "印刷页" not in without and without.endswith(f"## 没有列出的\n\n- {table.NO_BOOK}\n")

"""The printed book: numbers, links, tags and bytes of a small book with every kind of leaf."""

from __future__ import annotations

import ctypes
import io
import logging
import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from macros.print import columns, links, typeset
from macros.print.book import Book, Leaf, print_book
from macros.print.flush import OPENING
from macros.print.press import Press

ROOT = Path(__file__).resolve().parent.parent

# ---- A sample book ---------------------------------------------------------------------------------------------

CHART = """<figure class="chart" id="{id}--chart">
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 150" width="480" height="150">
<title>流程图：提出申请，支部讨论，上级审批</title>
<rect x="10" y="20" width="120" height="48" fill="#fff" stroke="#111"/><text x="70" y="49" text-anchor="middle"
 font-size="13">1 提出申请</text>
<path d="M130 44 H180" stroke="#111"/><path d="M174 40 L182 44 L174 48" fill="#111"/>
<rect x="182" y="20" width="120" height="48" fill="#e8e8e8" stroke="#111"/><text x="242" y="49" text-anchor="middle"
 font-size="13">2 支部大会讨论</text>
<path d="M302 44 H352" stroke="#111"/><path d="M346 40 L354 44 L346 48" fill="#111"/>
<rect x="354" y="20" width="116" height="48" fill="#fff" stroke="#111" stroke-dasharray="4 3"/>
<text x="412" y="49" text-anchor="middle" font-size="13">3 上级党委审批</text>
</svg><figcaption>图 1　从申请到审批的三个阶段</figcaption></figure>"""

STEP = """<section class="step" id="{id}--step-{n}"><h4><span class="no">{n}</span> {title}</h4>
<ol class="do"><li>党小组（或者支部委员会）对申请人的情况进行核对，填写《入党积极分子考察登记表》，并由两名以上正式党员签名。</li>
<li>把核对结果在三个工作日内告诉本人；本人有不同意见的，记录在案并报上级党委组织部门。</li></ol>
<dl class="facts"><dt>谁来做</dt><dd>组织委员（主办）、党小组组长（协办）</dd><dt>需要</dt><dd>申请书 1 份、档案摘抄、本人近期照片</dd>
<dt>时限</dt><dd>收到申请后 1 个月内</dd><dt>表决</dt><dd>应到会有表决权的党员过半数到会，赞成人数超过应到会有表决权人数的半数为通过</dd>
<dt>记录</dt><dd>支部委员会会议记录；<a href="#form-vote">《票决情况汇总表》</a></dd>
<dt>依据</dt><dd><span class="basis-a">依据</span> 《中国共产党发展党员工作细则》第六条
<span class="basis-b">依据·条号待核</span> 《中国共产党支部工作条例（试行）》
<span class="basis-rec">建议</span> 谈话安排在非执勤时段
<span class="basis-local">本单位填写</span> <span class="blank" style="min-width:40mm"><small>单位规定文号</small></span></dd></dl>
{more}</section>"""
MORE = """<ul class="decisions"><li>材料不全：退回补正，<a href="#{id}--step-1">回到第 1 步</a></li><li>有异议：报上级党委处理</li></ul>
<aside class="case"><p><strong>特殊情况</strong>　执行跨区域增援任务的，由临时党支部代为考察，归建后 10 日内移交考察材料。</p></aside>"""

TABLE = """<table class="data"><caption>各阶段需要的材料</caption><colgroup><col style="width:22%"><col><col style="width:18%"></colgroup>
<thead><tr><th scope="col">阶段</th><th scope="col">材料</th><th scope="col">保存</th></tr></thead><tbody>{rows}</tbody></table>"""
ROW = "<tr><td>积极分子（第 {n} 季度）</td><td>《培养教育考察写实簿》，每季度由两名培养联系人各写一次意见，每半年由支部写一次。</td><td>长期</td></tr>"

HEAD = """<h1>{title}</h1><dl class="item-head"><div><dt>文件编号</dt><dd>{code}</dd></div><div><dt>版次</dt><dd>第 2 版</dd></div>
<div><dt>归口岗位</dt><dd>组织委员</dd></div><div><dt>层级</dt><dd>中队（站）党支部</dd></div><div><dt>上次复核</dt>
<dd>2025-06-30</dd></div></dl>"""
ANSWER = """<dl class="answer"><dt>谁来做</dt><dd>组织委员主办，支部书记审核，党小组组长配合。</dd><dt>什么时候</dt>
<dd>收到申请书起 1 个月内派人谈话；其后每半年考察一次，不得少于一年。</dd><dt>什么依据</dt>
<dd><span class="basis-a">依据</span> 《中国共产党章程》第一章；《中国共产党发展党员工作细则》第二章</dd>
<dt>留什么记录</dt><dd>谈话记录、考察写实簿、会议记录（永久保存在支部工作档案）</dd></dl>"""
PROSE = """<p>党的支部是党的基础组织，担负直接教育党员、管理党员、监督党员和组织群众、宣传群众、凝聚群众、服务群众的职责。
消防救援队伍的基层党支部，要围绕“对党忠诚、纪律严明、赴汤蹈火、竭诚为民”，把组织建在班组里，把作用发挥在火场上、训练场上、营区里（包括前置备勤点）。</p>"""


def procedure(
    name: str, title: str, code: str, chapter: str, steps: int = 5, rows: int = 6, link: str = ""
) -> Leaf:
    """A long item: head, answer, chart, steps, table, mistakes, related links."""
    html = (
        HEAD.format(title=title, code=code)
        + ANSWER
        + CHART.format(id=name)
        + '<h2>怎么做</h2><div class="steps">'
    )
    html += "".join(
        STEP.format(
            id=name, n=n, title="支部委员会讨论并向党员公示", more=MORE.format(id=name) if n % 2 else ""
        )
        for n in range(1, steps + 1)
    )
    html += "</div><h2>材料</h2>" + TABLE.format(rows="".join(ROW.format(n=n) for n in range(1, rows + 1)))
    html += (
        '<h2>容易出错的地方</h2><ul class="mistakes"><li><span class="wrong">用支部委员会会议代替支部大会表决。</span>'
        '<span class="right">接收预备党员必须由支部大会讨论、票决。</span></li></ul>'
    )
    target = f'<li><a href="#{link}">相关程序</a></li>' if link else ""
    html += f'<h2>相关内容</h2><ul class="related"><li><a href="#form-vote">BD-01 票决情况汇总表</a></li>{target}</ul>'
    html += '<p class="only-screen"><a href="../files/x.docx">下载</a></p>'
    return Leaf(name, title, html, "procedure", 3, code, chapter)


FORM = """<h1>票决情况汇总表</h1><div class="form-sheet" id="form-vote--sheet"><h2>票决情况汇总表</h2><table class="fields"><tbody>
<tr><th scope="row">支部名称</th><td></td><th scope="row">日期</th><td></td></tr>
<tr><th scope="row">应到人数</th><td></td><th scope="row">实到人数</th><td></td></tr>
<tr><th scope="row">会议类型</th><td colspan="3">□ 支部大会　□ 支部委员会　□ 党小组会</td></tr>
<tr class="tall"><th scope="row">支部意见</th><td colspan="3"></td></tr></tbody></table>
<p class="sign">支部书记（签名）：<span class="blank" style="min-width:45mm"></span></p><p class="seal">党支部印章</p></div>
<h2>填写说明</h2><ul class="blanks"><li>监票人：</li><li>计票人：</li></ul>"""
CULTURE = (
    """<h1>入党誓词</h1><blockquote class="public-text"><p>我志愿加入中国共产党，拥护党的纲领，遵守党的章程，履行党员义务，执行党的决定，
严守党的纪律，保守党的秘密，对党忠诚，积极工作，为共产主义奋斗终身，随时准备为党和人民牺牲一切，永不叛党。</p></blockquote>"""
    + PROSE
)
TERMS = """<h1>名词解释</h1><dl class="terms"><dt>应到会有表决权的党员</dt><dd>本支部的正式党员，不包括预备党员和留党察看期间的党员。</dd>
<dt>票决</dt><dd>以无记名投票的方式作出决定。</dd></dl><div class="note"><p>名词以党内法规为准。</p></div>
<div class="warn"><p>不得以本手册代替党内法规原文。</p></div>"""
CHECKLIST = '<h1>支部书记每月要做的事</h1><h2>上旬</h2><table class="data"><thead><tr><th scope="col">□</th><th scope="col">事项</th></tr></thead><tbody><tr><td>□</td><td>召开支部委员会，见<a href="#item-1-1">第一项</a></td></tr></tbody></table>'


def sample(chapters: int = 2, items: int = 2) -> Book:
    """A book with every kind of leaf and as many procedures as asked for."""
    leaves = [
        Leaf(
            "preface",
            "前言",
            f"<h1>前言</h1>{PROSE * 5}<h2>怎么用</h2>{PROSE * 2}",
            "prose",
            2,
            chapter="前言",
        ),
        Leaf("part-work", "第一篇 支部怎么运转", f"{PROSE}", "part", 1, recto=True),
    ]
    names = [f"item-{c}-{i}" for c in range(1, chapters + 1) for i in range(1, items + 1)]
    for c in range(1, chapters + 1):
        chapter = f"第{'一二三四五六七八九十'[c % 10 - 1]}章 发展党员和党员教育管理"
        leaves.append(Leaf(f"chapter-{c}", chapter, PROSE, "chapter", 2, chapter=chapter))
        for i in range(1, items + 1):
            here = names.index(f"item-{c}-{i}")
            leaves.append(
                procedure(
                    names[here],
                    f"确定入党积极分子并进行培养教育考察（第 {here + 1} 例）",
                    f"CX-{here + 1:02}",
                    chapter,
                    steps=2 + here % 5,
                    rows=3 + here % 7 * 3,
                    link=names[(here + 1) % len(names)],
                )
            )
    leaves += [
        Leaf("part-tools", "第二篇 表单和资料", "", "part", 1, recto=True),
        Leaf("chapter-forms", "表单和清单", "", "chapter", 2, chapter="表单和清单"),
        Leaf("form-vote", "票决情况汇总表", FORM, "form", 3, "BD-01", "表单和清单"),
        Leaf("list-secretary", "支部书记每月要做的事", CHECKLIST, "checklist", 3, "QD-01", "表单和清单"),
        Leaf("oath", "入党誓词", CULTURE, "culture", 3, "WH-01", "表单和清单"),
        Leaf("terms", "名词解释", TERMS, "terms", 3, "", "表单和清单"),
    ]
    return Book(
        "消防救援队伍基层党支部工作手册",
        "组织生活、发展党员、队伍教育管理的程序、清单和表单",
        "某某市消防救援支队政治部",
        "2025 年版",
        "2025-07-01",
        "本手册供中队（站）党支部书记、委员和党务工作者使用，内容以党内法规原文为准。",
        tuple(leaves),
    )


# ---- The sample, printed once ------------------------------------------------------------------------------------


class Sample:
    """The printed sample, opened with both readers."""

    def __init__(self) -> None:
        self.book = sample()
        self.lines: list[str] = []
        self.out = print_book(self.book, Press(progress=self.lines.append))
        self.pypdf = PdfReader(io.BytesIO(self.out.pdf))
        self.pdfium = pypdfium2.PdfDocument(self.out.pdf)
        self.text = [page.get_textpage().get_text_bounded() for page in self.pdfium]
        self.front = self.out.page_count - self.last_number

    @property
    def last_number(self) -> int:
        """The number on the last page of the body, which is the number of its pages."""
        first = self.book.leaves[0].id
        return self.out.page_count - self.out.physical[first] + self.out.first_page[first]

    def pages_of(self, index: int) -> range:
        """The physical pages (from 1) of a leaf, without the empty page that may follow."""
        leaves = self.book.leaves
        start = self.out.physical[leaves[index].id]
        end = self.out.physical[leaves[index + 1].id] if index + 1 < len(leaves) else self.out.page_count + 1
        return range(start, end - (not self.text[end - 2].strip()))


@pytest.fixture(scope="module")
def printed() -> Sample:
    return Sample()


def chars(page: pypdfium2.PdfPage) -> list[tuple[str, float, float, float, float]]:
    """Every visible character with its box (left, bottom, right, top) in points."""
    text = page.get_textpage()
    found = [(text.get_text_range(i, 1), *text.get_charbox(i)) for i in range(text.count_chars())]
    return [char for char in found if char[0].strip()]


def destination(reader: PdfReader, name: str) -> int:
    """The physical page (from 1) of a named destination."""
    return reader.get_destination_page_number(reader.named_destinations[name]) + 1


def elements(reader: PdfReader) -> list[dict]:
    """Every structure element of the tag tree."""
    found, todo = [], [reader.trailer["/Root"]["/StructTreeRoot"]]
    while todo:
        node = todo.pop()
        node = node.get_object() if isinstance(node, IndirectObject) else node
        if isinstance(node, dict):
            if "/S" in node:
                found.append(node)
            kids = node.get("/K", [])
            kids = kids.get_object() if isinstance(kids, IndirectObject) else kids
            todo += reversed(kids if isinstance(kids, list) else [kids])
    return found


# ---- Pages and numbers ---------------------------------------------------------------------------------------------


def test_contents_give_the_page_that_each_leaf_really_has(printed):
    contents = "".join(printed.text[2 : printed.front])
    for leaf in printed.book.leaves:
        row = re.search(re.escape(leaf.title) + r"\s+(\d+)", contents)
        assert row, leaf.title
        assert int(row[1]) == printed.out.first_page[leaf.id]
        page = printed.text[printed.front + int(row[1]) - 1]
        assert leaf.title.split()[-1] in page
        assert re.search(rf"(^|\s){row[1]}\s*$", page) or re.search(rf"\s{row[1]}\s", page)


def test_physical_pages_are_where_the_anchors_are(printed):
    for leaf in printed.book.leaves:
        assert destination(printed.pypdf, leaf.id) == printed.out.physical[leaf.id]
        assert printed.out.physical[leaf.id] == printed.front + printed.out.first_page[leaf.id]


def test_body_starts_on_a_right_hand_page(printed):
    assert printed.front % 2 == 0
    assert printed.out.physical["preface"] == printed.front + 1


def test_recto_leaves_open_on_odd_pages_after_an_empty_one_where_needed(printed):
    recto = [leaf.id for leaf in printed.book.leaves if leaf.recto]
    assert recto
    assert all(printed.out.first_page[name] % 2 == 1 for name in recto)
    empty = printed.out.physical["part-work"] - 2
    assert printed.out.first_page["part-work"] == 3 and not printed.text[empty].strip()
    assert not list(printed.pdfium[empty].get_objects())


def test_foot_says_which_page_of_its_item_this_is(printed):
    items = [(i, leaf) for i, leaf in enumerate(printed.book.leaves) if leaf.level == 3 and leaf.code]
    assert items
    for index, leaf in items:
        pages = printed.pages_of(index)
        for n, page in enumerate(pages, start=1):
            foot = rf"{leaf.code}\s*{printed.book.edition}版\s*本项第{n}页／共{len(pages)}页"
            assert re.search(foot, printed.text[page - 1]), (leaf.id, n)


def test_page_number_stands_at_the_outer_edge(printed):
    for page in printed.pages_of(3):
        number = str(page - printed.front)
        width = printed.pdfium[page - 1].get_width()
        foot = [c for c in chars(printed.pdfium[page - 1]) if c[2] < 20 / 25.4 * 72]
        outer = max(foot, key=lambda c: c[3]) if page % 2 else min(foot, key=lambda c: c[1])
        assert outer[0] in number
        margin = width - outer[3] if page % 2 else outer[1]
        assert margin == pytest.approx(18 / 25.4 * 72, abs=2)


def test_opening_pages_carry_no_running_head(printed):
    for name, headed in (("part-work", False), ("chapter-1", False), ("item-1-1", True)):
        page = printed.pdfium[printed.out.physical[name] - 1]
        top = [c for c in chars(page) if c[4] > page.get_height() - 17 / 25.4 * 72]
        assert bool(top) is headed, name


def test_page_labels_are_roman_before_the_body(printed):
    labels = printed.pypdf.page_labels
    assert labels[:3] == ["封面", "说明", "i"]
    assert labels[printed.front :] == [str(n) for n in range(1, printed.last_number + 1)]


def test_lists_of_links_name_the_printed_page(printed):
    index = next(i for i, leaf in enumerate(printed.book.leaves) if leaf.id == "item-1-1")
    text = "".join(printed.text[page - 1] for page in printed.pages_of(index))
    assert re.search(rf"票决情况汇总表\s*第\s*{printed.out.first_page['form-vote']}\s*页", text)
    assert re.search(rf"相关程序\s*第\s*{printed.out.first_page['item-1-2']}\s*页", text)
    assert "000" not in "".join(printed.text)
    opening = printed.text[printed.out.physical["chapter-2"] - 1]
    assert re.search(rf"第 3 例）\s*{printed.out.first_page['item-2-1']}\b", opening)


def test_progress_names_every_leaf(printed):
    said = " ".join(printed.lines)
    assert len(printed.lines) == len(printed.book.leaves) + 1  # and the front
    assert all(f" {leaf.label} " in said for leaf in printed.book.leaves)


# ---- Links ---------------------------------------------------------------------------------------------------------


def test_links_lead_to_other_leaves(printed):
    index = next(i for i, leaf in enumerate(printed.book.leaves) if leaf.id == "item-1-1")
    targets = [
        annotation.get_object()["/Dest"]
        for page in printed.pages_of(index)
        for annotation in printed.pypdf.pages[page - 1].get("/Annots", [])
    ]
    assert {"form-vote", "item-1-2", "item-1-1--step-1"} <= set(targets)
    assert destination(printed.pypdf, "form-vote") not in printed.pages_of(index)


def test_every_anchor_of_the_html_is_a_named_destination(printed):
    anchors = {a for leaf in printed.book.leaves for a in (leaf.id, *links.read(leaf.html).ids)}
    assert len(anchors) > 20
    assert anchors <= set(printed.pypdf.named_destinations)


def one(html: str, name: str = "dues") -> Book:
    return Book("手册", "", "单位", "2026.1", "2025-07-01", "", (Leaf(name, "党费", html, "procedure", 3),))


@pytest.mark.parametrize("href", ["#nowhere", "https://example.org/", "../forms/x.docx", "#"])
def test_link_without_an_answer_is_refused(href):
    with pytest.raises(ValueError, match=f"'dues'.*{re.escape(href)}"):
        print_book(one(f'<h1>党费</h1><p><a href="{href}">看这里</a></p>'))


def test_link_to_something_shown_only_on_screen_is_refused():
    with pytest.raises(ValueError, match="#menu"):
        print_book(
            one('<h1>党费</h1><a href="#menu">菜单</a><ul class="only-screen"><li><b id="menu">菜单</b></ul>')
        )


def test_links_shown_only_on_screen_are_left_alone():
    assert links.read(
        '<div class="only-screen"><p><a href="x.docx">下载</a></div><a href="#b">b</a>'
    ).hrefs == ["#b"]


def test_same_anchor_in_two_leaves_is_refused():
    leaves = (
        Leaf("a", "甲", '<h1 id="x">甲</h1>', "prose", 1),
        Leaf("b", "乙", '<h1 id="x">乙</h1>', "prose", 1),
    )
    with pytest.raises(ValueError, match="'b'.*'x'.*'a'"):
        links.check(leaves)


@pytest.mark.parametrize("picture", ['<svg viewBox="0 0 1 1"></svg>', '<img src="data:image/png;base64,">'])
def test_picture_without_description_is_refused(picture):
    with pytest.raises(ValueError, match="'dues'.*description"):
        print_book(one(f"<h1>党费</h1>{picture}"))


@pytest.mark.parametrize("source", ["https://example.org/a.png", "file:///etc/hostname"])
def test_nothing_is_fetched_from_outside(source):
    with pytest.raises(ValueError, match="only its own fonts"):
        print_book(one(f'<h1>党费</h1><img alt="图" src="{source}">'))


# ---- The file ------------------------------------------------------------------------------------------------------


def test_same_book_gives_the_same_bytes_anywhere(printed, tmp_path):
    code = (
        "import sys; sys.path[:0] = sys.argv[1:3]\n"
        "from test_print import print_book, sample\n"
        "open('book.pdf', 'wb').write(print_book(sample()).pdf)"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai"}
    subprocess.run(
        [sys.executable, "-c", code, str(ROOT), str(ROOT / "tests")],
        cwd=tmp_path,
        env=environment,
        check=True,
    )
    assert (tmp_path / "book.pdf").read_bytes() == printed.out.pdf


def test_file_names_its_title_language_and_date(printed):
    root = printed.pypdf.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert printed.pypdf.metadata.title == printed.book.title
    assert printed.pypdf.metadata["/CreationDate"] == "D:20250701"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()


def test_file_is_tagged(printed):
    assert printed.pypdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    found = elements(printed.pypdf)
    kinds = [element["/S"] for element in found]
    assert kinds.count("/H1") == len(printed.book.leaves) + 2
    assert {"/H2", "/L", "/LI", "/Table", "/TR", "/TH", "/TD", "/P", "/Link", "/Figure", "/Caption"} <= set(
        kinds
    )
    for element in found:
        kids = element.get("/K", [])
        kids = [kid.get_object() for kid in kids if isinstance(kid, IndirectObject)]
        assert element["/S"] == "/Link" or all(kid.get("/Type") != "/OBJR" for kid in kids)
    figures = [element for element in found if element["/S"] == "/Figure"]
    assert len(figures) == 4
    assert all(figure["/Alt"].startswith("流程图") for figure in figures)


def test_every_font_is_embedded_and_chinese(printed):
    fonts = {}
    for page in printed.pypdf.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            fonts[font.get_object()["/BaseFont"]] = font.get_object()
    assert len(fonts) >= 3
    for name, font in fonts.items():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & set(descriptor), name
        assert "-SC" in name or "Handbook" in name, name


def test_outline_nests_the_leaves_and_the_sections_inside_them(printed):
    def walk(outline, depth=1):
        for entry in outline:
            if isinstance(entry, list):
                yield from walk(entry, depth + 1)
            else:
                yield depth, entry.title, printed.pypdf.get_destination_page_number(entry) + 1

    found = list(walk(printed.pypdf.outline))
    assert found[0] == (1, "目录", 3)
    for leaf in printed.book.leaves:
        # The foreword is of the second level but stands before the first part: viewers show it at the margin.
        depth = 2 if leaf.id == "preface" else leaf.level
        assert (depth, leaf.label, printed.out.physical[leaf.id]) in found
    sections = [title for depth, title, _page in found if depth == 4]
    assert sections.count("怎么做") == 4


def test_layout_has_nothing_to_complain_about(caplog):
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        print_book(sample(1, 1))
    assert not caplog.records


# ---- Typography ----------------------------------------------------------------------------------------------------


def running_lines(page: pypdfium2.PdfPage) -> list[tuple[float, float, str]]:
    """Lines of running text (10.5 pt serif) that go on in the next line: left edge, right edge, text."""
    text = page.get_textpage()
    rows: dict[float, list[tuple[float, float, str]]] = {}
    name, flags, x, y = ctypes.create_string_buffer(100), ctypes.c_int(), ctypes.c_double(), ctypes.c_double()
    for i in range(text.count_chars()):
        char = text.get_text_range(i, 1)
        if not char.strip():
            continue
        pdfium.FPDFText_GetFontInfo(text.raw, i, name, 100, flags)
        pdfium.FPDFText_GetCharOrigin(text.raw, i, x, y)
        left, _, right, _ = text.get_charbox(i, loose=True)
        if b"Serif" in name.value:
            rows.setdefault(round(y.value, 1), []).append((left, right, char))
    lines = sorted((-height, sorted(chars)) for height, chars in rows.items())
    return [
        (above[0][0], above[-1][1], "".join(char for _, _, char in above))
        for (one, above), (two, below) in zip(lines, lines[1:], strict=False)
        if 15 < two - one < 18.5 and below[0][0] <= above[0][0] + 0.5 and len(above) > 30
    ]


def test_chinese_lines_end_flush_at_the_right_margin(printed):
    page = printed.pdfium[printed.out.physical["preface"] - 1]
    right = page.get_width() - 18 / 25.4 * 72
    lines = running_lines(page)
    assert len(lines) >= 8
    assert [text for _, end, text in lines if abs(end - right) > 0.5] == []


def test_opening_marks_at_the_start_of_a_line_stand_under_the_text(printed):
    left = 25 / 25.4 * 72
    edges = {round(x - left, 1) for x, _, text in running_lines(printed.pdfium[printed.out.physical["preface"] - 1])}
    # At the margin, or (the mark's empty half) five points outside of it, or a paragraph's first line two ems inside.
    assert all(min(abs(edge - at) for at in (0, -5.25, 21)) < 0.6 for edge in edges), edges


def test_nothing_is_printed_outside_the_margins(printed):
    for number, page in enumerate(printed.pdfium, start=1):
        left, right = (25, 18) if number % 2 else (18, 25)
        for char, x1, y1, x2, y2 in chars(page):
            # An opening mark at the start of a line lets its empty half hang out.
            hangs = 5.5 if char in OPENING else 0
            assert x1 > left / 25.4 * 72 - 1 - hangs, (number, char)
            assert x2 < page.get_width() - right / 25.4 * 72 + 1.5, (number, char)
            assert y1 > 9 / 25.4 * 72 and y2 < page.get_height() - 9 / 25.4 * 72, (number, char)


def test_table_rows_stay_whole_and_heads_repeat(printed):
    pages = [re.sub(r"\s", "", text) for text in printed.text]
    pages = [text for text in pages if "培养教育考察写实簿" in text]
    assert len(pages) >= 4
    for text in pages:
        assert text.count("《培养教育考察写实簿》") == text.count("每半年由支部写一次")
        assert "阶段材料保存" in text


def test_full_width_marks_side_by_side_close_up():
    tight = '<span class="tight">{}</span>'
    assert (
        typeset.close_up("见《章程》（第一章）。")
        == f"见《章程{tight.format('》')}（第一章{tight.format('）')}。"
    )
    assert typeset.close_up("（《章程》") == f"（{tight.format('《')}章程》"
    assert typeset.close_up('<a title="》（">甲</a><svg><text>》（</text></svg>').count("tight") == 0
    assert typeset.close_up("第一行\n  第二行 word\nword") == "第一行第二行 word\nword"


def test_columns_of_a_table_are_as_wide_as_what_they_hold():
    head, long = "<thead><tr><th>编号</th><th>内容</th></tr></thead>", "长" * 80
    html = columns.add(
        f'<table class="data">{head}<tbody><tr><td>CX-01</td><td>{long}</td></tr></tbody></table>'
    )
    first, second = map(float, re.findall(r'<col style="width:([\d.]+)%">', html))
    assert 6 < first < 12 and first + second == pytest.approx(100)
    assert columns.add(html) == html
    form = '<table class="fields"><tr><th>甲</th><td></td></tr></table>'
    assert columns.add(form) == form


def test_only_long_steps_may_break():
    short, long = (
        '<section class="step" id="a">短</section>',
        f'<section class="step" id="b">{"长" * 900}</section>',
    )
    assert typeset.mark_long_steps(short + long) == short + long.replace('"step"', '"step long"')


# ---- The real book -------------------------------------------------------------------------------------------------

HEAD_MM, FOOT_MM = 21, 19  # the running head and foot stand outside of these
WHITE = 225  # of 255: darker than the ground of a label
FITS = 190  # mm: a sheet that needs no more is on one page, however much is said above it
FEW = 100


class Real:
    """The real book, opened, with its leaves: bookmark -> pages (from 0), blank versos left out."""

    def __init__(self, pdf: Path) -> None:
        self.pdfium = pypdfium2.PdfDocument(pdf)
        self.lines = [body_lines(page) for page in self.pdfium]
        toc = [mark for mark in self.pdfium.get_toc() if mark.level < 3]
        marks = [(mark.get_title(), mark.get_dest().get_index()) for mark in toc]
        ends = [page for _, page in marks[1:]] + [len(self.pdfium)]
        self.leaves = {title: self._written(start, end) for (title, start), end in zip(marks, ends, strict=True)}

    def _written(self, start: int, end: int) -> range:
        while end - 1 > start and not self.lines[end - 1]:
            end -= 1
        return range(start, end)

    def pages_of(self, code: str) -> range:
        """The pages of the item with this 文件编号."""
        return next(pages for title, pages in self.leaves.items() if title.split()[0] == code)

    def body(self) -> range:
        """All pages after the contents."""
        titles = list(self.leaves)
        return range(self.leaves[titles[titles.index("目录") + 1]].start, len(self.pdfium))

    def openings(self) -> set[int]:
        """The pages that open a part or a chapter: they hold little on purpose."""
        return {page for page in self.body() if any(line.size > 30 for line in self.lines[page])}


@dataclass(frozen=True)
class Line:
    """A line of the body: mm from the top edge, size in px, whether all of it is bold sans, its text."""

    top: float
    size: float
    bold: bool
    text: str


def body_lines(page: pypdfium2.PdfPage) -> list[Line]:
    """The lines between running head and foot, from the top."""
    height = page.get_height()
    found: dict[int, list[tuple[float, float, bool, str]]] = {}
    text = page.get_textpage()
    flags, name = ctypes.c_int(), ctypes.create_string_buffer(100)
    for i in range(text.count_chars()):
        char = text.get_text_range(i, 1)
        _, bottom, _, _ = text.get_charbox(i, loose=True)
        mm = (height - bottom) / 72 * 25.4
        if not char.strip() or not HEAD_MM < mm < 297 - FOOT_MM:
            continue
        pdfium.FPDFText_GetFontInfo(text.raw, i, name, 100, flags)
        bold = b"Sans" in name.value and b"Bold" in name.value
        found.setdefault(round(mm), []).append((mm, pdfium.FPDFText_GetFontSize(text.raw, i), bold, char))
    return [
        Line(chars[0][0], max(c[1] for c in chars), all(c[2] for c in chars), "".join(c[3] for c in chars))
        for _, chars in sorted(found.items())
    ]


@pytest.fixture(scope="module")
def real(built) -> Real:
    return Real(built.pdf)


def lowest_height(form: object) -> float:
    """The mm a form's sheet needs at least: rows and lines of 8 mm, a quarter of both given up."""
    height = 0.0
    for row in form.rows:
        kind = row[0].type
        height += 18 + 8 * row[0].least if kind == "表格" else 8 * row[0].least if kind == "多行" else 8
    return height + 7.5 * len(form.signatures) + 16 * bool(form.seal)


def test_forms_that_fit_are_one_sheet_and_none_takes_three(real, catalogue):
    forms = [entry.item for entry in catalogue.of("form")]
    for form in forms:
        pages = real.pages_of(form.code)
        assert len(pages) <= 2, form.title
        if form.layout == "公文":
            assert len(pages) == 2, form.title
        elif lowest_height(form) <= FITS:
            assert len(pages) == 1, form.title


def rules(page: pypdfium2.PdfPage) -> list[float]:
    """Heights of the level rules that cross the text, as they are seen on the rendered page; mm from the top."""
    dots = 300 / 25.4
    image = page.render(scale=300 / 72, grayscale=True).to_pil()
    rows = (image.crop((round(45 * dots), y, round(165 * dots), y + 1)) for y in range(image.height))
    dark = [y for y, row in enumerate(rows) if row.getextrema()[1] < WHITE]
    return [round(y / dots, 1) for y, before in zip(dark, [-9, *dark], strict=False) if y - before > 3]


def test_official_documents_keep_the_margins_and_the_lines_of_the_standard(real, catalogue):
    letters = [entry.item for entry in catalogue.of("form") if entry.item.layout == "公文"]
    assert len(letters) >= 8
    mm = 25.4 / 72
    for form in letters:
        number = real.pages_of(form.code)[1]
        page = real.pdfium[number]
        left = 28 if number % 2 == 0 else 210 - 28 - 156
        text = [box for char, *box in chars(page) if 18 / mm < page.get_height() - box[3] < 280 / mm and 15 / mm < box[0] < 195 / mm]
        assert min(box[0] for box in text) * mm > left - 0.5, form.title
        assert max(box[2] for box in text) * mm < left + 156.5, form.title
        assert 297 - max(box[3] for box in text) * mm > 37 - 0.5, form.title
        assert 297 - min(box[1] for box in text) * mm < 37 + 225.5, form.title
        written = [y for y in rules(page) if y > 37]
        assert len(written) >= 3, form.title
        steps = [b - a for a, b in zip(written, written[1:], strict=False)]
        # One line, or whole lines where others stand between.
        pitch = 225 / 22
        assert all(abs(step / pitch - round(step / pitch)) < 0.06 and step > 8 for step in steps), (form.title, steps)


def test_rows_to_write_in_are_eight_millimetres_high(real, catalogue):
    seen = 0
    for form in (entry.item for entry in catalogue.of("form")):
        grids = [row[0] for row in form.rows if row[0].type == "表格"]
        if form.layout == "公文" or not grids:
            continue
        for number in real.pages_of(form.code):
            page = real.pdfium[number]
            heads = {field.columns[0] for field in grids}
            labels = [line.top for line in real.lines[number] if any(line.text.startswith(head) for head in heads)]
            edges = rules(page)
            for label in labels:
                below = [y for y in edges if y > label][1:5]  # the first may be the foot of the head
                pairs = zip(below, below[1:], strict=False)
                rows = [b - a for a, b in pairs if not any(a < line.top < b for line in real.lines[number])]
                seen += len(rows)
                assert all(row > 7.9 for row in rows), (form.title, number + 1, below)
    assert seen > 100


def test_forms_fill_their_pages(real, catalogue):
    for form in (entry.item for entry in catalogue.of("form")):
        stretches = sum(row[0].type == "多行" and row[0].lines for row in form.rows) > 8
        if stretches and len(real.pages_of(form.code)) == 1:
            last = real.lines[real.pages_of(form.code)[-1]][-1]
            assert last.top > 215, form.title


def test_no_heading_is_the_last_line_of_a_page(real):
    for page in real.body():
        if real.lines[page] and page not in real.openings():
            last = real.lines[page][-1]
            assert not (last.bold and last.size >= 14), (page + 1, last.text)


def test_no_page_holds_only_a_few_lines(real, catalogue):
    forms = {page for title, pages in real.leaves.items() if title.startswith("BD-") for page in pages}
    # The table of amendments is short in a first edition; lines to write on fill a page without a word.
    forms |= {page for title, pages in real.leaves.items() if title.startswith("附录") for page in pages}
    forms |= {real.pages_of(entry.item.code)[-1] for entry, _ in catalogue.blanks}
    for page in real.body():
        if real.lines[page] and page not in real.openings() | forms:
            written = sum(len(line.text) for line in real.lines[page])
            assert written >= FEW, (page + 1, written)


def test_empty_pages_stand_only_before_right_hand_openings(real):
    first = real.body().start
    for page in real.body():
        if not real.lines[page]:
            # The body starts on a right-hand page, so an empty left-hand one has an odd place in it.
            assert (page - first) % 2 == 1 and real.lines[page + 1], page + 1


def test_duties_stand_close(real, catalogue):
    long = [e.item for e in catalogue.of("checklist") if len(e.item.duties) > 20]
    assert len(long) > 2
    for checklist in long:
        assert len(checklist.duties) / len(real.pages_of(checklist.code)) >= 8, checklist.title


def test_stretched_rows_keep_what_is_printed_in_them():
    row = '<tr class="tall" style="--lines:4"><th>事由</th><td></td></tr><tr><th>姓名</th><td></td></tr>'
    form = Leaf("form-a", "请示", f'<h1>请示</h1><table class="fields"><tbody>{row}</tbody></table>'
                '<p>完</p>', "form", 2, "BD-01")  # fmt: skip
    pdf = pypdfium2.PdfDocument(print_book(replace(one(""), leaves=(form,))).pdf)
    lines = [line for page in pdf for line in body_lines(page) if line.text in ("事由", "姓名", "完")][-3:]
    assert [line.text for line in lines] == ["事由", "姓名", "完"]
    # 14 mm a line and 11 mm a row, each label in the middle of its row.
    assert lines[1].top - lines[0].top == pytest.approx((4 * 14 + 11) / 2, abs=1)
    assert lines[2].top - lines[1].top < 12


def test_running_text_of_the_real_book_is_flush(real):
    pages = [page for title, pages in real.leaves.items() if title.startswith(("怎样使用", "四级文件", "关于本手册")) for page in pages]
    lines = []
    for page in pages:
        sheet = real.pdfium[page]
        margin = sheet.get_width() - (18 if page % 2 == 0 else 25) / 25.4 * 72
        lines += [(page + 1, end - margin, text) for _, end, text in running_lines(sheet)]
    # A line that ends with a full stop may be the last of its paragraph.
    inner = [line for line in lines if not line[2].endswith("。")]
    assert len(inner) >= 5
    assert [line for line in inner if abs(line[1]) > 0.5] == []

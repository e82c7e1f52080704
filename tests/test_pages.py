"""Pages made from data, pages written by hand, and the author macros on them."""

from __future__ import annotations

import re

import pytest
import yaml

from macros import pages
from macros.authoring import Author, UnknownName, limit_text, md, plain
from macros.kinds.fields import Limit
from macros.media import Paper, Site, into_book
from macros.pages import Page


@pytest.fixture
def author(catalogue) -> Author:
    return Author(catalogue, Site("procedures/dues"))


def test_every_item_part_chapter_and_acting_role_has_a_page(catalogue, root):
    paths = {p.name for p in pages.from_data(catalogue)}
    author = Author(catalogue, Site())
    wanted = {author.page_of(i) for i in (*catalogue.entries, *catalogue.chapters)}
    wanted |= {author.page_of(r) for r in catalogue.roles if author.acts(r)}
    assert wanted <= paths
    assert len(wanted) > 100


def test_a_hand_written_page_takes_the_place_of_a_made_one(catalogue, tmp_path):
    (tmp_path / "docs" / "procedures").mkdir(parents=True)
    (tmp_path / "docs" / "procedures" / "dues.md").write_text("# 自己写的\n", encoding="utf-8")
    page = pages.all_pages(catalogue, tmp_path)["procedures/dues.md"]
    assert (page.title, page.source) == ("自己写的", "docs/procedures/dues.md")


@pytest.mark.parametrize("name", Author.MACROS)
def test_every_macro_is_in_the_guide(name, root):
    assert f"&#123;&#123; {name}(" in (root / "docs" / "editing.md").read_text(encoding="utf-8")


def test_mkdocs_reads_markdown_as_the_book_does(root):
    config = re.sub(r"!ENV \[.*?\]", "x", (root / "mkdocs.yml").read_text(encoding="utf-8"))
    listed = [next(iter(e)) if isinstance(e, dict) else e for e in yaml.safe_load(config)["markdown_extensions"]]
    assert listed == list(pages.EXTENSIONS)


def test_a_wrong_id_says_which_and_what_was_probably_meant(author):
    with pytest.raises(UnknownName, match="没有“due”这个条目。是不是“dues”？"):
        author.show("due")
    with pytest.raises(UnknownName, match="没有“procedures”这一类。是不是“procedure”？"):
        author.listing("procedures")
    with pytest.raises(UnknownName, match="没有“admision”这一章。是不是“admission”？"):
        author.listing("procedure", chapter="admision")
    with pytest.raises(UnknownName, match="没有“组织委圆”这个岗位。是不是“组织委员”（organisation-officer）？"):
        author.due(role="组织委圆")


def test_a_wrong_macro_on_a_page_is_located(catalogue, tmp_path):
    (tmp_path / "docs").mkdir()
    text = '---\ntitle: 试\n---\n\n# 试\n\n{{ link("dues") }}\n{{ link("due") }}\n'
    (tmp_path / "docs" / "a.md").write_text(text, encoding="utf-8")
    (tmp_path / "docs" / "b.md").write_text("# 试\n\n{{ nothing() }}\n", encoding="utf-8")
    (tmp_path / "docs" / "c.md").write_text("# 试\n\n{{ link( }}\n", encoding="utf-8")
    (tmp_path / "docs" / "d.md").write_text("# 试\n\n\n{{ link() }}\n", encoding="utf-8")
    unsafe = pages.unsafe(tmp_path)
    assert [(p.path, p.line) for p in unsafe] == [("docs/b.md", 3), ("docs/c.md", 3)]
    assert list(map(str, pages.problems(catalogue, tmp_path, skip={p.path for p in unsafe}))) == [
        "docs/a.md:8: 没有“due”这个条目\n    建议：是不是“dues”？",
        "docs/d.md:4: 宏的参数不对\n    建议：对照文档里的宏的写法",
    ]


def test_text_from_data_is_never_markup_or_template_code():
    assert "<" not in plain("<b>{{ x }}</b>") and "{" not in plain("{{ x }}")
    assert not re.search(r"[*_`{\[#](?!\d)", md("*a* _b_ `c` {d} [e] ")) and "&#42;" in md("*")


def test_macro_output_is_not_evaluated_again(catalogue):
    page = Page("x.md", "x", "x", '{{ link("dues", "{{ 1 + 1 }}") }}')
    assert "&#123;&#123; 1 + 1 &#125;&#125;" in pages.expand(page, Author(catalogue, Site()))


def test_addresses_are_relative_to_the_page():
    site = Site("procedures/dues")
    assert site.href("procedures/dues", "step-a") == "#step-a"
    assert site.href("forms/dues-ledger") == "../../forms/dues-ledger/"
    assert site.href("") == "../../"
    assert Site().href("terms", "term-x") == "terms/#term-x"


def test_addresses_on_a_disk_name_the_file():
    site = Site("procedures/dues.html", flat=True)
    assert site.href("procedures/dues", "step-a") == "#step-a"
    assert site.href("forms/dues-ledger") == "../forms/dues-ledger.html"
    assert site.href("forms") == "../forms/index.html"
    assert site.href("") == "../index.html"
    assert site.asset("handbook.pdf") == "../handbook.pdf"
    assert Site("index.html", flat=True).href("parts/pilot") == "parts/pilot/index.html"


def test_addresses_in_the_book_are_unique():
    html = '<h2 id="top">x</h2><a href="#top">y</a><a href="../terms.md#term-a">z</a><a href="index.md">i</a>'
    html += f'<a href="{Paper("a/b").href("procedures/dues", "step-x")}">w</a>'
    assert into_book(html, "a/b") == (
        '<h2 id="a-b--top">x</h2><a href="#a-b--top">y</a><a href="#terms--term-a">z</a><a href="#a">i</a>'
        '<a href="#procedures-dues--step-x">w</a>'
    )


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"bound": "不超过", "amount": "1", "unit": "个月", "after": "收到申请"}, "在收到申请后1个月内"),
        ({"bound": "不超过", "amount": "1", "unit": "个月", "after": "批复", "usually": "是"}, "一般在批复后1个月内"),
        ({"what": "公示", "bound": "不少于", "amount": "5", "unit": "个工作日"}, "公示：不少于5个工作日"),
        ({"bound": "不少于", "amount": "24", "unit": "学时", "either": "是"}, "或者不少于24学时"),
        ({"bound": "为", "amount": "1", "unit": "年", "after": "支部大会通过之日起"}, "自支部大会通过之日起1年"),
        ({"bound": "不少于", "amount": "1", "unit": "个月", "before": "任期届满"}, "在任期届满前至少1个月"),
        ({"bound": "不超过", "amount": "6", "unit": "个月", "when": "情况特殊"}, "不超过6个月（情况特殊）"),
    ],
)
def test_limits_read_as_people_say_them(given, words):
    assert limit_text(Limit.model_validate(given), None) == words

"""The index of the search, and how questions are counted; the search itself is asked in test_search_browser.py."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache

import pytest

from macros import complete, pages
from macros.authoring import Author
from macros.media import Site
from macros.search import index, questions, readings

LISTS = ("shared.tsv", "own.tsv")


@pytest.fixture(scope="session")
def addresses(catalogue, root) -> dict[str, str]:
    every = (*pages.all_pages(catalogue, root).values(), *pages.in_parts(catalogue))
    return {page.path: f"{page.name}/" if page.name else "" for page in every}


@pytest.fixture(scope="session")
def found(catalogue, root, addresses) -> dict:
    return index.build(catalogue, root, addresses)


def place(page: list, section: list) -> str:
    """The address of a section; one on a page of its own has it whole."""
    return section[0] if "#" in section[0] else f"{page[0]}#{section[0]}"


def test_every_item_step_duty_and_term_can_be_found(catalogue, found):
    known = {page[0] for page in found["pages"]}
    known |= {place(page, section) for page in found["pages"] for section in page[-1] if section[0]}
    wanted = {f"{page}/{'#' if anchor else ''}{anchor}" for page, anchor, _ in complete.expected(catalogue)}
    # A term of an item's own name is found as that item.
    author = Author(catalogue, Site())
    own = {
        f"{author.place('terms', f'term-{t.id}')}/#term-{t.id}"
        for t in catalogue.terms.values()
        if any(t.title in (p[1], *p[4]) for p in found["pages"])
    }
    assert len(wanted) > 1000
    assert wanted - own - known == set()


def test_every_page_of_the_site_can_be_found(found, addresses, catalogue, root):
    # Where somebody stands in a procedure is asked on the procedure's own page; a part of a page is found by that page.
    wanted = {addresses[path] for path in pages.all_pages(catalogue, root) if not path.startswith("journeys/")}
    assert {page[0] for page in found["pages"] if "#" not in page[0]} == wanted


def test_every_place_in_the_index_stands_on_the_site(found, built):
    @cache
    def ids(page: str) -> set[str]:
        return set(
            re.findall(r'\bid="([^"]+)"', (built.site / page / "index.html").read_text(encoding="utf-8"))
        )

    places = {tuple(place(page, s).split("#")) for page in found["pages"] for s in page[-1] if s[0]}
    places |= {tuple(page[0].split("#")) for page in found["pages"] if "#" in page[0]}
    assert len(places) > 1000
    assert {(page, anchor) for page, anchor in places if anchor not in ids(page)} == set()


def test_the_index_is_light(found):
    """250 KB compressed for the whole handbook; what the first answer needs is a third of it."""
    names, texts = (len(gzip.compress(part.encode(), 6)) for part in index.served(found))
    assert 20_000 < names < texts
    assert names + texts <= 250_000


def test_the_same_data_give_the_same_index(catalogue, root, addresses, found):
    assert index.on_disk(index.build(catalogue, root, addresses)) == index.on_disk(found)


def test_both_ways_of_loading_hold_the_same(found):
    names, texts = map(json.loads, index.served(found))
    whole = json.loads(index.on_disk(found).removeprefix("var __index = "))["docs"]
    for page, (about, *rest) in zip(names["pages"], texts, strict=True):
        page[-2] = about
        page[-1] = [[*section, text] for section, text in zip(page[-1], rest, strict=True)]
    assert names == whole


def test_no_blank_and_no_template_code_is_left_in_the_index(found):
    text = index.on_disk(found)
    assert re.findall(r"\[\[[a-z][a-z-]+\]\]|\{\{|\{%", text) == []


def test_what_is_wrong_is_never_told_without_what_is_right(catalogue, found):
    told = [s[3] for page in found["pages"] for s in page[-1] if s[0] == "mistakes"]
    assert len(told) == sum(len(e.item.mistakes) for e in catalogue.of("procedure")) > 50
    assert [text for text in told if not re.fullmatch(r"错：.+[。；：！？]对：.+", text, re.S)] == []


def test_a_term_may_say_how_it_is_read(catalogue, found):
    assert readings.exceptions(["甲乙丙事项"], {"甲乙丙": "jia yi bin"}) == {
        "甲乙丙事项": "jia yi bin shi xiang"
    }
    assert catalogue.terms["three-majors-one-large"].pinyin == "san zhong yi da"
    # 重 alone is read zhong: a name read so needs no exception; the library alone would say chong.
    assert [name for name in found["read"] if "三重一大" in name] == []
    assert found["read"]["组织调整"] == "zu zhi tiao zheng"


def test_sounds_hold_the_common_characters_and_those_of_all_names(found):
    sounds = {c: m[1] for m in re.finditer(r"([a-z]+)([^|]+)", found["sounds"]) for c in m[2]}
    names = "".join(n for page in found["pages"] for n in (page[1], *page[4], *page[5]))
    assert len(sounds) >= 3755
    assert set(readings.HAN.findall(names)) - sounds.keys() == set()
    assert (sounds["届"], sounds["界"]) == ("jie", "jie")


def test_roles_and_kinds_can_be_chosen(catalogue, found):
    place = [title for title, _ in found["roles"]].index("组织委员")
    by_location = {page[0]: page for page in found["pages"]}
    assert place in by_location["procedures/dues/"][6]
    assert place in by_location["roles/organisation-officer/"][6]
    assert place not in by_location["procedures/four-forms/"][6]
    assert found["kinds"][by_location["procedures/dues/"][2]] == "程序"


# -- questions -----------------------------------------------------------------------------------------------------------


def test_the_questions_ask_for_pages_that_exist(root, addresses):
    known = set(addresses.values())
    for name in LISTS:
        asked = questions.read(root / "tests" / "search" / name)
        assert {a for q in asked for a in q.answers} - known == set()
        assert len({q.text for q in asked}) == len(asked)
    assert len(questions.read(root / "tests" / "search" / "own.tsv")) >= 60
    assert len(questions.read(root / "tests" / "search" / "shared.tsv")) == 26


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("procedures/dues/?h=党费", "procedures/dues/"),
        ("procedures/dues/index.html#step-x", "procedures/dues/#step-x"),
        ("procedures/dues.html?h=a#step-x", "procedures/dues/#step-x"),
        ("terms.html#term-x", "terms/#term-x"),
        ("index.html", ""),
        ("", ""),
    ],
)
def test_an_address_names_its_page_however_the_site_is_laid_out(address, page):
    assert questions.page(address) == page


def test_a_page_or_one_of_its_sections_is_the_answer():
    shown = [["a/"], ["b/", "b/#step-x"]]
    assert questions.place(questions.Question("", ("b/",)), shown) == 2
    assert questions.place(questions.Question("", ("c/", "a/")), shown) == 1
    assert questions.place(questions.Question("", ("b/#step-x",)), shown) == 2
    assert questions.place(questions.Question("", ("b/#step-y",)), shown) is None
    # The place may have moved to a page below, not to another page.
    assert questions.place(questions.Question("", ("b/#step-x",)), [["a/"], ["b/", "b/stage/#step-x"]]) == 2
    assert questions.place(questions.Question("", ("b/#step-x",)), [["a/", "a/b/#step-x"]]) is None
    assert questions.place(questions.Question("", ("a/",)), []) is None


def test_the_score_counts_first_places_and_the_first_three():
    score = questions.together([questions.Score((1, 2), 0), questions.Score((None, 4), 1)])
    assert (score.share(1), score.share(3), score.reciprocal, score.empty) == (0.25, 0.5, 0.4375, 1)
    assert score.line == "4问　hit@1 0.250　hit@3 0.500　MRR 0.438　没有结果1问"

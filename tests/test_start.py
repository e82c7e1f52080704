"""Start pages, terms, light charts, the short menu: what is worked out before a page is written."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace

import pytest
from handbooks import changed

from macros import flowchart, glossary, pages, start
from macros.authoring import Author, UnknownName
from macros.catalogue import Catalogue, load
from macros.engines import menu
from macros.media import Paper, Site


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load(changed(tmp_path_factory.mktemp("small"), []))


@pytest.fixture(scope="module")
def development(catalogue):
    return catalogue.entries["member-development"].item


def test_the_ten_most_used_stand_on_the_home_page_in_their_order(catalogue, root):
    assert len(catalogue.handbook.popular) == 10
    home = next(p for p in pages.written(root) if p.path == "index.md")
    html = pages.expand(home, Author(catalogue, Site()))
    cards = re.search(r'<ul class="quick popular">(.*?)</ul>', html, re.S)[1]
    assert re.findall(r'href="\w+/([\w-]+)/"', cards) == list(catalogue.handbook.popular)


def test_a_journey_has_every_step_and_leads_from_each_to_the_next(development):
    stops = list(start.journey(development))
    assert [s.number for s in stops] == list(range(1, 26))
    assert [s.step for s in stops] == list(development.steps)
    for stop in stops:
        follows = stop.step.next or (development.steps[stop.number].id if stop.number < 25 else "结束")
        assert (stop.onward[1].id if stop.onward else "结束") == follows


def test_what_must_be_in_the_file_by_now_is_named_once_and_complete(development):
    fresh = [form for stop in start.journey(development) for form in stop.fresh]
    assert fresh == list(development.records)


def test_only_long_procedures_are_journeys(catalogue):
    found = [e.id for e in catalogue.of("procedure") if start.is_journey(e.item)]
    assert "member-development" in found and "branch-election" in found
    assert len(found) < len(catalogue.of("procedure")) / 4
    # A shorter one whose chart would make its page too heavy has its chart there.
    author = Author(catalogue, Site())
    made = [p.name for p in pages.from_data(catalogue) if p.name.startswith("journeys/")]
    assert made == [f"journeys/{e.id}" for e in catalogue.of("procedure") if e.id in found or author.chart_apart(e)]


def test_only_a_procedure_can_be_a_journey(small):
    with pytest.raises(UnknownName, match="“daily”不是程序"):
        Author(small, Site()).journey("daily")


def test_new_regulations_name_what_they_replace(catalogue):
    news = {entry.id: [old.id for old in replaced] for entry, replaced in start.new_regulations(catalogue)}
    assert news["member-development-rules-2026"] == ["member-development-rules-2014"]
    assert all(catalogue.entries[ident].item.state == "现行" for ident in news)
    assert not {"party-constitution", "branch-work-rules"} & news.keys()


def test_paper_has_nothing_that_needs_a_screen(catalogue):
    shown = "".join(
        Author(catalogue, Paper()).show(i) for i in ("duties", "member-development", "organisation-officer")
    )
    assert shown.count('class="tick"') > 20
    for word in ("data-tick", "data-role", "noscript", "journeys/"):
        assert word not in shown


# -- terms --------------------------------------------------------------------------------------------------


KNOWN = glossary.Glossary(
    {"党费": "dues", "主题党日": "day", "党日": "day"}, {"dues": 9, "day": 3}, frozenset({"党小组长"})
)


def explained(html: str, **options) -> str:
    return glossary.explain(html, options.pop("known", KNOWN), lambda ident: f"#{ident}", **options)


def test_the_first_use_of_a_term_is_linked():
    assert explained("<p>交党费，收党费。</p>") == '<p>交<a class="term" href="#dues">党费</a>，收党费。</p>'


def test_the_longest_name_wins():
    assert explained("<p>主题党日</p>") == '<p><a class="term" href="#day">主题党日</a></p>'
    known = glossary.Glossary({"党小组": "group"}, {"group": 1}, frozenset({"党小组长"}))
    assert explained("<p>党小组长定</p>", known=known) == "<p>党小组长定</p>"


@pytest.mark.parametrize(
    "html",
    [
        "<h2>党费</h2>",
        '<p><a href="x">党费</a></p>',
        "<p><code>党费</code></p>",
        '<p><span class="basis basis-a">党费</span></p>',
        "<svg><text>党费</text></svg>",
        '<div class="form-sheet"><table><tr><td>党费</td></tr></table></div>',
        '<p title="党费">交<br>钱</p>',
        "<dl><dt>党费</dt></dl>",
        "<div>党费</div>",
    ],
)
def test_headings_links_labels_and_forms_stay_plain(html):
    assert explained(html) == html


def test_running_text_goes_on_after_what_stays_plain():
    html = '<ul><li><img src="x"><a href="y">党费<br></a>交党费</li></ul>'
    assert explained(html).count('class="term"') == 1
    assert explained(html).endswith('交<a class="term" href="#dues">党费</a></li></ul>')


def test_what_the_page_is_about_is_not_explained_on_it(catalogue):
    assert explained("<p>党费</p>", leave={"dues"}) == "<p>党费</p>"
    assert "party-dues" in {
        t.id for t in catalogue.terms.values() if t.id in glossary.about("procedures/dues", catalogue)
    }


def test_of_too_many_terms_the_rarest_are_explained():
    words = {f"词{n}号": f"t{n}" for n in range(40)}
    known = glossary.Glossary(words, {ident: n for n, ident in enumerate(words.values())}, frozenset())
    html = explained("".join(f"<p>{word}</p>" for word in reversed(words)), known=known)
    assert sorted(re.findall(r"#(t\d+)", html)) == sorted(f"t{n}" for n in range(glossary.MOST))


def test_every_term_has_its_meaning_in_the_script(catalogue):
    meanings = json.loads(glossary.script(catalogue).removeprefix("window.handbookTerms = "))
    assert meanings.keys() == catalogue.terms.keys()
    assert meanings["three-meetings"].startswith("三会一课：")


# -- lean charts ---------------------------------------------------------------------------------------------


def words_of(svg: str) -> str:
    return "".join(re.sub(r"<[^>]+>", "", svg).split())


def test_a_light_chart_says_and_draws_the_same(catalogue):
    for entry in catalogue.of("procedure"):
        titles = {r.id: r.title for r in catalogue.roles.values()}
        for svg in flowchart.charts(entry.item, titles):
            light = flowchart.lean(svg)
            name = re.search(r"<title[^>]*>([^<]*)</title>", svg)[1]
            assert f'role="group" aria-label="{name}"' in light
            assert words_of(light) == words_of(svg).removeprefix("".join(name.split()))
            for mark in ("<circle", "<rect", "<a ", 'class="fc-back"', 'class="fc-mark"'):
                assert light.count(mark) == svg.count(mark)
            assert len(light) < 0.75 * len(svg)


def test_every_class_of_a_chart_has_its_looks(catalogue, root):
    css = (root / "docs/assets/stylesheets/chart.css").read_text(encoding="utf-8")
    titles = {r.id: r.title for r in catalogue.roles.values()}
    drawn = "".join(svg for e in catalogue.of("procedure") for svg in flowchart.charts(e.item, titles))
    used = set(re.findall(r'class="(fc-[\w-]+)"', drawn))
    assert len(used) > 15
    assert {c for c in used if not re.search(rf"\.{c}\b", css)} == set()


# -- menu ----------------------------------------------------------------------------------------------------


def section(title: str, children: list, active: bool = False) -> SimpleNamespace:
    return SimpleNamespace(title=title, children=children, active=active)


def leaf(title: str, active: bool = False) -> SimpleNamespace:
    return SimpleNamespace(title=title, children=None, active=active)


@pytest.mark.parametrize(("size", "place"), [(1000, 0), (1000, 500), (1000, 999), (5, 3)])
def test_the_menu_shows_the_neighbours_and_never_the_whole_list(size, place):
    forms = [leaf("表单"), *(leaf(str(n), n == place) for n in range(size))]
    nav = SimpleNamespace(
        items=[leaf("首页"), section("表单", forms, True), section("法规", [leaf("法规")] * 50)]
    )
    shown = menu.around(nav).items
    titles = [child.title for child in shown[1].children]
    assert titles[0] == "表单" and str(place) in titles
    assert len(titles) == min(size, 2 * menu.NEIGHBOURS + 1) + 1
    assert len(shown[2].children) == 50  # the theme itself shows only where another section starts
    assert len(nav.items[1].children) == size + 1

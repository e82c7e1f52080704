"""The search of the built site in Chromium: answers, aliases, keys, voice, choice, no hit, no network, from disk."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from mkdocs.commands.build import build
from mkdocs.config import load_config
from playwright.sync_api import Page, expect
from test_browser import AXE, SIZES, context, serve

from macros.rules.names import folded, titles

pytestmark = pytest.mark.browser

INPUT = ".md-search__input"
ITEM = ".md-search-result__item"
LINK = f"{ITEM} > .md-search-result__link"
# Asks the site's own worker, with nothing between, every question in turn: the first three pages of each answer.
ASK_WORKER = """async ([base, asked]) => {
  const bring = async name => (await fetch(`${base}search/${name}.json`)).text()
  const worker = new Worker(`${base}assets/javascripts/search-worker.js`)
  for (const type of ["names", "texts"]) worker.postMessage({ type, data: await bring(type) })
  const answers = []
  const all = new Promise((done, fail) => {
    worker.addEventListener("error", fail)
    worker.addEventListener("message", ({ data }) => {
      if (data.type !== 3) return
      answers.push(data.data.items.slice(0, 3).map(([page]) => page.location))
      if (answers.length === asked.length) done(answers)
    })
  })
  for (const [question, choice] of asked) worker.postMessage({ type: 2, data: question, choice: choice ?? undefined })
  return all
}"""


@pytest.fixture(scope="module")
def base(built) -> Iterator[str]:
    yield from serve(built.site, "/handbook/")


@pytest.fixture
def page(browser, base) -> Iterator[Page]:
    made = context(browser)
    page = made.new_page()
    page.goto(base)
    yield page
    made.close()


@pytest.fixture(scope="module")
def disk(root, tmp_path_factory) -> Path:
    """The site as it is packed to be opened from disk."""
    out = tmp_path_factory.mktemp("disk")
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(out), use_directory_urls=False)
    config.plugins.on_startup(command="build", dirty=False)
    build(config)
    return out


def search(page: Page, text: str) -> None:
    """Types nothing: the text comes as from a paste, a voice or a tapped candidate."""
    page.locator(INPUT).focus()
    page.keyboard.insert_text(text)


def evaluated(*arguments: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "scripts/search_eval.py", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


# -- answers -------------------------------------------------------------------------------------------------------------


def test_the_questions_are_answered(built):
    done = evaluated("--site", built.site, "--min-hit1", 0.95, "--min-hit3", 0.98)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "合计　123问" in done.stdout


def test_the_gate_closes_when_questions_are_not_answered(built, tmp_path):
    asked = tmp_path / "asked.tsv"
    asked.write_text(
        "党费怎么算\tculture/song/\n三会一课\tprocedures/three-meetings-one-lesson/\n", encoding="utf-8"
    )
    done = evaluated("--site", built.site, "--questions", asked)
    assert done.returncode == 1
    assert "党费怎么算：没有找到" in done.stdout
    assert "hit@1 0.500" in done.stdout


def test_a_folder_without_a_site_is_told_in_one_line(tmp_path):
    done = evaluated("--site", tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "里没有网站" in done.stderr


def test_sections_answer(built, root):
    done = evaluated(
        "--site",
        built.site,
        "--questions",
        root / "tests/search/sections.tsv",
        "--min-hit1",
        1,
        "--min-hit3",
        1,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_name_of_an_item_leads_to_it_first(page, base, catalogue):
    wanted = [
        (name, f"{'culture' if e.kind == 'culture' else e.kind + 's'}/{e.id}/")
        for e in catalogue.entries.values()
        for name in (*titles(e.item), *e.item.aliases)
    ]
    answers = page.evaluate(ASK_WORKER, [base, [[name, None] for name, _ in wanted]])
    assert len(wanted) > 1000
    assert [(n, p, a) for (n, p), a in zip(wanted, answers, strict=True) if a[:1] != [p]] == []


def test_every_name_of_a_role_leads_to_it_first_or_right_behind_the_item_of_that_name(page, base, catalogue):
    items = {folded(n) for e in catalogue.entries.values() for n in (*titles(e.item), *e.item.aliases)}
    items |= {
        folded(n)
        for t in catalogue.terms.values()
        if folded(t.title) in items
        for n in (*t.synonyms, *t.abbreviations, *t.misspellings)
    }
    acting = [
        r for r in catalogue.roles.values() if catalogue.role_steps(r.id) or catalogue.role_duties(r.id)
    ]
    wanted = [(n, f"roles/{r.id}/") for r in acting for n in (r.title, *r.aliases)]
    answers = page.evaluate(ASK_WORKER, [base, [[name, None] for name, _ in wanted]])
    chosen = page.evaluate(ASK_WORKER, [base, [[name, {"kind": "5", "role": ""}] for name, _ in wanted]])
    assert len(wanted) > 100
    for (name, path), answer, of_roles in zip(wanted, answers, chosen, strict=True):
        assert answer.index(path) <= (1 if folded(name) in items else 0), (name, answer)
        assert of_roles[0] == path, (name, of_roles)


# -- the box ---------------------------------------------------------------------------------------------------------------


def test_the_step_that_answers_is_shown_and_opened(page, base):
    search(page, "干部任前公示多久")
    first = page.locator(ITEM).first
    expect(first.locator("h1")).to_have_text("选人用人八步 程序")
    expect(first.locator("h2")).to_contain_text("第7步·任前公示")
    expect(first.locator("h2")).to_contain_text("不少于5个工作日")
    page.keyboard.press("Enter")
    page.wait_for_url("**/procedures/cadre-selection/**#step-notice")
    expect(page.locator("#step-notice")).to_be_in_viewport()


def test_a_name_opens_the_page_from_its_top(page):
    search(page, "党费")
    expect(page.locator(LINK).first).to_contain_text("党费收缴")
    page.keyboard.press("Enter")
    page.wait_for_url("**/procedures/dues/**")
    assert urlsplit(page.url).fragment == ""


def test_the_arrows_walk_through_the_results_and_escape_closes(page):
    page.keyboard.press("/")
    page.keyboard.insert_text("三会一课")
    page.wait_for_load_state("networkidle")  # the texts answer after the names, with a new list
    expect(page.locator(LINK).first).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement === document.querySelector('.md-search-result__link')")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.matches('.md-search__input')")
    page.keyboard.press("Escape")
    page.wait_for_function("!document.querySelector('#__search').checked")


def test_kind_and_role_are_chosen_by_key(page):
    search(page, "党费")
    expect(page.locator(ITEM).first).to_contain_text("程序")
    kind, role = page.locator(".search-choices select").all()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(kind).to_be_focused()
    kind.press("ArrowDown")  # a key of the list, not of the results
    expect(kind).to_be_focused()
    kind.select_option("法规")
    expect(page.locator(ITEM).first).to_contain_text("党费规定")
    assert {"法规"} == set(page.locator(f"{ITEM} h1 .search-kind").all_inner_texts())
    page.keyboard.press("Tab")
    expect(role).to_be_focused()
    assert page.evaluate("document.querySelector('#__search').checked")
    page.keyboard.press("Tab")
    page.wait_for_function("!document.querySelector('#__search').checked")


def test_a_choice_without_words_lists_all_that_it_leaves(page, catalogue):
    page.locator(INPUT).focus()
    page.locator("select[name=kind]").select_option("清单")
    expect(page.locator(ITEM)).to_have_count(len(catalogue.of("checklist")))
    page.locator("select[name=role]").select_option("党小组长")
    expect(page.locator(ITEM)).to_have_count(
        sum(
            "group-leader" in (e.item.owner, *e.item.roles, *(r for d in e.item.duties for r in d.by))
            for e in catalogue.of("checklist")
        )
    )
    search(page, "职责")
    expect(page.locator(LINK).first).to_contain_text("职责")
    page.locator(".md-search__form [type=reset]").click()
    expect(page.locator("select[name=kind]")).to_have_value("")
    expect(page.locator(ITEM)).to_have_count(0)


def test_a_choice_that_leaves_nothing_offers_the_rest(page):
    search(page, "党费")
    page.locator("select[name=kind]").select_option("文化")
    near = page.locator(".search-near")
    expect(near).to_contain_text("在选定的范围里没有")
    near.get_by_role("button").click()
    expect(page.locator(LINK).first).to_contain_text("党费收缴")
    expect(near).to_be_hidden()


def test_without_a_hit_the_nearest_names_are_offered(page):
    search(page, "消防车保养")
    near = page.locator(".search-near[role=status]")
    expect(near).to_contain_text("说法相近的有")
    assert 1 <= near.locator("a").count() <= 5
    near.locator("a").first.click()
    page.wait_for_function("document.querySelector('h1') && !document.querySelector('#__search').checked")
    search(page, "qqqzzz")
    expect(page.locator(".search-near")).to_contain_text("换个短一点的说法")


def test_the_count_is_announced(page):
    expect(page.locator(".md-search-result__meta")).to_have_attribute("role", "status")
    expect(page.locator(".md-search")).to_have_attribute("aria-label", "搜索")
    search(page, "党课")
    expect(page.locator(".md-search-result__meta")).to_contain_text("结果")


def test_nothing_typed_is_taken_as_markup(page):
    search(page, '<img src=x onerror="window.hurt=1">党费')
    expect(page.locator(LINK).first).to_contain_text("党费")
    assert page.evaluate("[window.hurt, document.querySelectorAll('.md-search img').length]") == [None, 0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("text", ["干部任前公示多久", "消防车保养"])
def test_axe_finds_nothing_in_the_open_box(browser, base, size, scheme, text):
    made = context(browser, size, scheme)
    page = made.new_page()
    page.goto(base)
    search(page, text)
    expect(page.locator(f"{ITEM}, .search-near a").first).to_be_visible()
    found = Axe().run(page, options=AXE).response
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    made.close()
    assert len(found["passes"]) > 20
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found["violations"]] == []
    assert wide <= 0


# -- network ---------------------------------------------------------------------------------------------------------------


def test_the_index_comes_when_the_box_is_opened_and_nothing_typed_leaves(browser, base):
    made = context(browser)
    page, asked = made.new_page(), []
    page.on("request", lambda r: asked.append(r.url.removeprefix(base)))
    page.goto(base)
    page.wait_for_load_state("networkidle")
    assert [a for a in asked if a.startswith("search/")] == ["search/search_index.json"]
    assert len((page.request.get(f"{base}search/search_index.json")).body()) < 200
    asked.clear()
    page.locator(INPUT).focus()
    page.wait_for_load_state("networkidle")
    search(page, "党费怎么算")
    expect(page.locator(LINK).first).to_be_visible()
    made.close()
    assert asked == ["search/names.json", "search/texts.json"]


def test_names_alone_answer_and_texts_that_come_later_complete_the_answer(browser, base):
    made = context(browser)
    page, held = made.new_page(), []
    page.route("**/search/texts.json", lambda route: held.append(route))
    page.goto(base)
    search(page, "党费")
    first = page.locator(ITEM).first
    expect(first).to_contain_text("党费收缴")
    expect(first).not_to_contain_text("按标准收齐党费")
    held[0].continue_()
    expect(first).to_contain_text("按标准收齐党费")
    made.close()


def test_without_network_search_goes_on_or_says_what_is_missing(browser, base):
    made = context(browser)
    page = made.new_page()
    page.goto(base)
    page.wait_for_load_state("networkidle")
    made.set_offline(True)
    search(page, "党")
    expect(page.locator(".search-near")).to_contain_text("搜索用的数据没有取到")
    made.set_offline(False)
    page.keyboard.insert_text("费")
    expect(page.locator(LINK).first).to_contain_text("党费收缴")
    page.wait_for_load_state("networkidle")
    made.set_offline(True)
    page.locator(INPUT).fill("主题党日")
    expect(page.locator(LINK).first).to_contain_text("主题党日")
    made.close()


def test_from_disk_the_questions_are_answered_too(disk):
    done = evaluated("--site", disk, "--disk")
    assert done.returncode == 0, done.stdout + done.stderr


def test_from_disk_a_result_opens_its_step_and_nothing_is_loaded_from_elsewhere(browser, disk):
    made = context(browser)
    made.set_offline(True)
    page, wrong = made.new_page(), []
    page.on("request", lambda r: r.url.startswith(("file:", "data:")) or wrong.append(r.url))
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.goto((disk / "procedures" / "dues.html").as_uri())
    search(page, "干部任前公示多久")
    expect(page.locator(f"{ITEM} h2").first).to_contain_text("第7步")
    page.locator(LINK).nth(1).click()
    page.wait_for_url("**/procedures/cadre-selection.html**#step-notice")
    expect(page.locator("#step-notice")).to_be_visible()
    made.close()
    assert wrong == []

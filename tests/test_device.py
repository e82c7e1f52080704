"""What the reader's device does: pinned role, ticks, the journey, explained terms; without internet, and from a disk."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from test_browser import Watch, context, serve

from macros import start

pytestmark = pytest.mark.browser

# One page of each type, for a device that shows little: 1280 px at 400 %, as WCAG 1.4.10 asks.
NARROW = (
    "",
    "parts/vanguard/",
    "procedures/dues/",
    "journeys/member-development/",
    "checklists/duties/",
    "culture/oath/",
    "forms/",
    "regulations/branch-work-rules/",
    "roles/branch-secretary/",
    "procedures/member-development/",
    "procedures/member-development/admission-stage/",
    "checklists/branch-daily/monthly/",
    "calendar/",
    "terms/",
    "terms/d/",
    "how-to-use/",
    "publishing/",
)


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright) -> Iterator[Browser]:
    started = playwright.chromium.launch(
        executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox", "--disable-gpu"]
    )
    yield started
    started.close()


@pytest.fixture(scope="module")
def base(built) -> Iterator[str]:
    yield from serve(built.site, "/handbook/")


@pytest.fixture
def device(browser) -> Iterator[BrowserContext]:
    """A phone without a service worker in the way."""
    made = context(browser, "phone", service_workers="block")
    yield made
    made.close()


@pytest.fixture
def page(device) -> Page:
    return device.new_page()


def test_a_role_can_be_pinned_and_unpinned(page, base):
    page.goto(base + "roles/organisation-officer/")
    pin = page.get_by_role("button", name="设为我的岗位")
    expect(pin).to_have_attribute("aria-pressed", "false")
    pin.press("Enter")
    expect(page.get_by_role("button", name="已设为我的岗位")).to_be_focused()
    expect(page.locator(".pinning")).to_contain_text("只保存在本机")
    page.goto(base)
    page.locator(".mine a").tap()
    expect(page.locator("h1")).to_contain_text("组织委员")
    page.goto(base)
    page.get_by_role("button", name="不再显示").tap()
    expect(page.locator(".mine")).to_have_count(0)
    page.reload()
    expect(page.locator(".mine")).to_have_count(0)


def test_home_answers_three_questions_and_opens_the_search(page, base):
    page.goto(base)
    assert page.locator(".jump a").all_inner_texts() == ["我要办什么", "我是谁", "有什么新的"]
    for link in page.locator(".jump a").all():
        expect(page.locator(link.get_attribute("href"))).to_be_visible()
    page.locator("button.find").tap()
    expect(page.locator(".md-search__input")).to_be_focused()


def tick_of(page: Page, every: str):
    return page.locator(f"[data-every='{every}']").first


@pytest.mark.parametrize(
    ("every", "ticked", "same", "next_period"),
    [
        ("周", "2026-11-23", "2026-11-29", "2026-11-30"),
        ("月", "2026-11-25", "2026-11-30", "2026-12-01"),
        ("季度", "2026-10-01", "2026-12-31", "2027-01-01"),
        ("半年", "2026-07-01", "2026-12-31", "2027-01-01"),
        ("年", "2026-01-01", "2026-12-31", "2027-01-01"),
    ],
)
def test_a_tick_lasts_as_long_as_its_period(page, base, catalogue, every, ticked, same, next_period):
    lists = catalogue.of("checklist")
    there = next(e.id for e in lists if any(d.cadence.every == every for d in e.item.duties))
    page.clock.set_fixed_time(f"{ticked}T09:00:00")
    page.goto(f"{base}checklists/{there}/")
    item = tick_of(page, every)
    item.locator("input").check()
    month, day = int(ticked[5:7]), int(ticked[8:])
    expect(item.locator(".tick-date")).to_contain_text(f"已勾：{month}月{day}日")
    page.clock.set_fixed_time(f"{same}T23:00:00")
    page.reload()
    expect(tick_of(page, every).locator("input")).to_be_checked()
    page.clock.set_fixed_time(f"{next_period}T09:00:00")
    page.reload()
    expect(tick_of(page, every).locator("input")).not_to_be_checked()
    expect(tick_of(page, every).locator(".tick-date")).to_contain_text("上次：")


def test_ticks_say_where_they_are_kept_and_can_be_cleared(page, base):
    page.goto(base + "checklists/branch-daily/")
    expect(page.locator(".ticks")).to_contain_text("只保存在本机")
    boxes = page.locator(".tick-box input")
    assert boxes.count() == page.locator(".duty").count() > 20
    assert [
        b
        for b in page.locator(".tick-box").all()
        if min(b.bounding_box()["width"], b.bounding_box()["height"]) < 24
    ] == []
    boxes.nth(0).check()
    boxes.nth(1).focus()
    page.keyboard.press("Space")
    expect(boxes.nth(1)).to_be_checked()
    boxes.nth(0).uncheck()
    page.reload()
    expect(boxes.nth(0)).not_to_be_checked()
    expect(boxes.nth(1)).to_be_checked()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="清空本页的勾").tap()
    expect(boxes.nth(1)).not_to_be_checked()


def test_what_must_be_done_several_times_has_a_box_for_each(page, base):
    def twice(route):
        html = route.fetch().text().replace('data-every="月"', 'data-every="月" data-times="2"', 1)
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    page.route("**/checklists/branch-daily/", twice)
    page.goto(base + "checklists/branch-daily/")
    item = page.locator("[data-times='2']")
    boxes = item.locator("input")
    expect(boxes).to_have_count(2)
    boxes.nth(0).check()
    assert not item.evaluate("e => e.classList.contains('done')")
    boxes.nth(1).check()
    assert item.evaluate("e => e.classList.contains('done')")
    boxes.nth(0).click()
    expect(boxes.nth(0)).to_be_checked()  # the one that is left moves up
    expect(boxes.nth(1)).not_to_be_checked()


def test_the_same_duty_in_two_lists_is_ticked_once(page, base, catalogue):
    duty = next((e, d) for e in catalogue.of("checklist") for d in e.item.duties if d.same)
    other, ident = duty[1].same.split("/")
    page.goto(f"{base}checklists/{other}/")
    page.locator(f"#duty-{ident} input").check()
    page.goto(f"{base}checklists/{duty[0].id}/")
    expect(page.locator(f"#duty-{duty[1].id} input")).to_be_checked()


def test_ticks_are_printed(page, base):
    page.goto(base + "checklists/branch-daily/")
    page.locator(".tick-box input").first.check()
    page.emulate_media(media="print")
    expect(page.locator(".tick-box input").first).to_be_visible()
    expect(page.locator(".tick-date").first).to_be_visible()
    expect(page.locator(".ticks")).to_be_hidden()


def test_a_journey_says_where_one_is_what_comes_next_and_what_must_be_there(page, base, catalogue):
    stops = list(start.journey(catalogue.entries["member-development"].item))
    page.goto(base + "journeys/member-development/")
    rows = page.locator("tr[data-no]")
    assert rows.count() == len(stops) == 25
    here = stops[7]
    page.get_by_label("我现在办到").select_option(here.step.id)
    parts = page.locator(".where-answer > div")
    expect(parts.nth(0)).to_contain_text(here.step.title)
    expect(parts.nth(1)).to_contain_text(here.onward[1].title)
    had = [form for stop in stops[:7] for form in stop.fresh]
    expect(parts.nth(2)).to_contain_text(f"到现在应有的记录（{len(had)}种）")
    titles = [catalogue.entries[form].item.title for form in (*had, *here.fresh)]
    assert parts.nth(2).locator("li").all_inner_texts() == titles
    page.reload()
    expect(page.locator(f"#at-{here.step.id}")).to_have_attribute("aria-current", "step")
    page.get_by_label("我现在办到").select_option(stops[-1].step.id)
    expect(parts.nth(1)).to_contain_text("没有了")


def test_without_javascript_lists_and_journeys_are_complete_and_say_what_is_missing(browser, base):
    made = context(browser, java_script_enabled=False)
    page = made.new_page()
    page.goto(base + "checklists/branch-daily/")
    assert "JavaScript" in page.locator(".ticks noscript").inner_html()
    expect(page.locator(".duty .tick").first).to_be_visible()
    page.goto(base + "journeys/member-development/")
    assert page.locator("tr[data-no] .fresh").count() == 25
    expect(page.locator("tr[data-no]").last).to_be_visible()
    page.goto(base + "roles/branch-secretary/")
    expect(page.locator(".pinning")).to_be_hidden()
    page.goto(base + "procedures/dues/")
    page.locator("a.term").first.click()
    assert re.search(r"/terms/[a-z]/#term-", page.url)
    made.close()


def test_a_term_is_explained_on_hover_on_focus_and_away_again(browser, base, catalogue):
    made = context(browser, service_workers="block")
    page = made.new_page()
    page.goto(base + "procedures/dues/")
    term, tip = page.locator("a.term").first, page.locator("#tip")
    ident = term.get_attribute("href").split("#term-")[1]
    term.hover()
    expect(tip).to_be_visible()
    expect(tip).to_contain_text(catalogue.terms[ident].meaning)
    tip.hover()
    page.wait_for_timeout(400)
    expect(tip).to_be_visible()
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.locator("a.term").nth(1).focus()
    expect(tip).to_be_visible()
    expect(page.locator("a.term").nth(1)).to_have_attribute("aria-describedby", "tip")
    page.keyboard.press("Tab")
    expect(tip).to_be_hidden()
    made.close()


def test_a_tap_explains_a_term_and_a_second_one_opens_the_list(page, base):
    page.goto(base + "procedures/dues/")
    term = page.locator("a.term").first
    term.tap()
    expect(page.locator("#tip")).to_be_visible()
    assert page.url.endswith("/procedures/dues/")
    box = page.locator("#tip").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    term.tap()
    page.wait_for_url("**/terms/*/#term-*")


def test_each_term_is_explained_at_its_first_use_only(page, base):
    for path in ("procedures/member-development/", "checklists/branch-daily/", "roles/branch-secretary/"):
        page.goto(base + path)
        links = page.locator("a.term").evaluate_all("all => all.map(a => a.hash)")
        assert 5 < len(links) == len(set(links)) <= 15


@pytest.mark.parametrize("path", NARROW)
def test_nothing_is_lost_at_400_percent(browser, base, path):
    made = browser.new_context(
        viewport={"width": 320, "height": 640}, locale="zh-CN", service_workers="block"
    )
    page = made.new_page()
    page.goto(base + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    made.close()


@pytest.mark.parametrize("path", NARROW)
def test_no_page_type_is_hindered_by_its_own_policy(browser, base, path):
    watch, made = Watch(urlsplit(base).netloc), context(browser, bypass_csp=False)
    page = made.new_page()
    watch.over(page)
    page.goto(base + path)
    page.locator("label[for=__palette_1]").click()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.reload()
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", "slate")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), {text: 'window.foreign = 1'}))"
    )
    assert page.evaluate("window.foreign") is None
    # What the page was still loading when it was loaded again does not count.
    wrong = [w for w in watch.wrong if "ERR_ABORTED" not in w]
    assert len(wrong) == 1 and "Content Security Policy" in wrong[0]  # the script that the test slipped in
    made.close()


def test_the_year_shows_which_month_it_is(page, base):
    page.clock.set_fixed_time("2026-11-25T09:00:00")
    page.goto(base + "calendar/")
    expect(page.locator(".parts > .now a")).to_have_text("11月（本月）")
    page.locator(".parts > .now a").tap()
    expect(page.locator("h1")).to_contain_text("工作台历：11月")


# -- without internet ----------------------------------------------------------------------------------------


def kept(page: Page) -> int:
    return page.evaluate("caches.open('handbook').then(store => store.keys()).then(keys => keys.length)")


def test_after_one_visit_every_page_opens_without_internet(browser, built):
    server = serve(built.site, "/handbook/")
    base = next(server)
    made = context(browser)
    page = made.new_page()
    page.goto(base)
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller")
    assert kept(page) > 300
    next(server, None)  # the host is gone
    for path, title in (
        ("procedures/dues/", "党费"),
        ("forms/vote-count/", "计票单"),
        ("roles/member/", "党员"),
        ("", "党支部"),
    ):
        page.goto(base + path)
        expect(page.locator("h1")).to_contain_text(title)
        assert (
            page.locator(".md-header").evaluate("e => getComputedStyle(e).backgroundColor")
            == "rgb(11, 74, 143)"
        )
    page.goto(base + "no/such/page/")
    expect(page.locator("h1")).to_have_text("没有这一页")
    made.close()


def test_a_new_edition_is_announced_and_taken_over_when_the_reader_says_so(browser, built, tmp_path):
    site = tmp_path / "site"
    shutil.copytree(built.site, site)
    server = serve(site, "/handbook/")
    base = next(server)
    made = context(browser)
    page = made.new_page()
    fetched: list[str] = []
    made.on("request", lambda request: fetched.append(urlsplit(request.url).path))
    page.goto(base + "procedures/dues/")
    page.wait_for_function("navigator.serviceWorker.controller")
    changed = site / "procedures" / "dues" / "index.html"
    changed.write_text(
        changed.read_text(encoding="utf-8").replace("</h1>", "（改过）</h1>", 1), encoding="utf-8"
    )
    worker = site / "sw.js"
    code = re.sub(
        r'("procedures/dues/index.html": )"\w+"', r'\1"0000000000000000"', worker.read_text(encoding="utf-8")
    )
    worker.write_text(re.sub(r'EDITION = ".*?"', 'EDITION = "2027.1"', code), encoding="utf-8")
    fetched.clear()
    page.reload()
    expect(page.locator("h1")).not_to_contain_text("改过")
    notice = page.locator(".fresh-edition")
    expect(notice).to_contain_text("手册有新内容了（2027.1版）")
    assert [path for path in fetched if path.endswith("/forms/")] == []
    notice.get_by_role("button", name="现在就换").click()
    expect(page.locator("h1")).to_contain_text("改过")
    made.close()
    next(server, None)


# -- from a disk ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def disk(built, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("解压 到 这里")
    with zipfile.ZipFile(built.out / "handbook-offline.zip") as packed:
        packed.extractall(folder)
    return folder / "handbook"


def test_from_a_disk_with_the_network_off_one_gets_around_and_ticks_are_kept(browser, disk):
    made = context(browser, offline=True)
    page, watch = made.new_page(), Watch("")
    page.on("pageerror", lambda error: watch.wrong.append(str(error)))
    page.on(
        "request",
        lambda request: (
            watch.wrong.append(request.url)
            if not request.url.startswith(("file:", "data:", "blob:", "about:"))
            else None
        ),
    )
    page.goto((disk / "index.html").as_uri())
    page.locator(".popular a").nth(2).click()
    expect(page.locator("h1")).to_contain_text("党费")
    page.locator(".step a[href*='forms/']").first.click()
    expect(page.locator(".form-sheet")).to_be_visible()
    page.goto((disk / "checklists" / "branch-daily.html").as_uri())
    page.locator(".tick-box input").first.check()
    page.reload()
    expect(page.locator(".tick-box input").first).to_be_checked()
    page.goto((disk / "procedures" / "dues.html").as_uri())
    page.locator("a.term").first.focus()
    expect(page.locator("#tip")).to_be_visible()
    assert [w for w in watch.wrong if "search_index" not in w] == []
    made.close()


def test_from_a_disk_with_the_network_off_search_answers_and_opens_the_step(browser, disk):
    made = context(browser, "phone", offline=True)
    page = made.new_page()
    page.goto((disk / "index.html").as_uri())
    page.locator(".find").tap()
    page.keyboard.insert_text("发展对象公示几天")
    page.locator(".md-search-result__link", has_text="不少于5个工作日").first.tap()
    page.wait_for_url("**/handbook/procedures/member-development/prospect-stage.html**#step-consent-and-notice")
    expect(page.locator("#step-consent-and-notice")).to_be_in_viewport()
    made.close()


def test_from_a_disk_a_list_in_parts_is_ticked_on_the_overview_and_on_the_part(browser, disk):
    made = context(browser, offline=True)
    page = made.new_page()
    page.goto((disk / "checklists" / "branch-daily.html").as_uri())
    first = page.locator(".duty-index .duty").first
    key = first.get_attribute("data-tick")
    first.locator("input").first.check()
    first.locator("a").first.click()
    page.wait_for_url("**/checklists/branch-daily/monthly.html#duty-*")
    expect(page.locator(f"[data-tick='{key}'] input").first).to_be_checked()
    made.close()


def test_every_pdf_that_a_page_of_the_zip_names_is_in_it_and_opens(browser, disk):
    linked: dict[Path, str] = {}
    for html in disk.rglob("*.html"):
        for link in re.findall(r'href="([^"]+\.pdf)"', html.read_text(encoding="utf-8")):
            linked[(html.parent / link).resolve()] = html.name
    assert len(linked) > 200
    assert {file.name: page for file, page in linked.items() if not file.is_file()} == {}
    for file in linked:  # with PDFium, which is what Chromium opens them with
        document = pypdfium2.PdfDocument(file)
        assert len(document) > 0, file.name
        document.close()
    made = context(browser, offline=True)
    page = made.new_page()
    page.goto((disk / "procedures" / "dues.html").as_uri())
    assert page.locator(".pdf-link a").evaluate("a => a.href") == (disk / "pdf" / "procedures-dues.pdf").as_uri()
    made.close()

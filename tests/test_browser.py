"""The site in a real browser, below a sub-path: search, accessibility, narrow screens, keyboard, no JavaScript, print."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, expect

pytestmark = pytest.mark.browser

SIZES = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
# One page of each type.
PAGES = {
    "home": "",
    "part": "parts/vanguard/",
    "chapter": "chapters/admission/",
    "procedure": "procedures/dues/",
    "checklist": "checklists/duties/",
    "culture": "culture/oath/",
    "form": "forms/vote-count/",
    "regulation": "regulations/branch-work-rules/",
    "role": "roles/branch-secretary/",
    "journey": "journeys/member-development/",
    "terms": "terms/",
    "forms": "forms/",
    "prose": "how-to-use/",
    "stage": "procedures/member-development/admission-stage/",
    "procedure in stages": "procedures/member-development/",
    "group of duties": "checklists/branch-daily/monthly/",
    "chart": "journeys/dues/",
    "steps of a role": "roles/branch-secretary/organisation/",
    "letter": "terms/d/",
    "year": "calendar/",
    "month": "calendar/month-1/",
    "code": "editing/",
    "editions": "updates/",
    "board": "board/",
    "guide": "editing-forge/",
    "messages": "editing-messages/",
    "wrong address": "no/such/page/",
}
AXE = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}
RESULTS = ".md-search-result__item > .md-search-result__link"
# The item's page is among the first three found.
FOUND = """([results, path]) =>
  [...document.querySelectorAll(results)].slice(0, 3).some(a => new URL(a.href).pathname === path)"""


class Host(SimpleHTTPRequestHandler):
    """Serves a folder below a prefix, and 404.html for what is not there, as hosts do."""

    def __init__(self, *args, prefix: str, **kwargs):
        self.prefix = prefix
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        inside = urlsplit(path).path.startswith(self.prefix)
        return super().translate_path(path[len(self.prefix) - 1 :] if inside else "/no-such-file")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle of an answer is no error."""


def serve(folder: Path, prefix: str) -> Iterator[str]:
    with Server(("127.0.0.1", 0), partial(Host, directory=str(folder), prefix=prefix)) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}{prefix}"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def base(built) -> Iterator[str]:
    """The site as on a host that gives it a folder."""
    yield from serve(built.site, "/handbook/")


@pytest.fixture(scope="module")
def at_root(built) -> Iterator[str]:
    """The site at the root of a host: where 404.html belongs, unless site_url says otherwise."""
    yield from serve(built.site, "/")


def context(browser: Browser, size: str = "desktop", scheme: str = "light", **more) -> BrowserContext:
    # Playwright waits by evaluating strings, which the pages' policy forbids; test_device.py tests the policy itself.
    more = {"bypass_csp": True} | more
    made = browser.new_context(
        **SIZES[size], color_scheme=scheme, locale="zh-CN", reduced_motion="reduce", **more
    )
    made.set_default_timeout(20_000)
    return made


@pytest.fixture(scope="module")
def contexts(browser) -> Iterator[dict[tuple[str, str], BrowserContext]]:
    """A context for every screen and theme, kept for all pages."""
    made = {(size, scheme): context(browser, size, scheme) for size in SIZES for scheme in ("light", "dark")}
    yield made
    for one in made.values():
        one.close()


@pytest.fixture
def desktop(browser) -> Iterator[Page]:
    made = context(browser)
    yield made.new_page()
    made.close()


@dataclass
class Watch:
    """What went wrong behind a page."""

    host: str
    wrong: list[str] = field(default_factory=list)
    requests: int = 0

    def over(self, page: Page) -> None:
        page.on("console", lambda m: m.type == "error" and self.wrong.append(f"console: {m.text}"))
        page.on("pageerror", lambda e: self.wrong.append(f"error: {e}"))
        page.on("requestfailed", lambda r: self.wrong.append(f"failed: {r.url} {r.failure}"))
        page.on("response", lambda r: r.status >= 400 and self.wrong.append(f"{r.status}: {r.url}"))
        page.on("request", self.see)

    def see(self, request) -> None:
        self.requests += 1
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.wrong.append(f"other host: {request.url}")


def open_search(page: Page) -> None:
    """By key, once the index is read; the theme closes the box again right after a jump in the page, so try twice."""
    expect(page.locator(".md-search-result__meta")).not_to_contain_text("正在初始化", timeout=20_000)
    for timeout in (2_000, 20_000):
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("/")
        try:
            page.wait_for_function(
                "document.activeElement.matches('.md-search__input') && document.querySelector('#__search').checked",
                timeout=timeout,
            )
            return
        except TimeoutError:
            continue
    raise AssertionError("“/”没有打开搜索框")


def type_title(page: Page, title: str) -> None:
    """As an input method does it: the characters come at once, then a key goes up."""
    page.keyboard.insert_text(title)
    page.keyboard.press("End")


@pytest.mark.parametrize("size", SIZES)
def test_from_home_by_search_to_an_item_and_its_pdf(browser, base, catalogue, size):
    watch, made = Watch(urlsplit(base).netloc), context(browser, size)
    page = made.new_page()
    watch.over(page)
    page.goto(base)
    if size == "phone":
        page.locator("header label[for=__search]").first.tap()
    else:
        page.locator(".md-search__input").click()
    title = catalogue.entries["dues"].item.title
    type_title(page, title)
    hit = page.locator(RESULTS).first
    expect(hit).to_contain_text(title)
    (hit.tap if size == "phone" else hit.click)()
    page.wait_for_url("**/handbook/procedures/dues/**")
    expect(page.locator("h1")).to_contain_text(title)
    expect(page.locator(".answer")).to_be_visible()
    pdf = page.locator(".pdf-link a").evaluate("a => a.href")
    answer = made.request.get(pdf)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body().startswith(b"%PDF-")
    assert watch.requests > 10
    assert watch.wrong == []
    made.close()


def test_titles_find_their_items(desktop, base, catalogue):
    wanted = {}
    for kind, most in (
        ("procedure", 99),
        ("checklist", 99),
        ("culture", 99),
        ("form", 10),
        ("regulation", 8),
    ):
        entries = catalogue.of(kind)
        for entry in entries[:: max(1, len(entries) // most)]:
            wanted[entry.item.short if kind == "regulation" else entry.item.title] = (
                f"{entry.kind}s/{entry.id}/"
            )
    wanted = {title: path.replace("cultures/", "culture/") for title, path in wanted.items()}
    wanted |= {r.title: f"roles/{r.id}/" for r in list(catalogue.roles.values())[:10]}
    assert len(wanted) > 35
    desktop.goto(base)
    open_search(desktop)
    lost = []
    for title, path in wanted.items():
        desktop.locator(".md-search__input").fill("")
        desktop.keyboard.press("End")
        expect(desktop.locator(RESULTS)).to_have_count(0)
        type_title(desktop, title)
        try:
            desktop.wait_for_function(FOUND, arg=[RESULTS, urlsplit(base + path).path], timeout=5_000)
        except TimeoutError:
            lost.append(
                (title, desktop.eval_on_selector_all(RESULTS, "all => all.slice(0, 3).map(a => a.pathname)"))
            )
    assert lost == []


def test_search_reads_every_character(desktop, base):
    """Material drops the last one of a run; assets/javascripts/search.js gives it back."""
    desktop.goto(base)
    open_search(desktop)
    type_title(desktop, "队旗")
    desktop.wait_for_function(FOUND, arg=[RESULTS, urlsplit(base + "culture/flag/").path])
    marked = desktop.locator(RESULTS).first.locator("h1 mark")
    assert "".join(marked.all_inner_texts()) == "队旗"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(contexts, base, at_root, name, size, scheme):
    page = contexts[size, scheme].new_page()
    page.goto((at_root if name == "wrong address" else base) + PAGES[name])
    assert (
        page.evaluate("document.body.dataset.mdColorScheme") == {"light": "default", "dark": "slate"}[scheme]
    )
    found = Axe().run(page, options=AXE).response
    page.close()
    assert len(found["passes"]) > 20
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found["violations"]] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_a_phone(contexts, base, at_root, name):
    page = contexts["phone", "light"].new_page()
    page.goto((at_root if name == "wrong address" else base) + PAGES[name])
    wide, window = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    page.close()
    assert (wide, window) == (390, 390)


def test_no_page_at_all_is_wider_than_a_phone(contexts, built, base):
    page, wide = contexts["phone", "light"].new_page(), []
    page.route("**/*.js", lambda route: route.abort())  # the layout does not need it, and it takes long
    files = sorted(p for p in built.site.rglob("index.html"))
    for file in files:
        path = file.parent.relative_to(built.site).as_posix()
        page.goto(base + ("" if path == "." else path + "/"))
        if page.locator(".md-container").evaluate("e => e.scrollWidth") > 390:
            wide.append(path)
    page.close()
    assert len(files) > 150
    assert wide == []


def test_a_form_scrolls_inside_its_own_box_on_a_phone(contexts, base):
    page = contexts["phone", "light"].new_page()
    page.goto(base + "forms/vote-count/")
    sheet = page.locator(".form-sheet")
    inner, outer = sheet.evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert outer < 390 < inner
    sheet.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('.form-sheet').scrollLeft > 0")
    page.close()


def test_the_keyboard_reaches_everything_that_matters(desktop, base):
    desktop.goto(base + "procedures/dues/")
    focused = "document.activeElement.matches(%r)"
    desktop.keyboard.press("Tab")
    assert desktop.evaluate(focused % "a.md-skip")
    expect(desktop.locator("a.md-skip")).to_be_in_viewport()
    desktop.keyboard.press("Enter")
    desktop.wait_for_function("location.hash !== ''")
    desktop.keyboard.press("Tab")
    assert desktop.evaluate("document.querySelector('.md-content').contains(document.activeElement)")
    ring = desktop.evaluate(
        "(s => [s.outlineStyle, parseFloat(s.outlineWidth)])(getComputedStyle(document.activeElement))"
    )
    assert ring[0] == "solid" and ring[1] >= 2
    open_search(desktop)
    desktop.keyboard.press("Escape")
    desktop.wait_for_function("!document.querySelector('#__search').checked")
    assert not desktop.evaluate(focused % ".md-search__input")


def test_a_card_shows_where_the_focus_is(desktop, base):
    desktop.goto(base)
    desktop.locator("a.md-skip").focus()
    link = desktop.locator(".quick a").first
    while not link.evaluate("a => a === document.activeElement"):
        desktop.keyboard.press("Tab")
        assert desktop.evaluate("document.activeElement !== document.body")
    assert link.evaluate("a => getComputedStyle(a, '::after').outlineStyle") == "solid"


def test_without_javascript_a_procedure_is_complete(browser, base, catalogue):
    procedure = catalogue.entries["dues"].item
    made = context(browser, java_script_enabled=False)
    page = made.new_page()
    page.goto(base + "procedures/dues/")
    assert page.locator("section.step").count() == len(procedure.steps)
    for step in procedure.steps:
        expect(page.locator(f"#step-{step.id} .step-title")).to_be_visible()
    assert page.locator("table.rates tbody tr").count() == sum(len(t.tiers) for t in procedure.tariffs)
    expect(page.locator("table.rates").first).to_be_visible()
    expect(page.locator(".mistakes")).to_be_visible()
    page.locator("#chart ~ p a").first.click()
    for chart in (charts := page.locator("figure.chart svg")).all():
        expect(chart).to_be_visible()
    assert charts.count() == len(procedure.stages)
    charts.first.locator("a").first.click()
    expect(page.locator(f"#step-{procedure.steps[0].id}")).to_be_in_viewport()
    made.close()


def test_without_javascript_a_procedure_in_stages_is_complete(browser, base, catalogue):
    procedure = catalogue.entries["member-development"].item
    made = context(browser, java_script_enabled=False)
    page = made.new_page()
    shown = []
    for stage in procedure.stages:
        page.goto(base + "procedures/member-development/")
        assert page.locator(".step-index > li").count() == len(procedure.steps)
        page.locator(f"#stage-{stage.id} + p a").click()
        shown += page.locator("section.step .step-title").all_inner_texts()
        expect(page.locator("figure.chart svg")).to_be_visible()
    assert [f"{n}{s.title}" for n, s in enumerate(procedure.steps, 1)] == ["".join(text.split()) for text in shown]
    made.close()


def test_a_page_prints_without_the_frame_of_the_site(desktop, base, catalogue):
    desktop.goto(base + "procedures/dues/")
    document = pypdfium2.PdfDocument(io.BytesIO(desktop.pdf(format="A4")))
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    pages = len(document)
    document.close()
    squeezed = "".join(text.split())
    item = catalogue.entries["dues"].item
    assert [s.title for s in item.steps if s.title not in squeezed] == []
    assert "下一页" not in squeezed and "打印版PDF" not in squeezed
    assert 3 <= pages <= 14


def test_a_wrong_address_says_so_in_chinese(desktop, at_root):
    assert desktop.goto(at_root + "no/such/page/").status == 404
    expect(desktop.locator("h1")).to_have_text("没有这一页")
    desktop.locator(".md-tabs__link").first.click()
    expect(desktop.locator("h1")).to_contain_text("党支部")

"""What a first visit costs, as a host sends it compressed, and how many taps an answer is away."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page
from test_browser import Host, Server, context

pytestmark = pytest.mark.browser

FIRST_VIEW = 250_000  # bytes of everything, as they go over the wire
PACKED = (".html", ".css", ".js", ".json", ".svg", ".webmanifest", ".xml")


@cache
def packed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), 6, mtime=0)


class PackingHost(Host):
    """Sends text compressed, as docs/publishing.md tells a host to."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if not file.is_file():
            return self.send_error(404)
        body = packed(file) if file.suffix in PACKED else file.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        if file.suffix in PACKED:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def base(built) -> Iterator[str]:
    with Server(("127.0.0.1", 0), partial(PackingHost, directory=str(built.site), prefix="/handbook/")) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/handbook/"
        server.shutdown()


@pytest.fixture
def phone(browser) -> Iterator[Page]:
    """A phone that has never been here."""
    made = context(browser, "phone", service_workers="block")
    yield made.new_page()
    made.close()


def heaviest(site: Path, folder: str) -> str:
    """The address of the page that is most bytes when sent."""
    pages = (site / folder).rglob("index.html")
    return max(pages, key=lambda file: (len(packed(file)), file)).parent.relative_to(site).as_posix() + "/"


@pytest.mark.parametrize("folder", ["", "procedures", "checklists", "forms", "regulations", "roles"])
def test_a_first_view_is_light(built, base, phone, folder):
    """HTML, styles, scripts, fonts and pictures together, with an empty cache."""
    sizes: dict[str, int] = {}
    devtools = phone.context.new_cdp_session(phone)
    devtools.send("Network.enable")
    asked: dict[str, str] = {}
    devtools.on("Network.requestWillBeSent", lambda e: asked.update({e["requestId"]: e["request"]["url"]}))
    devtools.on("Network.loadingFinished", lambda e: sizes.update({asked[e["requestId"]]: e["encodedDataLength"]}))
    phone.goto(base + (heaviest(built.site, folder) if folder else ""))
    phone.wait_for_load_state("networkidle")
    assert len(sizes) > 8
    assert any(url.endswith(".css") for url in sizes) and any(url.endswith(".js") for url in sizes)
    total = sum(sizes.values())
    print(f"{folder or 'home'}: {total} bytes, {len(sizes)} files")
    assert total <= FIRST_VIEW, sizes


# -- a session as a new member would -----------------------------------------------------------------------------


class Finger:
    """Taps what is named and counts; typing costs nothing, opening the search box is a tap."""

    def __init__(self, page: Page, base: str):
        self.page, self.taps = page, 0
        page.goto(base)

    def tap(self, selector: str, text: str = "") -> None:
        found = self.page.locator(selector)
        (found.filter(has_text=text) if text else found).first.tap()
        self.taps += 1

    def search(self, text: str) -> None:
        self.tap(".find")
        self.page.keyboard.insert_text(text)


# A short piece of text that holds these words lies wholly in the window, below the head of the site.
IN_VIEW = """words => [...document.querySelectorAll('.md-content :is(p, li, td, dd, th, h2, h3, h4)')].some(piece => {
  const box = piece.getBoundingClientRect()
  const head = document.querySelector('.md-header').getBoundingClientRect().bottom
  return piece.textContent.includes(words) && box.height > 0 && box.top >= head && box.bottom <= innerHeight
})"""


def answered(page: Page, words: str) -> None:
    """The sentence that answers stands in view, without scrolling."""
    page.wait_for_function(IN_VIEW, arg=words)


def by_search(question: str, answer: str, words: str):
    """Asks in the box on the home page and taps the result that is named."""

    def go(finger: Finger) -> None:
        finger.search(question)
        finger.tap(".md-search-result__link", answer)
        answered(finger.page, words)

    return go


def who_collects_my_dues(finger: Finger) -> None:
    finger.tap(".popular a", "党费")
    answered(finger.page, "组织委员")


def what_do_i_do_as_organisation_officer(finger: Finger) -> None:
    finger.tap(".who a", "我是组织委员")
    finger.tap(".start a", "我的职责")
    answered(finger.page, "一年约")


def what_comes_after_my_application(finger: Finger) -> None:
    finger.tap("a", "入党走到哪一步")
    finger.page.locator(".where select").select_option(label="第1步　递交入党申请书")
    finger.taps += 1
    answered(finger.page, "第2步　党组织派人谈话")


SESSION = {
    "发展对象公示要几天": by_search("发展对象公示几天", "公示", "不少于5个工作日"),
    "支委会几个人到会才算数": by_search("支委会几个人到会有效", "到会", "不少于"),
    "我交的党费谁来收": who_collects_my_dues,
    "我当组织委员，一年要做多少": what_do_i_do_as_organisation_officer,
    "交了入党申请书，下一步是什么": what_comes_after_my_application,
}


@pytest.mark.parametrize("question", SESSION)
def test_a_new_member_is_three_taps_from_the_answer(phone, base, question):
    finger = Finger(phone, base)
    SESSION[question](finger)
    assert 1 <= finger.taps <= 3

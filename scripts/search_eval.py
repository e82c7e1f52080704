"""Asks the built site questions in Chromium, and prints how many it answers first and how fast."""

from _setup import ROOT, Parser, ensure, find_chromium

ensure("test")

import gzip
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(ROOT))

from macros.search import questions

LISTS = [ROOT / "tests" / "search" / name for name in ("shared.tsv", "own.tsv")]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# A mid-range phone on slow 4G, as Lighthouse takes it: 150 ms there and back, 1.6 Mbit/s, a quarter of this machine's speed.
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER = 4
# The theme writes the count line anew with every answer.
COUNT = """() => {
  const meta = document.querySelector(".md-search-result__meta")
  window.answers = 0
  new MutationObserver(() => window.answers++).observe(meta, { childList: true, characterData: true, subtree: true })
}"""
FOUND = """() => [...document.querySelectorAll(".md-search-result__item")].map(
  item => [...item.querySelectorAll(":scope > a")].map(a => a.href))"""


class Host(SimpleHTTPRequestHandler):
    """Serves a folder compressed, as hosts do."""

    def do_GET(self) -> None:
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if not file.is_file():
            self.send_error(404)
            return
        body = gzip.compress(file.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        with suppress(ConnectionError):  # the browser has gone to another page
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a folder on this machine while it is served."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Host, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def opened(browser: Browser, base: str, **settings: object) -> Page:
    """The home page with its search box open."""
    page = browser.new_context(locale="zh-CN", **settings).new_page()
    page.goto(base + ("index.html" if base.startswith("file:") else ""))
    page.locator(".md-search__input").focus()
    page.locator(".search-choices select").first.wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    page.evaluate(COUNT)
    return page


def ask(page: Page, text: str) -> list[list[str]]:
    """The addresses that are shown for a question, result by result; the text comes without a key, as when pasted."""
    before = page.evaluate("answers")
    page.locator(".md-search__input").fill(text)
    page.wait_for_function("n => answers > n", arg=before, polling=5)
    base = page.evaluate(
        'new URL(JSON.parse(document.getElementById("__config").textContent).base + "/", location.href).href'
    )
    return [[link.removeprefix(base) for link in links] for links in page.evaluate(FOUND)]


def evaluate(page: Page, file: Path, say=print) -> questions.Score:
    """Asks every question of a list and says which were not answered first."""
    places, empty = [], 0
    for question in questions.read(file):
        found = ask(page, question.text)
        places.append(questions.place(question, found))
        empty += not found
        if places[-1] != 1:
            instead = "、".join(questions.page(links[0]) for links in found[:3]) or "没有结果"
            say(
                f"  {question.text}：第{places[-1]}个" if places[-1] else f"  {question.text}：没有找到",
                f"（{instead}）",
                sep="",
            )
    score = questions.Score(tuple(places), empty)
    say(f"{file.name}　{score.line}")
    return score


def speed(browser: Browser, base: str) -> tuple[float, float, float]:
    """Seconds to the first result on a phone, nothing cached; median and 95th percentile of later ones."""
    cold, warm = [], []
    for _ in range(3):
        page = browser.new_context(
            locale="zh-CN", viewport={"width": 390, "height": 844}, has_touch=True
        ).new_page()
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.emulateNetworkConditions", NETWORK)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.goto(base)
        begun = time.perf_counter()
        page.locator(".md-search__input").focus()
        page.keyboard.insert_text("党费")
        page.locator(".md-search-result__item").first.wait_for(state="attached")
        cold.append(time.perf_counter() - begun)
        page.evaluate(COUNT)
        for question in questions.read(LISTS[0]):
            before = page.evaluate("answers")
            begun = time.perf_counter()
            page.locator(".md-search__input").fill(question.text)
            page.wait_for_function("n => answers > n", arg=before, polling=5)
            warm.append(time.perf_counter() - begun)
        page.context.close()
    return statistics.median(cold), statistics.median(warm), sorted(warm)[int(len(warm) * 0.95)]


def main() -> int:
    """0 when the questions are answered well enough, 1 when not, 2 when they could not be asked."""
    parser = Parser(
        "在 Chromium 里向生成好的网站提问，打印答对多少：第一个就对（hit@1）、前三个里有（hit@3）、平均倒数名次（MRR）、没有结果的问题。",
        "python3 scripts/search_eval.py                          问 tests/search/ 里的问题\n"
        "    python3 scripts/search_eval.py --questions 问题.tsv       问另一份问题\n"
        "    python3 scripts/search_eval.py --speed                  再测在手机上多快",
    )
    parser.add_argument(
        "--site",
        default=str(ROOT / "build" / "site"),
        metavar="目录或网址",
        help="网站在哪里（默认 build/site）",
    )
    parser.add_argument("--disk", action="store_true", help="不经过服务器，直接从磁盘打开")
    parser.add_argument(
        "--questions",
        type=Path,
        nargs="+",
        default=LISTS,
        metavar="文件",
        help="问题，每行：问题、制表符、答案的网页（几页都行时用 | 隔开）",
    )
    parser.add_argument(
        "--min-hit1", type=float, default=0.95, metavar="比例", help="第一个就对的至少多少（默认 0.95）"
    )
    parser.add_argument(
        "--min-hit3", type=float, default=0.98, metavar="比例", help="前三个里有的至少多少（默认 0.98）"
    )
    parser.add_argument("--speed", action="store_true", help="再测模拟的中档手机和 4G 网络上出结果要多久")
    options = parser.parse_args()
    remote = options.site.startswith(("http://", "https://"))
    folder = Path(options.site).resolve()
    if not remote and not (folder / "index.html").is_file():
        print(f"{folder} 里没有网站。先运行 python3 scripts/build.py --site。", file=sys.stderr)
        return 2
    if not find_chromium():
        print("找不到 Chromium。装好它，或用环境变量 CHROMIUM 给出程序的位置。", file=sys.stderr)
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        try:
            if remote or options.disk:
                return run(browser, options.site if remote else f"{folder.as_uri()}/", options)
            with served(folder) as base:
                return run(browser, base, options)
        finally:
            browser.close()


def run(browser: Browser, base: str, options) -> int:
    """Asks, prints, and compares with what is wanted."""
    page = opened(browser, base)
    score = questions.together(evaluate(page, file) for file in options.questions)
    print(f"合计　{score.line}")
    if options.speed:
        cold, warm, slow = speed(browser, base)
        print(
            f"手机和 4G　第一次{cold * 1000:.0f}毫秒，以后{warm * 1000:.0f}毫秒（95%在{slow * 1000:.0f}毫秒以内）"
        )
    if score.share(1) < options.min_hit1 or score.share(3) < options.min_hit3:
        print(f"没有达到 hit@1 {options.min_hit1}、hit@3 {options.min_hit3}。", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

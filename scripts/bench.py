"""Measures check, site and PDF on the real content and on copies of it, and prints figures and ratios."""

from _setup import Parser, ensure, find_chromium

ensure()

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ("mkdocs.yml", "data", "docs", "macros", "scripts")
COPIED = ("procedures", "culture", "forms")

# Each task runs in a process of its own, so that its peak memory is its own.
TASKS = {
    "check": "from macros.catalogue import load; load(root)",
    "site": "from macros.engines.site import build; build(root, root / 'out', {}, 0)",
    "pdf": (
        "from macros.catalogue import load; from macros.print.book import print_book; from macros.print.handbook import Shelf;"
        "c = load(root); book = Shelf(c, root).book(c.editions['handbook']); begun = time.perf_counter();"
        "printed = print_book(book); pages = printed.page_count"
    ),
}
# The same handbook again: what one process laid out already, and one item by itself.
AGAIN = """
import json, sys, time
from pathlib import Path
root = Path({root!r}); sys.path.insert(0, str(root))
from macros.catalogue import load
from macros.print.book import print_book
from macros.print.handbook import Shelf
from macros.print.press import Press
if __name__ == "__main__":
    c = load(root); shelf = Shelf(c, root); press = Press()
    whole = shelf.book(c.editions["handbook"]); print_book(whole, press)
    begun = time.perf_counter(); printed = print_book(shelf.book(c.editions["role-secretary"]), press)
    edition = time.perf_counter() - begun
    begun = time.perf_counter(); print_book(shelf.item(c.entries["dues"]), press)
    print(json.dumps([edition, printed.page_count, time.perf_counter() - begun]))
"""
RUNNER = """
import json, resource, sys, time
from pathlib import Path
root = Path({root!r}); sys.path.insert(0, str(root)); pages = 0
begun = time.perf_counter()
{task}
used = time.perf_counter() - begun
peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
print(json.dumps([used, peak, pages]))
"""


def tree(items: int, where: Path) -> int:
    """A copy of the project with the real items repeated until there are this many; how many there are."""
    for name in PROJECT:
        source = ROOT / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, where / name)
    files = [f for folder in COPIED for f in sorted((ROOT / "data" / folder).glob("*.yaml"))]
    total = sum(1 for _ in (ROOT / "data").glob("*/*.yaml"))
    copies: dict[Path, dict] = {}
    for n in range(max(0, items - total)):
        source = files[n % len(files)]
        item = yaml.load(source.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        same_kind = sum(file.parent.name == source.parent.name for file in copies)
        # What may stand only once in a handbook: titles, codes, aliases, blanks.
        item |= {"title": f"副本{n}", "aliases": [f"第{n}份副本"], "code": _code(same_kind, source.parent.name)}
        item.pop("blanks", None)
        for stage in item.get("stages", ()):
            for step in stage["steps"]:
                step.pop("recurs", None)
        copies[where / "data" / source.parent.name / f"{source.stem}-copy-{n}.yaml"] = item
    forms = [file.stem for file in copies if file.parent.name == "forms"]
    steps = [item["stages"][0]["steps"][0] for item in copies.values() if "stages" in item]
    for n, form in enumerate(forms):  # a form that no step uses would be a problem
        steps[n % len(steps)].setdefault("needs", []).append(form)
    for file, item in copies.items():
        file.write_text(yaml.dump(item, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return total + len(copies)


def _code(n: int, folder: str) -> str:
    """A code that no real item has: forms from BD-300 on, anything else in series of its own."""
    return f"BD-{300 + n}" if folder == "forms" else f"{'XY'[folder == 'culture']}{chr(65 + n // 900)}-{n % 900 + 100}"


def run(task: str, root: Path) -> tuple[float, float, int]:
    """Seconds, peak megabytes and pages of one task in a process of its own."""
    code = RUNNER.format(root=str(root), task=TASKS[task])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=False)
    if done.returncode:
        raise SystemExit(f"{task} 失败：\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return tuple(json.loads(done.stdout.strip().splitlines()[-1]))


def mkdocs_to_pdf(root: Path, venv: Path) -> tuple[float, int] | None:
    """Seconds and pages of mkdocs-to-pdf on the same Markdown, in an environment of its own; None where it cannot be had."""
    if not (venv / "bin" / "mkdocs").exists():
        steps = (
            [sys.executable, "-m", "venv", str(venv)],
            [str(venv / "bin" / "pip"), "install", "-q", "mkdocs-to-pdf==0.12.1", "mkdocs-material==9.8.1", "setuptools<81"],
        )
        for step in steps:
            if subprocess.run(step, capture_output=True, check=False).returncode:
                return None
    pages = [p for p in json.loads(_expanded(root))]
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        for path, text in pages:
            file = work / "docs" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        (work / "mkdocs.yml").write_text(
            "site_name: x\ntheme: {name: material, language: zh, font: false}\n"
            "plugins: [{to-pdf: {output_path: all.pdf, cover: false, toc_level: 2}}]\n"
            "markdown_extensions: [admonition, attr_list, def_list, tables, toc]\n",
            encoding="utf-8",
        )
        begun = time.perf_counter()
        built = subprocess.run([str(venv / "bin" / "mkdocs"), "build", "-q"], cwd=work, capture_output=True, check=False)
        seconds = time.perf_counter() - begun
        made = work / "site" / "all.pdf"
        if built.returncode or not made.exists():
            return None
        import pypdfium2

        return seconds, len(pypdfium2.PdfDocument(made))


def again(root: Path) -> tuple[float, int, float]:
    """Seconds and pages of a second edition in the same process, and seconds of one item by itself."""
    done = subprocess.run([sys.executable, "-c", AGAIN.format(root=str(root))], capture_output=True, text=True, check=True)
    return tuple(json.loads(done.stdout.strip().splitlines()[-1]))


# The book's own HTML and its bare text, for programs that lay out the same.
SAME = """
import re, sys
from html import unescape
from pathlib import Path
root, out = Path(sys.argv[1]), Path(sys.argv[2]); sys.path.insert(0, str(root))
from macros.catalogue import load
from macros.print import faces
from macros.print.book import leaves
from macros.print.handbook import Shelf
c = load(root); book = Shelf(c, root).book(c.editions["handbook"])
style = faces.css() + (root / "macros/print/style.css").read_text(encoding="utf-8") + book.format.page_css()
body = "".join(f'<div class="leaf {l.kind} level-{l.level}" style="break-before: page"><article>{l.html}</article></div>' for l in leaves(book))
(out / "book.html").write_text(f'<html lang="zh-CN"><meta charset="utf-8"><style>{style}</style><body>{body}</body></html>', encoding="utf-8")
text = re.sub(r"<svg.*?</svg>", "", body, flags=re.S)
text = re.sub(r"<(h[1-6]|p|li|tr|dt|dd|div)\\b[^>]*>", "\\n\\n", text)
text = re.sub(r"[#*_`$@<>=+/\\[\\]~-]", " ", unescape(re.sub(r"<[^>]+>", " ", text)))
head = '#set page(paper: "a4", margin: 22mm)\\n#set text(font: "Handbook Serif", size: 10.5pt, lang: "zh")\\n#set par(justify: true)\\n'
(out / "book.typ").write_text(head + text, encoding="utf-8")
"""


def limits(root: Path, venv: Path) -> list[tuple[str, float, int]]:
    """(program, seconds, pages) of Chromium on the same HTML and of Typst on the same text, of those that can be had."""
    import pypdfium2

    found = []
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        subprocess.run([sys.executable, "-c", SAME, str(root), folder], check=True)
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", f"--user-data-dir={folder}/profile"]
        programs = []
        if chromium := find_chromium():
            programs.append(("Chromium", [chromium, *flags, f"--print-to-pdf={work}/Chromium.pdf", (work / "book.html").as_uri()]))
        if subprocess.run([str(venv / "bin" / "pip"), "install", "-q", "typst==0.15.0"], capture_output=True, check=False).returncode == 0:
            code = "import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2], font_paths=[sys.argv[3]])"
            fonts = str(root / "macros" / "print" / "fonts")
            programs.append(("Typst", [str(venv / "bin" / "python"), "-c", code, f"{work}/book.typ", f"{work}/Typst.pdf", fonts]))
        for name, command in programs:
            begun = time.perf_counter()
            done = subprocess.run(command, capture_output=True, check=False)
            seconds = time.perf_counter() - begun
            if done.returncode == 0 and (work / f"{name}.pdf").exists():
                found.append((name, seconds, len(pypdfium2.PdfDocument(work / f"{name}.pdf"))))
    return found


def _expanded(root: Path) -> str:
    """Every page of the handbook as plain Markdown, macros carried out and no page in parts, as JSON."""
    code = (
        "import json, sys; from pathlib import Path; root = Path(sys.argv[1]); sys.path.insert(0, str(root));"
        "from macros import parts; parts.BUDGET = parts.MANY = parts.SHOWN = parts.HEAVY_ROWS = sys.maxsize;"
        "from macros import pages; from macros.catalogue import load; from macros.authoring import Author;"
        "from macros.media import Site; c = load(root);"
        "print(json.dumps([[p.path, pages.expand(p, Author(c, Site(p.name)))] for p in pages.all_pages(c, root).values()]))"
    )
    return subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True).stdout


def main() -> int:
    """Prints a table; asserts nothing."""
    parser = Parser(
        "测量检查、网站、PDF 的速度和内存，打印数字和比值。",
        "python3 scripts/bench.py --items 300    真实内容和300项",
    )
    parser.add_argument("--items", type=int, nargs="*", default=[300, 1000], metavar="项数", help="重复到多少项")
    parser.add_argument("--no-compare", action="store_true", help="不和 mkdocs-to-pdf 比较")
    options = parser.parse_args()
    print(f"{'项数':>6} {'检查 s':>8} {'网站 s':>8} {'PDF s':>8} {'PDF 页':>7} {'页/s':>6} {'峰值 MB':>8} {'每项 ms':>8}", flush=True)
    rate, whole = 0.0, 0
    for items in (0, *options.items):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            count = tree(items, root)
            figures = {task: run(task, root) for task in TASKS}
        seconds, _, pages = figures["pdf"]
        rate, whole = rate or pages / seconds, whole or pages
        peak = max(f[1] for f in figures.values())
        each = sum(f[0] for f in figures.values()) / count * 1000
        print(
            f"{count:>6} {figures['check'][0]:>8.2f} {figures['site'][0]:>8.2f} {seconds:>8.2f} {pages:>7} "
            f"{pages / seconds:>6.1f} {peak:>8.0f} {each:>8.0f}",
            flush=True,
        )
    if not options.no_compare:
        seconds, pages, item = again(ROOT)
        print(f"同一进程里的第二册：{pages} 页，{seconds:.1f} s；一项自己的 PDF：{item:.2f} s", flush=True)
        other = mkdocs_to_pdf(ROOT, ROOT / "build" / "bench-venv")
        if other is None:
            print("mkdocs-to-pdf：装不上或运行失败，没有比较")
        else:
            # The same content has one number of pages here: ours. How loosely the other sets it is no speed.
            seconds, pages = other
            print(
                f"mkdocs-to-pdf（同样内容，排成 {pages} 页）：{seconds:.1f} s，按本书的 {whole} 页算 {whole / seconds:.1f} 页/s；"
                f"本项目是它的 {rate / (whole / seconds):.1f} 倍",
                flush=True,
            )
        for name, seconds, pages in limits(ROOT, ROOT / "build" / "bench-venv"):
            print(f"{name}（同样内容，作极限参考）：{pages} 页，{seconds:.1f} s，{pages / seconds:.1f} 页/s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())

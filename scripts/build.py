"""Builds the handbook: build/site/, build/handbook-offline.zip and build/handbook.pdf."""

from _setup import Parser, ensure, native_pdf_problem

ensure()

import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OFFLINE = "handbook-offline.zip"
sys.path.insert(0, str(ROOT))

from mkdocs.exceptions import Abort

from macros import complete, report
from macros.catalogue import Catalogue
from macros.editions import WHOLE
from macros.engines import bundle
from macros.engines import site as engine
from macros.media import Download

def say(text: str) -> None:
    print(text, flush=True)


def main() -> int:
    """0 when everything asked for was made, 1 when the content is wrong, 2 when only the PDF is missing."""
    parser = Parser(
        "检查内容，生成网站 build/site/ 和打印版 build/handbook.pdf。",
        "python3 scripts/build.py                    生成网站、全书和每一项的 PDF\n"
        "    python3 scripts/build.py --edition all      再加上 data/editions/ 里的所有分册\n"
        "    python3 scripts/build.py --edition cards    再加上一册\n"
        "    python3 scripts/build.py --site             只生成网站",
    )
    parser.add_argument("--site", action="store_true", help="只生成网站，不生成 PDF")
    parser.add_argument("--edition", action="append", default=[], metavar="册", help="另外生成哪一册，可写几次；all 是所有的")
    parser.add_argument("--out", type=Path, default=ROOT / "build", metavar="目录", help="生成到哪里（默认 build/）")
    options = parser.parse_args()
    started = time.monotonic()
    say("检查内容 …")
    catalogue, problems = report.check(ROOT)
    for problem in problems:
        say(str(problem))
    if catalogue is None or report.errors(problems):
        say(f"\n{report.verdict(catalogue, problems)}。没有生成；上一次生成的内容没有动。")
        return 1
    unknown = [name for name in options.edition if name not in (*catalogue.editions, "all")]
    if unknown:
        say(f"没有“{unknown[0]}”这一册。可写：all、{'、'.join(catalogue.editions)}")
        return 1
    editions = dict.fromkeys((WHOLE, *(catalogue.editions if "all" in options.edition else options.edition)))
    pdf_problem = None if options.site else native_pdf_problem()
    fresh = options.out / ".fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        made, lost = _make(catalogue, fresh, [] if options.site or pdf_problem else list(editions))
        if lost:
            say("\n".join(lost))
            say(f"\n有{len(lost)}处内容没有进入成品，没有采用；上一次生成的内容没有动。")
            return 1
        _swap(fresh, options.out)
    except Abort as abort:
        say(str(abort))
        say("\n没有生成网站；上一次生成的内容没有动。")
        return 1
    except SystemExit as stop:  # a plug-in of the engine gave up; it says why in the engine's own log only
        say(f"网站引擎中途停下（退出码 {stop.code}）。运行 .venv 里的 mkdocs build 看原因。\n没有生成网站；上一次生成的内容没有动。")
        return 1
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    say("\n生成了：")
    for name, what in made:
        say(f"  {options.out / name}  {what}")
    say(f"  用时 {time.monotonic() - started:.1f} 秒")
    if pdf_problem:
        say(f"\n{pdf_problem}\n网站已生成；PDF 没有生成。")
        return 2
    return 0


def _make(catalogue: Catalogue, fresh: Path, editions: list[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Makes everything in a folder of its own; what was made, and what is missing in it."""
    made: list[tuple[str, str]] = []
    lost: list[str] = []
    downloads: tuple[Download, ...] = ()
    if editions:
        from macros.print import publish

        say("排版 PDF …")
        downloads = publish.publish(catalogue, ROOT, editions, fresh / publish.FOLDER, ROOT / ".cache" / "print", say)
        whole = fresh / publish.FOLDER / f"{WHOLE}.pdf"
        lost += complete.missing_in_pdf(catalogue, whole.read_bytes())
        shutil.copyfile(whole, fresh / "handbook.pdf")
        books = [d for d in downloads if not d.item]
        made += [(d.file.replace("pdf/", "site/pdf/"), f"{d.pages} 页，{d.size / 1e6:.1f} MB") for d in books[1:]]
        made.append(("handbook.pdf", f"{books[0].pages} 页，{books[0].size / 1e6:.1f} MB"))
    say("生成网站 …")
    date = datetime.fromisoformat((catalogue.handbook.date + "-01-01")[:10]).replace(tzinfo=UTC)
    site = fresh / "site"
    engine.build(ROOT, site, downloads, int(date.timestamp()), catalogue=catalogue)
    lost += complete.missing_in_site(catalogue, site)
    say("打包离线版 …")
    offline = fresh / "offline"
    engine.build(ROOT, offline, downloads, int(date.timestamp()), served=False, catalogue=catalogue)
    if editions:
        shutil.copytree(fresh / publish.FOLDER, offline / publish.FOLDER)
        (fresh / publish.FOLDER).rename(site / publish.FOLDER)
    packed = bundle.archive(bundle.files_below(offline, "handbook"), date)
    (fresh / OFFLINE).write_bytes(packed)
    made.append((OFFLINE, f"{len(packed) / 1e6:.1f} MB；解压后打开里面的 index.html"))
    files = [f for f in site.rglob("*") if f.is_file()]
    size = sum(f.stat().st_size for f in files) / 1e6
    html = sum(f.suffix == ".html" for f in files)
    made.insert(0, ("site/", f"{html} 个网页，{len(files)} 个文件，{size:.1f} MB"))
    return made, lost


def _swap(fresh: Path, out: Path) -> None:
    """Puts the new output in the place of the old one; a PDF that no longer fits the site goes."""
    old = out / ".old"
    shutil.rmtree(old, ignore_errors=True)
    if (out / "site").exists():
        (out / "site").rename(old)
    (fresh / "site").rename(out / "site")
    shutil.rmtree(old, ignore_errors=True)
    for name in ("handbook.pdf", OFFLINE):
        if (fresh / name).exists():
            (fresh / name).replace(out / name)


if __name__ == "__main__":
    sys.exit(main())

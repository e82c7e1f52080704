"""The 修订对照表 between two revisions or two folders, for reviewers, pull requests and editions."""

from _setup import Parser, ensure, native_pdf_problem

ensure()

import gc
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import _git
from _book import BUILT, NoBook, printed
from macros import changes
from macros.changes import table

gc.disable()  # the process lives for a second or two

FORMS = {"md": table.markdown, "html": table.html_page, "json": table.to_json}


def main(arguments: list[str] | None = None) -> int:
    """0 when the table was made, 1 when a state of the handbook cannot be had."""
    parser = Parser(
        "比较手册的两个版本，列出修订对照表：哪一项、哪一处，改前改后，理由、依据、涉及谁。",
        "python3 scripts/changes.py 2026.1                    从 2026.1 版到现在的文件\n"
        "    python3 scripts/changes.py main HEAD                 两个 git 版本\n"
        "    python3 scripts/changes.py 旧文件夹 新文件夹          两份手册\n"
        "    python3 scripts/changes.py main --form html --out 对照表.html\n"
        "    python3 scripts/changes.py 2026.1 --pdf 对照表.pdf    打印出来，送审",
    )
    parser.add_argument(
        "base", metavar="旧", help="git 版本（版次标签、分支、提交），或里面有 data/ 的文件夹"
    )
    parser.add_argument("head", metavar="新", nargs="?", default="", help="同上；不写时是现在的文件")
    parser.add_argument(
        "--form", choices=list(FORMS), default="md", help="md 贴进合并请求，html 网页，json 给程序用"
    )
    parser.add_argument("--out", type=Path, metavar="文件", help="写进文件；不写时显示出来")
    parser.add_argument("--pdf", type=Path, metavar="文件", help="另写一份打印用的（A4 横放）；这时不再显示")
    parser.add_argument("--root", type=Path, default=ROOT, metavar="目录", help="另一份手册（默认是本手册）")
    parser.add_argument(
        "--book", type=Path, metavar="文件", help=f"从哪本打印版查印在第几页（默认 {BUILT}，有就查）"
    )
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    try:
        with tempfile.TemporaryDirectory() as folder:
            old = _read(root, options.base, Path(folder) / "old")
            new = _read(root, options.head, Path(folder) / "new")
            told = changes.comparison(
                old, new, reasons(root, options.base, options.head), printed(root, options.book)
            )
        text = FORMS[options.form](told)
        if options.out:
            _write(options.out, text.encode())
        elif not options.pdf:
            print(text, end="")
        if options.pdf:
            if problem := native_pdf_problem():
                print(problem, file=sys.stderr)
                return 1
            _write(options.pdf, _printable(told))
    except (_git.NoRevision, NoBook, NotMade) as error:
        print(f"{error}。", file=sys.stderr)
        return 1
    return 0


def _printable(told: changes.Comparison) -> bytes:
    """The table as a PDF."""
    from macros.print.amendments import book  # Pango only where something is printed
    from macros.print.book import print_book

    gc.enable()
    try:
        return print_book(book(told)).pdf
    except ValueError as error:  # the layout refuses what breaks its rules, in English
        raise NotMade(f"排不出打印版，文字版不受影响。原因：{error}") from None


class NotMade(Exception):
    """A file cannot be made or written; the text is Chinese."""


def _write(file: Path, data: bytes) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    except OSError:
        raise NotMade(f"写不了“{file}”。换一个地方或文件名") from None
    print(f"已写入 {file}")


def _read(root: Path, name: str, folder: Path) -> changes.Revision:
    """A state of the handbook: the files as they are, a folder, or a git revision put into a new folder."""
    if not name:
        return changes.read(root, "现在的文件")
    if (Path(name) / "data").is_dir():
        return changes.read(Path(name).resolve(), name)
    folder.mkdir()
    try:
        _git.export(root, name, folder)
    except _git.NoRevision:
        if Path(name).is_dir():
            raise _git.NoRevision(f"文件夹“{name}”里没有 data/，不是一本手册") from None
        raise
    return changes.read(folder, _git.named(root, name))


def reasons(root: Path, base: str, head: str) -> dict[str, changes.Reason]:
    """What the commits between two revisions say about each file; nothing for folders."""
    if any(name and (Path(name) / "data").is_dir() for name in (base, head)):
        return {}
    said = _git.said(root, _git.known(root, base), _git.known(root, head or "HEAD"))
    return {name: changes.Reason(*both) for name, both in said.items()}


if __name__ == "__main__":
    sys.exit(main())

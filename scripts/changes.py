"""The 修订对照表 between two revisions or two folders, for reviewers, pull requests and editions."""

from _setup import Parser, ensure

ensure()

import gc
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import _git
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
        "    python3 scripts/changes.py main --form html --out 对照表.html",
    )
    parser.add_argument(
        "base", metavar="旧", help="git 版本（版次标签、分支、提交），或里面有 data/ 的文件夹"
    )
    parser.add_argument("head", metavar="新", nargs="?", default="", help="同上；不写时是现在的文件")
    parser.add_argument(
        "--form", choices=list(FORMS), default="md", help="md 贴进合并请求，html 网页，json 给程序用"
    )
    parser.add_argument("--out", type=Path, metavar="文件", help="写进文件；不写时显示出来")
    parser.add_argument("--root", type=Path, default=ROOT, metavar="目录", help="另一份手册（默认是本手册）")
    parser.add_argument("--pdf", type=Path, metavar="文件", help="打印版；给了就写出改动印在文件的第几页")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    try:
        with tempfile.TemporaryDirectory() as folder:
            old = _read(root, options.base, Path(folder) / "old")
            new = _read(root, options.head, Path(folder) / "new")
            told = changes.comparison(
                old, new, reasons(root, options.base, options.head), printed(options.pdf)
            )
            text = FORMS[options.form](told)
    except (_git.NoRevision, NoBook) as error:
        print(f"{error}。", file=sys.stderr)
        return 1
    if options.out:
        options.out.parent.mkdir(parents=True, exist_ok=True)
        options.out.write_text(text, encoding="utf-8", newline="\n")
        print(f"已写入 {options.out}")
    else:
        print(text, end="")
    return 0


class NoBook(Exception):
    """The printed book cannot be read; the text is Chinese."""


def printed(file: Path | None) -> dict[str, int]:
    """Named destination -> page of the printed book; nothing where none was asked for."""
    if file is None:
        return {}
    from macros.complete import destinations

    try:
        return destinations(file.read_bytes())
    except (OSError, RuntimeError):  # pypdfium2's own error is a RuntimeError
        raise NoBook(f"读不了打印版“{file}”。先运行 python3 scripts/build.py") from None


def _read(root: Path, name: str, folder: Path) -> changes.Revision:
    """A state of the handbook: the files as they are, a folder, or a git revision put into a new folder."""
    if not name:
        return changes.read(root, "现在的文件")
    if (Path(name) / "data").is_dir():
        return changes.read(Path(name).resolve(), name)
    folder.mkdir()
    _git.export(root, name, folder)
    return changes.read(folder, name)


def reasons(root: Path, base: str, head: str) -> dict[str, changes.Reason]:
    """What the commits between two revisions say about each file; nothing for folders."""
    if any(name and (Path(name) / "data").is_dir() for name in (base, head)):
        return {}
    said = _git.said(root, _git.known(root, base), _git.known(root, head or "HEAD"))
    return {name: changes.Reason(*both) for name, both in said.items()}


if __name__ == "__main__":
    sys.exit(main())

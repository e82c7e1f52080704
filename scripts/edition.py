"""Prepares a new edition: proposes number, date and note, and writes its history; for whoever publishes."""

from _setup import Parser, ensure, native_pdf_problem

ensure()

import sys
import tempfile
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import _git
from changes import reasons
from macros import changes, report
from macros.changes import edition
from macros.editions import WHOLE
from macros.kinds import printed
from macros.kinds.history import edition_key


class Refusal(Exception):
    """No edition can be made now; the text is Chinese and says what to do."""


def main(arguments: list[str] | None = None) -> int:
    """0 when the edition was proposed or written, 1 when it was refused."""
    parser = Parser(
        "准备新的版次：提出版次、日期和编修说明；加 --write 才写进 data/history/ 和 data/handbook.yaml。",
        "python3 scripts/edition.py                    先看一看\n"
        "    python3 scripts/edition.py --write            照这样写，并记下全书每一页的页码和指纹\n"
        "    python3 scripts/edition.py --pages            内容没有变，只重新记一次页码\n"
        "    python3 scripts/edition.py --write --number 2026.2 --date 2026-12-01 --note 按新细则修订。",
    )
    parser.add_argument("--write", action="store_true", help="写文件；不加时只显示")
    parser.add_argument("--number", metavar="版次", help="如 2026.2；不写时自动取下一个")
    parser.add_argument("--date", metavar="日期", help="如 2026-12-01；不写时是今天")
    parser.add_argument(
        "--note", metavar="一句话", action="append", help="编修说明；可以写几次；不写时由改动拟出"
    )
    parser.add_argument("--pages", action="store_true", help="只记现在这一版的页码，供下一版算换页清单")
    parser.add_argument(
        "--renumber", action="store_true", help="页码从头排；不加时沿用上一版的，增加的页写成 112-1"
    )
    parser.add_argument("--root", type=Path, default=ROOT, metavar="目录", help="另一份手册（默认是本手册）")
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    if options.pages:
        return _pages(root, options.renumber)
    try:
        number, day, notes, records = prepare(root, options.number, options.date, options.note)
    except (Refusal, _git.NoRevision) as refusal:
        print(f"没有准备版次：{refusal}。", file=sys.stderr)
        return 1
    print(f"版次：{number}\n日期：{day}\n编修说明：")
    print("\n".join(f"  {line}" for line in notes))
    if not options.write:
        print(
            f"修订记录：{len(records)}处\n\n没有写文件。同意就加 --write；要改就加 --number、--date、--note。"
        )
        return 0
    for file, text in written(root, number, day, notes, records).items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    print(f"修订记录：{len(records)}处\n\n已写入 data/history/{number}.yaml 和 data/handbook.yaml。")
    if _pages(root, options.renumber):
        return 1
    print(
        f"接着：\n"
        f"  1. 读一遍 data/history/{number}.yaml 的编修说明，需要时改好\n"
        f"  2. git add data && git commit -m {number}版\n"
        f"  3. git tag -a {number} -m {number}版\n"
        f"  4. git push --follow-tags"
    )
    return 0


def _pages(root: Path, renumber: bool) -> int:
    """Keeps the pages of the edition that the handbook now is; 1 where they cannot be known."""
    catalogue, problems = report.check(root)
    if catalogue is None or report.errors(problems):
        print(f"没有记下页码：内容有误（{report.verdict(catalogue, problems)}）。", file=sys.stderr)
        return 1
    number = catalogue.handbook.edition
    again = "以后运行 python3 scripts/edition.py --pages 补上；没有它，下一版就没有换页清单。"
    if WHOLE not in catalogue.editions:
        print(f"没有记下页码：没有全书（data/editions/{WHOLE}.yaml）。")
        return 0
    if problem := native_pdf_problem():
        print(f"没有记下页码：{problem}\n{again}")
        return 0
    from macros.print import publish

    print("排版全书，记下每一页的页码 …", flush=True)
    book = publish.pages(catalogue, root, ROOT / ".cache" / "print", renumber)
    file = root / "data" / "history" / f"{number}{printed.SUFFIX}"
    file.write_text(printed.dumps(book), encoding="utf-8", newline="\n")
    print(f"已写入 data/history/{file.name}：{len(book.pages)}页。")
    return 0


def prepare(root: Path, number: str | None, day: str | None, notes: list[str] | None) -> tuple:
    """(number, date, note, records) of the next edition; raises Refusal."""
    if unsaved := _git.unsaved(root):
        named = "、".join(unsaved[:5]) + (f"等{len(unsaved)}个文件" if len(unsaved) > 5 else "")
        raise Refusal(f"有没有提交的改动（{named}），先提交或撤销")
    catalogue, problems = report.check(root)
    if catalogue is None or report.errors(problems):
        raise Refusal(
            f"内容有误（{report.verdict(catalogue, problems)}），先运行 python3 scripts/check.py 并改好"
        )
    day = day or date.today().isoformat()
    published = tuple(e.id for e in catalogue.history)
    number = number or edition.next_number(catalogue.handbook.edition, published, day)
    _sound(root, number, day, catalogue)
    if any(len(line) > 600 for line in notes or ()):
        raise Refusal("编修说明的一句话超过 600 字，分成几个 --note 写")
    if not published:
        return number, day, tuple(notes or ["首次编印，没有以前的版次可以对照。"]), ()
    last = published[0]
    try:
        _git.known(root, last)
    except _git.NoRevision:
        raise Refusal(
            f"找不到上一版的标签“{last}”，无法对照。给上一版的提交打上标签：git tag -a {last} 提交号"
        ) from None
    with tempfile.TemporaryDirectory() as folder:
        _git.export(root, last, Path(folder))
        old = changes.read(Path(folder), f"{last}版")
        told = changes.comparison(old, changes.read(root, f"{number}版"), reasons(root, last, "HEAD"))
    records = tuple(edition.recorded(c) for c in edition.kept(told))
    return number, day, tuple(notes or edition.note(told, last)), records


def _sound(root: Path, number: str, day: str, catalogue: object) -> None:
    """Refuses a number or a date that is none, or that is not after the last edition."""
    if not edition_key(number):
        raise Refusal(f"“{number}”不是版次，写成 2026.2 这样")
    try:
        date.fromisoformat(day)
    except ValueError:
        raise Refusal(f"“{day}”不是日期，写成 2026-12-01 这样") from None
    if catalogue.history:
        last = catalogue.history[0]
        if edition_key(number) <= edition_key(last.id):
            raise Refusal(f"{number} 不比上一版 {last.id} 新")
        if day < last.date:
            raise Refusal(f"{day} 比上一版的日期 {last.date} 早")
    if _git.git(root, "tag", "--list", number).strip():
        raise Refusal(f"已经有标签 {number}")


def written(root: Path, number: str, day: str, notes: tuple, records: tuple) -> dict[Path, str]:
    """File -> text of what an edition writes."""
    handbook = root / "data" / "handbook.yaml"
    return {
        root / "data" / "history" / f"{number}.yaml": edition.to_yaml(number, day, notes, records),
        handbook: edition.stamped(handbook.read_text(encoding="utf-8"), number, day),
    }


if __name__ == "__main__":
    sys.exit(main())

"""What rests on a regulation, article by article, for whoever has to replace it."""

from _setup import Parser, ensure

ensure()

import json
import sys
from dataclasses import asdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from _book import BUILT, NoBook, printed
from macros import report
from macros.changes import impact
from macros.problems import did_you_mean


def main(arguments: list[str] | None = None) -> int:
    """0 when the answer was given, 1 when there is no such regulation or the data cannot be read."""
    parser = Parser(
        "列出引用一部法规的全部步骤、清单事项、表单、岗位和术语，一条一条列，各在哪个文件哪一行，印在第几页。",
        "python3 scripts/impact.py 发展党员工作细则\n"
        "    python3 scripts/impact.py member-development-rules-2026 --book 别处/handbook.pdf",
    )
    parser.add_argument("regulation", metavar="法规", help="简称、全称或文件名")
    parser.add_argument("--json", action="store_true", help="给程序用")
    parser.add_argument(
        "--book", type=Path, metavar="文件", help=f"从哪本打印版查印在第几页（默认 {BUILT}，有就查）"
    )
    parser.add_argument("--root", type=Path, default=ROOT, metavar="目录", help="另一份手册（默认是本手册）")
    options = parser.parse_args(arguments)
    catalogue, problems = report.check(options.root.resolve())
    if catalogue is None:
        print("\n".join(map(str, report.errors(problems))))
        return 1
    names = {}
    for entry in catalogue.of("regulation"):
        names |= {
            name: entry.id for name in (entry.item.title, entry.item.short, entry.id) if name not in names
        }
        # Two versions share their full name: it means the one in force.
        names |= {entry.item.title: entry.id} if entry.item.state != "废止" else {}
    ident = names.get(options.regulation.strip("《》"))
    if ident is None:
        hint = did_you_mean(options.regulation, names)
        print(f"没有“{options.regulation}”这部法规。{hint}", file=sys.stderr)
        return 1
    try:
        pages = printed(options.root, options.book)
    except NoBook as error:
        print(f"{error}。", file=sys.stderr)
        return 1
    found = impact.uses(catalogue, ident, pages)
    if options.json:
        print(json.dumps([asdict(use) for use in found], ensure_ascii=False, indent=2))
    else:
        print("\n".join(impact.told(catalogue, ident, found, pages is not None)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

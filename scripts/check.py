"""Checks data/ and docs/ and says everything that is wrong, for editors and for CI."""

from _setup import Parser, ensure

ensure()

import gc
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from macros import annotations, report

gc.disable()  # the process lives for a second, and collecting is a fifth of it


def main(arguments: list[str] | None = None) -> int:
    """0 when the build may go on, 1 when something must be mended first."""
    parser = Parser(
        "检查 data/ 和 docs/ 的内容，一次列出全部问题：哪个文件、哪一行、错在哪里、怎么改。",
        "python3 scripts/check.py              检查全部内容\n"
        "    python3 scripts/check.py --blanks     再列出要由本单位填写的空格\n"
        "    python3 scripts/check.py --summary    再列出各类条目和依据状态的数量\n"
        "    python3 scripts/check.py --format github    在合并请求里逐行标出问题",
    )
    parser.add_argument(
        "--root", type=Path, default=ROOT, metavar="目录", help="检查另一份手册（默认是本手册）"
    )
    parser.add_argument(
        "--format",
        choices=("text", "github", "gitlab"),
        default="text",
        metavar="写法",
        help="text：给人看（默认）；github：工作流命令；gitlab：代码质量报告（JSON），文字另写到标准错误",
    )
    parser.add_argument("--blanks", action="store_true", help="列出要由本单位填写的空格和它们的位置")
    parser.add_argument("--summary", action="store_true", help="列出各类条目和依据状态的数量")
    options = parser.parse_args(arguments)
    catalogue, problems = report.check(options.root.resolve())
    # GitLab keeps the standard output as a file: people read the other one.
    people = sys.stderr if options.format == "gitlab" else sys.stdout
    lists = [report.blanks] * options.blanks + [report.summary] * options.summary
    for line in (line for made in lists if catalogue is not None for line in made(catalogue)):
        print(line, file=people)
    if options.format == "gitlab":
        print(annotations.gitlab(problems))
    for line in annotations.github(problems) if options.format == "github" else problems:
        print(line, file=people)
    print(report.verdict(catalogue, problems), file=people)
    return 1 if report.errors(problems) else 0


if __name__ == "__main__":
    sys.exit(main())

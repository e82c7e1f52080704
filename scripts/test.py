"""Runs every test, setting the machine up first; for contributors and for CI."""

from _setup import NOT_READY, ROOT, Parser, ensure, find_chromium, install_debian, native_pdf_problem

ensure("test")

import os
import subprocess
import sys

HELP_CHROMIUM = """  Debian/Ubuntu：sudo apt-get install -y chromium
  Fedora：       sudo dnf install -y chromium
  macOS：        brew install --cask google-chrome
  Windows：      winget install -e --id Google.Chrome
装在别处时，用环境变量 CHROMIUM 给出程序的位置。"""


def browser_arguments(environ) -> list[str]:
    """What pytest needs to be told about the browser; exits where CI would otherwise skip tests unnoticed."""
    found = find_chromium()
    if not found and install_debian(["chromium"], "浏览器测试需要 Chromium"):
        found = find_chromium()
    if found:
        environ["CHROMIUM"] = found
        return []
    if environ.get("CI") == "true":
        print(
            f"找不到 Chromium；持续集成（CI=true）中不允许跳过浏览器测试。\n{HELP_CHROMIUM}", file=sys.stderr
        )
        sys.exit(NOT_READY)
    print(f"找不到 Chromium，跳过浏览器测试。要运行它们，请先安装：\n{HELP_CHROMIUM}", file=sys.stderr)
    return ["-m", "not browser"]


def say_what_pdfs_lack(environ) -> None:
    """Gets Pango for the tests of the book, or says why they will fail; exits where CI would drown the reason."""
    problem = native_pdf_problem()
    if problem:
        print(problem, file=sys.stderr)
        if environ.get("CI") == "true":
            sys.exit(NOT_READY)
        print("没有 Pango，与 PDF 有关的测试会失败。", file=sys.stderr)


def main() -> int:
    """The command line; everything but --help goes to pytest untouched."""
    parser = Parser(
        "运行全部测试。其余参数原样交给 pytest。",
        "python3 scripts/test.py\n    python3 scripts/test.py tests/test_setup.py -k lock\n"
        "    python3 scripts/test.py -m 'not browser'",
        usage="test.py [-h] [pytest 的参数 ...]",
    )
    passed_on = sys.argv[1:]
    if {"-h", "--help"} & set(passed_on):
        parser.print_help()
        return 0
    environ = dict(os.environ)
    # Material for MkDocs prints a notice about its own future into the output of every build run as mkdocs.
    environ["NO_MKDOCS_2_WARNING"] = "1"
    say_what_pdfs_lack(environ)
    command = [sys.executable, "-m", "pytest", *browser_arguments(environ), *passed_on]
    try:
        status = subprocess.call(command, cwd=ROOT, env=environ)
    except KeyboardInterrupt:
        return 130
    print("全部测试通过。" if status == 0 else "测试没有通过（见上）。")
    return status


if __name__ == "__main__":
    sys.exit(main())

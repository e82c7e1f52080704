"""scripts/check.py: everything once, in order, with a count; and the lists that help an editor."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from handbooks import BASE, changed

from macros import report
from macros.problems import Problem

ROOT = Path(__file__).resolve().parents[1]
MEETING = "data/procedures/meeting.yaml"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/check.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_a_sound_handbook_is_counted_and_ends_well() -> None:
    done = run("--root", str(BASE))
    assert done.stdout == "没有问题：程序 3，清单 1，文化 1，表单 1，法规 6，岗位 4，术语 2\n"
    assert (done.returncode, done.stderr) == (0, "")


def test_every_problem_is_told_once_in_order_on_stdout(tmp_path: Path) -> None:
    edits = [
        {"in": MEETING, "find": "purpose: 开好会。", "put": "purpose: 开好会,记好。"},
        {"in": MEETING, "find": "reviewed: 2026-11-01", "put": "reviewed: 昨天"},
        {"in": "data/checklists/daily.yaml", "find": "title: 日常清单", "put": "title: 日"},
    ]
    done = run("--root", str(changed(tmp_path, edits)))
    lines = done.stdout.splitlines()
    heads = [line for line in lines if line.startswith("data/")]
    assert [head.split(": ")[0] for head in heads] == [
        "data/checklists/daily.yaml:1",
        f"{MEETING}:5",
        f"{MEETING}:9",
    ]
    assert lines[-1] == "共 3 处问题"
    assert (done.returncode, done.stderr) == (1, "")


def test_a_warning_does_not_stop_the_build() -> None:
    wrong, warning = Problem("a", 1, "", "错"), Problem("a", 1, "", "提醒", warning=True)
    assert report.errors([wrong, warning]) == [wrong]
    assert report.verdict(None, [wrong, warning]) == "共 1 处问题，1 处提醒"
    catalogue, _ = report.check(BASE)
    assert report.verdict(catalogue, [warning]).startswith("没有问题，1 处提醒：程序 3，")


def test_blanks_are_listed_with_their_place() -> None:
    done = run("--root", str(BASE), "--blanks")
    assert done.stdout.splitlines()[:-1] == [f"{MEETING}:13: 支部党员大会：哪一天开会"]


def test_the_summary_counts_kinds_and_states() -> None:
    lines = run("--root", str(BASE), "--summary").stdout.splitlines()
    assert {
        "程序 3",
        "本单位填写的空格 1",
        "依据状态 B（依据·条号待核） 4",
        "依据状态 SEED（本单位填写） 0",
    } <= set(lines)


def test_a_macro_that_names_nothing_is_a_problem_of_its_page(tmp_path: Path) -> None:
    page = {"in": "docs/page.md", "write": '# 页\n\n{{ show("metting") }}\n'}
    _, problems = report.check(changed(tmp_path, [page]))
    assert [(p.path, p.line) for p in problems] == [("docs/page.md", 3)]


def test_a_folder_without_a_handbook_is_told_not_thrown(tmp_path: Path) -> None:
    done = run("--root", str(tmp_path / "nowhere"))
    assert done.returncode == 1
    assert done.stdout.endswith("共 3 处问题\n")
    assert done.stderr == ""


def test_help_and_mistyped_options_are_chinese() -> None:
    told = run("--help").stdout
    assert "例：python3 scripts/check.py" in told and "usage" not in told
    wrong = run("--bogus")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert wrong.stderr == "没有这个参数：--bogus。用 --help 查看说明。\n"

"""check.py --format: the same problems, as GitHub and GitLab read them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest
from handbooks import BASE, changed

from macros import annotations, report
from macros.problems import Problem

ROOT = Path(__file__).resolve().parents[1]
MEETING = "data/procedures/meeting.yaml"
LONG = "支部书记" + "先看会议室再看名单" * 7 + "。"
EDITS = [
    {"in": MEETING, "find": "purpose: 开好会。", "put": "purpose: 开好会,记好。"},
    {"in": MEETING, "find": "do: [组织委员清点人数。]", "put": f"do: [{LONG}]"},
    {"in": "data/checklists/daily.yaml", "find": "title: 日常清单", "put": "title: 日"},
    {"in": "docs/page.md", "write": "# 页\n\n{{ 7*7 }}\n"},
]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/check.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return changed(tmp_path_factory.mktemp("bad"), EDITS)


@pytest.fixture(scope="module")
def told(bad: Path) -> tuple[Problem, ...]:
    found = report.check(bad)[1]
    assert [p.warning for p in found].count(True) == 1 and len(found) == 4
    return found


def test_github_gets_every_problem_at_its_file_and_line(bad: Path, told: tuple[Problem, ...]) -> None:
    done = run("--root", str(bad), "--format", "github")
    *lines, verdict = done.stdout.splitlines()
    read = [
        re.fullmatch(r"::(error|warning) file=([^,:]+),line=(\d+),title=([^,:]+)::(.+)", line)
        for line in lines
    ]
    places = [(m[1] == "warning", unquote(m[2]), int(m[3])) for m in read]
    assert places == [(p.warning, p.path, p.line) for p in told]
    assert all(
        p.message in unquote(m[5]) and p.hint in unquote(m[5]) for m, p in zip(read, told, strict=True)
    )
    assert verdict == "共 3 处问题，1 处提醒"
    assert (done.returncode, done.stderr) == (1, "")


def test_nothing_an_editor_types_ends_a_workflow_command_early() -> None:
    problem = Problem("data/a,b.yaml", 3, "目的：甲,乙", "100%\n::error::x\r", "改")
    (line,) = annotations.github([problem])
    assert line == "::error file=data/a%2Cb.yaml,line=3,title=目的：甲%2C乙::100%25%0A::error::x%0D。建议：改"


def test_gitlab_gets_a_code_quality_report_and_people_the_text(bad: Path, told: tuple[Problem, ...]) -> None:
    done = run("--root", str(bad), "--format", "gitlab")
    rows = json.loads(done.stdout)
    for row, problem in zip(rows, told, strict=True):
        assert set(row) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert row["location"] == {"path": problem.path, "lines": {"begin": problem.line}}
        assert problem.message in row["description"]
        assert row["severity"] == ("minor" if problem.warning else "major")
    assert {row["check_name"] for row in rows} >= {
        "sentences_are_short",
        "only_macros_are_called",
        "handbook",
    }
    assert done.stderr == run("--root", str(bad)).stdout
    assert done.returncode == 1


def test_a_fingerprint_is_unique_and_holds_while_lines_move() -> None:
    def prints(*lines: int) -> list[str]:
        rows = json.loads(annotations.gitlab([Problem("a.yaml", line, "", "错") for line in lines]))
        return [row["fingerprint"] for row in rows]

    assert prints(3, 9) == prints(4, 12)
    assert len(set(prints(3, 9))) == 2


@pytest.mark.parametrize("form", ["text", "github", "gitlab"])
def test_a_sound_handbook_passes_in_every_format(form: str) -> None:
    done = run("--root", str(BASE), "--format", form)
    assert done.returncode == 0
    assert (done.stdout + done.stderr).endswith(
        "没有问题：程序 3，清单 1，文化 1，表单 1，法规 6，岗位 4，术语 2\n"
    )
    if form == "gitlab":
        assert json.loads(done.stdout) == []


def test_a_strange_format_is_refused_in_one_sentence() -> None:
    done = run("--format", "xml")
    assert done.returncode == 2 and done.stdout == "" and done.stderr.count("\n") == 1

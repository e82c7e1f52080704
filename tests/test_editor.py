"""What is committed for editors: VS Code's settings, its task for the check, and the hook before a commit."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from handbooks import changed
from test_cases import CASES, read_case

from macros.kinds import FOLDERS, SHARED
from macros.problems import Problem

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = json.loads((ROOT / ".vscode/settings.json").read_text(encoding="utf-8"))
TASKS = json.loads((ROOT / ".vscode/tasks.json").read_text(encoding="utf-8"))["tasks"]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]


def test_every_data_file_has_its_schema_and_every_schema_its_files() -> None:
    mapped = SETTINGS["yaml.schemas"]
    assert {Path(schema).name for schema in mapped} == {f"{name}.json" for name in (*FOLDERS, *SHARED, "history")}
    assert all((ROOT / schema).is_file() for schema in mapped)
    found = [file for pattern in mapped.values() for file in ROOT.glob(pattern)]
    assert sorted(found) == sorted((ROOT / "data").rglob("*.yaml"))


def test_the_editor_sends_and_fetches_nothing() -> None:
    assert SETTINGS["yaml.schemaStore.enable"] is False
    assert SETTINGS["redhat.telemetry.enabled"] is False
    assert "http" not in json.dumps(SETTINGS)


def matched(line: str) -> list[tuple[str, str, str, str]]:
    """What VS Code's problem matchers make of a line: severity, file, line, message."""
    found = []
    for matcher in TASKS[0]["problemMatcher"]:
        p = matcher["pattern"]
        if m := re.match(p["regexp"], line):
            found.append((matcher["severity"], m[p["file"]], m[p["line"]], m[p["message"]]))
    return found


@pytest.mark.parametrize("case", ["name-unknown-role", "prose-filler", "yaml-tab", "field-several-faults"])
def test_the_problems_panel_shows_each_problem_once(case: str) -> None:
    told = [
        line
        for line in read_case(CASES / f"{case}.yaml")["expected"].splitlines()
        if line.startswith("data/")
    ]
    assert told
    for line in told:
        ((severity, path, number, message),) = matched(line)
        assert line.startswith(f"{path}:{number}: ") and line.endswith(message)
        assert severity == ("warning" if "提醒：" in line else "error")


def test_reminders_and_verdicts_are_told_apart() -> None:
    reminder = Problem("docs/a.md", 2, "", "字", "改", warning=True)
    assert matched(str(reminder).split("\n")[0]) == [("warning", "docs/a.md", "2", "字")]
    assert matched("没有问题：程序 3") == matched("    建议：改") == []


def test_the_hook_runs_the_projects_own_scripts_and_fetches_nothing() -> None:
    assert [repo["repo"] for repo in HOOKS] == ["local"]
    for hook in HOOKS[0]["hooks"]:
        assert hook["language"] == "system" and hook["pass_filenames"] is False
        assert (ROOT / hook["entry"].removeprefix("python3 ")).is_file()


@pytest.mark.parametrize(("spoil", "status"), [(False, 0), (True, 1)])
def test_a_commit_with_a_fault_is_stopped_by_the_hooks_command(
    spoil: bool, status: int, tmp_path: Path
) -> None:
    """As pre-commit does it: in the root of the repository, with the status as the verdict."""
    for name in ("scripts", "macros"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "fonts"))
    shutil.copytree(
        ROOT / "macros/print/fonts", tmp_path / "macros/print/fonts", ignore=shutil.ignore_patterns("*.otf")
    )
    for lock in ("requirements.lock", "requirements-test.lock"):
        shutil.copyfile(ROOT / lock, tmp_path / lock)
    changed(
        tmp_path,
        [{"in": "data/procedures/dues.yaml", "find": "title: 党费交纳", "put": "title: 党"}] if spoil else [],
    )
    command = HOOKS[0]["hooks"][0]["entry"].replace("python3", sys.executable).split()
    env = os.environ | {"HANDBOOK_VENV": sys.prefix}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    assert ("data/procedures/dues.yaml:1:" in done.stdout) is spoil

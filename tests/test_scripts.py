"""The command lines: each explains itself in Chinese, with an example; a bad argument is one Chinese sentence."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SCRIPTS = sorted(p.name for p in (ROOT / "scripts").glob("[!_]*.py"))


def run(*command: str) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_is_chinese_and_has_an_example(script):
    done = run(f"scripts/{script}", "--help")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("用法：")
    assert f"python3 scripts/{script}" in done.stdout
    assert not re.search(r"\b(usage|options|show this help)\b", done.stdout)


@pytest.mark.parametrize("script", [s for s in SCRIPTS if s != "test.py"])
def test_an_unknown_option_is_one_sentence(script):
    done = run(f"scripts/{script}", "--nosuch")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1 and re.search(r"[\u4e00-\u9fff]", done.stderr), done.stderr


@pytest.mark.parametrize("script", [s for s in SCRIPTS if s not in ("test.py", "fonts.py", "lock.py", "bench.py", "verapdf.py")])
def test_every_script_for_editors_is_in_the_guide(script):
    assert f"scripts/{script}" in (ROOT / "docs" / "editing.md").read_text(encoding="utf-8")


def test_the_readme_names_every_script():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [s for s in SCRIPTS if f"scripts/{s}" not in readme] == []

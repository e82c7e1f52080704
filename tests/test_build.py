"""scripts/build.py: what it says, what it leaves alone, and that the same commit gives the same bytes."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ("data", "docs", "macros", "scripts", "mkdocs.yml", "requirements.lock")


def copy_of_the_project(where: Path) -> Path:
    for name in PROJECT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, where / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, where / name)
    return where


def build(root: Path, *options: str) -> subprocess.CompletedProcess:
    """The command in a copy of the project, with the packages that run these tests."""
    code = f"import sys; sys.argv = ['build.py', *{options!r}]; import _setup; _setup.ensure = lambda *a: None; exec(open('scripts/build.py').read(), {{'__name__': '__main__', '__file__': 'scripts/build.py'}})"
    env = os.environ | {"PYTHONPATH": "scripts", "PYTHONHASHSEED": "7"}
    return subprocess.run([sys.executable, "-c", code], cwd=root, env=env, capture_output=True, text=True, check=False)


def files(folder: Path) -> dict[str, bytes]:
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def test_the_last_lines_say_what_was_made(built):
    lines = built.said.strip().splitlines()
    assert lines[-5] == "生成了："
    assert str(built.site) in lines[-4] and "个网页" in lines[-4] and "MB" in lines[-4]
    assert str(built.pdf) in lines[-3] and "页" in lines[-3]
    assert str(built.out / "handbook-offline.zip") in lines[-2]
    assert "用时" in lines[-1] and "秒" in lines[-1]


def test_the_same_commit_gives_the_same_bytes_in_another_folder(built, tmp_path):
    root = copy_of_the_project(tmp_path / "elsewhere")
    done = build(root)
    assert done.returncode == 0, done.stdout + done.stderr
    one, two = files(built.out), files(root / "build")
    assert len(one) > 200
    assert [name for name in one if one[name] != two.get(name)] == []
    assert set(one) == set(two)


def test_bad_content_stops_the_build_and_leaves_the_last_output_alone(tmp_path):
    root = copy_of_the_project(tmp_path / "bad")
    (root / "build" / "site").mkdir(parents=True)
    (root / "build" / "site" / "index.html").write_text("the last good one", encoding="utf-8")
    dues = root / "data" / "procedures" / "dues.yaml"
    dues.write_text(dues.read_text(encoding="utf-8").replace("组织委员", "组织委圆", 1), encoding="utf-8")
    roles = root / "docs" / "roles" / "index.md"
    roles.write_text(roles.read_text(encoding="utf-8") + '\n{{ link("dued") }}\n', encoding="utf-8")
    done = build(root)
    assert done.returncode == 1
    assert "data/procedures/dues.yaml:" in done.stdout and "没有“组织委圆”这个岗位" in done.stdout
    assert "是不是“组织委员”（organisation-officer）？" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert files(root / "build") == {"site/index.html": b"the last good one"}


def test_without_pango_the_site_is_built_and_the_end_says_so(tmp_path, monkeypatch, capsys):
    monkeypatch.syspath_prepend(ROOT / "scripts")
    import _setup

    monkeypatch.setattr(_setup, "ensure", lambda *group: None)
    monkeypatch.setattr(_setup, "native_pdf_problem", lambda: "缺少 Pango。")
    monkeypatch.setattr(sys, "argv", ["build.py", "--out", str(tmp_path)])
    spec = importlib.util.spec_from_file_location("build_script", ROOT / "scripts" / "build.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    assert script.main() == 2
    assert capsys.readouterr().out.strip().splitlines()[-1] == "网站已生成；PDF 没有生成。"
    assert (tmp_path / "site" / "index.html").is_file()
    html = (tmp_path / "site" / "procedures" / "dues" / "index.html").read_text(encoding="utf-8")
    assert "handbook.pdf" not in html
    assert not (tmp_path / "handbook.pdf").exists()


@pytest.mark.parametrize("command", [("build", "--strict", "-q"), ("build", "-q")])
def test_plain_mkdocs_works_on_its_own(tmp_path, command):
    env = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    out = tmp_path / "site"
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", *command, "-d", str(out)], cwd=ROOT, env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (out / "procedures" / "member-development" / "index.html").is_file()

"""Starter files: every field is explained, and filling in the blanks is all it takes."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from handbooks import BASE, changed
from test_fields import all_models

from macros import catalogue, describe, report, starter
from macros.kinds import KINDS

ROOT = Path(__file__).resolve().parents[1]
VALUES = {
    "每次约需（分钟）": "10",
    "填写约需（分钟）": "10","岗位": "支部书记", "章": "会议", "上次复核": "2026-11-01", "下次核对日期": "2027-11-01"}


def made(kind: str, root: Path = BASE) -> str:
    return starter.starter(KINDS[kind], *catalogue.outline(root))


def filled(text: str) -> str:
    """The starter with every blank that is not commented out filled in, as an editor would."""

    number = iter(range(1, 100))

    def fill(match: re.Match[str]) -> str:
        blank = match[1]
        if blank.startswith("："):
            choices = blank[1:].split("、")
            return "REC" if "REC" in choices else choices[0]
        if blank == "编号":
            return f"part-{next(number)}"
        return VALUES.get(blank, f"样板的{blank}")

    lines = (
        line if line.lstrip().startswith("#") else re.sub("〈填([^〉]*)〉", fill, line)
        for line in text.split("\n")
    )
    return "\n".join(lines)


@pytest.mark.parametrize("kind", KINDS)
def test_a_starter_passes_the_check_once_its_blanks_are_filled(kind: str, tmp_path: Path) -> None:
    path = f"data/{KINDS[kind].folder}/sample.yaml"
    edits = [{"in": path, "write": filled(made(kind))}]
    if kind == "form":  # a form that no step uses is a fault of its own
        edits.append(
            {
                "in": "data/procedures/meeting.yaml",
                "find": "records: [record]",
                "put": "records: [record, sample]",
            }
        )
    found, problems = catalogue.inspect(changed(tmp_path, edits))
    assert [str(p) for p in problems] == []
    assert found.entries["sample"].kind == kind


@pytest.mark.parametrize("kind", KINDS)
def test_an_unfilled_starter_names_every_blank_once_and_nothing_else(kind: str, tmp_path: Path) -> None:
    text = made(kind)
    path = f"data/{KINDS[kind].folder}/sample.yaml"
    problems = catalogue.inspect(changed(tmp_path, [{"in": path, "write": text}]))[1]
    blanks = [
        n
        for n, line in enumerate(text.split("\n"), 1)
        if "〈填" in line and not line.lstrip().startswith("#")
    ]
    assert [(p.path, p.line) for p in problems] == [(path, n) for n in blanks]
    assert len(blanks) > 4
    assert all("还没有填写" in p.message for p in problems)


@pytest.mark.parametrize("kind", KINDS)
def test_every_optional_field_works_once_it_is_uncommented(kind: str, tmp_path: Path) -> None:
    """Each optional field at the top, with all below it: the YAML stays sound, and the field is known."""
    lines = made(kind).split("\n")
    tops = [n for n, line in enumerate(lines) if re.match(r"# [a-z_]+:", line)]
    assert tops
    for start in tops:
        end = next((n for n in range(start + 1, len(lines)) if not lines[n].startswith("#  ")), len(lines))
        opened = [line.removeprefix("# ") if start <= n < end else line for n, line in enumerate(lines)]
        path = f"data/{KINDS[kind].folder}/sample.yaml"
        tree = changed(tmp_path / str(start), [{"in": path, "write": "\n".join(opened)}])
        problems = [p for p in catalogue.inspect(tree)[1] if p.path == path]
        assert problems and all("还没有填写" in p.message for p in problems), (lines[start], problems)


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_a_comment_with_its_title(kind: str) -> None:
    text = made(kind)
    todo, seen = [KINDS[kind].model], set()
    while todo:
        model = todo.pop()
        if model in seen:
            continue
        seen.add(model)
        for field in describe.fields_of(model):
            assert re.search(
                rf"# {'必填' if field.required else '选填'}　{re.escape(field.title)}[：。].*\n[ #-]*{field.name}:",
                text,
            ), field.name
            if field.record:
                todo.append(field.record)


def test_the_next_code_is_free(tmp_path: Path) -> None:
    assert starter.next_code(KINDS["procedure"], []) == "CX-01"
    assert starter.next_code(KINDS["procedure"], ["CX-09", "CX-02", "QD-50"]) == "CX-10"
    assert starter.next_code(KINDS["form"], ["BD-99"]) == "BD-100"


def test_every_field_of_every_model_can_be_described() -> None:
    for model in all_models():
        described = {f.name for f in describe.fields_of(model)}
        assert described == {i.alias or n for n, i in model.model_fields.items() if not i.exclude}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/new.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)


def test_the_script_makes_a_file_and_refuses_in_chinese(tmp_path: Path) -> None:
    changed(tmp_path, [])
    first = run("程序", "branch-visit", "--root", str(tmp_path))
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == (
        "已生成 data/procedures/branch-visit.yaml\n把〈填……〉都换成自己的内容\n填好后运行：python3 scripts/check.py\n"
    )
    assert "code: CX-04\n" in (tmp_path / "data/procedures/branch-visit.yaml").read_text(encoding="utf-8")
    refusals = {
        (
            "procedure",
            "branch-visit",
        ): "data/procedures/branch-visit.yaml 已经存在。换一个文件名；文件名就是编号，全书唯一\n",
        (
            "form",
            "branch-visit",
        ): "data/procedures/branch-visit.yaml 已经存在。换一个文件名；文件名就是编号，全书唯一\n",
        ("procedure", "Visit_1"): "“Visit_1”不能作文件名。用英文小写字母、数字和短横线，如 branch-visit\n",
        (
            "procedur",
            "x",
        ): "没有“procedur”这一类。可选：procedure（程序）、checklist（清单）、culture（文化）、form（表单）、regulation（法规）、edition（分册）\n",
    }
    for arguments, said in refusals.items():
        done = run(*arguments, "--root", str(tmp_path))
        assert (done.returncode, done.stdout, done.stderr) == (1, said, "")


# Names that the real handbook knows, for blanks that name something.
REAL = VALUES | {"章": "党内教育"}


@pytest.mark.parametrize("kind", KINDS)
def test_in_the_real_handbook_too_the_command_and_its_advice_are_enough(kind: str, tmp_path: Path, monkeypatch) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    done = run(kind, "starter-sample", "--root", str(tmp_path))
    assert done.returncode == 0, done.stdout
    monkeypatch.setattr(sys.modules[__name__], "VALUES", REAL)
    path = tmp_path / "data" / KINDS[kind].folder / "starter-sample.yaml"
    path.write_text(filled(path.read_text(encoding="utf-8")), encoding="utf-8")
    if "在 records 里写上 starter-sample" in done.stdout:
        other = tmp_path / "data" / "procedures" / "theme-party-day.yaml"
        text = other.read_text(encoding="utf-8")
        other.write_text(text.replace("records: [work-plan]", "records: [work-plan, starter-sample]", 1), encoding="utf-8")
    found, problems = report.check(tmp_path)
    assert [str(p) for p in problems if "_schema" not in p.path] == []
    assert found.entries["starter-sample"].kind == kind

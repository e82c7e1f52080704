"""The guide for editors tells the truth: its commands run, its examples pass, its messages are what the check says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
import yaml

from macros import report
from macros.kinds import FOLDERS, KINDS, fields
from macros.kinds.shared import Term

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs").glob("editing*.md"))
IMAGES = ROOT / "docs" / "assets" / "images"


def text(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def every_page() -> str:
    assert len(PAGES) == 7
    return "\n".join(page.read_text(encoding="utf-8") for page in PAGES)


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path


def change(file: Path, find: str, put: str) -> None:
    before = file.read_text(encoding="utf-8")
    assert find in before
    file.write_text(before.replace(find, put, 1), encoding="utf-8")


def test_the_commands_of_the_guide_make_files_of_every_kind(handbook: Path) -> None:
    made = dict(re.findall(r"`python3 scripts/new\.py (\w+) ([\w-]+)`", text("editing-item.md")))
    assert set(made) == set(KINDS)
    for kind, ident in made.items():
        command = [sys.executable, "scripts/new.py", kind, ident, "--root", str(handbook)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        assert (handbook / "data" / KINDS[kind].folder / f"{ident}.yaml").is_file()
        assert f"| data/{KINDS[kind].folder}/ |" in text("editing-item.md")


def test_the_sentence_that_the_guide_adds_to_a_step_passes_the_check(handbook: Path) -> None:
    example = yaml.safe_load(re.search(r"```yaml\n(.*?)```", text("editing-step.md"), re.S)[1])
    added = example["do"][-1]
    step = handbook / "data" / "procedures" / "theme-party-day.yaml"
    text_of_step = re.search(r"- id: fix-day\n.*?\n( +)do:\n", step.read_text(encoding="utf-8"), re.S)
    change(step, text_of_step[0], f"{text_of_step[0]}{text_of_step[1]}  - {added}\n")
    found, problems = report.check(handbook)
    assert [str(p) for p in problems] == []
    assert added in found.entries["theme-party-day"].item.steps[0].do


def test_what_the_guide_says_of_a_replaced_regulation_is_what_the_check_says(handbook: Path) -> None:
    """The step from the 2014 to the 2026 rules, as the guide tells it."""
    page = text("editing-regulation.md")
    old = yaml.safe_load(
        (handbook / "data/regulations/member-development-rules-2014.yaml").read_text(encoding="utf-8")
    )
    for name, value in yaml.safe_load(re.search(r"```yaml\n(.*?)```", page, re.S)[1]).items():
        assert old[name] == value
    shown = re.search(r"```\n(data/.*?)```", page, re.S)[1]
    file = handbook / "data/procedures/member-development.yaml"
    change(file, "regulation: 发展党员工作细则", "regulation: 发展党员工作细则（2014年）")
    told = [str(p) for p in report.check(handbook)[1] if not p.warning]
    numbers = re.compile(r"(?<=\.yaml:)\d+")  # lines move whenever somebody edits the file
    assert numbers.sub("1", f"{told[0]}\n") == numbers.sub("1", shown)


def test_the_check_is_content_again_once_every_citation_is_handled(handbook: Path) -> None:
    """Marking a regulation as replaced lists every citation; citing the new one clears the list."""
    short = "基层组织选举工作条例"
    old = next(
        f
        for f in (handbook / "data/regulations").glob("*.yaml")
        if f"short: {short}\n" in f.read_text(encoding="utf-8")
    )
    before = old.read_text(encoding="utf-8")
    new = old.with_name("sample-new-rules.yaml")
    new.write_text(before.replace(f"short: {short}\n", f"short: {short}（新）\n"), encoding="utf-8")
    old.write_text(
        re.sub(r"(?m)^state: .*$", f"state: 废止\nreplaced_by: {short}（新）", before), encoding="utf-8"
    )
    told = [p for p in report.check(handbook)[1] if p.rule == "cited_regulations_are_current"]
    cited = {p.path for p in told}
    assert len(told) > 5 and all(f"改引“{short}（新）”" in p.hint for p in told)
    for path in cited:
        file = handbook / path
        typed = re.sub(
            rf"regulation: ({short}|{old.stem})(?=[,}}\n])",
            f"regulation: {short}（新）",
            file.read_text(encoding="utf-8"),
        )
        file.write_text(typed, encoding="utf-8")
    assert [str(p) for p in report.check(handbook)[1] if p.rule == "cited_regulations_are_current"] == []


def test_a_filled_blank_of_a_brand_passes_the_check(handbook: Path) -> None:
    page = text("editing-brand.md").replace("&#91;", "[").replace("&#93;", "]")
    before = re.search(r"填以前 \| <code>- (text: .*?)</code>", page)[1]
    file = handbook / "data/culture/brand-flame-blue.yaml"
    change(file, before, before.replace("[[flame-actions]]", "每月十日到社区讲消防"))
    change(file, "  - id: flame-actions\n    label: 做什么、什么时间做\n", "")
    assert [str(p) for p in report.check(handbook)[1] if not p.warning] == []


def test_the_fields_that_the_guide_names_exist() -> None:
    known = {"same", *Term.model_fields}
    for kind in FOLDERS.values():
        todo = [kind.model]
        while todo:
            model = todo.pop()
            for name, info in model.model_fields.items():
                known |= {info.alias or name, *re.findall(r"\b[a-z_]+\b", str(info.annotation))}
                found = re.findall(r"macros\.kinds\.\w+\.(\w+)", str(info.annotation))
                modules = [sys.modules[kind.model.__module__], fields]
                todo += [
                    getattr(m, f)
                    for f in found
                    for m in modules
                    if hasattr(getattr(m, f, None), "model_fields")
                ]
    for name in re.findall(r"^\| `(\w+)` \|", text("editing-brand.md"), re.M):
        assert name in KINDS["culture"].model.model_fields
    named = set(re.findall(r"`([a-z_]+)`", every_page())) - {"gitlab", "changes"}
    assert len(named) > 12
    assert named <= known


def test_every_picture_of_the_guide_is_shown_and_described() -> None:
    shown = dict((b, a) for a, b in re.findall(r"!\[([^\]]*)\]\(assets/images/([\w.-]+)\)", every_page()))
    assert set(shown) == {f.name for f in IMAGES.glob("guide-*")}
    assert all(re.search("[\u4e00-\u9fff]{6}", alt) for alt in shown.values())


@pytest.mark.parametrize("file", sorted(IMAGES.glob("guide-*.svg")), ids=lambda f: f.name)
def test_a_drawing_is_sound_and_readable_on_a_phone(file: Path) -> None:
    svg = ET.fromstring(file.read_text(encoding="utf-8"))
    space = "{http://www.w3.org/2000/svg}"
    assert svg.find(f"{space}title").text
    width = float(svg.get("width"))
    sizes = [float(t.get("font-size")) for t in svg.iter(f"{space}text")]
    assert len(sizes) > 5
    # On a phone the drawing is about 350 points wide.
    assert min(sizes) * min(1, 350 / width) >= 9

"""A hostile data file stays text on every page: built for real, then read as a browser would."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from handbooks import BASE, changed
from test_build import copy_of_the_project

from macros import catalogue, pages, report
from macros.authoring import Author
from macros.media import Paper, Site

NAME = "<script>x</script>"
TEXT = "<img src=x onerror=x>\"' onclick=x [c](javascript:x) { onclick=x } <!--"
TEXTS = {
    "purpose",
    "scope",
    "start",
    "do",
    "summary",
    "meaning",
    "subtitle",
    "description",
    "label",
    "what",
    "text",
    "note",
}
TEXTS |= {
    "topic",
    "status",
    "retention",
    "hint",
    "issuer",
    "intro",
    "wrong",
    "right",
    "of",
    "when",
    "reason",
    "aliases",
}
# Template code as scanners type it; whatever the field, it is refused and never carried out.
CODE = (
    "{{ 7*7 }}",
    "{{7*'7'}}",
    "{{ config }}",
    "{{ self.__init__.__globals__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{% set x = 7*7 %}{{ x }}",
    "{% for c in [].__class__.__base__.__subclasses__() %}{{ c }}{% endfor %}",
    "{% include '/etc/passwd' %}",
    "{# x #}{{ show('meeting') }}",
)


def poisoned(value: Any, names: dict[str, str], field: str = "") -> Any:
    """The data with every name and every text made hostile; references follow the names."""
    if isinstance(value, dict):
        return {k: poisoned(v, names, k) for k, v in value.items()}
    if isinstance(value, list):
        return [poisoned(v, names, field) for v in value]
    if isinstance(value, str) and value in names and field != "type":
        return names[value]
    return f"{TEXT} {value}" if field in TEXTS and isinstance(value, str) else value


def titles(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {str(value[k]) for k in ("title", "short", "label") if k in value}
        return own.union(*(titles(v) for v in value.values()))
    return set().union(*map(titles, value)) if isinstance(value, list) else set()


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with nothing but hostile data, and the pages that hold no item by name."""
    root = copy_of_the_project(tmp_path_factory.mktemp("hostile"))
    shutil.rmtree(root / "data")
    files = {
        f.relative_to(BASE): yaml.load(f.read_text(encoding="utf-8"), yaml.BaseLoader)
        for f in sorted(BASE.rglob("*.yaml"))
    }
    # The rules name two regulations and the terms hold misspellings: what is hostile must still be valid.
    names = {t: f"{t}{NAME}" for v in files.values() for t in titles(v) if len(t) < 20}
    for path, value in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(
            yaml.safe_dump(poisoned(value, names), allow_unicode=True, width=10_000), encoding="utf-8"
        )
    for page in (root / "docs").glob("*.md"):
        page.unlink()
    macros = "{{ listing('term') }}\n\n{{ calendar() }}\n\n{{ burden() }}\n\n{{ unconfirmed() }}\n\n{{ blanks() }}\n"
    (root / "docs" / "terms.md").write_text(f"# 术语 {{ #top }}\n\n{macros}", encoding="utf-8")
    (root / "docs" / "index.md").write_text("# 首页 { #top }\n\n{{ listing('part') }}\n", encoding="utf-8")
    return root


class Seen(HTMLParser):
    """What a browser would run, load or follow."""

    def __init__(self) -> None:
        super().__init__()
        self.bad: list[str] = []
        self.count = 0
        self.script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.count += 1
        given = dict(attrs)
        self.script = "script" if tag == "script" else ""
        self.bad += [f"{tag} {name}" for name in given if name.startswith("on")]
        self.bad += [
            f"{tag} {value}" for value in given.values() if (value or "").lower().startswith("javascript:")
        ]
        if given.get("src") == "x":
            self.bad.append(f"{tag} src=x")

    def handle_data(self, data: str) -> None:
        if self.script and data.strip() == "x":
            self.bad.append("script x")
        self.script = ""


def faults(html: str) -> list[str]:
    seen = Seen()
    seen.feed(html)
    assert seen.count > 3
    return seen.bad


def test_the_reader_of_this_test_sees_what_it_looks_for() -> None:
    html = "<p><b><i><script>x</script><img src=x onerror=x><a href='JavaScript:x'>c</a>"
    assert faults(html) == ["script x", "img onerror", "img src=x", "a JavaScript:x"]


def test_hostile_texts_are_valid_data(hostile: Path) -> None:
    """Otherwise the tests below would look at a build that never was."""
    found, problems = report.check(hostile)
    assert [str(p) for p in problems if not p.warning] == []
    assert NAME in found.handbook.parts[0].title and TEXT in found.roles["secretary"].summary


def test_no_page_of_the_site_runs_hostile_data(hostile: Path) -> None:
    # Not build.py: it looks for every title in the site, and does not know how a browser reads these.
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-q", "-d", str(hostile / "site")]
    env = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=hostile, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    files = sorted((hostile / "site").rglob("*.html"))
    assert len(files) > 20
    assert {f.parent.name: faults(f.read_text(encoding="utf-8")) for f in files} == {
        f.parent.name: [] for f in files
    }


def test_no_page_of_the_book_runs_hostile_data(hostile: Path) -> None:
    found = catalogue.load(hostile)
    every = pages.all_pages(found, hostile)
    assert len(every) > 20
    for page in every.values():
        assert faults(f"<p><b><i><u>{pages.paper_html(page, found)}") == [], page.path


@pytest.mark.parametrize("code", CODE)
@pytest.mark.parametrize(
    "field",
    [
        "title: 支部党员大会",
        "purpose: 开好会。",
        "label: 哪一天开会",
        "summary: 管党员发展。",
        "meaning: 票上不写投票人姓名。",
    ],
)
def test_template_code_in_data_is_refused_and_never_carried_out(
    field: str, code: str, tmp_path: Path
) -> None:
    name, _, text = field.partition(": ")
    file = {"summary": "roles.yaml", "meaning": "terms.yaml"}.get(name, "procedures/meeting.yaml")
    quoted = json.dumps(f"{text[:3]} {code}"[: 40 if name == "title" else 200], ensure_ascii=False)
    root = changed(tmp_path, [{"in": f"data/{file}", "find": field, "put": f"{name}: {quoted}"}])
    line = next(
        n
        for n, t in enumerate((root / "data" / file).read_text(encoding="utf-8").split("\n"), 1)
        if quoted in t
    )
    found, problems = report.check(root)
    told = [p for p in problems if p.rule == "template_code_is_not_typed"]
    assert [(p.path, p.line) for p in told] == [(f"data/{file}", line)]
    # Even if a build went on, the code would be shown, not run.
    every = [
        *pages.from_data(found),
        pages.Page("terms.md", "术语", "docs/terms.md", "{{ listing('term') }}"),
    ]
    shown = "".join(
        pages.expand(page, Author(found, medium(page.name))) for page in every for medium in (Site, Paper)
    )
    assert "49" not in re.sub(r"<svg.*?</svg>", "", shown, flags=re.S)
    assert "&#123;" in shown and "{{" not in shown and "{%" not in shown

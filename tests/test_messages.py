"""The page of messages: every rule is explained, with what the check really said of a bad file.

After a wanted change: UPDATE_GOLDEN=1 python3 scripts/test.py tests/test_messages.py
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from handbooks import BASE, CASES, changed, read_case

from macros import guard, messages, pages, report, rules
from macros.authoring import Author
from macros.catalogue import load
from macros.media import Site
from macros.problems import Problem

# One bad page or file for each rule that looks at docs/.
PAGES = {
    "pages_are_readable": ("docs/page.md", "# 页\n\n看不见的\u200b字\n"),
    "front_matter_is_plain": ("docs/page.md", "---\ntitle: 页\ntemplate: x.html\n---\n\n# 页\n"),
    "only_macros_are_called": ("docs/page.md", "# 页\n\n{{ config }}\n"),
    "markup_is_harmless": ("docs/page.md", "# 页\n\n<script>x</script>\n"),
    "addresses_are_harmless": ("docs/page.md", "# 页\n\n[字](javascript:x)\n"),
    "files_are_known": ("docs/page.html", "<p>x</p>\n"),
    "pictures_are_still": ("docs/assets/x.svg", "<svg onload='x'></svg>\n"),
}


def said(folder: Path) -> dict[str, list[Problem]]:
    """What the check says of every bad file: case by case, then of the bad pages."""
    found = {}
    for file in sorted(CASES.glob("*.yaml")):
        found[file.stem] = list(report.check(changed(folder / file.stem, read_case(file)["edits"]))[1])
    for name, (path, text) in PAGES.items():
        found[name] = list(report.check(changed(folder / name, [{"in": path, "write": text}]))[1])
    return found


def collected(found: dict[str, list[Problem]]) -> dict:
    """messages.json as it should be: each message of the reader and the models once, one for each rule."""
    made: dict[str, dict] = {group: {} for group, *_ in messages.READING}
    by_rule: dict[str, list[str]] = {}
    for case, problems in found.items():
        group = made.get(case.split("-")[0], made["model"])
        for p in problems:
            told = [p.message, p.hint]
            if p.rule:
                by_rule.setdefault(p.rule, told)
            else:  # once, whatever was typed
                group.setdefault(re.sub(r"“.*?”|\d+", "", f"{p.message}\0{p.hint}"), told)
    by_group = {name: list(told.values()) for name, told in made.items()}
    return by_group | {"rules": {rule.__name__: by_rule[rule.__name__] for rule in messages.every_rule()}}


def test_the_examples_are_what_the_check_says(tmp_path: Path) -> None:
    fresh = json.dumps(collected(said(tmp_path)), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        messages.EXAMPLES.write_text(fresh, encoding="utf-8", newline="\n")
    assert fresh == messages.EXAMPLES.read_text(encoding="utf-8")


def test_every_rule_is_explained_once() -> None:
    explained = messages.every_rule()
    assert len(explained) == len(set(explained))
    assert set(explained) == {*rules.RULES, *guard.RULES, *guard.FILE_RULES}


@pytest.fixture(scope="module")
def page() -> str:
    return pages.expand(
        pages.Page("m.md", "m", "docs/m.md", "{{ messages() }}"), Author(load(BASE), Site("m"))
    )


@pytest.mark.parametrize("rule", messages.every_rule(), ids=lambda r: r.__name__)
def test_the_page_holds_the_rule_as_it_stands_in_the_code(rule, page: str) -> None:
    place = re.search(rf'<dt id="{messages.anchor(rule)}">(.*?)</dt>\n<dd>(.+?)</dd>', page)
    words = re.sub(r"&[#\w]+;", "", place[1])
    assert set(re.findall("[\u4e00-\u9fff]+", words)) == set(re.findall("[\u4e00-\u9fff]+", rule.__doc__))
    assert "建议：" in place[2]


def test_the_guide_has_the_page() -> None:
    guide = (Path(__file__).parents[1] / "docs" / "editing-messages.md").read_text(encoding="utf-8")
    assert "{{ messages() }}" in guide

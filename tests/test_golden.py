"""One readable page per kind, compared whole. After a wanted change: UPDATE_GOLDEN=1 python3 scripts/test.py tests/test_golden.py"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from handbooks import changed

from macros import pages
from macros.authoring import Author
from macros.catalogue import Catalogue, inspect
from macros.media import Paper, Site

GOLDEN = Path(__file__).parent / "golden"
PAGES = (
    "chapters/growth",
    "checklists/daily",
    "culture/emblem",
    "forms/record",
    "parts/basics",
    "procedures/rich",
    "regulations/branch-work-rules",
    "roles/officer",
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    rich = (GOLDEN / "rich.yaml").read_text(encoding="utf-8")
    root = tmp_path_factory.mktemp("small")
    # What comes back (recurs) has its duty in a checklist.
    daily = {"in": "data/checklists/daily.yaml", "find": "        procedure: meeting\n", "put": "        procedure: rich\n"}
    monthly = {"in": "data/checklists/daily.yaml", "find": "          every: 月\n", "put": "          every: 半年\n"}
    # It also holds template code: refused by the check, and still nothing but text where it is shown.
    found, problems = inspect(changed(root, [{"in": "data/procedures/rich.yaml", "write": rich}, daily, monthly]))
    assert {p.rule for p in problems} == {"template_code_is_not_typed"}
    return found


def rendered(catalogue: Catalogue, name: str) -> str:
    """The page's Markdown with its macros carried out; charts have tests of their own and are left out."""
    page = next(p for p in pages.from_data(catalogue) if p.name == name)
    text = page.markdown.split("---\n\n")[0] + "---\n" + pages.expand(page, Author(catalogue, Site(name)))
    return re.sub(r"<svg.*?</svg>", "<svg/>", text, flags=re.S)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_as_it_was_last_looked_at(small, name):
    golden = GOLDEN / f"{name.replace('/', '-')}.md"
    text = rendered(small, name)
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8", newline="\n")
    assert text == golden.read_text(encoding="utf-8")


def test_every_page_kind_has_a_golden(small):
    assert {p.name.split("/")[0] for p in pages.from_data(small)} == {name.split("/")[0] for name in PAGES}


def test_typed_markup_and_template_code_stay_text(small):
    for medium in (Site("procedures/rich"), Paper("procedures/rich")):
        page = next(p for p in pages.from_data(small) if p.name == "procedures/rich")
        text = pages.expand(page, Author(small, medium))
        assert "<b>{" not in text and "{{" not in text
    assert "&lt;b&gt;&#123;&#123; 1 &#125;&#125;&lt;/b&gt;" in pages.paper_html(page, small)

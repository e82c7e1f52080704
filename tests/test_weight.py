"""What a page weighs: 60 KB of HTML at most, whatever the number of items; long pages are in parts, and nothing is lost."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from macros import pages as made
from macros import parts
from macros.authoring import Author
from macros.media import Paper, Site

ROOT = Path(__file__).resolve().parents[1]
MOST = 60_000  # bytes of HTML
GROWN = 670  # files in data/: three times as many procedures and forms as there are


def weights(site: Path) -> dict[str, int]:
    """Address of every page -> its bytes."""
    return {f.relative_to(site).as_posix(): f.stat().st_size for f in sorted(site.rglob("*.html"))}


def around(site: Path) -> dict[str, int]:
    """Address of every page -> the bytes of what stands around its text: head, menu, search box, foot."""
    found = {}
    for file in sorted(site.rglob("*.html")):
        html = file.read_text(encoding="utf-8")
        found[file.relative_to(site).as_posix()] = len(re.sub(r"<article.*?</article>", "", html, flags=re.S).encode())
    return found


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> Path:
    """The site of a handbook with three times the items."""
    root = tmp_path_factory.mktemp("grown")
    code = (
        "import sys; from pathlib import Path; sys.path.insert(0, 'scripts'); import bench; root = Path(sys.argv[1]);"
        f"assert bench.tree({GROWN}, root) == {GROWN}; bench.run('site', root)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(root)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return root / "out"


def test_no_page_is_heavier_than_60_kilobytes(built):
    found = weights(built.site)
    assert len(found) > 400
    assert {page: weight for page, weight in found.items() if weight > MOST} == {}


def test_no_page_is_heavier_with_three_times_the_items(built, grown):
    before, after = weights(built.site), weights(grown)
    assert len(after) > 1.7 * len(before)
    assert {page: weight for page, weight in after.items() if weight > MOST} == {}


def test_the_heaviest_page_of_each_kind_stays_as_it_was(built, grown):
    """Within a tenth: some lists are longer, up to where they are parted."""
    heaviest: list[dict[str, int]] = []
    for site in (built.site, grown):
        kinds: dict[str, int] = defaultdict(int)
        for page, weight in weights(site).items():
            kinds[page.split("/")[0]] = max(kinds[page.split("/")[0]], weight)
        heaviest.append(kinds)
    before, after = heaviest
    items = {"procedures", "checklists", "culture", "journeys", "index.html", "404.html"}
    assert items <= before.keys()
    assert {kind: (before[kind], after[kind]) for kind in items if after[kind] > 1.1 * before[kind]} == {}


def test_what_stands_around_the_text_does_not_grow(built, grown):
    """Menu and all: but for the neighbours in the menu, whose names are longer or shorter."""
    before, after = around(built.site), around(grown)
    same = before.keys() & after.keys()
    assert len(same) > 400
    assert {page: (before[page], after[page]) for page in same if after[page] > before[page] + 600} == {}


# -- parts -----------------------------------------------------------------------------------------------------


def test_an_item_is_whole_where_it_fits(catalogue):
    author = Author(catalogue, Site())
    parted = {page for page in author.parted() if author.parts(page, "")}
    assert "procedures/dues" not in parted and "procedures/theme-party-day" not in parted
    assert {"procedures/member-development", "checklists/branch-daily", "terms", "calendar", "unconfirmed"} <= parted


def test_parts_hold_everything_once(catalogue):
    author = Author(catalogue, Site())
    steps = [s.id for part in author.parts("procedures/member-development") for s in part.rows]
    assert steps == [s.id for s in catalogue.entries["member-development"].item.steps]
    duties = [d.id for part in author.parts("checklists/branch-daily") for d in part.rows]
    assert duties == [d.id for d in catalogue.entries["branch-daily"].item.duties]
    terms = [t.id for part in author.parts("terms") for t in part.rows]
    assert sorted(terms) == sorted(catalogue.terms)
    blanks = [blank.id for part in author.parts("how-to-use") for _, blank in part.rows]
    assert sorted(blanks) == sorted(catalogue.blank_home)
    assert sum(len(part.rows) for part in author.parts("unconfirmed")) == len(author._unconfirmed())


def test_every_part_has_a_page_and_every_moved_anchor_is_left_on_the_overview(catalogue, built):
    author = Author(catalogue, Site())
    checked = 0
    for page in author.parted():
        overview = (built.site / page / "index.html").read_text(encoding="utf-8")
        for part in author.parts(page):
            below = (built.site / page / part.slug / "index.html").read_text(encoding="utf-8")
            assert f'href="{part.slug}/' in overview, (page, part.slug)
            for anchor in part.anchors:
                assert f'id="{anchor}"' in below and f'id="{anchor}"' in overview, (page, anchor)
                checked += 1
    assert checked > 250


def test_a_link_to_a_moved_place_leads_to_the_page_it_moved_to(catalogue):
    author = Author(catalogue, Site("procedures/dues"))
    link = author.link("member-development", "", "step-vetting")
    assert 'href="../member-development/prospect-stage/#step-vetting"' in link
    assert 'href="../member-development/"' in author.link("member-development")
    assert 'href="#step-relief"' in author.link("dues", "", "step-relief")


def test_paper_has_no_parts(catalogue):
    author = Author(catalogue, Paper("procedures/member-development"))
    assert list(author.parted()) == []
    assert "step-vetting" in author.show("member-development") and "<svg" in author.show("member-development")


def test_the_pages_of_the_parts_come_with_the_site_alone(catalogue):
    below = {page.path for page in made.in_parts(catalogue)}
    assert "procedures/member-development/prospect-stage.md" in below
    assert below.isdisjoint(page.path for page in made.from_data(catalogue))


def test_a_long_group_goes_on_with_a_number():
    found = parts.cut([("a", "甲", range(5)), ("b", "乙", ()), ("c", "丙", range(2))], 2)
    assert [(p.slug, p.title, p.rows) for p in found] == [
        ("a", "甲（1）", (0, 1)), ("a-2", "甲（2）", (2, 3)), ("a-3", "甲（3）", (4,)), ("c", "丙", (0, 1)),
    ]  # fmt: skip


def test_terms_are_found_under_the_letter_they_sound_like(catalogue):
    letters = {term.title: slug for slug, _, terms in parts.by_letter(catalogue.terms.values()) for term in terms}
    assert (letters["党费"], letters["等额选举"], letters["支部党员大会"], letters["转正"]) == ("d", "d", "z", "z")
    assert list(dict.fromkeys(letters.values())) == sorted(set(letters.values()))

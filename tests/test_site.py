"""The built site: every link and anchor leads somewhere, nothing is loaded from elsewhere, nothing is left unrendered."""

from __future__ import annotations

import hashlib
import posixpath
import re
from functools import cache
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from macros import complete
from macros.kinds import KINDS


class Reader(HTMLParser):
    """Collects ids, links and what the page loads."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.text: list[str] = []
        self.headings: list[int] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(given["id"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        if tag in ("script", "img", "iframe", "source", "video", "audio") and given.get("src"):
            self.loads.append(given["src"])
        if tag == "link" and given.get("href") and given.get("rel") not in ("canonical", "prev", "next", "alternate"):
            self.loads.append(given["href"])
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("script", "style"):
            self.silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.silent -= 1

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.text.append(data)


@cache
def read(file: Path) -> Reader:
    reader = Reader()
    reader.feed(file.read_text(encoding="utf-8"))
    return reader


@pytest.fixture(scope="module")
def pages(built) -> list[Path]:
    found = sorted(built.site.rglob("*.html"))
    assert len(found) > 60
    return found


def test_every_link_and_anchor_leads_somewhere(built, pages):
    broken, checked = [], 0
    for page in pages:
        if page.name == "404.html":
            continue  # its links are absolute by design
        for link in read(page).links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            checked += 1
            target = page
            if parts.path:
                joined = posixpath.normpath(posixpath.join(page.parent.as_posix(), unquote(parts.path)))
                target = Path(joined)
                if target.is_dir():
                    target = target / "index.html"
            if not target.is_file():
                broken.append(f"{page.relative_to(built.site)} -> {link}")
            elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in read(target).ids:
                broken.append(f"{page.relative_to(built.site)} -> {link} (anchor)")
    assert checked > 1000
    assert broken == []


def test_ids_are_unique_on_every_page(pages):
    twice = {p.as_posix(): sorted({i for i in read(p).ids if read(p).ids.count(i) > 1}) for p in pages}
    assert {p: ids for p, ids in twice.items() if ids} == {}


def test_headings_never_skip_a_level(pages):
    skips = {}
    for page in pages:
        levels = read(page).headings
        found = [(a, b) for a, b in pairwise(levels) if b > a + 1]
        if found:
            skips[page.as_posix()] = found
    assert skips == {}


def test_no_template_code_is_left(pages):
    assert [p.as_posix() for p in pages if re.search(r"\{\{|\{%|\[\[[a-z-]+\]\]", p.read_text(encoding="utf-8"))] == []


def test_nothing_is_loaded_from_another_host(built, pages):
    foreign = {link for p in pages for link in read(p).loads if urlsplit(link).netloc}
    css = built.site.rglob("*.css")
    foreign |= {u for f in css for u in re.findall(r"url\((?:'|\")?(https?:[^)'\"]+)", f.read_text(encoding="utf-8"))}
    assert foreign == set()


def test_every_page_works_under_a_sub_path(pages):
    rooted = {p.as_posix(): [x for x in (*read(p).links, *read(p).loads) if x.startswith("/")] for p in pages}
    assert {p: links for p, links in rooted.items() if links and not p.endswith("404.html")} == {}


def test_nothing_is_lost_on_the_way_to_the_site(built, catalogue):
    assert len(list(complete.expected(catalogue))) > 150
    assert complete.missing_in_site(catalogue, built.site) == []


def test_a_lost_step_is_named(built, catalogue, tmp_path):
    page = built.site / "procedures" / "dues" / "index.html"
    step = catalogue.entries["dues"].item.steps[0]
    copy = tmp_path / "procedures" / "dues" / "index.html"
    copy.parent.mkdir(parents=True)
    copy.write_text(page.read_text(encoding="utf-8").replace(f'id="step-{step.id}"', ""), encoding="utf-8")
    assert f"网站缺少：procedures/dues#step-{step.id}（{step.title}）" in complete.missing_in_site(catalogue, tmp_path)


def test_edit_links_open_the_data_file(built):
    html = (built.site / "procedures" / "dues" / "index.html").read_text(encoding="utf-8")
    assert "/edit/main/data/procedures/dues.yaml" in html
    html = (built.site / "how-to-use" / "index.html").read_text(encoding="utf-8")
    assert "/edit/main/docs/how-to-use.md" in html


def test_item_pages_offer_a_pdf_of_their_own_and_the_download_page_the_book(built, catalogue):
    for entry in catalogue.entries.values():
        if entry.kind != "regulation":
            page = f"{KINDS[entry.kind].folder}/{entry.id}"
            html = (built.site / page / "index.html").read_text(encoding="utf-8")
            name = f"pdf/{page.replace('/', '-')}.pdf"
            assert f'href="../../{name}"' in html, page
            assert (built.site / name).is_file(), name
    downloads = (built.site / "downloads" / "index.html").read_text(encoding="utf-8")
    digest = hashlib.sha256(built.pdf.read_bytes()).hexdigest()
    assert 'href="../pdf/handbook.pdf"' in downloads and digest in downloads
    assert (built.site / "pdf" / "handbook.pdf").read_bytes() == built.pdf.read_bytes()

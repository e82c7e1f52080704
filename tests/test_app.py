"""What makes the site safe, light and usable without internet: policy, manifest, worker, zip, weights."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from macros.engines import app, bundle, policy, theme


@pytest.fixture(scope="module")
def pages(built) -> dict[str, str]:
    found = {
        f.relative_to(built.site).as_posix(): f.read_text(encoding="utf-8")
        for f in built.site.rglob("*.html")
    }
    assert len(found) > 150
    return found


def test_a_policy_knows_inline_scripts_by_hash_and_data_not_at_all():
    html = '<meta charset="utf-8"><script>a()</script><script src="x.js"></script><script type="application/json">{}</script>'
    digest = base64.b64encode(hashlib.sha256(b"a()").digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in policy.policy(html)
    assert policy.with_policy(html).startswith(
        '<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="default-src'
    )


def test_every_page_has_a_policy_for_its_own_scripts(pages):
    for path, html in pages.items():
        given = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
        assert given == [policy.policy(html)], path
        scripts = re.search(r"script-src ([^;]*)", given[0])[1]
        assert "unsafe" not in scripts and "*" not in scripts and "http" not in scripts
        assert not re.search(r"<[a-z][^>]*\son[a-z]+=", html), path
        assert "<style" not in html, path


def test_every_page_can_be_installed(pages, built, catalogue):
    for path, html in pages.items():
        root = "/" if path == "404.html" else "../" * path.count("/") or "./"
        assert f'<link rel="manifest" href="{root}manifest.webmanifest">' in html, path
    facts = json.loads((built.site / app.MANIFEST).read_text(encoding="utf-8"))
    assert facts["name"] == catalogue.handbook.title
    assert {(icon["sizes"], icon["purpose"]) for icon in facts["icons"]} >= {
        ("192x192", "any"),
        ("512x512", "any"),
        ("512x512", "maskable"),
    }
    assert [icon["src"] for icon in facts["icons"] if not (built.site / icon["src"]).is_file()] == []


def test_the_worker_knows_every_page_by_its_bytes(pages, built):
    code = (built.site / app.WORKER).read_text(encoding="utf-8")
    files = json.loads(re.search(r"const FILES = (\{.*?\})\n", code, re.S)[1])
    assert pages.keys() <= files.keys()
    for path, digest in files.items():
        assert digest == hashlib.sha256((built.site / path).read_bytes()).hexdigest()[:16]
    assert not [path for path in files if re.search(r"\.(map|pdf)$|^sw\.js$", path)]


def test_squeezing_leaves_code_as_it_was_typed():
    html = "<p>甲\n\n   乙</p>\n  <pre>a\n\n  b</pre>\n\n<script>x\n\n y</script>"
    assert theme.squeeze(html) == "<p>甲\n乙</p><pre>a\n\n  b</pre>\n<script>x\n\n y</script>"
    # Beside words and links a line break shows as a space.
    assert theme.squeeze("<p>\n<b>甲</b>\n<a>乙</a>\n</p>\n<ul>\n<li>丙") == "<p><b>甲</b>\n<a>乙</a></p><ul><li>丙"


def test_what_stands_around_the_text_is_light_and_does_not_grow(pages):
    """The menu, the search box and the scripts; at most the table of contents differs from page to page."""
    heavy = {}
    for path, html in pages.items():
        around = len(re.sub(r"<article.*?</article>", "", html, flags=re.S).encode())
        if around > 20_000:
            heavy[path] = around
    assert heavy == {}


def test_the_zip_has_the_site_with_plain_file_names(built, catalogue):
    with zipfile.ZipFile(built.out / "handbook-offline.zip") as packed:
        names = packed.namelist()
        assert names == sorted(names)
        assert {
            "handbook/index.html",
            "handbook/procedures/dues.html",
            "handbook/assets/javascripts/handbook.js",
        } <= set(names)
        assert {info.date_time for info in packed.infolist()} == {
            (*map(int, catalogue.handbook.date.split("-")), 0, 0, 0)
        }
        page = packed.read("handbook/procedures/dues.html").decode()
        assert [n for n in names if n.endswith((".map", "sw.js", app.MANIFEST))] == []
    assert "Content-Security-Policy" not in page and 'rel="manifest"' not in page
    assert 'href="../forms/dues-ledger.html"' in page


def test_the_same_files_give_the_same_zip(tmp_path):
    for name in ("b.html", "a.html", "a.js.map"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    files = bundle.files_below(tmp_path, "top")
    assert list(files) == ["top/a.html", "top/b.html"]
    day = datetime(2026, 11, 23, 8, 30)
    assert bundle.archive(files, day) == bundle.archive(dict(reversed(files.items())), day.replace(hour=20))


def links_of(page: str) -> list[str]:
    return [link for link in re.findall(r'(?:href|src)="([^"#]*)', page) if link and ":" not in link]


def test_every_link_in_the_zip_leads_to_a_file(built, tmp_path):
    with zipfile.ZipFile(built.out / "handbook-offline.zip") as packed:
        packed.extractall(tmp_path)
    broken, checked = [], 0
    for page in sorted((tmp_path / "handbook").rglob("*.html")):
        if page.name == "404.html":
            continue
        for link in links_of(page.read_text(encoding="utf-8")):
            checked += 1
            if not Path(page.parent, link).is_file():
                broken.append(f"{page.relative_to(tmp_path)} -> {link}")
    assert checked > 1000
    assert broken == []

"""The served site as an app: a manifest to install it by, and a worker that keeps it for when there is no internet."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from ..kinds.shared import Handbook

MANIFEST = "manifest.webmanifest"
WORKER = "sw.js"
# Large and rarely wanted without internet (the book), or never by a reader (maps for programmers, word lists of other
# languages).
NOT_KEPT = re.compile(r".*\.(?:map|pdf|gz|zip)|sitemap\.xml|.*/lunr/.*|\.nojekyll|_headers")


def head(html: str) -> str:
    """The page with what a browser needs to install the app and to find the feed; addresses as the page itself gives its base."""
    base = re.search(r'"base": ?"([^"]*)"', html)
    if base is None:
        return html
    root = base[1].rstrip("/") + "/"
    links = (
        f'<link rel="manifest" href="{root}{MANIFEST}">\n'
        f'<link rel="apple-touch-icon" href="{root}assets/images/icon-192.png">\n'
        f'<link rel="alternate" type="application/atom+xml" title="更新记录" href="{root}updates.xml">\n'
        '<meta name="theme-color" content="#0b4a8f">\n'
    )
    return html.replace("</head>", links + "</head>", 1)


def manifest(handbook: Handbook) -> str:
    """The web app manifest."""
    icons = [
        {
            "src": f"assets/images/icon-{size}.png",
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    facts = {
        "name": handbook.title,
        "description": handbook.description,
        "lang": "zh-CN",
        "id": ".",
        "start_url": ".",
        "scope": ".",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0b4a8f",
        "icons": icons,
    }
    return json.dumps(facts, ensure_ascii=False, indent=1) + "\n"


def worker(edition: str, site: Path) -> str:
    """The service worker for the finished site: every file with the first half of its SHA-256 in hexadecimal."""
    files = {
        path: hashlib.sha256(file.read_bytes()).hexdigest()[:16]
        for file in sorted(site.rglob("*"))
        if file.is_file()
        and not NOT_KEPT.fullmatch(path := file.relative_to(site).as_posix())
        and path != WORKER
    }
    code = Path(__file__).with_name("worker.js").read_text(encoding="utf-8")
    listed = json.dumps(files, ensure_ascii=False, indent=0)
    return code.replace('"{edition}"', json.dumps(edition, ensure_ascii=False), 1).replace(
        "{files}", listed, 1
    )


def write(handbook: Handbook, site: Path) -> None:
    """Puts manifest and worker into the finished site; the worker last, because it knows all other files."""
    (site / MANIFEST).write_text(manifest(handbook), encoding="utf-8", newline="\n")
    (site / WORKER).write_text(worker(handbook.edition, site), encoding="utf-8", newline="\n")

"""The handbook as MkDocs wants it: configuration, generated files, a whole build."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from mkdocs.commands.build import build as mkdocs_build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files

from .. import glossary, pages, parts, report
from ..authoring import Author, plain
from ..catalogue import Catalogue
from ..changes.feed import feed
from ..media import Download, Site
from ..search import index
from . import app, policy, preview, theme

ROOT = Path(__file__).resolve().parents[2]


def configure(config: MkDocsConfig) -> MkDocsConfig:
    """Puts the checked catalogue, unless the build has brought it, and the menu into the configuration; Abort lists every
    problem."""
    catalogue = config.extra.get("catalogue")
    if catalogue is None:
        catalogue, problems = report.check(ROOT)
        if catalogue is None or report.errors(problems):
            raise Abort("内容有误，没有生成网站：\n" + "\n".join(map(str, problems)))
        config.extra["catalogue"] = catalogue
    # The theme prints both as they are.
    config.site_name = str(plain(catalogue.handbook.title))
    config.site_description = str(plain(catalogue.handbook.description))
    config.nav = pages.navigation(catalogue, ROOT)
    if not config.use_directory_urls:  # to be opened from disk, where a browser runs no worker
        config.extra["polyfills"] = ["assets/javascripts/iframe-worker.js"]
    config.extra["glossary"] = glossary.glossary(catalogue)
    return config


def add_pages(files: Files, config: MkDocsConfig) -> Files:
    """Adds generated pages and tells each page which file an editor opens."""
    for file in files.documentation_pages():
        file.edit_uri = f"docs/{file.src_uri}"
    catalogue = config.extra["catalogue"]
    for page in (*pages.from_data(catalogue), *pages.in_parts(catalogue)):
        if files.get_file_from_path(page.path) is None:
            file = File.generated(config, page.path, content=page.markdown)
            file.edit_uri = page.source
            files.append(file)
    config.extra["addresses"] = {file.src_uri: file.url for file in files.documentation_pages()}
    files.append(File.generated(config, "updates.xml", content=feed(catalogue, config.site_url or "")))
    files.append(File.generated(config, "assets/javascripts/terms.js", content=glossary.script(catalogue)))
    if preview.active:
        settled = {f"data/procedures/{ident}.yaml" for ident in preview.settled(catalogue)}
        for page in (*pages.all_pages(catalogue, ROOT).values(), *pages.in_parts(catalogue)):
            changed = page.source not in settled and preview.changed(
                page.path, pages.expand(page, Author(catalogue, Site(page.name)))
            )
            files.get_file_from_path(page.path).is_modified = lambda changed=changed: changed
    return files


def write_search(config: MkDocsConfig) -> None:
    """Puts our index in the place of the theme's; from disk it is a script, as a browser fetches nothing there."""
    folder = Path(config.site_dir) / "search"
    if preview.active and (folder / "names.json").exists():
        return  # an editor waits for the page; the preview finds what was there when it started
    found = index.build(config.extra["catalogue"], ROOT, config.extra["addresses"])
    (folder / "search_index.json").write_text(index.stub(), encoding="utf-8")
    if config.use_directory_urls:
        for name, text in zip(("names.json", "texts.json"), index.served(found), strict=True):
            (folder / name).write_text(text, encoding="utf-8")
    else:
        (folder / "search_index.js").write_text(index.on_disk(found), encoding="utf-8")


def author_for(config: Any, page: Any) -> Author:
    """The author macros as seen from a page of the site."""
    extra = config["extra"]
    flat = not config["use_directory_urls"]
    return Author(extra["catalogue"], Site(page.url.strip("/"), flat, tuple(extra.get("printed") or ())))


def explain_terms(html: str, page: Any, config: MkDocsConfig) -> str:
    """The page with its terms linked, where it speaks of one thing; lists and look-up pages stay plain."""
    name = pages.Page(page.file.src_uri, "", "", "").name
    if "/" not in name or name in pages.NAV_TITLES or name.partition("/")[0] in parts.LOOK_UP:
        return html
    catalogue, author = config.extra["catalogue"], author_for(config, page)

    def href(ident: str) -> str:
        return author.medium.href(author.place("terms", f"term-{ident}"), f"term-{ident}")

    return glossary.explain(html, config.extra["glossary"], href, glossary.about(name, catalogue))


def finish(html: str, config: MkDocsConfig) -> str:
    """A page as readers get it; what is served is told what it may load, and that it can be installed."""
    html = theme.mend(html)
    return policy.with_policy(app.head(html)) if _is_served(config) else html


def complete(config: MkDocsConfig) -> None:
    """Adds to a finished site what makes it work without internet."""
    if _is_served(config):
        app.write(config.extra["catalogue"].handbook, Path(config.site_dir))


def _is_served(config: MkDocsConfig) -> bool:
    """Neither the preview, which adds scripts of its own, nor pages that are opened from disk."""
    return config.use_directory_urls and not preview.serving


def build(
    root: Path,
    out: Path,
    downloads: tuple[Download, ...],
    epoch: int,
    served: bool = True,
    catalogue: Catalogue | None = None,
) -> None:
    """Builds the whole site into a folder, for a server or to be opened from disk; raises Abort on the first warning of
    the engine. catalogue: what root/data holds, when it has been read and checked already."""
    # MkDocs stamps its site map with the time of the build; the edition's date makes the bytes repeatable.
    os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
    config = load_config(str(root / "mkdocs.yml"), site_dir=str(out), use_directory_urls=served)
    config.extra["printed"] = downloads
    config.extra["catalogue"] = catalogue
    config.plugins.on_startup(command="build", dirty=False)
    try:
        mkdocs_build(config)
    finally:
        config.plugins.on_shutdown()

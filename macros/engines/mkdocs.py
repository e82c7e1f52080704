"""The hooks that mkdocs.yml names: they hand over pages and decide nothing."""

from __future__ import annotations

import sys
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

# MkDocs loads this file by path; the package it belongs to must be found under its own name.
ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from macros.engines import preview  # noqa: E402


def on_startup(command: str, dirty: bool) -> None:
    """Notes whether this is the live preview."""
    preview.serving = command == "serve"
    preview.active = command == "serve" and dirty


@event_priority(100)  # before mkdocs-macros, which asks for the catalogue
def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Reads and checks data/; stops with every problem when there is one."""
    preview.forget_changed_code()
    # MkDocs keeps this file for good: what a coder may change is imported when it is needed.
    from macros.engines import site

    return site.configure(config)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds a page for every record that has none written by hand."""
    from macros.engines import site

    return site.add_pages(files, config)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Explains the terms on a page."""
    from macros.engines import site

    return site.explain_terms(html, page, config)


def on_page_context(context: dict, page: Page, config: MkDocsConfig, nav: Navigation) -> dict:
    """Shortens the menu."""
    from macros.engines import menu

    return context | {"nav": menu.around(nav)}


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Mends the theme's markup and adds what a served page needs."""
    from macros.engines import site

    return site.finish(output, config)


def on_post_template(output: str, template_name: str, config: MkDocsConfig) -> str:
    """The same for the page for wrong addresses."""
    from macros.engines import site

    return site.finish(output, config) if template_name == "404.html" else output


@event_priority(-200)  # after the theme's plug-ins have written theirs
def on_post_build(config: MkDocsConfig) -> None:
    """Writes the index of the search, then makes the served site an app."""
    from macros.engines import site

    site.write_search(config)
    site.complete(config)

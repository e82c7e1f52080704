"""Lay HTML out on A4 pages: the only module that talks to WeasyPrint's layout."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pydyf
from weasyprint import CSS, HTML, Document, Page
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from . import faces, flush

STYLE = Path(__file__).parent / "style.css"


_page_references = pydyf.PDF.page_references.fget


def page_references(self: pydyf.PDF) -> tuple[bytes, ...]:
    """The references of all pages, made once: pydyf makes them anew for every tag, which a long book feels."""
    known = self.__dict__.get("_handbook_pages", ())
    if 3 * len(known) != len(self.pages["Kids"]):
        known = self.__dict__["_handbook_pages"] = _page_references(self)
    return known


class OwnFilesOnly(URLFetcher):
    """Serves the project's own fonts and data: URIs; anything else stops the printing."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols=("data", "file"), fail_on_errors=True)

    def fetch(self, url: str, headers: dict[str, str] | None = None):
        """The resource at this address, if it is one of ours."""
        if url.startswith("file:"):
            path = Path(url2pathname(urlsplit(url).path)).resolve()
            if not path.is_relative_to(faces.FONTS.resolve()):
                raise ValueError(f"not a font of the handbook: {url}")
        return super().fetch(url, headers)


def only_links(page: Page) -> Page:
    """The page without what WeasyPrint takes for links: each <span> inside one, tagged as a Span, which PDF/UA forbids."""
    page.links = [link for link in page.links if link[3].element_tag.split(":")[0] == "a"]
    return page


class Paper:
    """Type and style sheet, loaded once and used for every leaf of a book."""

    def __init__(self) -> None:
        flush.install()
        pydyf.PDF.page_references = property(page_references)
        self.fetcher = OwnFilesOnly()
        self.fonts = FontConfiguration()
        text = faces.css() + STYLE.read_text(encoding="utf-8")
        self.style = CSS(string=text, font_config=self.fonts, url_fetcher=self.fetcher)

    def lay_out(self, body: str, *, classes: str, css: str, head: str = "", left: bool = False) -> Document:
        """The pages of one document; css sets its page numbers, left starts it on a left-hand page."""
        html = (
            f'<html lang="zh-CN" class="{"opens-left" if left else "opens-right"}"><head>{head}</head>'
            f'<body class="{escape(classes)}">{body}</body></html>'
        )
        try:
            document = HTML(string=html, url_fetcher=self.fetcher).render(
                font_config=self.fonts,
                stylesheets=[self.style, CSS(string=css, url_fetcher=self.fetcher)],
            )
        except FatalURLFetchingError as refused:
            raise ValueError(f"{refused}: the printed book loads only its own fonts") from refused
        for page in document.pages:
            only_links(page)
        return document

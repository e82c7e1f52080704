"""Lay HTML out on pages of one format: the only module that talks to WeasyPrint's layout."""

from __future__ import annotations

from html import escape
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from weasyprint import CSS, HTML, Document, Page
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from . import faces, flush
from .formats import Format

STYLE = Path(__file__).parent / "style.css"


# A link to another leaf: WeasyPrint would drop one whose target it does not lay out itself.
ELSEWHERE = "book:"


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
    """Type and style sheet of one format, loaded once and used for every leaf."""

    def __init__(self, format: Format) -> None:
        flush.install()
        self.fetcher = OwnFilesOnly()
        self.fonts = FontConfiguration()
        text = "\n".join((faces.css(), STYLE.read_text(encoding="utf-8"), format.page_css(), format.css))
        self.style = CSS(string=text, font_config=self.fonts, url_fetcher=self.fetcher)

    def lay_out(self, body: str, *, classes: str, css: str = "") -> Document:
        """The pages of one document."""
        html = f'<html lang="zh-CN"><body class="{escape(classes)}">{body}</body></html>'
        sheets = [self.style, CSS(string=css, url_fetcher=self.fetcher)] if css else [self.style]
        try:
            document = HTML(string=html, url_fetcher=self.fetcher).render(font_config=self.fonts, stylesheets=sheets)
        except FatalURLFetchingError as refused:
            raise ValueError(f"{refused}: the printed book loads only its own fonts") from refused
        for page in document.pages:
            only_links(page)
        return document

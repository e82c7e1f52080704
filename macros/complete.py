"""Nothing is lost between data and outputs: every item and step is looked for in the site and in the PDF."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from .authoring import Author
from .catalogue import Catalogue
from .media import Paper, Site, slug


def expected(catalogue: Catalogue, paper: bool = False) -> Iterator[tuple[str, str, str]]:
    """(page, anchor, title) of every item, step, duty and term; the anchor of an item itself is ""."""
    author = Author(catalogue, Paper() if paper else Site())
    for entry in catalogue.entries.values():
        page = author.page_of(entry.id)
        yield page, "", author.title(entry.id)
        for step in getattr(entry.item, "steps", ()):
            yield author.place(page, f"step-{step.id}"), f"step-{step.id}", step.title
        for duty in getattr(entry.item, "duties", ()):
            yield author.place(page, f"duty-{duty.id}"), f"duty-{duty.id}", duty.title
    for role in catalogue.roles.values():
        if author.acts(role.id):
            yield f"roles/{role.id}", "", role.title
    for chapter, (_, record) in catalogue.chapters.items():
        yield f"chapters/{chapter}", "", record.title
    for term in catalogue.terms.values():
        yield author.place("terms", f"term-{term.id}"), f"term-{term.id}", term.title


def missing_in_site(catalogue: Catalogue, site: Path) -> list[str]:
    """What is not on the site, in Chinese, one line each."""
    pages: dict[str, tuple[set[str], str]] = {}
    lost = []
    for page, anchor, title in expected(catalogue):
        file = site / page / "index.html"
        if page not in pages:
            html = file.read_text(encoding="utf-8") if file.is_file() else ""
            pages[page] = (set(re.findall(r'\bid="([^"]+)"', html)), _squeeze(re.sub(r"<[^>]+>", "", html)))
        ids, text = pages[page]
        if (anchor and anchor not in ids) or _squeeze(title) not in text:
            lost.append(f"网站缺少：{page}{'#' + anchor if anchor else ''}（{title}）")
    return lost


def destinations(pdf: bytes) -> dict[str, int]:
    """Named destination -> page of the file, from 1."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return {name: page + 1 for name, page in _destinations(document).items()}
    finally:
        document.close()


def folios(pdf: bytes) -> dict[str, str]:
    """Named destination -> the page number printed on its page (12; 12-1 for one put in later); front matter left out."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        labels = [document.get_page_label(at) for at in range(len(document))]
        places = _destinations(document).items()
        return {name: labels[at] for name, at in places if re.fullmatch(r"\d+(-\d+)?", labels[at])}
    finally:
        document.close()


def missing_in_pdf(catalogue: Catalogue, pdf: bytes) -> list[str]:
    """What is not in the PDF, in Chinese: its named destination, or its title on the page it leads to."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        places = _destinations(document)
        texts = [_squeeze(page.get_textpage().get_text_bounded()) for page in document]
    finally:
        document.close()
    lost = []
    for page, anchor, title in expected(catalogue, paper=True):
        name = slug(page) + (f"--{anchor}" if anchor else "")
        at = places.get(name)
        # A title at the very foot may run on to the next page.
        near = "" if at is None else "".join(texts[at : at + 2])
        if _squeeze(title) not in near:
            lost.append(f"PDF缺少：{name}（{title}）")
    return lost


def _squeeze(text: str) -> str:
    return re.sub(r"[\s\u200b\ufffe\ufeff]|&#\d+;|&\w+;", "", text)


def _destinations(document: pypdfium2.PdfDocument) -> dict[str, int]:
    """Name -> index of the page, for every named destination."""
    found = {}
    for i in range(pdfium.FPDF_CountNamedDests(document)):
        size = ctypes.c_long(0)
        pdfium.FPDF_GetNamedDest(document, i, None, ctypes.byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        destination = pdfium.FPDF_GetNamedDest(document, i, buffer, ctypes.byref(size))
        name = buffer.raw[: size.value].decode("utf-16-le").rstrip("\0")
        found[name] = pdfium.FPDFDest_GetDestPageIndex(document, destination)
    return found

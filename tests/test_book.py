"""The finished PDF of the real handbook, read back."""

from __future__ import annotations

import re

import pypdf
import pypdfium2
import pytest

from macros import complete


@pytest.fixture(scope="module")
def reader(built) -> pypdf.PdfReader:
    return pypdf.PdfReader(built.pdf)


@pytest.fixture(scope="module")
def texts(built) -> list[str]:
    document = pypdfium2.PdfDocument(built.pdf)
    return [re.sub(r"\s", "", page.get_textpage().get_text_bounded()) for page in document]


def outline(nodes: list, depth: int = 0):
    for node in nodes:
        if isinstance(node, list):
            yield from outline(node, depth + 1)
        else:
            yield depth, node


def test_it_is_tagged_chinese_and_titled(reader, catalogue):
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  (pypdf's own boolean)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert reader.metadata.title == catalogue.handbook.title
    assert b"pdfuaid:part" in root["/Metadata"].get_data()
    assert root["/StructTreeRoot"]["/K"]


def test_the_date_in_the_file_is_that_of_the_edition(reader, catalogue):
    assert reader.metadata.creation_date.date().isoformat() == catalogue.handbook.date


def test_every_page_is_a4(reader):
    sizes = {(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in reader.pages}
    assert sizes == {(595, 842)}


def test_every_item_has_a_bookmark_that_leads_to_its_page(reader, catalogue, texts):
    found = {node.title: reader.get_destination_page_number(node) for _, node in outline(reader.outline)}
    wanted = [e.item for k in ("procedure", "checklist", "culture", "form") for e in catalogue.of(k)]
    assert len(wanted) > 80
    for item in wanted:
        label = f"{item.code} {item.title}"
        assert label in found
        assert re.sub(r"\s", "", item.title) in texts[found[label]]


def test_contents_give_the_printed_page_of_every_item(texts, catalogue):
    contents = "".join(texts[:12])
    for entry in catalogue.of("procedure"):
        title = re.sub(r"\s", "", entry.item.title)
        match = re.search(rf"{entry.item.code}{re.escape(title)}\D*?(\d+)", contents)
        assert match, entry.id
        # The printed number stands at the foot of the page that opens with the item's code.
        page = next(t for t in texts[12:] if entry.item.code in t and title in t and f"文件编号{entry.item.code}" in t)
        assert match[1] in page


def test_parts_and_chapters_open_on_right_hand_pages(reader, catalogue):
    labels = {node.title: reader.get_destination_page_number(node) for _, node in outline(reader.outline)}
    front = next(i for i, label in enumerate(reader.page_labels) if label == "1")
    titles = [p.title for p in catalogue.handbook.parts] + [c.title for _, c in catalogue.chapters.values()]
    for title in titles:
        assert (labels[title] - front) % 2 == 0, title


def test_links_inside_the_book_all_lead_somewhere(reader, catalogue):
    names = set(reader.named_destinations)
    links, outward = 0, set()
    for page in reader.pages:
        for annotation in page.get("/Annots") or ():
            annotation = annotation.get_object()
            if annotation.get("/Subtype") == "/Link":
                if "/Dest" in annotation:
                    links += 1
                    assert str(annotation["/Dest"]) in names, annotation["/Dest"]
                else:  # a page that only the site has
                    outward.add(str(annotation["/A"]["/URI"]))
    assert links > 1000
    assert len(outward) < 10
    assert all(uri.startswith(catalogue.handbook.address) for uri in outward)


def test_every_font_is_embedded_and_ours(reader):
    fonts = {}
    for page in reader.pages:
        for font in (page["/Resources"].get("/Font") or {}).values():
            font = font.get_object()
            below = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            fonts[str(font["/BaseFont"])] = below["/FontDescriptor"].get_object()
    assert fonts
    for name, descriptor in fonts.items():
        assert "Handbook" in name, name
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), name


def test_no_character_is_missing(texts):
    assert not any("\ufffd" in t or "\ufffe" in t or "□□□" in t for t in texts)
    assert sum(map(len, texts)) > 100_000


def test_nothing_is_lost_on_the_way_to_the_book(built, catalogue):
    assert complete.missing_in_pdf(catalogue, built.pdf.read_bytes()) == []


def test_a_lost_step_is_named(catalogue):
    writer = pypdf.PdfWriter()
    writer.add_blank_page(100, 100)
    import io

    buffer = io.BytesIO()
    writer.write(buffer)
    lost = complete.missing_in_pdf(catalogue, buffer.getvalue())
    step = catalogue.entries["dues"].item.steps[0]
    assert f"PDF缺少：procedures-dues--step-{step.id}（{step.title}）" in lost
    assert len(lost) == len(list(complete.expected(catalogue)))

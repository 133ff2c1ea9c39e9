"""What each kind of document says, and which documents are refused."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime
from typing import Any

import openpyxl
import pytest
from docx import Document

from integrations.parsing import child
from integrations.parsing.formats import parse
from magicai.errors import Invalid
from magicai.knowledge.parsed import Parsed, Place


def said(parsed: Parsed) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in parsed.blocks]


def pdf(*pages: str, encrypted: bool = False) -> bytes:
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for text in pages:
        # A line that begins with # is larger.
        lines = [(18, line[2:]) if line.startswith("# ") else (12, line) for line in text.split("\n")]
        page = writer.add_blank_page(300, 300)
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F"): font})}
        )
        stream = DecodedStreamObject()
        shown = " ".join(f"/F {size} Tf ({line}) Tj 0 -20 Td" for size, line in lines)
        stream.set_data(f"BT 20 200 Td {shown} ET".encode() if text else b"")
        page[NameObject("/Contents")] = stream
    if encrypted:
        writer.encrypt("secret", algorithm="RC4-128")
    body = io.BytesIO()
    writer.write(body)
    assert PdfReader(body)
    return body.getvalue()


def packed(**parts: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in parts.items():
            packed.writestr(name.replace("__", "/"), text)
    return body.getvalue()


def pptx() -> bytes:
    a, p = (
        "http://schemas.openxmlformats.org/drawingml/2006/main",
        "http://schemas.openxmlformats.org/presentationml/2006/main",
    )
    r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    shape = (
        "<p:sp><p:nvSpPr><p:nvPr>{}</p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    slide = '<p:sld xmlns:a="{}" xmlns:p="{}"><p:cSld>{}{}</p:cSld></p:sld>'
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as made:
        made.writestr(
            "ppt/presentation.xml",
            f'<p:presentation xmlns:p="{p}" xmlns:r="{r}"><p:sldIdLst><p:sldId r:id="r2"/><p:sldId r:id="r1"/>'
            "</p:sldIdLst></p:presentation>",
        )
        made.writestr(
            "ppt/_rels/presentation.xml.rels",
            '<Relationships><Relationship Id="r1" Target="slides/slide1.xml"/>'
            '<Relationship Id="r2" Target="/ppt/slides/slide2.xml"/></Relationships>',
        )
        for number, (title, text) in enumerate((("Prices", "All rise."), ("Plans", "We grow.")), 1):
            shapes = shape.format('<p:ph type="title"/>', title), shape.format("", text)
            made.writestr(f"ppt/slides/slide{number}.xml", slide.format(a, p, *shapes))
    return body.getvalue()


def docx() -> bytes:
    document = Document()
    document.add_heading("Care", level=1)
    document.add_paragraph("Wash it cold.")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Weight", "2 kg"
    body = io.BytesIO()
    document.save(body)
    return body.getvalue()


def xlsx() -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "Stock"
    for row in (("sku", "count"), ("A-1", 7)):
        sheet.append(row)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def test_markdown_has_headings_paragraphs_and_a_title() -> None:
    parsed = parse(
        "a.md", b"---\nx: 1\n---\n# Guide\n\nRead **this** [page](x.html).\n\n## Steps\n```\n# no heading\n```\n"
    )
    assert parsed.title == "Guide"
    assert said(parsed) == [(1, "Guide"), (0, "Read this page."), (2, "Steps"), (0, "# no heading")]


def test_html_has_its_content_without_what_surrounds_it() -> None:
    page = (
        "<html><head><title>Shop</title></head><body><nav>Home</nav><h2>Returns</h2><p>Within <b>30</b> days.</p>"
        "<ul><li>Free</li></ul><script>x()</script><footer>Imprint</footer></body></html>"
    )
    parsed = parse("a.html", page.encode())
    assert (parsed.title, said(parsed)) == ("Shop", [(2, "Returns"), (0, "Within 30 days."), (0, "- Free")])


def test_pdf_has_pages() -> None:
    parsed = parse("a.pdf", pdf("First page.", "Second page."))
    assert [(block.text, block.place.page) for block in parsed.blocks] == [("First page.", 1), ("Second page.", 2)]


def test_pdf_has_headings_by_their_size_and_no_headers_and_numbers_of_pages() -> None:
    parsed = parse(
        "a.pdf",
        pdf(
            "ACME\nChapter 1 - page 3\n# Handbook\nValid since 2026.\nSecond line.",
            "ACME\nChapter 1 - page 4\n# Leave\nYou have 28 days.\n- One a month.\n- No more.",
            "ACME\nChapter 1 - page 5\n# Sick\nCall us at 9.",
        ),
    )
    assert parsed.title == "Handbook"
    assert said(parsed) == [
        (1, "Handbook"),
        (0, "Valid since 2026. Second line."),
        (1, "Leave"),
        (0, "You have 28 days.\n- One a month.\n- No more."),
        (1, "Sick"),
        (0, "Call us at 9."),
    ]


def test_pdf_of_equal_pages_says_what_they_say() -> None:
    assert said(parse("a.pdf", pdf("The same.", "The same."))) == [(0, "The same."), (0, "The same.")]


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("untitled", ""),
        ("Microsoft Word - Returns.docx", ""),
        ("Microsoft Word - Returns", "Returns"),
        ("Dokument1", ""),
    ],
)
def test_a_title_by_a_program_is_none(stated: str, title: str) -> None:
    document = Document()
    document.core_properties.title = stated
    document.add_paragraph("Wash it cold.")
    body = io.BytesIO()
    document.save(body)
    assert parse("a.docx", body.getvalue()).title == title


def test_word_has_headings_and_the_rows_of_tables() -> None:
    assert said(parse("a.docx", docx())) == [(1, "Care"), (0, "Wash it cold."), (0, "Weight: 2 kg")]


def test_slides_come_in_the_order_in_which_they_are_shown() -> None:
    parsed = parse("a.pptx", pptx())
    assert said(parsed) == [(1, "Plans"), (0, "We grow."), (1, "Prices"), (0, "All rise.")]
    assert [block.place.slide for block in parsed.blocks] == [1, 1, 2, 2]


def test_sheets_have_rows_by_the_names_of_their_columns() -> None:
    (block,) = parse("a.xlsx", xlsx()).blocks
    assert (block.text, block.place) == ("sku: A-1; count: 7", Place(sheet="Stock", row=2))


def test_what_stands_above_a_table_is_its_title() -> None:
    rows = b"Price list 2026\n;;\nsku;price;stock\nA-1;7;\nB-2;;3\n"
    assert said(parse("a.csv", rows)) == [(2, "Price list 2026"), (0, "sku: A-1; price: 7"), (0, "sku: B-2; stock: 3")]
    assert said(parse("a.csv", b"colour\nred\nblue\n")) == [(0, "colour: red"), (0, "colour: blue")]
    many = b"colour\n" + b"red\n" * 30
    assert said(parse("a.csv", many)) == [(0, "colour: red")] * 30


def test_sheets_show_dates_and_numbers_as_people_do() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (
        ("from", "days"),
        (datetime.fromisoformat("2026-03-01"), 2.0),
        (datetime.fromisoformat("2026-03-01 09:30"), 2.5),
    ):
        sheet.append(row)
    body = io.BytesIO()
    book.save(body)
    assert [text for _, text in said(parse("a.xlsx", body.getvalue()))] == [
        "from: 2026-03-01; days: 2",
        "from: 2026-03-01 09:30:00; days: 2.5",
    ]


def test_questions_with_answers_are_pairs() -> None:
    parsed = parse("faq.csv", "问题;答案\n可以退货吗？;三十天内可以。\n".encode())
    assert parsed.kind == "faq"
    assert [(block.title, block.text, block.whole) for block in parsed.blocks] == [
        ("可以退货吗？", "三十天内可以。", True)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_text_is_read_in_its_encoding(encoding: str) -> None:
    text = "退货政策\n\n顾客可以在收货后三十天内退货，退货运费由商家承担。"
    title, paragraph = text.split("\n\n")
    assert said(parse("a.txt", text.encode(encoding))) == [(1, title), (0, paragraph)]


def bomb() -> bytes:
    return packed(**{"word__document.xml": "0" * 20_000_001})


@pytest.mark.parametrize(
    ("name", "make", "why"),
    [
        ("a.docx", bomb, "unpacks to 20 MB"),
        ("a.pdf", lambda: pdf("x", encrypted=True), "is encrypted"),
        ("a.pdf", lambda: pdf(""), "has no text"),
        ("a.pdf", lambda: pdf("x")[:200], "is damaged"),
        ("a.pdf", lambda: b"not at all", "not a PDF file"),
        ("a.docx", lambda: docx()[:500], "is damaged"),
        ("a.zip", lambda: packed(x="y"), "neither DOCX, PPTX nor XLSX"),
        ("a.docx", lambda: b"\xd0\xcf\x11\xe0" + b"0" * 100, "is encrypted, or"),
        ("a.txt", lambda: b"abc\0def", "not text"),
        ("a.exe", lambda: b"MZ", "can't be read"),
        ("a.md", lambda: b" \n", "has no text"),
        ("a.md", lambda: b"", "is empty"),
        ("a.pptx", lambda: packed(**{"ppt__presentation.xml": "<x"}), "is damaged"),
    ],
)
def test_what_cant_be_read_is_refused_with_the_reason(name: str, make: Callable[[], bytes], why: str) -> None:
    with pytest.raises(Invalid, match=why):
        parse(name, make())


def test_a_reader_that_fails_ends_with_its_document(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_name: str, _body: bytes) -> Parsed:
        raise ZeroDivisionError("in a font")

    monkeypatch.setattr("integrations.parsing.formats.parse", fails)
    assert child.answered("a.pdf", b"x") == {"fault": "ZeroDivisionError: in a font"}


def test_a_paragraph_that_was_wrapped_is_one_line_again() -> None:
    text = """Guide
=====

The kettle has a warranty of 24
months. It covers faults of
material.

- Fill it with water and
  two spoons of acid.
- Rinse it.

| what | how long |
|---|---|
| lid | 12 months |

    boil --now
    boil --later
"""
    title, *rest = [(block.level, block.text) for block in parse("a.md", text.encode()).blocks]
    assert title == (1, "Guide")
    assert rest == [
        (0, "The kettle has a warranty of 24 months. It covers faults of material."),
        (0, "- Fill it with water and two spoons of acid."),
        (0, "- Rinse it."),
        (0, "what: lid; how long: 12 months"),
        (0, "boil --now\nboil --later"),
    ]
    plain = """Guide to the kettle
-------------------

The kettle has a warranty of 24 months, which begins with the
day of purchase.

Ann Smith
1 Main Street
"""
    assert [(block.level, block.text) for block in parse("a.txt", plain.encode()).blocks] == [
        (1, "Guide to the kettle"),
        (0, "The kettle has a warranty of 24 months, which begins with the day of purchase."),
        (0, "Ann Smith\n1 Main Street"),
    ]
    page = "<body><!-- x --><p>Run\nthis:</p><pre>one\ntwo</pre></body>"
    assert [block.text for block in parse("a.html", page.encode()).blocks] == ["Run this:", "one\ntwo"]

"""Mixed documents made by a generator: each format, and 1 % of each kind of file that can't be read."""

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

_ENGLISH = "kettle filter lid cable boils warranty citric acid water litre steel base switch refund parcel order month"
_WORDS = tuple(_ENGLISH.split())
_CHINESE = "水壶滤网盖子电线保修柠檬酸容量不锈钢底座开关退款包裹订单月份运费顾客收货三十天内"
_LARGE = 21_000_000


@dataclass(frozen=True, slots=True)
class Made:
    """A file.

    Attributes:
        bad: which kind of file that can't be read it is; "" where it can.
    """

    name: str
    body: bytes
    bad: str = ""


def documents(count: int, *, seed: int = 1, length: int = 1) -> Iterator[Made]:
    """Documents in all formats; of each kind that can't be read, one in a hundred, and at least one.

    Args:
        length: how many times as much a document says; at 1, it is a paragraph or a few.
    """
    chance = random.Random(seed)  # noqa: S311 - the same files again
    bad = [kind for kind in BAD for _ in range(max(1, count // 100))]
    places = dict(zip(chance.sample(range(count), len(bad)), bad, strict=True))
    formats = list(_FORMATS)
    for number in range(count):
        if kind := places.get(number):
            suffix, make = BAD[kind]
            yield Made(f"{number:05}.{suffix}", make(chance), kind)
        else:
            suffix = formats[number % len(formats)]
            yield Made(f"{number:05}.{suffix}", _FORMATS[suffix](number, chance, length))


def _paragraph(chance: random.Random) -> str:
    if chance.random() < 0.3:  # noqa: PLR2004 - the share of Chinese
        return "".join(chance.choices(_CHINESE, k=60)) + "。"
    return " ".join(chance.choices(_WORDS, k=30)).capitalize() + "."


def _markdown(number: int, chance: random.Random, length: int) -> bytes:
    parts = [f"## Part {part}\n\nDocument {number}. {_paragraph(chance)}" for part in range(4 * length)]
    return ("# Guide\n\n" + "\n\n".join(parts)).encode()


def _html(number: int, chance: random.Random, length: int) -> bytes:
    text = "".join(f"<p>{_paragraph(chance)}</p>" for _ in range(2 * length))
    return f"<html><body><h1>Page {number}</h1>{text}</body></html>".encode()


def _text(number: int, chance: random.Random, length: int) -> bytes:
    encoding = chance.choice(("utf-8", "utf-16", "gb18030"))
    return "\n\n".join([f"Note {number}", *(_paragraph(chance) for _ in range(2 * length))]).encode(encoding)


def _csv(number: int, chance: random.Random, length: int) -> bytes:
    rows = [f'"Question {number}-{row}?","{_paragraph(chance)}"' for row in range(5 * length)]
    return "\n".join(["question,answer", *rows]).encode()


def _docx(number: int, chance: random.Random, length: int) -> bytes:
    from docx import Document

    document, body = Document(), io.BytesIO()
    document.add_heading(f"Letter {number}", level=1)
    for _ in range(length):
        document.add_paragraph(_paragraph(chance))
    document.save(body)
    return body.getvalue()


def _xlsx(number: int, chance: random.Random, length: int) -> bytes:
    openpyxl: Any = import_module("openpyxl")
    book, body = openpyxl.Workbook(), io.BytesIO()
    for row in (("sku", "says"), *((f"{number}-{row}", _paragraph(chance)) for row in range(5 * length))):
        book.active.append(row)
    book.save(body)
    return body.getvalue()


def _pdf(number: int, chance: random.Random, length: int) -> bytes:
    return _pdf_of([f"Manual {number}", *(" ".join(chance.choices(_WORDS, k=12 * length)) for _ in range(length))])


def _pdf_of(pages: list[str], *, password: str = "") -> bytes:
    from pypdf import PdfWriter
    from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

    writer, body = PdfWriter(), io.BytesIO()
    named = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(name): NameObject(value) for name, value in named.items()})
    for text in pages:
        page = writer.add_blank_page(300, 300)
        fonts = DictionaryObject({NameObject("/F"): font})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F 12 Tf 20 200 Td ({text}) Tj ET".encode() if text else b"")
        page[NameObject("/Contents")] = stream
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    writer.write(body)
    return body.getvalue()


def _pdf_bomb(_: random.Random) -> bytes:
    """A page whose text unpacks to 2 GB."""
    import zlib

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 10_000_000) for _ in range(200)) + packer.flush()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed),
    ]
    body, places = b"%PDF-1.4\n", list[int]()
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % len(body)
    return body + b"xref\n0 5\n0000000000 65535 f \n" + table + end


def _zip(parts: dict[str, bytes]) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in parts.items():
            packed.writestr(name, part)
    return body.getvalue()


def _billion_laughs(_: random.Random) -> bytes:
    """Entities that name each other; nothing is read of them."""
    entities = '<!ENTITY a "ha">' + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9))
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'<!DOCTYPE x [{entities}]><w:document xmlns:w="{w}"><w:body>&j;</w:body></w:document>'
    return _zip({"word/document.xml": document.encode()})


_FORMATS: dict[str, Callable[[int, random.Random, int], bytes]] = {
    "md": _markdown, "html": _html, "txt": _text, "csv": _csv, "docx": _docx, "xlsx": _xlsx, "pdf": _pdf,
}  # fmt: skip
BAD: dict[str, tuple[str, Callable[[random.Random], bytes]]] = {
    "encrypted PDF": ("pdf", lambda chance: _pdf_of([_paragraph(chance)[:40]], password="secret")),  # noqa: S106 - of a test
    "scanned PDF": ("pdf", lambda _: _pdf_of([""])),
    "damaged PDF": ("pdf", lambda _: _pdf_of(["A"])[:150]),
    "PDF bomb": ("pdf", _pdf_bomb),
    "wrong suffix": ("pdf", lambda _: b"\x89PNG\r\n\x1a\n" + bytes(200)),
    "password of Office": ("docx", lambda _: b"\xd0\xcf\x11\xe0" + bytes(500)),
    "zip bomb": ("docx", lambda _: _zip({"word/document.xml": bytes(_LARGE)})),
    "entity bomb": ("docx", _billion_laughs),
    "damaged XLSX": ("xlsx", lambda _: _zip({"xl/workbook.xml": b"<x"})),
    "binary": ("txt", lambda chance: b"\x7fELF\0" + chance.randbytes(400)),
}

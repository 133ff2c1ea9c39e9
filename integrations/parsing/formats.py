"""Which reader a document needs: by what its bytes say that it is, else by its suffix."""

import io
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from integrations.parsing import limits
from magicai.errors import Invalid
from magicai.knowledge.parsed import Block, Kind, Parsed
from magicai.values.packed import parts_of_zip

_SUFFIXES = {
    "pdf": "pdf",
    "docx": "docx",
    "pptx": "pptx",
    "xlsx": "xlsx",
    "html": "html",
    "htm": "html",
    "xhtml": "html",
    "md": "markdown",
    "markdown": "markdown",
    "mdx": "mdx",
    "txt": "text",
    "text": "text",
    "rst": "rst",
    "csv": "csv",
}
SUFFIXES = tuple(f".{suffix}" for suffix in _SUFFIXES)
_PARTS = {"word/document.xml": "docx", "ppt/presentation.xml": "pptx", "xl/workbook.xml": "xlsx"}
# What is read by a reader of its own, and is of the same kind to whoever looks for it.
_KINDS: dict[str, Kind] = {"mdx": "markdown", "rst": "text"}
_OF_FOLDERS = ("markdown", "mdx", "rst")
_PACKED = frozenset(_PARTS.values())
_LONGEST_TITLE = 300
# What programs write where nobody has given a title.
_PROGRAM = re.compile(r"^(?:microsoft (?:word|powerpoint|excel)|word) - ", re.IGNORECASE)
_BY_PROGRAM = re.compile(
    r"(?:\(?(?:untitled|anonymous|unnamed|no title)\)?|(?:word )?document|presentation|powerpoint[- ]presentation|book"
    r"|dokument|präsentation|powerpoint-präsentation|mappe|scan|无标题|未命名|文档|演示文稿|幻灯片|工作簿)[-_ ]?\d*"
    r"|.*\.(?:docx?|xlsx?|pptx?|indd|odt|rtf|pdf|html?|tex|dvi|qxd)",
    re.IGNORECASE,
)
_BEGINNING = 5
_UNSEEN = re.compile("[\u200b\u200e\u200f\u2060-\u2064\ufeff\u00ad\U000e0000-\U000e007f]")
# What Office makes of a document with a password, and of one of before 2007.
_OLE = b"\xd0\xcf\x11\xe0"


def parse(name: str, body: bytes) -> Parsed:
    """Read a document.

    Raises:
        Invalid: it can't be read; says why.
        Missing: the package that reads it is not installed.
    """
    kind = _kind(name, body)
    title, blocks = _reader(kind)(body)
    blocks = tuple(_sound_block(block) for block in blocks)
    if sum(len(block.text) for block in blocks) > limits.MOST_CHARACTERS:
        raise Invalid("document_text_too_long", name=name, limit=f"{limits.MOST_CHARACTERS:,}")
    if not _says_something(kind, blocks):
        raise Invalid(
            "document_without_text", way_out="recognise_text" if kind == "pdf" else "choose_another_file", name=name
        )
    pairs = kind in ("csv", "xlsx") and all(block.whole for block in blocks if not block.level)
    of_kind: Kind = "faq" if pairs else _KINDS.get(kind, kind)
    return Parsed(kind=of_kind, title=_title(kind, _sound(title), blocks), blocks=blocks)


def _says_something(kind: str, blocks: Sequence[Block]) -> bool:
    """Whether there is text; a page of a folder that only leads to others has headings alone, and is no mistake."""
    return any(block.text.strip() for block in blocks if not block.level or kind in _OF_FOLDERS)


def _title(kind: str, stated: str, blocks: Sequence[Block]) -> str:
    """The title that a document states, unless a program did; of a PDF, else its largest heading at the beginning."""
    title = _PROGRAM.sub("", " ".join(stated.split()))
    if _BY_PROGRAM.fullmatch(title):
        title = ""
    if not title and kind == "pdf":
        title = next((block.text for block in blocks[:_BEGINNING] if block.level == 1), "")
    return title[:_LONGEST_TITLE]


def _sound_block(block: Block) -> Block:
    lead = tuple(_sound(one) for one in block.lead)
    return replace(block, text=_sound(block.text), title=_sound(block.title), lead=lead)


def _sound(text: str) -> str:
    """Text that every store takes, as a reader sees it: no NUL, no half characters, no marks that nobody sees."""
    return _UNSEEN.sub("", text.replace("\0", "")).encode(errors="replace").decode()


def _kind(name: str, body: bytes) -> Any:
    suffix = PurePath(name).suffix.lower().removeprefix(".")
    said = _SUFFIXES.get(suffix)
    if not body:
        raise Invalid("input_empty", way_out="choose_another_file", name=name)
    if body[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if body.startswith(_OLE):
        raise Invalid("office_document_unsupported", name=name)
    if body.startswith(b"PK\x03\x04"):
        return _packed(name, body)
    if said is None:
        raise Invalid("unknown_document_type", name=name, names=", ".join(sorted(_SUFFIXES)))
    if said == "pdf" or said in _PACKED:
        raise Invalid("document_type_mismatch", name=name, type=said.upper())
    if b"\0" in body[:4096] and not body.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Invalid("document_not_text", name=name)
    return said


def _packed(name: str, body: bytes) -> str:
    """The kind of a document that is a zip, once its sizes were looked at: nothing is unpacked before."""
    names = parts_of_zip(io.BytesIO(body), name, most=limits.MOST_UNPACKED)
    found = next((kind for part, kind in _PARTS.items() if part in names), None)
    if found is None:
        raise Invalid("zip_file_unsupported", name=name)
    return found


def _reader(kind: str) -> Callable[[bytes], Any]:
    # A reader is imported when it is needed: each process reads one document.
    if kind == "pdf":
        from integrations.parsing.pdf import read
    elif kind == "docx":
        from integrations.parsing.word import read
    elif kind == "pptx":
        from integrations.parsing.slides import read
    elif kind == "xlsx":
        from integrations.parsing.sheets import read
    elif kind == "csv":
        from integrations.parsing.rows import read
    elif kind == "html":
        from integrations.parsing.pages import read
    elif kind == "markdown":
        from integrations.parsing.markdown import read
    elif kind == "mdx":
        from integrations.parsing.markdown import read_mdx as read
    elif kind == "rst":
        from integrations.parsing.restructured import read
    else:
        from integrations.parsing.text import read
    return read

"""PDF by pypdf: the text of each page, paragraph by paragraph, under what is a heading by its size."""

import io
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from integrations.parsing import limits
from integrations.parsing.pdf_lines import Line, LineReader, level_of, levels_of, without_repeated
from magicai.errors import Invalid, Missing
from magicai.knowledge.parsed import Block, Place

# A line that ends a paragraph: what follows begins with a capital after a full stop, or there was space between.
_GAP = re.compile(r"\n\s*\n")
_HYPHENED = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
_ITEM = re.compile(r"\n(?=\s*[-*•·–▪●◦‣]\s)")
_LINE_IN_CHINESE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])")


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks."""
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as exc:
        raise Missing("pypdf_not_installed") from exc
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Invalid("document_encrypted")
        if len(reader.pages) > limits.MOST_PAGES:
            raise Invalid("too_many_pages", count=len(reader.pages), most_pages=limits.MOST_PAGES)
        title = str(reader.metadata.title or "") if reader.metadata else ""
        pages = [_lines(page) for page in reader.pages]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as exc:
        raise Invalid("content_damaged", way_out="save_again_as_pdf", exc=str(exc)[:200]) from exc
    levels = levels_of(pages)
    blocks = [
        block
        for number, lines in enumerate(without_repeated(pages, levels), 1)
        for level, its in groupby(lines, lambda line: level_of(line, levels))
        for block in _blocks("\n".join(line.text for line in its), level, Place(page=number))
    ]
    return title.strip(), tuple(blocks)


def _lines(page: Any) -> Sequence[Line]:
    """The lines of a page; without sizes, where those that pypdf tells are not of its text."""
    told = LineReader()
    text: str = page.extract_text(visitor_text=told)
    told.end()
    plain = [Line(line, 0.0) for line in text.split("\n")]
    return told.lines if _bare(told.lines) == _bare(plain) else plain


def _bare(lines: Sequence[Line]) -> str:
    return "".join("".join(line.text for line in lines).split())


def _blocks(text: str, level: int, place: Place) -> Iterator[Block]:
    for paragraph in _GAP.split(text):
        joined = _LINE_IN_CHINESE.sub("", _HYPHENED.sub("", paragraph.strip()))
        lines = [" ".join(item.split()) for item in _ITEM.split(joined)]
        if said := "\n".join(line for line in lines if line):
            yield Block(text=said, level=level, place=place)

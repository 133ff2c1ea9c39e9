"""PDF by pypdf: the text of each page, paragraph by paragraph."""

import io
import re
from collections.abc import Iterator

from integrations.parsing import limits
from magicai.errors import Invalid, Missing
from magicai.knowledge.parsed import Block, Place

# A line that ends a paragraph: what follows begins with a capital after a full stop, or there was space between.
_GAP = re.compile(r"\n\s*\n")
_HYPHENED = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
_LINE_IN_CHINESE = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[\u3000-\u9fff\uff00-\uffef])")


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks."""
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError as exc:
        raise Missing(
            "PDF files require pypdf, which is not installed.",
            way_out="To install it: python3 start.py install knowledge",
        ) from exc
    try:
        reader = PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Invalid("It is encrypted.", way_out="Remove the password, and add it again.")
        if len(reader.pages) > limits.MOST_PAGES:
            raise Invalid(
                f"It has {len(reader.pages)} pages; the maximum is {limits.MOST_PAGES}.", way_out="Split it into parts."
            )
        title = str(reader.metadata.title or "") if reader.metadata else ""
        blocks = tuple(
            block for number, page in enumerate(reader.pages, 1) for block in _blocks(page.extract_text(), number)
        )
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError) as exc:
        raise Invalid(f"It is damaged: {exc!s:.200}.", way_out="Save it again as PDF.") from exc
    return title.strip(), blocks


def _blocks(text: str, page: int) -> Iterator[Block]:
    for paragraph in _GAP.split(text):
        joined = _LINE_IN_CHINESE.sub("", _HYPHENED.sub("", paragraph.strip()))
        if joined:
            yield Block(text=" ".join(joined.split()), place=Place(page=page))

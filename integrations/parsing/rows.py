"""CSV, whatever separates its columns."""

import csv
import io

from integrations.parsing.tables import blocks_of
from integrations.parsing.text import decoded
from magicai.errors import Invalid
from magicai.knowledge.parsed import Block

_SNIFFED = 20_000


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """No title, and a block for each row."""
    text = decoded(body)
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:_SNIFFED], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    try:
        return "", tuple(blocks_of(csv.reader(io.StringIO(text, newline=""), dialect)))
    except csv.Error as exc:
        raise Invalid(f"It is damaged: {exc!s:.200}.", way_out="Save it again as CSV.") from exc

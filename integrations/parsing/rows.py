"""CSV, whatever separates its columns."""

import csv
import io

from integrations.parsing.tables import blocks_of
from integrations.parsing.text import decoded
from magicai.errors import Invalid
from magicai.knowledge.parsed import Block

_DELIMITERS = ",;\t|"
_SNIFFED = 20_000


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """No title, and a block for each row."""
    text = decoded(body)
    begin = text[:_SNIFFED]
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(begin, delimiters=_DELIMITERS)
        delimiter = dialect.delimiter
    except csv.Error:  # rows of different lengths, such as a title above the table
        dialect, delimiter = csv.excel, max(_DELIMITERS, key=begin.count)
    try:
        return "", tuple(blocks_of(csv.reader(io.StringIO(text, newline=""), dialect, delimiter=delimiter)))
    except csv.Error as exc:
        raise Invalid("content_damaged", way_out="save_again_as_csv", exc=str(exc)[:200]) from exc

"""Texts in the cells of a table that a spreadsheet opens: a shop may call a product `=HYPERLINK(...)`."""

import re

# Before what Excel, LibreOffice and Google Sheets begin a formula with, full-width forms and what they skip too; also
# in the middle, where a spreadsheet that separates by another mark begins a cell. products.ts has the same.
FORMULA = re.compile(
    r'^(?=[ \u00a0\u3000\ufeff"]*[=+\-@＝＋－＠|%\t\r\n\u0000])'
    r'|(?<=[;|\t\r\n])(?=[ \u00a0\u3000\ufeff"]*[=+\-@＝＋－＠])'
)


def harmless(text: str) -> str:
    """The text, with an apostrophe before whatever would be calculated."""
    return FORMULA.sub("'", text)

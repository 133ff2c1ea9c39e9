"""Identifiers in a question, such as D000 or SKU-1234: what is said of one thing answers nothing about another."""

import re
from collections.abc import Iterable

# Letters, then three digits or more, and nothing of a word around them.
_IDENTIFIER = re.compile(r"(?<![^\W_])([a-z]+)[-_ ]?(\d{3,})(?![^\W_])", re.ASCII | re.IGNORECASE)
_JOINED = re.compile(r"(?<![^\W_])([a-z]+)[-_]?(\d{3,})(?![^\W_])", re.ASCII | re.IGNORECASE)


def names_another_thing(question: str, texts: Iterable[str]) -> bool:
    """Whether a question names something by an identifier that stands in none of the texts."""
    asked = {_plain(found) for found in _JOINED.finditer(question)}
    if not asked:
        return False
    return not asked & {_plain(found) for text in texts for found in _IDENTIFIER.finditer(text)}


def _plain(found: re.Match[str]) -> str:
    return "".join(found.groups()).casefold()

"""Identifiers in a question, such as D000 or SKU-1234: what is said of one thing answers nothing about another."""

import re
from collections.abc import Iterable

# Letters, then three digits or more, and nothing of a word around them.
_IDENTIFIER = re.compile(r"(?<![^\W_])([a-z]+)[-_ ]?(\d{3,})(?![^\W_])", re.ASCII | re.IGNORECASE)
_JOINED = re.compile(r"(?<![^\W_])([a-z]+)[-_]?(\d{3,})(?![^\W_])", re.ASCII | re.IGNORECASE)


def names_another_thing(question: str, texts: Iterable[str]) -> bool:
    """Whether a question names something by an identifier, and texts only others that begin alike: D001 for D000."""
    asked = [found.groups() for found in _JOINED.finditer(question)]
    said = list(texts)
    there = {(found[1].casefold(), found[2]) for text in said for found in _IDENTIFIER.finditer(text)}
    return bool(asked) and all(
        any(letters.casefold() == others for others, _ in there) and not any(digits in text for text in said)
        for letters, digits in asked
    )

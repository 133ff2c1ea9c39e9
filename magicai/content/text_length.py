"""How long a text is."""

import re
from typing import Literal

_WORDS = re.compile(r"[\w'’-]+")


def units(text: str, unit: Literal["words", "characters"]) -> int:
    """A text's length in words, or in characters without spaces."""
    return len(_WORDS.findall(text)) if unit == "words" else sum(not one.isspace() for one in text)

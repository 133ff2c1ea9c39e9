"""Crawled text as one plain line: nothing invisible, nothing that turns the line around, not endless."""

import re
import unicodedata

# Zero-width joiners are part of words and emoji; every other format character can only mislead.
_JOINERS = "\u200c\u200d"
_SPACE = re.compile(r"\s+")
_MOST_MARKS = 2  # combining marks on one letter: Vietnamese needs two
_ENOUGH = 2000  # a name is never read further than this


def plain(text: str, most: int = 90) -> str:
    """One line of at most `most` characters, without control, bidi and invisible characters; cut with an ellipsis."""
    kept: list[str] = []
    marks = 0
    for char in text[:_ENOUGH]:
        kind = unicodedata.category(char)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if kind[0] == "Z" or char in "\t\r\n":
            kept.append(" ")
        elif (kind[0] != "C" or char in _JOINERS) and marks <= _MOST_MARKS:
            kept.append(char)
    line = _SPACE.sub(" ", "".join(kept)).strip().strip(_JOINERS)
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"

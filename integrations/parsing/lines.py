"""Lines as they were meant: a paragraph that was wrapped at some width is one line again."""

import re
from collections.abc import Sequence

# What begins a line of its own: an item of a list, a row of a table, a quotation, a directive.
BEGINS = re.compile(
    r"\s*(?:[-*+•·–]\s|\(?[0-9a-z]{1,3}[.)]\s|[0-9一二三四五六七八九十]{1,3}[、．]|[|>]|\.\. |:\w+:|\$ |>>> )"
)
_WIDE = re.compile("[\u3000-\u9fff\uac00-\ud7a3\uff00-\uffef]")
# Narrower lines are verses, addresses or code.
_NARROWEST, _NARROWEST_WIDE = 40, 20
_UNDERLINE = re.compile(r"([=\-~^\"'`#*+.:_])\1{2,}\s*$")


def together(before: str, after: str) -> str:
    """Two lines as one; Chinese has no space between them."""
    before, after = before.rstrip(), after.lstrip()
    apart = "" if before and _WIDE.match(before[-1]) and _WIDE.match(after[:1]) else " "
    return f"{before}{apart}{after}"


def unwrapped(lines: Sequence[str]) -> list[str]:
    """Lines of a paragraph without the breaks that only its width made: where the next word had no room."""
    width = max(map(len, lines), default=0)
    made: list[str] = []
    last = 0
    for line in lines:
        if made and not BEGINS.match(line) and _had_no_room(last, line.strip(), width):
            made[-1] = together(made[-1], line)
        else:
            made.append(line.rstrip())
        last = len(line.rstrip())
    return made


def underlined(line: str) -> str:
    """Of which character a line is that underlines a heading; "" of any other."""
    found = _UNDERLINE.match(line)
    return found[1] if found else ""


def _had_no_room(length: int, line: str, width: int) -> bool:
    if _WIDE.match(line[:1]):
        return width >= _NARROWEST_WIDE and length >= width - 1
    word = line.split(" ", 1)[0]
    return width >= _NARROWEST and length + 1 + len(word) > width

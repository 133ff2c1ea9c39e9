"""Markdown: headings, paragraphs, lists and code as they stand."""

import re
from collections.abc import Iterator

from integrations.parsing.lines import BEGINS, together
from integrations.parsing.text import decoded
from magicai.knowledge.parsed import Block

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(```|~~~)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
_UNDERLINE = re.compile(r"(=+|-+)\s*$")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*$")
_HARD_BREAK = re.compile(r"(?: {2,}|\\)$")
_INDENTED = re.compile(r"(?: {4}|\t)")
# What stands between the head of a table and its rows.
_DASHES = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$")
_COMMENT = re.compile(r"<!--.*?-->")
_TAG = re.compile(
    r"</?(?:p|div|span|img|a|br|h[1-6]|center|su[bp]|table|t[rdh]|thead|tbody|details|summary|picture|source|b|i|em|strong"
    r"|code|kbd)\b[^>]*>",
    re.IGNORECASE,
)
_MARKS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """Title and blocks; a lone first heading is the title."""
    lines = decoded(body).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    if lines[0].strip() == "---" and "---" in [line.strip() for line in lines[1:]]:  # metadata of site generators
        lines = lines[[line.strip() for line in lines].index("---", 1) + 1 :]
    blocks = tuple(_blocks(lines))
    first = [block for block in blocks if block.level == 1]
    title = first[0].text if len(first) == 1 else ""
    return title, blocks


def _blocks(lines: list[str]) -> Iterator[Block]:
    gathered: list[str] = []
    fence = ""
    # Whether the next line may belong to the one before: only in a paragraph or an item of a list.
    goes_on = False

    def flushed() -> Iterator[Block]:
        text = "\n".join(gathered).strip()
        gathered.clear()
        if text:
            yield Block(text=text)

    for line in lines:
        opened = _FENCE.match(line)
        if opened and (not fence or fence == opened[1]):
            fence = "" if fence else opened[1]
            goes_on = False
        elif fence:
            gathered.append(line)
        elif _DASHES.match(line):
            continue
        elif not line.strip() or (_RULE.match(line) and not (goes_on and _UNDERLINE.match(line))):
            yield from flushed()
            goes_on = False
        elif heading := _HEADING.match(line):
            yield from flushed()
            yield Block(text=_plain(heading[2]), level=len(heading[1]))
            goes_on = False
        elif goes_on and len(gathered) == 1 and (under := _UNDERLINE.match(line)):
            yield Block(text=gathered.pop(), level=1 if under[1][0] == "=" else 2)
            goes_on = False
        else:
            text = _plain(line)
            code = not gathered and _INDENTED.match(line)
            if goes_on and not BEGINS.match(line):
                gathered[-1] = together(gathered[-1], text)
            elif text.strip():
                gathered.append(text)
            goes_on = not code and not text.lstrip().startswith("|") and not _HARD_BREAK.search(line) and bool(gathered)
    yield from flushed()


def _plain(line: str) -> str:
    without_tags = _TAG.sub("", _COMMENT.sub("", line))
    return _MARKS.sub(r"\2", _LINK.sub(r"\1", _LINK.sub(r"\1", without_tags))).replace("`", "")

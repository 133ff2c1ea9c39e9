"""Markdown: headings, paragraphs, lists and code as they stand."""

import re
from collections.abc import Iterator

from integrations.parsing.text import decoded
from magicai.knowledge.parsed import Block

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*\s*$")
_FENCE = re.compile(r"\s*(```|~~~)")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*(?:\s+\"[^\"]*\")?\)")
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
    for line in [*lines, ""]:
        opened = _FENCE.match(line)
        if opened and (not fence or fence == opened[1]):
            fence = "" if fence else opened[1]
            continue
        heading = None if fence else _HEADING.match(line)
        if heading or (not fence and not line.strip()):
            if gathered:
                yield Block(text="\n".join(gathered).strip())
                gathered = []
            if heading:
                yield Block(text=_plain(heading[2]), level=len(heading[1]))
        elif line.strip():
            gathered.append(line if fence else _plain(line))
    if gathered:
        yield Block(text="\n".join(gathered).strip())


def _plain(line: str) -> str:
    return _MARKS.sub(r"\2", _LINK.sub(r"\1", line)).replace("`", "")

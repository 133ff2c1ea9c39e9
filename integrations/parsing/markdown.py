"""Markdown: headings, paragraphs, lists and code as they stand."""

import re
from collections.abc import Iterator

from integrations.parsing.lines import BEGINS, together
from integrations.parsing.text import decoded
from magicai.knowledge.parsed import Block

# What a line may have between two marks has a limit: of thousands that are opened, each would look for its end.
_HEADING = re.compile(r"(#{1,6})\s+(.+)")
_FENCE = re.compile(r"\s*(```|~~~)")
_LINK = re.compile(r"!?\[([^\]]{0,500})\]\([^)\s]{0,2000}(?:\s+\"[^\"]{0,500}\")?\)")
_UNDERLINE = re.compile(r"(=+|-+)\s*$")
_RULE = re.compile(r"\s*([-*_])(?:\s*\1){2,}\s*$")
_HARD_BREAK = re.compile(r"(?: {2,}|\\)$")
_INDENTED = re.compile(r"(?: {4}|\t)")
# What stands between the head of a table and its rows.
_DASHES = re.compile(r"\s*+\|?(?:\s*+:?-++:?\s*+\|)+(?:\s*+:?-++:?\s*+)?$")
_COMMENT = re.compile(r"<!--.{0,1000}?-->")
_TAG = re.compile(
    r"</?(?:p|div|span|img|a|br|h[1-6]|center|su[bp]|table|t[rdh]|thead|tbody|details|summary|picture|source|b|i|em|strong"
    r"|code|kbd)\b[^>]{0,1000}>",
    re.IGNORECASE,
)
_MARKS = re.compile(r"(\*\*|__)(?=\S)(.{1,1000}?)(?<=\S)\1")


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
    gathered = _Gathered()
    fence = ""
    for line in lines:
        opened = _FENCE.match(line)
        if opened and (not fence or fence == opened[1]):
            fence = "" if fence else opened[1]
            gathered.goes_on = False
        elif fence:
            gathered.lines.append(line)
        elif heading := _HEADING.match(line):
            yield from gathered.flushed()
            said = heading[2].rstrip()
            yield Block(text=_plain(said.rstrip("#").rstrip() or said), level=len(heading[1]))
        elif gathered.goes_on and len(gathered.lines) == 1 and (under := _UNDERLINE.match(line)):
            yield Block(text=gathered.lines.pop(), level=1 if under[1][0] == "=" else 2)
            gathered.goes_on = False
        elif not line.strip() or _RULE.match(line):
            yield from gathered.flushed()
        elif not _DASHES.match(line):
            gathered.take(line)
    yield from gathered.flushed()


class _Gathered:
    """The lines of a block so far; `goes_on` where the next one may belong to the last."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.goes_on = False

    def take(self, line: str) -> None:
        """Add a line, to the one before where a paragraph or an item was wrapped."""
        text = _plain(line)
        code = not self.lines and _INDENTED.match(line)
        if self.goes_on and not BEGINS.match(line):
            self.lines[-1] = together(self.lines[-1], text)
        elif text.strip():
            self.lines.append(text)
        in_text = not code and not text.lstrip().startswith("|") and not _HARD_BREAK.search(line)
        self.goes_on = in_text and bool(self.lines)

    def flushed(self) -> Iterator[Block]:
        """The block, where there is one."""
        text = "\n".join(self.lines).strip()
        self.lines.clear()
        self.goes_on = False
        if text:
            yield Block(text=text)


def _plain(line: str) -> str:
    without_tags = _TAG.sub("", _COMMENT.sub("", line))
    return _MARKS.sub(r"\2", _LINK.sub(r"\1", _LINK.sub(r"\1", without_tags))).replace("`", "")

"""A text as blocks: what templates and models write, and what is checked, shown and exported.

Written, a block is a line or several: `# ` begins a heading, `- ` an item of a list, an empty line ends a paragraph.
Inside of a block nothing is markup, so that whatever a variable holds stays text.
"""

import html
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

BlockKind = Literal["heading", "paragraph", "item"]
_HEADING = re.compile(r"(#{1,4})\s+(.+)")
_ITEM = re.compile(r"(?:[-*•]|\d{1,2}[.)])\s+(.+)")
# What models add for emphasis.
_EMPHASIS = re.compile(r"(\*\*|__|`)(?=\S)(.{1,1000}?)(?<=\S)\1")
_SPACES = re.compile(r"\s+")
# Characters that are seen by nobody, or turn the direction of what follows.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")
# Chinese has no space where a line ends.
_WRAPPED = re.compile(r"([\u3001-\u303f\u4e00-\u9fff\uff00-\uffef])\n")
_MEETING = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[\u4e00-\u9fff])")
BREAK = "\n\n"


class Block(BaseModel):
    """A heading, a paragraph, or an item of a list; `level` counts from 1 for headings."""

    model_config = ConfigDict(frozen=True)

    kind: BlockKind
    text: str
    level: int = 1


Blocks = tuple[Block, ...]


def one_line(text: str) -> str:
    """A text without line breaks, double spaces and characters that nobody sees."""
    return _SPACES.sub(" ", _UNSEEN.sub("", text)).strip()


def plain_number(number: float) -> str:
    """A number as text: 42 of 42.0, 0.3 of 0.1 + 0.2; to the fifteen digits that tables keep."""
    return format(Decimal(f"{number:.15g}"), "f")


def spaced(text: str) -> str:
    """A Chinese text with a space wherever it meets a Latin word or a number."""
    return _MEETING.sub(" ", text)


def parse(written: str) -> Blocks:
    """The blocks of a written text."""
    blocks: list[Block] = []
    paragraph: list[str] = []

    def end() -> None:
        if text := one_line(_WRAPPED.sub(r"\1", "\n".join(paragraph))):
            blocks.append(Block(kind="paragraph", text=text))
        paragraph.clear()

    for line in map(str.strip, written.splitlines()):
        heading, item = _HEADING.fullmatch(line), _ITEM.fullmatch(line)
        if line and not heading and not item:
            paragraph.append(_EMPHASIS.sub(r"\2", line))
            continue
        end()
        if heading and (text := one_line(_EMPHASIS.sub(r"\2", heading[2]))):
            blocks.append(Block(kind="heading", text=text, level=len(heading[1])))
        if item and (text := one_line(_EMPHASIS.sub(r"\2", item[1]))):
            blocks.append(Block(kind="item", text=text))
    end()
    return tuple(blocks)


def plain(blocks: Iterable[Block]) -> str:
    """The text alone, a blank line between blocks: what is checked, and what places in a text count in."""
    return BREAK.join(block.text for block in blocks)


def written(blocks: Sequence[Block], mark: str = "-") -> str:
    """The text as `parse` reads it, for people to edit and for models to read; `mark` stands before items."""
    return _joined(blocks, [_marked(block, block.text, mark) for block in blocks])


def markdown(blocks: Sequence[Block]) -> str:
    """The text as Markdown, in which nothing of a block's text is markup."""
    return _joined(blocks, [_marked(block, _MARKDOWN.sub(r"\\\1", block.text)) for block in blocks])


def as_html(blocks: Sequence[Block]) -> str:
    """A text as HTML, in which nothing of its own is markup."""
    made: list[str] = []
    for place, block in enumerate(blocks):
        text = html.escape(block.text)
        if block.kind == "item":
            opens = place == 0 or blocks[place - 1].kind != "item"
            closes = place + 1 == len(blocks) or blocks[place + 1].kind != "item"
            made.append(f"{'<ul>' if opens else ''}<li>{text}</li>{'</ul>' if closes else ''}")
        else:
            tag = f"h{block.level}" if block.kind == "heading" else "p"
            made.append(f"<{tag}>{text}</{tag}>")
    return "".join(made)


def _marked(block: Block, text: str, mark: str = "-") -> str:
    return {"heading": f"{'#' * block.level} {text}", "item": f"{mark} {text}", "paragraph": text}[block.kind]


def _joined(blocks: Sequence[Block], lines: Sequence[str]) -> str:
    """Blocks apart, items of one list together."""
    made: list[str] = []
    for place, line in enumerate(lines):
        together = place > 0 and blocks[place].kind == blocks[place - 1].kind == "item"
        made.append(("\n" if together else BREAK if place else "") + line)
    return "".join(made)

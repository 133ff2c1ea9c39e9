"""Plain text in whatever encoding, paragraph by paragraph."""

import re
from collections.abc import Iterator

from integrations.parsing.lines import BEGINS, underlined, unwrapped
from magicai.errors import Invalid
from magicai.knowledge.parsed import Block

_LONGEST_TITLE = 60
_ENDS = re.compile(r"[.,:;!?。，：；！？]$")
_GAP = re.compile(r"\n[ \t\u3000]*\n+")


def decoded(body: bytes) -> str:
    """Bytes as text: UTF-8, UTF-16 with its mark, else the likeliest encoding.

    Raises:
        Invalid: it is in none.
    """
    for encoding, mark in (("utf-16", (b"\xff\xfe", b"\xfe\xff")), ("utf-8-sig", (b"",))):
        if body.startswith(mark):
            try:
                return body.decode(encoding)
            except UnicodeDecodeError:
                continue
    from charset_normalizer import from_bytes

    best = from_bytes(body[:200_000]).best()
    if best is None:
        raise Invalid("unknown_document_encoding")
    return body.decode(best.encoding, errors="replace")


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """No title, and a block for each paragraph and each heading: what is underlined, and a short first line."""
    text = decoded(body).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    levels: list[str] = []
    first, *others = [one.strip("\n").split("\n") for one in _GAP.split(text) if one.strip()] or [[]]
    if others and len(first) == 1 and _is_title(first[0].strip()):
        begin = [Block(text=first[0].strip(), level=1)]
    else:
        begin = list(_blocks(first, levels))
    return "", (*begin, *(block for one in others for block in _blocks(one, levels)))


def _is_title(line: str) -> bool:
    return len(line) <= _LONGEST_TITLE and not _ENDS.search(line) and not BEGINS.match(line)


def _blocks(lines: list[str], levels: list[str]) -> Iterator[Block]:
    """A paragraph, or a heading and what follows it; what underlines first is the highest level."""
    if len(lines) > 2 and underlined(lines[0]) and underlined(lines[0]) == underlined(lines[2]):  # noqa: PLR2004 - above and below
        lines = lines[1:]
    if len(lines) > 1 and lines[0].strip() and not underlined(lines[0]) and (under := underlined(lines[1])):
        if under not in levels:
            levels.append(under)
        yield Block(text=" ".join(lines[0].split()), level=levels.index(under) + 1)
        lines = lines[2:]
    if paragraph := "\n".join(unwrapped(lines)).strip():
        yield Block(text=paragraph)

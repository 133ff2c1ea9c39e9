"""Plain text in whatever encoding, paragraph by paragraph."""

import re

from magicai.errors import Invalid
from magicai.knowledge.parsed import Block

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
        raise Invalid("Its encoding is unknown.", way_out="Save it as UTF-8.")
    return body.decode(best.encoding, errors="replace")


def read(body: bytes) -> tuple[str, tuple[Block, ...]]:
    """No title, and a block for each paragraph."""
    text = decoded(body).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return "", tuple(Block(text=one.strip()) for one in _GAP.split(text) if one.strip())

"""Sitemaps: lists of a shop's addresses. Source: sitemaps.org, version 0.9."""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from itertools import islice
from typing import Any

etree: Any = import_module("lxml.etree")  # lxml brings no types

LARGEST = 52_428_800  # both compressed and not; the protocol's own limit
_MOST_ADDRESSES = 50_000
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS
_SPACES = tuple(space.encode() for space in map(chr, range(0x3001)) if space.isspace())  # all that there are
_WIDE = bytes({space[0] for space in _SPACES if len(space) > 1})
_ASCII = b"".join(space for space in _SPACES if len(space) == 1)
# Spaces, or a word as `str.split` finds it, without a string of all; no other character has the bytes of a space.
_WORD = re.compile(
    rb"(?:%(spaces)b)++|((?:[^%(ascii)b%(wide)b]++|(?!%(spaces)b)[%(wide)b])++)"
    % {b"spaces": b"|".join(_SPACES), b"ascii": _ASCII, b"wide": _WIDE}
)
_END = b"\xff"  # no text has it in UTF-8


class Addresses:
    """Addresses in one block of memory, which goes back at once.

    Those of a list would lie among what is made meanwhile, and leave holes for as long as a crawl goes.
    """

    def __init__(self) -> None:
        self._written = bytearray()
        self._number = 0

    def __len__(self) -> int:
        return self._number

    def append(self, address: str) -> None:
        """Take one more."""
        self._written += address.encode() + _END
        self._number += 1

    def taken(self, most: int) -> Iterator[list[str]]:
        """All of them in their order, so many at a time; what was given is forgotten."""
        while self._written:
            ends = list(islice((found.start() for found in re.finditer(_END, self._written)), most))
            part = bytes(self._written[: ends[-1]]).split(_END)
            del self._written[: ends[-1] + 1]
            yield [address.decode() for address in part]


@dataclass(slots=True)
class Sitemap:
    """What a sitemap lists.

    Attributes:
        pages, maps: addresses as they are written: of pages, of further sitemaps.
        whole: it was read to its end.
        fault: why it could not be read at all, or "".
    """

    pages: Addresses = field(default_factory=Addresses)
    maps: list[str] = field(default_factory=list[str])
    whole: bool = False
    fault: str = ""


def is_packed(body: bytes) -> bool:
    """Whether a sitemap is compressed, and may be far longer than it looks."""
    return body.startswith(_GZIP_MAGIC)


def read_sitemap(body: bytes) -> Sitemap:
    """Read a sitemap or an index of sitemaps: XML or plain text, perhaps compressed.

    What is broken is read up to where it breaks; entities are not expanded, and nothing is loaded from elsewhere.
    """
    if is_packed(body):
        try:
            body = zlib.decompressobj(_GZIP).decompress(body, LARGEST + 1)
        except zlib.error as exc:
            return Sitemap(fault=f"cannot be decompressed ({exc})")
    if len(body) > LARGEST:
        return Sitemap(fault=f"has more than {LARGEST:,} bytes")
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    return _xml(start) if start.startswith(b"<") else _text(start)


def _xml(body: bytes) -> Sitemap:
    found = Sitemap()
    events = etree.iterparse(
        BytesIO(body), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for _, element in events:
            name = _local(element.tag)
            if name == "loc":
                parent = element.getparent()
                address = (element.text or "").strip()
                listed = "" if parent is None else _local(parent.tag)
                if address and listed in ("url", "sitemap"):
                    (found.pages if listed == "url" else found.maps).append(address)
            elif name in ("url", "sitemap"):
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
            if len(found.pages) + len(found.maps) >= _MOST_ADDRESSES:
                return found
    except etree.XMLSyntaxError as exc:
        if not found.pages and not found.maps:
            found.fault = f"is no sitemap ({exc.msg})"
        return found
    found.whole = bool(found.pages or found.maps)
    if not found.whole:
        found.fault = "lists no address"
    return found


def _text(body: bytes) -> Sitemap:
    found = Sitemap()
    words = filter(None, (piece[1] for piece in _WORD.finditer(body)))
    for word in islice(words, _MOST_ADDRESSES):
        address = word.decode("utf-8", "replace")
        if address.startswith(("http://", "https://")):
            found.pages.append(address)
    found.whole = next(words, None) is None
    found.fault = "" if found.pages else "lists no address"
    return found


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""

"""Sitemaps: lists of a shop's addresses. Source: sitemaps.org, version 0.9."""

import asyncio
import json
import re
import zlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from typing import Any

etree: Any = import_module("lxml.etree")  # lxml brings no types

LARGEST = 52_428_800  # both compressed and not; the protocol's own limit
_MOST_ADDRESSES = 50_000
# Each with what may be said of it, pictures among that.
_MOST_ELEMENTS = 20 * _MOST_ADDRESSES
_LONGEST = 4_000  # characters, twice the protocol's
_MOST_MEMBERS = 20
_HEAD = 65_536
_ROOT = re.compile(rb"<(?:\w++:)?(?:urlset|sitemapindex)\b")
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS
_SPACES = tuple(space.encode() for space in map(chr, range(0x3001)) if space.isspace())  # all that there are
_WIDE = bytes({space[0] for space in _SPACES if len(space) > 1})
_ASCII = b"".join(space for space in _SPACES if len(space) == 1)
# Spaces, or a word as `str.split` finds it, without a string of all; no other character has the bytes of a space.
_WORD = re.compile(
    rb"(?:%(spaces)b){1,4096}+|((?:[^%(ascii)b%(wide)b]++|(?!%(spaces)b)[%(wide)b])++)"
    % {b"spaces": b"|".join(_SPACES), b"ascii": _ASCII, b"wide": _WIDE}
)
_AT_ONCE = 200
_STEP = 500  # elements or words, which take a millisecond


class Addresses:
    """Addresses, packed some hundreds together: they wait while others of theirs are written, and are much alike."""

    def __init__(self) -> None:
        self._last: list[str] = []
        self._packed: deque[bytes] = deque()
        self._number = 0

    def __len__(self) -> int:
        return self._number

    def append(self, address: str) -> None:
        """Take one more, unless it is longer than any that can be asked for."""
        if len(address) > _LONGEST:
            return
        self._last.append(address)
        self._number += 1
        if len(self._last) == _AT_ONCE:
            self._packed.append(zlib.compress(json.dumps(self._last, ensure_ascii=False).encode(), 1))
            self._last = []

    def taken(self) -> Iterator[list[str]]:
        """All of them in their order, a few hundred at a time; what was given is forgotten."""
        while self._packed:
            yield json.loads(zlib.decompress(self._packed.popleft()))
        if self._last:
            last, self._last = self._last, []
            yield last


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


def is_sitemap(head: bytes) -> bool:
    """Whether a file that begins so is a sitemap, or an index of sitemaps."""
    return _ROOT.search(head[:_HEAD].lower()) is not None


async def read_sitemap(body: bytes) -> Sitemap:
    """Read a sitemap or an index of sitemaps: XML or plain text, perhaps compressed; lets others run meanwhile.

    What is broken is read up to where it breaks; entities are not expanded, and nothing is loaded from elsewhere.
    """
    is_all = True
    if body.startswith(_GZIP_MAGIC):
        try:
            body, is_all = await asyncio.to_thread(_unpacked, body)
        except zlib.error as exc:
            return Sitemap(fault=f"cannot be decompressed ({exc})")
    if len(body) > LARGEST:
        return Sitemap(fault=f"has more than {LARGEST:,} bytes")
    start, found = body.lstrip(b"\xef\xbb\xbf \t\r\n"), Sitemap()
    # A thread fights for Python's lock with whoever reads pages, and leaves holes in a heap of its own.
    for number, _ in enumerate(_xml(start, found) if start.startswith(b"<") else _text(start, found)):
        if number % _STEP == 0:
            await asyncio.sleep(0)
    found.whole = found.whole and is_all
    return found


def _unpacked(packed: bytes) -> tuple[bytes, bool]:
    """What a compressed sitemap holds, no more than a byte beyond what is read; and whether that is all of it.

    Raises:
        zlib.error: not even its beginning is compressed.
    """
    parts: list[bytes] = []
    room = LARGEST + 1
    while packed.startswith(_GZIP_MAGIC) and len(parts) < _MOST_MEMBERS:  # files that were joined
        member = zlib.decompressobj(_GZIP)
        try:
            parts.append(member.decompress(packed, room))
        except zlib.error:
            if not parts:
                raise
            return b"".join(parts), False
        room -= len(parts[-1])
        if not member.eof or room == 0:
            return b"".join(parts), False
        packed = member.unused_data
    return b"".join(parts), not packed.startswith(_GZIP_MAGIC)


def _xml(body: bytes, found: Sitemap) -> Iterator[None]:
    events = etree.iterparse(
        BytesIO(body),
        events=("end", "comment", "pi"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    try:
        for number, (_, element) in enumerate(events):
            yield
            if number > _MOST_ELEMENTS:
                return
            name = _local(element.tag)
            if name == "loc":
                parent = element.getparent()
                address = (element.text or "").strip()
                listed = "" if parent is None else _local(parent.tag)
                if address and listed in ("url", "sitemap"):
                    (found.pages if listed == "url" else found.maps).append(address)
            else:
                element.clear()
            # Whatever it is called, it has been looked at: a list of millions of others takes no memory.
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
            if len(found.pages) + len(found.maps) >= _MOST_ADDRESSES:
                return
    except etree.XMLSyntaxError as exc:
        if not found.pages and not found.maps:
            found.fault = f"is not a sitemap ({exc.msg})"
        return
    found.whole = bool(found.pages or found.maps)
    if not found.whole:
        found.fault = "lists no address"


def _text(body: bytes, found: Sitemap) -> Iterator[None]:
    number = 0
    for piece in _WORD.finditer(body):
        yield
        word = piece[1]
        if not word:
            continue
        if number == _MOST_ADDRESSES:
            break
        number += 1
        address = word.decode("utf-8", "replace")
        if address.startswith(("http://", "https://")):
            found.pages.append(address)
    else:
        found.whole = True
    found.fault = "" if found.pages else "lists no address"


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""

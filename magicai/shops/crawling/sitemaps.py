"""Sitemaps: lists of a shop's addresses. Source: sitemaps.org, version 0.9."""

import asyncio
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from io import BytesIO
from typing import Any

from magicai.messages import Message, amount, say

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
_LINE_LIMIT = 1_000_000
_STEP = 500  # elements or lines, which take a millisecond


@dataclass(slots=True)
class Sitemap:
    """What a sitemap lists.

    Attributes:
        pages, maps: addresses as they are written: of pages, of further sitemaps.
        whole: it was read to its end.
        fault: why it could not be read at all; None where it could.
    """

    pages: list[str] = field(default_factory=list[str])
    maps: list[str] = field(default_factory=list[str])
    whole: bool = False
    fault: Message | None = None


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
            return Sitemap(fault=say("sitemap_not_decompressed", reason=exc))
    if len(body) > LARGEST:
        return Sitemap(fault=say("sitemap_too_large", limit=amount(LARGEST, "bytes")))
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
                if 0 < len(address) <= _LONGEST and listed in ("url", "sitemap"):
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
            found.fault = say("sitemap_not_xml", reason=exc.msg)
        return
    found.whole = bool(found.pages or found.maps)
    if not found.whole:
        found.fault = say("sitemap_empty")


def _text(body: bytes, found: Sitemap) -> Iterator[None]:
    """One address a line, as the protocol has it."""
    for number, line in enumerate(BytesIO(body)):
        yield
        if number == _LINE_LIMIT or len(found.pages) == _MOST_ADDRESSES:
            break
        address = line[: 4 * _LONGEST].decode("utf-8", "replace").strip()
        if len(address) <= _LONGEST and address.startswith(("http://", "https://")):
            found.pages.append(address)
    else:
        found.whole = True
    found.fault = None if found.pages else say("sitemap_empty")


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""

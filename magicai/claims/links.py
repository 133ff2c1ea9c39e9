"""Links of a text, and those that lead to hosts which its sources do not name."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit

from magicai.claims.sources import Source

_LINK = re.compile(r"https?://[^\s<>\"'`“”「」，。；）)\]]+[^\s<>\"'`“”「」，。；）)\].,;:!?]", re.IGNORECASE)
# A host that stands by itself, also between Chinese characters.
_HOST = re.compile(r"(?<![A-Za-z0-9_.-])(?:[A-Za-z0-9-]+\.)+[A-Za-z0-9-]{2,}")


def links(text: str) -> Iterator[tuple[int, int, str]]:
    """Each web address of a text: where it begins and ends, and what it is."""
    for match in _LINK.finditer(text):
        yield match.start(), match.end(), match[0]


def foreign_links(text: str, sources: Sequence[Source]) -> Iterator[tuple[int, int, str]]:
    """Links whose host no source names: where each begins and ends, and its host."""
    known: set[str] | None = None
    for start, end, address in links(text):
        if known is None:
            known = {_bare(host) for source in sources for host in _hosts(source.text)}
        host = _host(address)
        if _bare(host) not in known:
            yield start, end, host


def _hosts(text: str) -> Iterator[str]:
    """The hosts that a source names, with an address around them or without."""
    yield from (_host(address) for *_, address in links(text))
    yield from (found[0] for found in _HOST.finditer(text))


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or address
    except ValueError:  # brackets that are no IPv6 address
        return address


def _bare(host: str) -> str:
    return host.lower().removeprefix("www.").rstrip(".")

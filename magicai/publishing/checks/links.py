"""Links: whether each leads somewhere, to a public address, over HTTPS."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from magicai.claims.links import foreign_links, links
from magicai.claims.sources import Source
from magicai.errors import Invalid, MagicError, Missing, NotPublic, TooLarge
from magicai.messages import Message, say
from magicai.ports import FetchedPage, Fetcher, PageRequest
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import FieldText, Manuscript
from magicai.publishing.findings import Finding, Severity

_MOST, _AT_ONCE, _TIMEOUT_S, _MOST_BYTES = 60, 8, 10.0, 2_000_000
_GONE, _ASKS = frozenset((404, 410)), frozenset((401, 403, 405, 406, 429))
_TRACKING = re.compile(r"(?<=[?&])(?:utm_\w+|fbclid|gclid|mc_eid|spm|igshid)=[^&#]*&?")
_DISGUISED = re.compile(r"https?://[^/\s]*@|https?://\d{1,3}(?:\.\d{1,3}){3}\b|https?://xn--", re.IGNORECASE)
_CLIENT_FAULT, _SERVER_FAULT = 400, 500
_State = tuple[str, Severity, Message, float]
_REFUSED: _State = ("links.refused", "note", say("link_not_public"), 0.95)
_NOWHERE: _State = ("links.nowhere", "note", say("link_host_unknown"), 0.9)
_SILENT: _State = ("links.silent", "note", say("link_not_answered"), 0.5)


@dataclass(frozen=True)
class Links:
    """The check that asks for each address once, through the checked fetcher."""

    fetcher: Fetcher

    async def __call__(self, script: Manuscript, context: Context) -> Sequence[Finding]:
        """What is wrong with links; one that nobody answers is said to be so."""
        places = [(written, *link) for written in script for link in links(written.text)]
        addresses = list(dict.fromkeys(address for *_, address in places))[:_MOST]
        free = asyncio.Semaphore(_AT_ONCE)

        async def look(address: str) -> _State | None:
            async with free:
                return await self._look(address)

        states = dict(zip(addresses, await asyncio.gather(*map(look, addresses)), strict=True))
        found: list[Finding] = []
        for written, start, end, address in places:
            if address in context.allowed:
                continue
            found += list(_seen(written, start, end))
            if state := states.get(address):
                rule, severity, message, confidence = state
                found.append(written.finding(rule, severity, start, end, message=message, confidence=confidence))
        if context.sources:
            found += _foreign(script, context.sources)
        return found

    async def _look(self, address: str) -> _State | None:
        try:
            page = await self.fetcher.fetch(PageRequest(address, timeout_s=_TIMEOUT_S, max_bytes=_MOST_BYTES))
        except NotPublic:
            return _REFUSED
        except TooLarge:
            return None  # it is there all the same
        except (Invalid, Missing):
            return _NOWHERE
        except MagicError:
            return _SILENT
        return _answered(address, page)


def _answered(address: str, page: FetchedPage) -> _State | None:
    if page.status >= _SERVER_FAULT:
        return "links.silent", "note", say("link_server_fails", status=page.status), 0.5
    if page.status >= _CLIENT_FAULT and page.status not in _ASKS:
        confidence = 0.95 if page.status in _GONE else 0.8
        return "links.gone", "note", say("link_refused", status=page.status), confidence
    here, there = urlsplit(address).hostname or "", urlsplit(page.final_url).hostname or ""
    if here.removeprefix("www.") != there.removeprefix("www."):
        return "links.moved", "note", say("link_leads_elsewhere", host=there), 0.6
    return None


def _foreign(script: Manuscript, sources: Sequence[Source]) -> Iterator[Finding]:
    """Links that a generated text has, and what it was written from does not; a person chose the piece's own link."""
    own = tuple(Source(name=one.field, text=one.text) for one in script if one.field == "link")
    for written in script:
        for start, end, host in foreign_links(written.text, (*sources, *own)):
            message = say("link_not_in_data", host=host)
            yield written.finding("links.foreign", "note", start, end, message=message, confidence=0.9)


def _seen(written: FieldText, start: int, end: int) -> Iterator[Finding]:
    """What is wrong with a link by itself."""
    address = written.text[start:end]
    if _DISGUISED.match(address):
        message = say("link_disguised")
        yield written.finding("links.disguised", "note", start, end, message=message, confidence=0.8)
    if address.lower().startswith("http://"):
        secure = "https" + address[4:]
        message = say("link_insecure")
        yield written.finding("links.insecure", "note", start, end, message=message, suggestion=secure, confidence=0.6)
    if _TRACKING.search(address):
        plain = _TRACKING.sub("", address).rstrip("?&")
        message = say("link_tracks")
        yield written.finding("links.tracking", "note", start, end, message=message, suggestion=plain, confidence=0.7)

"""Pages as the server sends them; see docs/decisions/0035-pages-over-connections-of-our-own.md."""

import asyncio
import re
import ssl
import time
from functools import cached_property
from importlib.metadata import version

import certifi

from integrations.fetcher.addresses import AddressRules, Target, joined
from integrations.fetcher.body import ACCEPT_ENCODING, Body
from integrations.fetcher.connection import Garbled, Head
from integrations.fetcher.connections import Connections
from integrations.fetcher.faults import translated
from integrations.fetcher.headers import Cookies, charset, media_type, repaired, retry_after_s, validator
from magicai.errors import Refused, Temporary
from magicai.ports import Page, PageRequest

MOST_REDIRECTS = 10
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_WITHOUT_BODY = frozenset((204, 304))
_LINE_END = re.compile(r"[\r\n\x00]+")


def user_agent(contact: str) -> str:
    """How we introduce ourselves, with a way to reach whoever crawls, where they gave one."""
    contact = " ".join(contact.split())  # a line break would end the header
    return f"MagicAI/{version('magicai')}" + (f" (+{contact})" if contact else "")


class StaticFetcher:
    """Reads pages without running their scripts.

    Args:
        rules: which addresses may be read.
        contact: an address or a mail address that the User-Agent names; "" for none.
        per_host: most connections to one host.
    """

    def __init__(self, rules: AddressRules, *, contact: str, per_host: int = 8) -> None:
        self._rules = rules
        self._own = (f"User-Agent: {user_agent(contact)}", f"Accept-Encoding: {ACCEPT_ENCODING}")
        self._connections = Connections(rules, per_host, lambda: self._trusted)

    async def fetch(self, request: PageRequest) -> Page:
        """One page; see `magicai.ports.Fetcher`."""
        try:
            async with asyncio.timeout(request.timeout_s):
                return await self._follow(request)
        except TimeoutError as exc:
            raise Temporary(f"{request.url} gave no full answer within {request.timeout_s:g} seconds.") from exc

    async def close(self) -> None:
        """Let go of all connections."""
        await self._connections.close()

    async def _follow(self, request: PageRequest) -> Page:
        target = self._rules.target(request.url)
        headers = {"Accept": request.accept}
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        # Without cookies, shops that set one and ask again redirect for ever. They are forgotten with the page: what
        # one page sets (a currency, a language) must not change what another shows.
        cookies = Cookies()
        trail = [target.url]
        asked = {(target.url, "")}
        while True:
            page = await self._exchange(request, target, headers, cookies)
            if not page.location:
                return page
            following = self._rules.target(page.location)
            if request.follow is not None and not request.follow(following.url):
                return page
            target = following
            cookie = cookies.header(target.host)
            headers = {"Accept": request.accept} | ({"Cookie": cookie} if cookie else {})
            trail.append(target.url)
            if (target.url, cookie) in asked:
                raise Refused(f"{request.url} redirects in a circle: {' → '.join(trail)}.")
            if len(trail) > MOST_REDIRECTS + 1:
                raise Refused(f"{request.url} redirects more than {MOST_REDIRECTS} times, last to {target.url}.")
            asked.add((target.url, cookie))

    async def _exchange(self, request: PageRequest, target: Target, headers: dict[str, str], cookies: Cookies) -> Page:
        begun = time.perf_counter()
        answer = _Answer(target, request.max_bytes)
        try:
            await self._connections.ask(target, self._written(target, headers), answer)
        except (Garbled, OSError) as exc:
            raise translated(exc, target) from exc
        head = answer.head
        if answer.location:
            cookies.take(target.host, head.headers.get("set-cookie", ()))
        content_type, wait = head.first("content-type"), head.headers.get("retry-after")
        return Page(
            url=request.url,
            final_url=target.url,
            status=head.status,
            content_type=media_type(content_type),
            charset=charset(content_type),
            body=answer.body.whole() if answer.body is not None else b"",
            etag=validator(head.first("etag")),
            last_modified=validator(head.first("last-modified")),
            retry_after_s=None if wait is None else retry_after_s(wait[0]),
            elapsed_s=time.perf_counter() - begun,
            location=answer.location,
        )

    def _written(self, target: Target, headers: dict[str, str]) -> bytes:
        """A request as it is sent."""
        authority, slash, path = target.url.partition("://")[2].partition("/")
        lines = [f"GET {slash}{path} HTTP/1.1", f"Host: {authority}", *self._own]
        lines += [f"{name}: {_LINE_END.sub(' ', value)}" for name, value in headers.items()]
        # A cookie goes back as the bytes that it came as.
        return "\r\n".join((*lines, "\r\n")).encode("utf-8", "surrogateescape")

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """Whom to believe; made for the first address that needs it, since it takes time and a megabyte."""
        trusted = ssl.create_default_context()
        trusted.load_verify_locations(certifi.where())  # some systems bring no authorities
        return trusted


class _Answer:
    """Takes in an answer: a redirect's address, or a body under the cap.

    Attributes:
        location: of a redirect: absolute.
        body: None where none is wanted.
    """

    def __init__(self, target: Target, max_bytes: int) -> None:
        self._target = target
        self._max_bytes = max_bytes
        self.head = Head()
        self.location = ""
        self.body: Body | None = None

    def begin(self, head: Head) -> bool:
        """See what it is."""
        self.head = head
        location = head.first("location") if head.status in _REDIRECTS else ""
        if location:
            self.location = joined(self._target.url, repaired(location))
        elif head.status not in _WITHOUT_BODY:
            declared = head.first("content-length")
            length = int(declared) if declared.isascii() and declared.isdigit() else None
            self.body = Body(self._target.url, head.first("content-encoding"), self._max_bytes, length)
            self.add = self.body.add
        return self.body is not None

    def add(self, piece: bytes) -> None:
        """Nothing is wanted before there is a body."""

"""Pages as the server sends them, over aiohttp; see docs/decisions/0003-static-fetches-by-aiohttp.md."""

import asyncio
import socket
import ssl
import time
from functools import cached_property
from importlib.metadata import version

import aiohttp
import certifi
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from integrations.fetcher.addresses import AddressRules, Target, joined
from integrations.fetcher.body import ACCEPT_ENCODING, Body
from integrations.fetcher.faults import translated
from integrations.fetcher.headers import Cookies, charset, media_type, repaired, retry_after_s, validator
from magicai.errors import Refused, Temporary
from magicai.ports import Page, PageRequest

MOST_REDIRECTS = 10
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_WITHOUT_BODY = frozenset((204, 304))
_LONGEST_HEADER = 16_384


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
        self._headers = {"User-Agent": user_agent(contact), "Accept-Encoding": ACCEPT_ENCODING}
        self._per_host = per_host
        self._opened: aiohttp.ClientSession | None = None

    async def fetch(self, request: PageRequest) -> Page:
        """One page; see `magicai.ports.Fetcher`."""
        try:
            async with asyncio.timeout(request.timeout_s):
                return await self._follow(request)
        except TimeoutError as exc:
            raise Temporary(f"{request.url} gave no full answer within {request.timeout_s:g} seconds.") from exc

    async def close(self) -> None:
        """Let go of all connections."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

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
        try:
            url = URL(target.url, encoded=True)
            trusted = self._trusted if target.url.startswith("https:") else True
            async with self._session().get(url, headers=headers, allow_redirects=False, ssl=trusted) as response:
                return await self._page(request, target, response, cookies, begun)
        except (aiohttp.ClientError, ssl.SSLError, ConnectionError) as exc:
            raise translated(exc, target) from exc

    async def _page(
        self,
        request: PageRequest,
        target: Target,
        response: aiohttp.ClientResponse,
        cookies: Cookies,
        begun: float,
    ) -> Page:
        answered = response.headers
        status = response.status
        location = answered.get("Location", "") if status in _REDIRECTS else ""
        body = b""
        if location:
            cookies.take(target.host, answered.getall("Set-Cookie", ()))
            location = joined(target.url, repaired(location))
        elif status not in _WITHOUT_BODY:
            gathered = Body(
                target.url, answered.get("Content-Encoding", ""), request.max_bytes, response.content_length
            )
            async for piece in response.content.iter_any():
                gathered.add(piece)
            body = gathered.whole()
        content_type = answered.get("Content-Type", "")
        wait = answered.get("Retry-After")
        return Page(
            url=request.url,
            final_url=target.url,
            status=status,
            content_type=media_type(content_type),
            charset=charset(content_type),
            body=body,
            etag=validator(answered.get("ETag", "")),
            last_modified=validator(answered.get("Last-Modified", "")),
            retry_after_s=None if wait is None else retry_after_s(wait),
            elapsed_s=time.perf_counter() - begun,
            location=location,
        )

    @cached_property
    def _trusted(self) -> ssl.SSLContext:
        """Whom to believe; made for the first address that needs it, since it takes time and a megabyte."""
        trusted = ssl.create_default_context()
        trusted.load_verify_locations(certifi.where())  # some systems bring no authorities
        return trusted

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    resolver=_CheckedResolver(self._rules), limit=0, limit_per_host=self._per_host
                ),
                headers=self._headers,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),  # one limit holds for all redirects together
                auto_decompress=False,
                trust_env=False,  # a proxy of the environment would look names up by itself
                max_line_size=_LONGEST_HEADER,
                max_field_size=_LONGEST_HEADER,
            )
        return self._opened


class _CheckedResolver(AbstractResolver):
    """Gives aiohttp the checked addresses of a name, to which it then connects: nothing is looked up twice.

    Hosts that are IP addresses never come here; `AddressRules.target` has checked them.
    """

    def __init__(self, rules: AddressRules) -> None:
        self._rules = rules

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses to connect to."""
        del family
        checked = await self._rules.addresses(self._rules.target(f"http://{host}:{port}/"))
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in checked
        ]

    async def close(self) -> None:
        """Nothing is held."""

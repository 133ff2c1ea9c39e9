"""Pages as the server sends them, over aiohttp; see docs/decisions/0003-aiohttp-for-static-pages.md."""

import asyncio
import re
import time
from importlib.metadata import version

import aiohttp

from integrations.fetcher.addresses import AddressRules, Target, joined
from integrations.fetcher.body import ACCEPT_ENCODING, Body
from integrations.fetcher.faults import not_http, translated
from integrations.fetcher.headers import Cookies, charset, media_type, repaired, retry_after_s, validator
from integrations.fetcher.session import checked_session, trust, url_of
from magicai.errors import Refused, Temporary
from magicai.ports import FetchedPage, PageRequest

MOST_REDIRECTS = 10
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_WITHOUT_BODY = frozenset((204, 304))
_SWITCHING_PROTOCOLS = 101
# What no header may hold.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


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

    async def fetch(self, request: PageRequest) -> FetchedPage:
        """One page; see `magicai.ports.Fetcher`."""
        try:
            async with asyncio.timeout(request.timeout_s):
                return await self._follow(request)
        except TimeoutError as exc:
            raise Temporary("page_timed_out", url=request.url, limit_s=f"{request.timeout_s:g}") from exc

    async def close(self) -> None:
        """Let go of all connections."""
        if self._opened is not None:
            await self._opened.close()
            self._opened = None

    async def _follow(self, request: PageRequest) -> FetchedPage:
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
                raise Refused("redirect_loop", url=request.url)
            if len(trail) > MOST_REDIRECTS + 1:
                raise Refused("too_many_redirects", url=request.url, limit=MOST_REDIRECTS, target=target.url)
            asked.add((target.url, cookie))

    async def _exchange(
        self, request: PageRequest, target: Target, headers: dict[str, str], cookies: Cookies
    ) -> FetchedPage:
        begun = time.perf_counter()
        sent = {name: _CONTROLS.sub(" ", value) for name, value in headers.items()}
        try:
            async with self._session().get(
                url_of(target), headers=sent, allow_redirects=False, ssl=trust(target)
            ) as response:
                return await _page(request, target, response, cookies, begun)
        except (aiohttp.ClientError, OSError, ValueError) as exc:
            raise translated(exc, target) from exc

    def _session(self) -> aiohttp.ClientSession:
        if self._opened is None:
            self._opened = checked_session(self._rules, self._headers, per_host=self._per_host)
        return self._opened


async def _page(
    request: PageRequest, target: Target, response: aiohttp.ClientResponse, cookies: Cookies, begun: float
) -> FetchedPage:
    answered, status = response.headers, response.status
    if status == _SWITCHING_PROTOCOLS:
        raise not_http(target, "it changes to another protocol")
    location = answered.get("Location", "") if status in _REDIRECTS else ""
    body = b""
    if location:
        cookies.take(target.host, answered.getall("Set-Cookie", ()))
        location = joined(target.url, repaired(location))
    elif status not in _WITHOUT_BODY:
        gathered = Body(target.url, answered.get("Content-Encoding", ""), request.max_bytes, response.content_length)
        async for piece in response.content.iter_any():
            gathered.add(piece)
        body = gathered.whole()
    content_type, wait = answered.get("Content-Type", ""), answered.get("Retry-After")
    return FetchedPage(
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

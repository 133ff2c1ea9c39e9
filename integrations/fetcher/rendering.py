"""One page being drawn in one tab: what it shows when it is still, and the JSON that its scripts were answered."""

import asyncio
import contextlib
import time
from typing import TYPE_CHECKING

from integrations.fetcher import page_scripts
from integrations.fetcher.addresses import AddressRules
from integrations.fetcher.headers import charset, media_type, retry_after_s
from integrations.fetcher.navigation import Navigation
from integrations.fetcher.proxy import FilteringProxy
from integrations.fetcher.script_answers import ScriptAnswers
from integrations.fetcher.unfolding import Unfolding
from magicai.errors import Refused, Temporary, TooLarge
from magicai.ports import FetchedPage, PageRequest

if TYPE_CHECKING:
    from playwright.async_api import Page as Tab
    from playwright.async_api import Request, Response, Route

_HTML = ("text/html", "application/xhtml+xml")
_NOT_LOADED = frozenset(("image", "font", "media", "texttrack", "manifest"))
_AWAITED = frozenset(("script", "xhr", "fetch", "stylesheet"))
_SETTLE_S = 8.0
_POLL_S = 0.1
_QUIET_POLLS = 3
# Of the time that a page has, so much may go into showing all of it; the rest is for handing it over.
_SHARE = 0.8


class Rendering:
    """One page being drawn."""

    def __init__(self, rules: AddressRules, proxy: FilteringProxy, tab: "Tab", request: PageRequest) -> None:
        self._proxy = proxy
        self._tab = tab
        self._request = request
        self._navigation = Navigation(rules, request)
        self._answers = ScriptAnswers(request.may_ask)
        self._unfolding = Unfolding(tab, self.settle, lambda: self._awaited > 0)
        self._awaited = 0
        # A page may move itself: what is shown is what the last address answered, or failed to.
        self._response: Response | None = None
        self._failed = ""
        tab.on("popup", _close_popup)
        tab.on("request", self._asked)
        tab.on("requestfinished", self._answered)
        tab.on("requestfailed", self._answered)
        tab.on("requestfailed", self._lost)
        tab.on("response", self._came)

    async def page(self, url: str) -> FetchedPage:
        """Go there, let it draw itself, and take what it shows."""
        from playwright.async_api import Error

        begun = time.perf_counter()
        try:
            await self._tab.context.route("**/*", self._load)
            await self._navigation.watch(self._tab)
            response = await self._tab.goto(url, wait_until="domcontentloaded", timeout=0)
            if response is None:
                raise Temporary("page_empty", url=url)
            declared = await response.header_value("content-type") or ""
            if media_type(declared) in _HTML:
                body, declared = (await self._drawn(begun)).encode(), "text/html; charset=utf-8"
                response = self._response or response
                self._check_place(url)
            else:
                body = await response.body()
            wait = await response.header_value("retry-after")
            status = response.status
        except Error as exc:
            return self._stopped(url, begun, exc)
        if len(body) > self._request.max_bytes:
            raise TooLarge("answer_too_large", url=url, limit=f"{self._request.max_bytes:,}")
        return FetchedPage(
            url=self._request.url,
            final_url=self._tab.url,
            status=status,
            content_type=media_type(declared),
            charset=charset(declared),
            body=body,
            retry_after_s=None if wait is None else retry_after_s(wait),
            elapsed_s=time.perf_counter() - begun,
            rendered=True,
        )

    async def _drawn(self, begun: float) -> str:
        """The page's HTML once it is still, with its list shown whole where that is wanted."""
        await self.settle()
        if self._request.is_more is None:
            await self._tab.evaluate(page_scripts.SCROLL)  # what loads as one scrolls gets one chance to
            await self.settle(polls=1)
            return await self._answers.within(await self._tab.evaluate(page_scripts.SNAPSHOT, []))
        until = begun + self._request.timeout_s * _SHARE
        self._answers.begin_acting()
        return await self._answers.within(await self._unfolding.show(self._request.is_more, until))

    async def settle(self, polls: int = _QUIET_POLLS) -> None:
        """Wait until nothing that matters is under way and the page has stopped growing, or long enough."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SETTLE_S):
                quiet, last = 0, None
                while quiet < polls:
                    await asyncio.sleep(_POLL_S)
                    measured = await self._tab.evaluate(page_scripts.MEASURE)
                    still = measured == last and measured[0] == "complete" and self._awaited <= 0
                    quiet, last = (quiet + 1 if still else 0), measured

    def _check_place(self, url: str) -> None:
        """Refuse what the browser shows in a page's stead where that has left for an address that can't be read."""
        if self._tab.url.startswith(("http://", "https://")):
            return
        refusal = self._proxy.refusal_of(self._failed) if self._failed else None
        if refusal is not None:
            raise refusal
        raise Temporary("navigation_failed", url=url, target=self._failed or self._tab.url)

    def _stopped(self, url: str, begun: float, exc: Exception) -> FetchedPage:
        if self._navigation.fault is not None:
            raise self._navigation.fault from exc
        if self._navigation.location:
            return FetchedPage(
                url=self._request.url,
                final_url=self._navigation.stopped_at,
                status=self._navigation.status,
                content_type="",
                charset="",
                body=b"",
                elapsed_s=time.perf_counter() - begun,
                rendered=True,
                location=self._navigation.location,
            )
        reason = first_line(exc)
        if "Download is starting" in reason:
            raise Refused("page_is_download", url=url) from exc
        if "ERR_CERT_" in reason or "ERR_SSL_" in reason:
            raise Refused("certificate_invalid", url=url, reason=reason) from exc
        if "ERR_TOO_MANY_REDIRECTS" in reason:
            raise Refused("redirect_loop", url=url) from exc
        refusal = self._proxy.refusal_of(url)
        if refusal is not None:
            raise refusal from exc
        raise Temporary("page_open_failed", url=url, reason=reason) from exc

    async def _load(self, route: "Route") -> None:
        from playwright.async_api import Error

        request = route.request
        stopped = request.resource_type in _NOT_LOADED or self._answers.refuses(
            request, reads_only=self._unfolding.follows_cards
        )
        if self._moves(request) and self._unfolding.notes(request.url):
            stopped = True
        with contextlib.suppress(Error):  # the tab is gone
            if stopped:
                await route.abort("aborted")  # of a step elsewhere, the page stays
            else:
                await route.continue_()

    def _asked(self, request: "Request") -> None:
        self._awaited += request.resource_type in _AWAITED

    def _came(self, response: "Response") -> None:
        if self._moves(response.request):
            self._response, self._failed = response, ""
        self._answers.take(response, self._tab.url)

    def _lost(self, request: "Request") -> None:
        # What a page leaves before it is complete is aborted, and may say so after the next address has failed.
        if self._moves(request) and not (self._failed and request.failure == "net::ERR_ABORTED"):
            self._failed = request.url

    def _moves(self, request: "Request") -> bool:
        from playwright.async_api import Error

        if not request.is_navigation_request():
            return False
        with contextlib.suppress(Error):  # a popup's first request has no frame yet
            return request.frame == self._tab.main_frame
        return False

    def _answered(self, request: "Request") -> None:
        self._awaited -= request.resource_type in _AWAITED


async def _close_popup(popup: "Tab") -> None:
    from playwright.async_api import Error

    with contextlib.suppress(Error):  # it closed itself
        await popup.close()


def first_line(exc: Exception) -> str:
    """What a fault of the browser's says first; the rest is its log."""
    return str(exc).strip().partition("\n")[0]

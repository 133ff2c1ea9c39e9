"""Pages as a browser shows them, by Playwright and Chromium; all that it asks for goes through `FilteringProxy`."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrations.fetcher import chromium
from integrations.fetcher.addresses import AddressRules
from integrations.fetcher.headers import charset, media_type, retry_after_s
from integrations.fetcher.navigation import Navigation
from integrations.fetcher.proxy import FilteringProxy
from integrations.fetcher.static import user_agent
from magicai.errors import Missing, Refused, Temporary, TooLarge
from magicai.ports import FetchedPage, PageRequest

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright, Request, Response, Route
    from playwright.async_api import Page as Tab

_HTML = ("text/html", "application/xhtml+xml")
_NOT_LOADED = frozenset(("image", "font", "media", "texttrack", "manifest"))
_AWAITED = frozenset(("script", "xhr", "fetch", "stylesheet"))
_SETTLE_S = 8.0
_POLL_S = 0.15
_QUIET_POLLS = 3
_START_TIMEOUT_MS = 30_000
_CLOSE_TIMEOUT_S = 5.0
# What reaches the network without asking the proxy has no place on a page that we read.
_NO_SIDE_WAYS = """
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel", "WebTransport"]) {
  Object.defineProperty(globalThis, name, {value: undefined, writable: false, configurable: false});
}
"""
_MEASURE = """() => [
  document.readyState, document.getElementsByTagName("*").length, (document.body || {}).textContent?.length || 0
]"""
_SCROLL = "() => window.scrollTo(0, document.documentElement.scrollHeight)"


@dataclass(slots=True)
class _Running:
    """A browser that has been started, with everything that belongs to it."""

    playwright: "Playwright"
    browser: "Browser"
    proxy: FilteringProxy


class BrowserFetcher:
    """Reads pages with their scripts run, each in a browser context of its own: no page knows what another set.

    Args:
        rules: which addresses may be read, by the page's scripts too.
        contact: an address or a mail address that the User-Agent names.
        browser: path of a Chromium or Chrome; found where None.
        tabs: most pages open at a time.
    """

    def __init__(self, rules: AddressRules, *, contact: str, browser: str | None = None, tabs: int = 3) -> None:
        self._rules = rules
        self._contact = contact
        self._browser = browser
        self._tabs = asyncio.Semaphore(tabs)
        self._starting = asyncio.Lock()
        self._running: _Running | None = None

    async def fetch(self, request: PageRequest) -> FetchedPage:
        """One page, rendered; see `magicai.ports.Fetcher`."""
        target = self._rules.target(request.url)
        async with self._tabs:
            running = await self._start()
            try:
                async with asyncio.timeout(request.timeout_s):
                    await self._rules.addresses(target)
                    async with self._tab(running) as tab:
                        return await _Rendering(self._rules, running, tab, request).page(target.url)
            except TimeoutError as exc:
                raise Temporary("page_rendering_timed_out", url=request.url, limit_s=f"{request.timeout_s:g}") from exc

    async def close(self) -> None:
        """End the browser and its proxy."""
        running, self._running = self._running, None
        if running is not None:
            await _end(running)

    @asynccontextmanager
    async def _tab(self, running: _Running) -> "AsyncGenerator[Tab, None]":
        from playwright.async_api import Error

        try:
            context = await running.browser.new_context(
                user_agent=user_agent(self._contact), service_workers="block", accept_downloads=False
            )
            await context.add_init_script(_NO_SIDE_WAYS)
            await context.route("**/*", _load)
            tab = await context.new_page()
        except Error as exc:
            raise Temporary("browser_open_failed", reason=_first_line(exc)) from exc
        try:
            yield tab
        finally:
            try:
                async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                    await context.close()
            except (Error, TimeoutError):
                # A page that can't be closed takes its browser with it; the next fetch starts another.
                if self._running is running:
                    await self.close()

    async def _start(self) -> _Running:
        async with self._starting:
            if self._running is not None and not self._running.browser.is_connected():
                await self.close()
            if self._running is None:
                self._running = await self._started()
            return self._running

    async def _started(self) -> _Running:
        path = chromium.required(self._browser)
        from playwright.async_api import Error, async_playwright

        proxy = FilteringProxy(self._rules)
        await proxy.start()
        playwright = await async_playwright().start()
        try:
            browser = await playwright.chromium.launch(
                executable_path=path,
                args=list(chromium.FLAGS),
                chromium_sandbox=chromium.may_use_sandbox(),
                proxy={
                    "server": proxy.url,
                    "bypass": "<-loopback>",
                    "username": proxy.username,
                    "password": proxy.password,
                },
                timeout=_START_TIMEOUT_MS,
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        except Error as exc:
            await playwright.stop()
            await proxy.close()
            raise Missing("browser_start_failed", path=path, reason=_first_line(exc)) from exc
        return _Running(playwright, browser, proxy)


class _Rendering:
    """One page being drawn in one tab."""

    def __init__(self, rules: AddressRules, running: _Running, tab: "Tab", request: PageRequest) -> None:
        self._running = running
        self._tab = tab
        self._request = request
        self._navigation = Navigation(rules, request)
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
            await self._navigation.watch(self._tab)
            response = await self._tab.goto(url, wait_until="domcontentloaded", timeout=0)
            if response is None:
                raise Temporary("page_empty", url=url)
            declared = await response.header_value("content-type") or ""
            if media_type(declared) in _HTML:
                await self._settle()
                body, declared = (await self._tab.content()).encode(), "text/html; charset=utf-8"
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

    def _check_place(self, url: str) -> None:
        """Refuse what the browser shows in a page's stead where that has left for an address that can't be read."""
        if self._tab.url.startswith(("http://", "https://")):
            return
        refusal = self._running.proxy.refusal_of(self._failed) if self._failed else None
        if refusal is not None:
            raise refusal
        raise Temporary("navigation_failed", url=url, target=self._failed or self._tab.url)

    async def _settle(self) -> None:
        """Wait until nothing that matters is under way and the page has stopped growing, or long enough."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_SETTLE_S):
                quiet, last = 0, None
                scrolled = False
                while quiet < _QUIET_POLLS:
                    await asyncio.sleep(_POLL_S)
                    measured = await self._tab.evaluate(_MEASURE)
                    still = measured == last and measured[0] == "complete" and self._awaited <= 0
                    quiet, last = (quiet + 1 if still else 0), measured
                    if quiet == _QUIET_POLLS and not scrolled:
                        # Lists that load as one scrolls get one chance to.
                        await self._tab.evaluate(_SCROLL)
                        quiet, scrolled = _QUIET_POLLS - 2, True

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
        reason = _first_line(exc)
        if "Download is starting" in reason:
            raise Refused("page_is_download", url=url) from exc
        if "ERR_CERT_" in reason or "ERR_SSL_" in reason:
            raise Refused("certificate_invalid", url=url, reason=reason) from exc
        if "ERR_TOO_MANY_REDIRECTS" in reason:
            raise Refused("redirect_loop", url=url) from exc
        refusal = self._running.proxy.refusal_of(url)
        if refusal is not None:
            raise refusal from exc
        raise Temporary("page_open_failed", url=url, reason=reason) from exc

    def _asked(self, request: "Request") -> None:
        self._awaited += request.resource_type in _AWAITED

    def _came(self, response: "Response") -> None:
        if self._moves(response.request):
            self._response, self._failed = response, ""

    def _lost(self, request: "Request") -> None:
        if self._moves(request):
            self._failed = request.url

    def _moves(self, request: "Request") -> bool:
        return request.is_navigation_request() and request.frame == self._tab.main_frame

    def _answered(self, request: "Request") -> None:
        self._awaited -= request.resource_type in _AWAITED


async def _load(route: "Route") -> None:
    from playwright.async_api import Error

    with contextlib.suppress(Error):  # the tab is gone
        if route.request.resource_type in _NOT_LOADED:
            await route.abort()
        else:
            await route.continue_()


async def _close_popup(popup: "Tab") -> None:
    from playwright.async_api import Error

    with contextlib.suppress(Error):  # it closed itself
        await popup.close()


async def _end(running: _Running) -> None:
    from playwright.async_api import Error

    for closing in (running.browser.close(), running.playwright.stop(), running.proxy.close()):
        with contextlib.suppress(Error, TimeoutError):  # it is dead already
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await closing


def _first_line(exc: Exception) -> str:
    return str(exc).strip().partition("\n")[0]

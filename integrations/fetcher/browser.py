"""Pages as a browser shows them, by Playwright and Chromium; all that it asks for goes through `FilteringProxy`."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from integrations.fetcher import chromium
from integrations.fetcher.addresses import AddressRules
from integrations.fetcher.proxy import FilteringProxy
from integrations.fetcher.rendering import Rendering, first_line
from integrations.fetcher.static import user_agent
from magicai.errors import Missing, Temporary
from magicai.ports import FetchedPage, PageRequest
from magicai.shops.addresses import route_of

if TYPE_CHECKING:
    from playwright.async_api import Browser, Playwright
    from playwright.async_api import Page as Tab

_START_TIMEOUT_MS = 30_000
_CLOSE_TIMEOUT_S = 5.0
# What reaches the network without asking the proxy has no place on a page that we read.
_NO_SIDE_WAYS = """
for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel", "WebTransport"]) {
  Object.defineProperty(globalThis, name, {value: undefined, writable: false, configurable: false});
}
"""


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
                        drawing = Rendering(self._rules, running.proxy, tab, request)
                        return await drawing.page(target.url + route_of(request.url))
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
            tab = await context.new_page()
        except Error as exc:
            raise Temporary("browser_open_failed", reason=first_line(exc)) from exc
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
            raise Missing("browser_start_failed", path=path, reason=first_line(exc)) from exc
        return _Running(playwright, browser, proxy)


async def _end(running: _Running) -> None:
    from playwright.async_api import Error

    for closing in (running.browser.close(), running.playwright.stop(), running.proxy.close()):
        with contextlib.suppress(Error, TimeoutError):  # it is dead already
            async with asyncio.timeout(_CLOSE_TIMEOUT_S):
                await closing

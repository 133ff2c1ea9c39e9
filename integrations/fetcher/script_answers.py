"""The JSON that a page's scripts were answered, kept within the page as scripts of its own."""

import asyncio
import contextlib
import html
from collections.abc import Callable
from typing import TYPE_CHECKING

from integrations.fetcher.headers import media_type
from magicai.shops.addresses import host_of, site_of

if TYPE_CHECKING:
    from playwright.async_api import Request, Response

_ASKS = frozenset(("xhr", "fetch"))
_ONLY_READ = frozenset(("GET", "HEAD"))
_MAY_READ = _ONLY_READ | {"POST"}  # GraphQL asks so
_LARGEST = 1_000_000  # bytes of one answer
_LARGEST_SUM = 3_000_000


class ScriptAnswers:
    """What one page's scripts asked for.

    Args:
        may_ask: whether an address may be asked for on our account; all may where it is None.
    """

    def __init__(self, may_ask: Callable[[str], bool] | None) -> None:
        self._may_ask = may_ask
        self._acting = False
        self._taken: list[asyncio.Task[str]] = []
        self._size = 0
        self._refused: dict[str, None] = {}

    def begin_acting(self) -> None:
        """From now on, what the page asks for is asked because of what we do there."""
        self._acting = True

    def refuses(self, request: "Request", *, reads_only: bool) -> bool:
        """Whether a request would ask for what may not be asked for, or change something."""
        if not self._acting or request.resource_type not in _ASKS:
            return False
        if request.method not in (_ONLY_READ if reads_only else _MAY_READ):
            return True
        if self._may_ask is None or self._may_ask(request.url):
            return False
        if request.method in _ONLY_READ:
            self._refused[request.url] = None
        return True

    def take(self, response: "Response", page_url: str) -> None:
        """Keep an answer if it is JSON of the page's site that may be read."""
        request = response.request
        if request.resource_type not in _ASKS or not response.ok:
            return
        if "json" not in media_type(response.headers.get("content-type", "")):
            return
        if site_of(host_of(request.url)) != site_of(host_of(page_url)):
            return
        if self._may_ask is None or self._may_ask(request.url):
            self._taken.append(asyncio.create_task(self._script(response)))

    async def within(self, markup: str) -> str:
        """A page with the answers at its end, in their order; those that were refused without their body."""
        scripts = [script for script in await asyncio.gather(*self._taken) if script]
        scripts += [_script(url, "") for url in self._refused]
        head, end, tail = markup.rpartition("</body>")
        return "".join((head, *scripts, end, tail) if end else (markup, *scripts))

    async def _script(self, response: "Response") -> str:
        from playwright.async_api import Error

        body = b""
        with contextlib.suppress(Error):  # the page has moved on
            body = await response.body()
        if not body or len(body) > _LARGEST or self._size + len(body) > _LARGEST_SUM:
            return ""
        self._size += len(body)
        url = response.request.url if response.request.method in _ONLY_READ else ""
        return _script(url, body.decode("utf-8", "replace"))


def _script(url: str, json: str) -> str:
    inert = json.replace("<", "\\u003c")  # only strings of JSON hold it
    return f'<script type="application/json" data-answer="{html.escape(url)}">{inert}</script>'

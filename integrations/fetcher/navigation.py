"""The redirects of a browser tab's page: each is looked at before the browser follows it."""

from typing import TYPE_CHECKING, Any

from integrations.fetcher.addresses import AddressRules, joined
from integrations.fetcher.static import MOST_REDIRECTS
from magicai.errors import MagicError, Refused, TooLarge
from magicai.ports import PageRequest

if TYPE_CHECKING:
    from playwright.async_api import Page as Tab

_REDIRECTS = frozenset((301, 302, 303, 307, 308))


class Navigation:
    """Watches one tab.

    Attributes:
        fault: why it was stopped, or None.
        status, stopped_at, location: of a redirect that was not followed: its status, its address, where it leads.
    """

    def __init__(self, rules: AddressRules, request: PageRequest) -> None:
        self._rules = rules
        self._request = request
        self._redirects = 0
        self._frame = ""
        self._session: Any = None  # Playwright does not type what it says
        self.fault: MagicError | None = None
        self.status = 0
        self.stopped_at = ""
        self.location = ""

    async def watch(self, tab: "Tab") -> None:
        """Begin, before the tab goes anywhere."""
        self._session = await tab.context.new_cdp_session(tab)
        tree = await self._session.send("Page.getFrameTree")
        self._frame = tree["frameTree"]["frame"]["id"]
        self._session.on("Fetch.requestPaused", self._look)
        answers = {"urlPattern": "*", "resourceType": "Document", "requestStage": "Response"}
        await self._session.send("Fetch.enable", {"patterns": [answers]})

    async def _look(self, paused: dict[str, Any]) -> None:
        from playwright.async_api import Error

        may_go_on = paused["frameId"] != self._frame or self._allows(paused)
        answer = {"requestId": paused["requestId"]}
        try:
            if may_go_on:
                await self._session.send("Fetch.continueRequest", answer)
            else:
                await self._session.send("Fetch.failRequest", answer | {"errorReason": "Aborted"})
        except Error:
            return  # the tab is gone, and its requests with it

    def _allows(self, paused: dict[str, Any]) -> bool:
        headers = {header["name"].lower(): header["value"] for header in paused.get("responseHeaders", ())}
        url = paused["request"]["url"]
        status = paused.get("responseStatusCode", 0)
        try:
            self._check_length(url, headers.get("content-length", ""))
            location = headers.get("location", "") if status in _REDIRECTS else ""
            if location:
                return self._follows(url, status, location)
        except MagicError as exc:
            self.fault = exc
            return False
        return True

    def _check_length(self, url: str, length: str) -> None:
        if length.isascii() and length.isdigit() and int(length) > self._request.max_bytes:
            raise TooLarge("answer_too_large", url=url, limit=f"{self._request.max_bytes:,}")

    def _follows(self, url: str, status: int, location: str) -> bool:
        following = self._rules.target(joined(url, location))
        if self._request.follow is not None and not self._request.follow(following.url):
            self.status, self.stopped_at, self.location = status, url, following.url
            return False
        self._redirects += 1
        if self._redirects > MOST_REDIRECTS:
            raise Refused("too_many_redirects", url=self._request.url, limit=MOST_REDIRECTS, target=following.url)
        return True

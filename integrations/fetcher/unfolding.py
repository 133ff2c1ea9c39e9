"""Shows a page's list whole: scrolls to its end, presses what shows more, follows cards that are no links."""

import asyncio
import contextlib
import html
import re
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from integrations.fetcher import page_scripts

if TYPE_CHECKING:
    from playwright.async_api import JSHandle
    from playwright.async_api import Page as Tab

_MOST_ROUNDS = 60
_MOST_CARDS = 200
_ENOUGH = 2  # cards that lead nowhere, for the others to be left alone
_OPENED = "opened"  # in place of a card's address
_FOLLOWING = re.compile(r"</body>(?!.*</body>)", re.DOTALL)
_CARD = re.compile(r'href="card:(\d+)"')
_NOTICE_S, _ANSWER_S, _POLL_S = 0.3, 3.0, 0.03


class Unfolding:
    """Acts on one page.

    Args:
        settle: waits until the page is still.
        is_waiting: whether the page waits for an answer.

    Attributes:
        follows_cards: cards are being clicked: what the page asks for then may change nothing.
    """

    def __init__(self, tab: "Tab", settle: Callable[[], Awaitable[None]], is_waiting: Callable[[], bool]) -> None:
        self._tab, self._settle, self._is_waiting = tab, settle, is_waiting
        self._stays = False
        self._led = self._next = ""
        self.follows_cards = False

    def notes(self, url: str) -> bool:
        """Whether the page's step to another address is only noted: what we do there is to tell where it leads."""
        if self._stays:
            self._led = url
        return self._stays

    async def show(self, is_more: Callable[[str], bool], until: float) -> str:
        """Show all of the page's list, and answer its HTML, in which cards that are no links are made links."""
        from playwright.async_api import Error

        self._stays = True
        with contextlib.suppress(Error):  # it has left all the same; what it showed before is all that there is
            await self._show_more(is_more, until)
        cards = await self._tab.evaluate_handle(page_scripts.CARDS)
        markup = str(await self._tab.evaluate(page_scripts.SNAPSHOT, cards))
        addresses: dict[int, str] = {}
        self.follows_cards = True
        with contextlib.suppress(Error):
            await self._follow_cards(cards, addresses, until)
        if self._next:
            markup = _FOLLOWING.sub(lambda _: f'<a rel="next" href="{html.escape(self._next)}"></a></body>', markup, 1)
        opened = all(address == _OPENED for address in addresses.values()) and bool(addresses)
        return _CARD.sub(lambda found: _link(_OPENED if opened else addresses.get(int(found[1]), "")), markup)

    async def _show_more(self, is_more: Callable[[str], bool], until: float) -> None:
        """Press what shows more and scroll to the end for as long as something new comes."""
        last = None
        for _ in range(_MOST_ROUNDS):
            measured = await self._tab.evaluate(page_scripts.MEASURE)
            if measured == last or time.perf_counter() > until:
                break
            last, self._led = measured, ""
            buttons = await self._tab.evaluate_handle(page_scripts.BUTTONS)
            said = await self._tab.evaluate(page_scripts.SAID, buttons)
            place = next((place for place, text in enumerate(said) if is_more(text)), None)
            if place is not None:
                await self._tab.evaluate(page_scripts.PRESS, [buttons, place])
            await self._tab.evaluate(page_scripts.SCROLL)
            await self._settle()
            if place is not None and self._led:
                self._next = self._led
                break

    async def _follow_cards(self, cards: "JSHandle", addresses: dict[int, str], until: float) -> None:
        """Click cards, and note where each leads; the same is taken of all where the first ones open something."""
        number = await self._count(cards)
        for place in range(min(number, _MOST_CARDS)):
            alike = len(addresses) == _ENOUGH and set(addresses.values()) <= {"", _OPENED}
            if alike or time.perf_counter() > until:
                break
            addresses[place] = await self._follow(cards, place)
            cards = await self._list_again(cards, place)
            if await self._count(cards) != number:
                break

    async def _follow(self, cards: "JSHandle", place: int) -> str:
        """Click a card; answers where that leads, `_OPENED` where it opens something, "" where it does neither."""
        self._led = ""
        begun = time.perf_counter()
        noted = await self._tab.evaluate_handle(page_scripts.CLICK, [cards, place])
        while True:
            led = self._led or str(await self._tab.evaluate(page_scripts.LED, noted))
            if led:
                return led
            if await self._tab.evaluate(page_scripts.DIALOG):
                return _OPENED
            if time.perf_counter() - begun > (_ANSWER_S if self._is_waiting() else _NOTICE_S):
                return ""
            await asyncio.sleep(_POLL_S)

    async def _list_again(self, cards: "JSHandle", place: int) -> "JSHandle":
        """The cards for the next click: the page is brought back to its list where the last one has left it."""
        if await self._tab.evaluate(page_scripts.DIALOG):
            await self._tab.keyboard.press("Escape")
            await self._settle()
        if await self._tab.evaluate(page_scripts.HAS_MOVED):
            await self._tab.evaluate("() => history.back()")
            await self._settle()
        if await self._tab.evaluate("([cards, place]) => cards[place].isConnected", [cards, place]):
            return cards
        return await self._tab.evaluate_handle(page_scripts.CARDS)

    async def _count(self, cards: "JSHandle") -> int:
        return int(await self._tab.evaluate("cards => cards.length", cards))


def _link(address: str) -> str:
    """The attribute of a card's link."""
    return "data-opens" if address == _OPENED else f'href="{html.escape(address)}"'

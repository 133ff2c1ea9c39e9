"""How fast one shop is asked: slower at once when it is in trouble, faster again little by little."""

import asyncio
import time
from collections.abc import Awaitable, Callable

_FIRST_SLOWDOWN_S = 0.5
_LEAST_SPEEDUP = 0.2  # requests a second more, after each good answer
_SPEEDUP = 0.1  # of the present speed, where that is more
_FULL_SPEED_S = 0.02  # a delay below this is none


class Throttle:
    """Gives requests to one shop their turns.

    Args:
        least_s: seconds between two requests when all is well.
        longest_s: the most that they are spaced by.
    """

    def __init__(
        self,
        least_s: float,
        longest_s: float,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._least_s = min(least_s, longest_s)
        self._longest_s = longest_s
        self._delay_s = self._least_s
        self._next = 0.0
        self._pause_until = 0.0
        self._slowed = float("-inf")
        self._clock = clock
        self._sleep = sleep

    @property
    def delay_s(self) -> float:
        """Seconds between two requests at present."""
        return self._delay_s

    def set_minimum(self, least_s: float) -> None:
        """Keep at least so many seconds between two requests, up to the longest."""
        self._least_s = min(max(self._least_s, least_s), self._longest_s)
        self._delay_s = max(self._delay_s, self._least_s)

    async def wait(self) -> float:
        """Wait until the next request may be sent; answers when that is, for `record_overload`."""
        while True:
            now = self._clock()
            mine = max(now, self._next, self._pause_until)
            self._next = mine + self._delay_s
            if mine > now:
                await self._sleep(mine - now)
            # Somebody else may have been asked to wait in the meantime.
            if self._pause_until <= mine:
                return mine

    def record_success(self) -> None:
        """The shop answered as it should."""
        if self._delay_s > self._least_s:
            speed = 1 / self._delay_s
            faster = 1 / (speed + max(_LEAST_SPEEDUP, _SPEEDUP * speed))
            self._delay_s = self._least_s if faster < _FULL_SPEED_S else max(self._least_s, faster)

    def record_overload(self, sent: float, wait_s: float | None = None) -> bool:
        """The shop is overloaded; it may have said how long to leave it alone.

        Answers whether this is news: of requests that were under way together, the first slows down for all.
        """
        news = sent > self._slowed
        if news:
            self._slowed = self._clock()
            self._delay_s = min(self._longest_s, max(self._delay_s * 2, _FIRST_SLOWDOWN_S))
        pause_s = self._delay_s if wait_s is None else wait_s
        self._pause_until = max(self._pause_until, self._slowed + pause_s)
        return news

"""Turns at many hosts: a few requests at a time, shared fairly, fewer at a host that is in trouble.

Items of a host that has its share already are put off, so that one slow host does not hold up the others.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from math import ceil
from urllib.parse import urlsplit

from magicai.errors import MagicError, Temporary
from magicai.ports import Fetcher
from magicai.runs.items import PutOff
from magicai.shops.crawling.limits import Politeness
from magicai.shops.crawling.robots import Robots, read_robots
from magicai.shops.crawling.throttle import Throttle
from magicai.shops.crawling.waiting import Waiting

_LONGEST_WAIT_S = 30.0
_SHORTEST_WAIT_S = 0.1
_FIRST_GUESS_S = 0.5
_REMEMBERED = 0.8
# How long a host that does not answer is not asked for its rules again.
_DOWN_S = 60.0


@dataclass(slots=True)
class _Host:
    throttle: Throttle
    limit: float
    running: int = 0
    usual_s: float = _FIRST_GUESS_S
    next_turn: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    robots: Robots | None = None
    down: MagicError | None = None
    down_until: float = 0.0


class Hosts:
    """Gives requests their turns.

    Args:
        most: requests at a time, all hosts together.
        left: how many addresses of each host have not ended yet; `done` counts them down.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        politeness: Politeness,
        *,
        most: int,
        left: Mapping[str, int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._fetcher, self._politeness, self._most, self._clock = fetcher, politeness, most, clock
        self._left = Counter(left)
        self._hosts: dict[str, _Host] = {}

    @contextlib.asynccontextmanager
    async def turn(self, url: str) -> AsyncGenerator[None]:
        """Hold one of the host's places while the block runs, which tells by its outcome how the host is.

        Raises:
            PutOff: the host has no place free; says when it may have one.
        """
        host = self._of(url)
        if host.running >= self._share(host):
            now = self._clock()
            host.next_turn = max(host.next_turn, now) + host.usual_s / max(self._share(host), 1)
            raise PutOff(min(max(host.next_turn - now, _SHORTEST_WAIT_S), _LONGEST_WAIT_S))
        host.running += 1
        try:
            sent = await host.throttle.wait()
            began = self._clock()
            try:
                yield
            except Temporary as exc:
                if host.throttle.record_overload(sent, self._bearable(exc.retry_after_s)):
                    host.limit = max(1.0, host.limit / 2)
                raise
            host.throttle.record_success()
            host.limit = min(float(self._most), host.limit + 1 / host.limit)
            host.usual_s = _REMEMBERED * host.usual_s + (1 - _REMEMBERED) * (self._clock() - began)
        finally:
            host.running -= 1

    def done(self, url: str) -> None:
        """An address will not be asked for again."""
        self._left[name_of(url)] -= 1

    async def rules(self, url: str) -> Robots:
        """What robots.txt of an address's host says, asked for once.

        Raises:
            Temporary: nothing answers there.
            Refused, Invalid: the host may not be asked, or does not exist.
        """
        host = self._of(url)
        async with host.lock:
            if host.down is not None and self._clock() < host.down_until:
                raise host.down
            if host.robots is None:
                try:
                    origin = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}"
                    host.robots = await read_robots(origin, self._fetcher, self._politeness, Waiting())
                except MagicError as exc:
                    host.down, host.down_until = exc, self._clock() + _DOWN_S
                    raise
                host.throttle.set_minimum(host.robots.delay_s)
            return host.robots

    def _of(self, url: str) -> _Host:
        name = name_of(url)
        if name not in self._hosts:
            throttle = Throttle(self._politeness.delay_s, self._politeness.longest_delay_s)
            self._hosts[name] = _Host(throttle, float(self._most))
        return self._hosts[name]

    def _share(self, host: _Host) -> int:
        """An equal part of all places for each host that has addresses left, and no more than it can bear."""
        live = sum(1 for count in self._left.values() if count > 0)
        return min(int(host.limit), ceil(self._most / max(live, 1)))

    def _bearable(self, wait_s: float | None) -> float | None:
        return wait_s if wait_s is not None and wait_s <= self._politeness.longest_wait_s else None


def name_of(url: str) -> str:
    """The host and port of an address."""
    return urlsplit(url).netloc.lower()

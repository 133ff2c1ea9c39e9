"""What robots.txt says to us. Source: RFC 9309."""

import asyncio
from dataclasses import dataclass

from protego import Protego

from magicai.errors import MagicError, Permanent, Temporary
from magicai.messages import Message, say
from magicai.ports import FetchedPage, Fetcher, PageRequest
from magicai.shops.crawling.limits import Politeness
from magicai.shops.crawling.waiting import Waiting

_LARGEST = 2_000_000
_MOST_READ = 512_000
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host.

    Attributes:
        agent: the name that the rules are read for.
        rules: None where nothing is said, and all is allowed.
        closed: why nothing is allowed; None where something is.
    """

    agent: str
    rules: Protego | None = None
    closed: Message | None = None

    def allows(self, url: str) -> bool:
        """Whether an address may be read."""
        return self.closed is None and (self.rules is None or self.rules.can_fetch(url, self.agent))

    @property
    def delay_s(self) -> float:
        """Seconds between two requests that the host asks for; 0 where it does not."""
        if self.rules is None:
            return 0.0
        rate = self.rules.request_rate(self.agent)
        between = rate.seconds / rate.requests if rate is not None and rate.requests else 0.0
        return max(self.rules.crawl_delay(self.agent) or 0.0, between)

    @property
    def sitemaps(self) -> list[str]:
        """Sitemaps that the host names."""
        return [] if self.rules is None else list(self.rules.sitemaps)


def parse(text: str, agent: str) -> Robots:
    """The rules that a robots.txt holds."""
    return Robots(agent, Protego.parse(text))


async def read_robots(origin: str, fetcher: Fetcher, politeness: Politeness, waiting: Waiting) -> Robots:
    """Read a host's rules; where they can't be had for now, nothing is allowed.

    Args:
        waiting: hears of each try.

    Raises:
        Refused, Invalid: the host may not be asked, or does not exist.
        Temporary: nothing answers there.
    """
    url = f"{origin}/robots.txt"
    request = PageRequest(url, accept="text/plain,*/*;q=0.5", max_bytes=_LARGEST, timeout_s=politeness.timeout_s)
    closed: Message | None = None
    fault: MagicError | None = None
    for tried in range(_TRIES):
        if tried:
            await asyncio.sleep(politeness.backoff_s * 2 ** (tried - 1))
        waiting.begin(url, tried + 1, _TRIES)
        try:
            page = await fetcher.fetch(request)
        except Temporary as exc:
            fault = exc
            continue
        except Permanent:
            raise
        if page.status < 500 and page.status != 429:  # noqa: PLR2004 - HTTP
            return _understood(page, politeness.agent)
        fault, closed = None, say("robots_unavailable", url=url, status=page.status)
    if fault is not None:
        raise fault
    return Robots(politeness.agent, closed=closed)


def _understood(page: FetchedPage, agent: str) -> Robots:
    if page.status >= 300:  # noqa: PLR2004 - there is none: everything is allowed
        return Robots(agent)
    return parse(page.body[:_MOST_READ].decode("utf-8-sig", "replace"), agent)

"""What a crawl may still use of its limits."""

from time import monotonic

from magicai.messages import Message, amount, say
from magicai.shops.crawl import CrawlCounts
from magicai.shops.crawling.limits import CrawlLimits

_SECOND_US = 1_000_000


class Budget:
    """Counts pages, bytes and seconds of one crawl, over all its attempts.

    Args:
        counts, spent_us: what earlier attempts used.
    """

    def __init__(self, limits: CrawlLimits, counts: CrawlCounts, spent_us: int) -> None:
        self._limits = limits
        self._begun = monotonic()
        self._spent_s = spent_us / _SECOND_US
        self._bytes = counts.bytes_read
        self.pages = counts.fetched + counts.unchanged + counts.failed
        self.read_now = 0

    @property
    def seconds(self) -> float:
        """Working time of this attempt."""
        return monotonic() - self._begun

    @property
    def seconds_left(self) -> float:
        """Working time that is left."""
        return max(0.0, self._limits.max_seconds - self._spent_s - self.seconds)

    @property
    def spent_us(self) -> int:
        """Working time of all attempts."""
        return int((self._spent_s + self.seconds) * _SECOND_US)

    @property
    def rate(self) -> float:
        """Pages a second, in this attempt."""
        return self.read_now / self.seconds if self.seconds > 0 else 0.0

    def begin(self) -> None:
        """A page is going to be asked for."""
        self.pages += 1
        self.read_now += 1

    def withdraw(self) -> None:
        """It was not asked for after all, or will be asked for again."""
        self.pages -= 1
        self.read_now -= 1

    def add(self, body_bytes: int) -> None:
        """A body was read."""
        self._bytes += body_bytes

    def over(self) -> Message | None:
        """Which limit has been reached."""
        if self.pages >= self._limits.max_pages:
            return amount(self._limits.max_pages, "pages")
        if self._spent_s + self.seconds >= self._limits.max_seconds:
            return say("duration_in_seconds", seconds=f"{self._limits.max_seconds:g}")
        if self._bytes >= self._limits.max_bytes:
            return amount(self._limits.max_bytes, "bytes")
        return None

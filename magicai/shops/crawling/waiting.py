"""What a crawl's opening waits for, for who watches a shop that does not answer."""

import time
from collections.abc import Callable

from magicai.messages import Message, say

# A shop that answers within this is not said to be waited for.
_SHOWN_AFTER_S = 2.0


class Waiting:
    """The address that is asked for, and how often it was."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._url, self._tried, self._most = "", 0, 0
        self._since = 0.0

    def begin(self, url: str, tried: int, most: int) -> None:
        """An address is asked for, once more.

        Args:
            tried: how often, this time included.
            most: how often it will be at most.
        """
        if url != self._url:
            self._since = self._clock()
        self._url, self._tried, self._most = url, tried, most

    def end(self) -> None:
        """Nothing is waited for."""
        self._url = ""

    def message(self) -> Message | None:
        """What is waited for; None where nothing is, or not for long."""
        if not self._url or self._clock() - self._since < _SHOWN_AFTER_S:
            return None
        return say("crawl_waiting", url=self._url, n=self._tried, most=self._most)

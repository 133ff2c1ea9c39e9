"""How far a download is, and how long it will still take."""

import inspect
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

Stage = Literal["fetching", "checking", "waiting"]


@dataclass(frozen=True, slots=True)
class Progress:
    """A moment of a download.

    Attributes:
        stage: `fetching`; `checking` the hash; `waiting` for another process that fetches the same.
        source: host of the source, or `pypi`.
        done, total: bytes.
        rate: bytes per second, of late.
        remaining_s: seconds, or None while nobody knows.
        note: a sentence for people, once, where a source is tried because another one failed.
    """

    stage: Stage
    source: str
    done: int
    total: int
    rate: float = 0.0
    remaining_s: float | None = None
    note: str = ""


# Awaited where it can be. What it raises ends the download, which resumes from there the next time.
OnProgress = Callable[[Progress], Awaitable[None] | None]

_WINDOW_S = 10.0
_INTERVAL_S = 0.2


class Meter:
    """Tells of progress a few times a second, with the rate of the last seconds."""

    def __init__(
        self, on_progress: OnProgress, *, total: int, clock: Callable[[], float] = time.monotonic, stage: Stage
    ) -> None:
        self._report = on_progress
        self._total = total
        self._clock = clock
        self._stage: Stage = stage
        self._source = self._note = ""
        self._marks: deque[tuple[float, int]] = deque()
        self._reported_at = float("-inf")

    async def begin(self, source: str, done: int, note: str = "") -> None:
        """Start counting anew, with another source."""
        self._source = source
        self._note = note
        self._marks.clear()
        self._reported_at = float("-inf")
        await self.at(done)

    async def at(self, done: int) -> None:
        """Take note of how many bytes are there now."""
        now = self._clock()
        self._marks.append((now, done))
        while now - self._marks[0][0] > _WINDOW_S:
            self._marks.popleft()
        if done < self._total and now - self._reported_at < _INTERVAL_S:
            return
        self._reported_at = now
        since, before = self._marks[0]
        rate = max(0.0, (done - before) / (now - since)) if now > since else 0.0
        left = (self._total - done) / rate if rate else None
        note, self._note = self._note, ""
        reporting = self._report(Progress(self._stage, self._source, done, self._total, rate, left, note))
        if inspect.isawaitable(reporting):
            await reporting

"""Events as they come, for many readers at once: one look at the records for all who follow the same run.

What is kept here is only a copy: a reader who is behind, or has just come, reads the records, so that nothing is left
out and nothing comes twice, whichever process one asks.
"""

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncGenerator, Callable, Generator

from magicai.errors import MagicError
from magicai.ports import Records
from magicai.runs.run import RunEvent

_log = logging.getLogger(__name__)
_LOOK_EVERY_S = 0.05
_KEPT = 500
_PART = 500


class _Tail:
    """The last events of a run, and who waits for the next."""

    def __init__(self) -> None:
        self.last = 0
        self.events: deque[RunEvent] = deque(maxlen=_KEPT)
        self.changed = asyncio.Event()
        self.readers = 0
        self.task: asyncio.Task[None] | None = None

    def since(self, after: int) -> list[RunEvent] | None:
        """Events after a sequence; None where the copy does not reach back so far."""
        if after >= self.last:
            return []
        if self.events and self.events[0].sequence <= after + 1:
            return [event for event in self.events if event.sequence > after]
        return None

    def take(self, events: list[RunEvent]) -> None:
        self.events.extend(events)
        self.last = events[-1].sequence
        self.changed.set()
        self.changed = asyncio.Event()


class Tails:
    """Follows runs for whoever asks."""

    def __init__(self, records: Callable[[], Records]) -> None:
        self._records = records
        self._tails: dict[str, _Tail] = {}

    @property
    def followed(self) -> list[str]:
        """Runs that somebody follows here."""
        return list(self._tails)

    async def follow(self, run_id: str, *, after: int = 0) -> AsyncGenerator[RunEvent]:
        """A run's events, the first after sequence `after`, until its final status was told."""
        runs = self._records().runs
        if (await runs.get(run_id)).status.ended and not await runs.events(run_id, after=after, limit=1):
            return
        with self._tail(run_id) as tail:
            while True:
                changed = tail.changed
                events = tail.since(after)
                if events is None:
                    events = await runs.events(run_id, after=after, limit=_PART)
                for event in events:
                    after = event.sequence
                    yield event
                if not events:
                    await changed.wait()
                elif _is_last(events[-1]) and not await runs.events(run_id, after=after, limit=1):
                    return

    @contextlib.contextmanager
    def _tail(self, run_id: str) -> Generator[_Tail]:
        tail = self._tails.get(run_id)
        if tail is None:
            tail = self._tails[run_id] = _Tail()
            tail.task = asyncio.create_task(self._look(run_id, tail))
        tail.readers += 1
        try:
            yield tail
        finally:
            tail.readers -= 1
            if not tail.readers:
                self._tails.pop(run_id, None)
                assert tail.task is not None
                tail.task.cancel()

    async def _look(self, run_id: str, tail: _Tail) -> None:
        while True:
            try:
                events = await self._records().runs.events(run_id, after=tail.last, limit=_PART)
                if events:
                    tail.take(events)
                    continue
            except MagicError as exc:
                _log.warning("run %s can't be followed right now: %s", run_id, exc)
            await asyncio.sleep(_LOOK_EVERY_S)


def _is_last(event: RunEvent) -> bool:
    """Whether a run has ended with this; it may be resumed."""
    return event.kind == "status" and event.status.ended

"""Starts queued runs, a bounded number at a time and fairly by user, from whichever process holds the lease."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from magicai.errors import Temporary
from magicai.ports import Orchestrator, Records
from magicai.runs.background_loop import keep_doing
from magicai.runs.queue.dead_runs import DISPATCHER, Restarts, Silences, close_dead_runs
from magicai.runs.queue.fair_share import Shares
from magicai.runs.run import Attempt, Origin, Run, RunStatus
from magicai.values.ids import new_id

_log = logging.getLogger(__name__)
_TTL_S = 15.0
_RENEW_S = 3.0
# How often the queue is polled: while some of its runs are active, the next may start soon.
_EVERY_S, _WHILE_BUSY_S = 0.5, 0.1
_LOOK_EVERY_S = 3.0
# How long a process may take to open its attempt, and how long one that failed to is left alone; doubled each time.
_START_LIMIT_S = 240.0
_PAUSE_S, _LONGEST_PAUSE_S = 5.0, 300.0
# After so long whoever was to begin a run, and has not, is taken for dead.
LOST_US = 60_000_000


class Dispatcher:
    """Carries the queue's head to the orchestrator.

    Args:
        at_once: most runs that are starting or under way; asked each time, since it changes with the workers.
        places: how many of these are carried out at a time; the others wait with the workers.
    """

    def __init__(
        self,
        records: Callable[[], Records],
        orchestrator: Orchestrator,
        *,
        at_once: Callable[[], int],
        places: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_records, self._orchestrator, self._at_once, self._clock = records, orchestrator, at_once, clock
        self._places, self._shares = places, Shares()
        self._holder, self._silences = new_id(), Silences()
        self._starting: dict[str, _Start] = {}
        self._not_before: dict[str, float] = {}
        self._pauses: dict[str, float] = {}
        self._looked_at = self._leased_at = float("-inf")
        self._busy = False

    async def keep_dispatching(self) -> None:
        """Do so for ever."""

        def pause_s() -> float:
            return _WHILE_BUSY_S if self._busy else _EVERY_S

        await keep_doing(self.dispatch_once, log=_log, waits="queued runs", pause_s=pause_s)

    async def dispatch_once(self) -> list[str]:
        """Start what may be started now; answers the runs' ids. Nothing while another process holds the lease."""
        records = self._open_records()
        at_once = self._at_once()
        self._busy = False
        if not at_once or not await self._is_ours(records):
            return []
        looks = self._clock() - self._looked_at > _LOOK_EVERY_S
        if looks:
            self._looked_at = self._clock()
            await close_dead_runs(records, self._orchestrator, silences=self._silences, restarts=Restarts.HERE)
        now = await records.runs.now()
        queue = [run for run in await records.runs.waiting() if begins_by_itself(run, now)]
        if looks:
            cancelled = await self._close_undelivered(records, self._waiting(queue))
            queue = [run for run in queue if run.run_id not in cancelled]
        self._settle(queue)
        held = [(run, attempt) for run, attempt in await records.runs.unfinished() if begins_by_itself(run, now)]
        under_way = [run for run, _ in held]
        await self._share(records, held, queue, now)
        free = at_once - len(under_way) - len(self._starting)
        self._busy = bool(queue)
        busy = Counter([run.owner_id for run in under_way])
        busy.update(run.owner_id for run in queue if run.run_id in self._starting)
        ready = [run for run in queue if self._may_start(run.run_id)]
        started: list[str] = []
        # A look, or a start, may take longer than the lease lasts.
        while free > len(started) and ready and await self._is_ours(records):
            # Whoever has the fewest under way comes first, then whoever has had the least, and of theirs the oldest.
            run = min(ready, key=lambda run: (busy[run.owner_id], self._shares.held_s(run.owner_id)))
            if self._keeps_the_last_place(at_once, free - len(started), busy, run):
                break
            ready.remove(run)
            await self._orchestrator.start(run)
            self._starting[run.run_id] = _Start(run.attempts, self._clock() + _START_LIMIT_S)
            busy[run.owner_id] += 1
            started.append(run.run_id)
        return started

    async def _share(self, records: Records, held: list[tuple[Run, Attempt]], queue: list[Run], now: int) -> None:
        """Have a run make room where all places are held, and somebody has none."""
        self._shares.see(self._clock(), held, queue)
        if len(held) >= self._places():
            run = self._shares.makes_room(self._clock(), held, at=now)
            if run is not None:
                _log.info("run %s pauses for another user's run", run.run_id)
                await records.runs.ask_to_give_way(run.run_id)

    def _keeps_the_last_place(self, at_once: int, free: int, busy: Mapping[str, int], run: Run) -> bool:
        """Whether a run is not started so that the last place stays free for another user than the one who has all."""
        return free == 1 and at_once > self._places() and busy[run.owner_id] == at_once - 1

    async def release(self) -> None:
        """Let another process dispatch."""
        records = self._open_records()
        held = await records.leases.current(DISPATCHER)
        if held is not None and held.holder == self._holder:
            await records.leases.release(held)
        self._leased_at = float("-inf")

    async def _is_ours(self, records: Records) -> bool:
        """Whether this process is the one that dispatches; its lease is far from over whenever it believes so."""
        if self._clock() - self._leased_at < _RENEW_S:
            return True
        asked_at = self._clock()
        if await records.leases.acquire(DISPATCHER, self._holder, ttl_s=_TTL_S) is None:
            return False
        self._leased_at = asked_at
        return True

    async def _close_undelivered(self, records: Records, waiting: set[str]) -> set[str]:
        """End what was cancelled before it began, and answer it; what was killed then is tried again."""
        ended: Mapping[str, RunStatus] = {}
        with suppress(Temporary):  # it is asked again at the next look, and what waits may begin all the same
            ended = await self._orchestrator.ended_before_attempt(waiting)
        cancelled = {run_id for run_id, status in ended.items() if status is RunStatus.CANCELLED}
        for run_id in ended:
            if run_id in cancelled:
                await records.runs.request_cancel(run_id)
                del self._starting[run_id]  # now: whoever resumes it at once starts it again
            else:
                self._starting[run_id].until = float("-inf")
        return cancelled

    def _waiting(self, queue: list[Run]) -> set[str]:
        """Runs that were started, and that no attempt has begun for since."""
        known = ((run, self._starting.get(run.run_id)) for run in queue)
        return {run.run_id for run, start in known if start is not None and run.attempts == start.attempts}

    def _may_start(self, run_id: str) -> bool:
        return run_id not in self._starting and self._clock() >= self._not_before.get(run_id, 0.0)

    def _settle(self, queue: list[Run]) -> None:
        """Forget what has begun; leave alone for a while what failed to."""
        waiting = self._waiting(queue)
        for run_id, start in list(self._starting.items()):
            failure = self._orchestrator.failure(run_id)
            if run_id not in waiting:
                self._pauses.pop(run_id, None)
            elif failure is None and self._clock() < start.until:
                continue
            else:
                _log.warning("run %s did not start: %s", run_id, failure)
                pause = self._pauses.get(run_id, _PAUSE_S)
                self._not_before[run_id] = self._clock() + pause
                self._pauses[run_id] = min(_LONGEST_PAUSE_S, 2 * pause)
            del self._starting[run_id]
        queued = {run.run_id for run in queue}
        self._not_before = {run_id: at for run_id, at in self._not_before.items() if run_id in queued}


@dataclass(slots=True)
class _Start:
    """That a run was started.

    Attributes:
        attempts: how many it had had.
        until: when it should have begun.
    """

    attempts: int
    until: float


def begins_by_itself(run: Run, now: int) -> bool:
    """Whether whoever dispatches starts it, and nobody else: a command starts its own run, if it was not queued again.

    A flow run makes its run a row and begins it, both in a moment: where it has not for long, its process has died.
    """
    if run.origin in (Origin.API, Origin.RUN) or run.attempts > 0:
        return True
    return run.origin in (Origin.SCHEDULE, Origin.PREFECT) and now - run.created_at > LOST_US

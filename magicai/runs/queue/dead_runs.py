"""Runs whose process is gone or stopped responding: restarted where they were, or ended."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterable
from enum import Enum, auto

from magicai.errors import NotFound, Temporary
from magicai.messages import say
from magicai.ports import Orchestrator, Records
from magicai.runs.execution.journal import BEAT_S, Journal
from magicai.runs.execution.result import ended_result
from magicai.runs.queue.unbegun import close_all_unbegun
from magicai.runs.run import JSON, SILENCE_US, Attempt, Origin, Problem, Run, RunStatus

# Whoever holds this lease starts what is queued, and so what is queued again.
DISPATCHER = "dispatcher"
_WHY = say("attempt_process_ended")
# How long a process that lives in silence is watched: a machine that slept has not yet beaten, either.
WATCH_S = 5 * BEAT_S


class Restarts(Enum):
    """Who restarts a run whose process died."""

    HERE = auto()  # it is queued: this process sees to it that something dispatches
    ELSEWHERE = auto()  # left to whoever dispatches; ended where nobody does
    NOT = auto()  # somebody has ended all of them on purpose


class Silences:
    """Processes that live and send no heartbeat, remembered between looks."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._since: dict[str, tuple[Attempt, float]] = {}

    def watch(self, silent: Iterable[Attempt]) -> set[str]:
        """Return the runs whose attempt stayed silent while it was watched; forget those that are silent no longer."""
        now, before = self._clock(), self._since
        self._since = {}
        for attempt in silent:
            known = before.get(attempt.run_id)
            self._since[attempt.run_id] = known if known and known[0] == attempt else (attempt, now)
        return {run_id for run_id, (_, since) in self._since.items() if now - since >= WATCH_S}

    def __len__(self) -> int:
        return len(self._since)


async def close_dead_runs(
    records: Records,
    orchestrator: Orchestrator,
    *,
    silences: Silences | None = None,
    restarts: Restarts = Restarts.ELSEWHERE,
    on_purpose: bool = False,
) -> list[Run]:
    """Restart runs whose attempt is gone, up to the maximum number of restarts, or end them; and what never began.

    A run that a command started is ended, not restarted; its error says how to resume it.

    Args:
        records: where the runs are.
        orchestrator: knows their processes and flow runs.
        silences: of a caller that looks repeatedly; without it, a silent process that lives is left alone.
        restarts: who restarts them.
        on_purpose: whether the caller has ended their processes, for which no item is to blame.

    Returns:
        The runs that have ended.
    """
    dead = await _dead(records, orchestrator, silences)
    ended = [run for run, attempt in dead if await _close(records, orchestrator, run, attempt, restarts)]
    if on_purpose:
        for _, attempt in dead:
            await records.items.give_back(attempt)
    return [*ended, *await close_all_unbegun(records)]


async def close_if_dead(
    records: Records,
    orchestrator: Orchestrator,
    run_id: str,
    *,
    restarts: Restarts = Restarts.ELSEWHERE,
    sparing: str | None = None,
) -> None:
    """Close one run that is about to be resumed, if it is dead; a silent process is watched for a while first.

    Args:
        records: where the run is.
        orchestrator: knows its process and flow run.
        run_id: its whole id.
        restarts: who restarts it.
        sparing: a flow run that continues despite its earlier attempt, since it was delivered again.
    """
    silences = Silences()
    dead = await _dead(records, orchestrator, silences, only=run_id)
    while silences and not dead:
        await asyncio.sleep(BEAT_S)
        dead = await _dead(records, orchestrator, silences, only=run_id)
    for run, attempt in dead:
        await _close(records, orchestrator, run, attempt, restarts, sparing=sparing)


async def _dead(
    records: Records, orchestrator: Orchestrator, silences: Silences | None, *, only: str | None = None
) -> list[tuple[Run, Attempt]]:
    now = await records.runs.now()
    active = [(run, attempt) for run, attempt in await records.runs.unfinished() if only in (None, run.run_id)]
    alive = {run.run_id: orchestrator.alive(attempt) for run, attempt in active}
    silent = {run.run_id: attempt for run, attempt in active if now - attempt.beat_at > SILENCE_US}
    lasting = set[str]() if silences is None else silences.watch(one for one in silent.values() if alive[one.run_id])

    def is_dead(run_id: str) -> bool:
        return alive[run_id] is False or run_id in lasting or (alive[run_id] is None and run_id in silent)

    return [(run, attempt) for run, attempt in active if is_dead(run.run_id)]


async def _close(
    records: Records,
    orchestrator: Orchestrator,
    run: Run,
    attempt: Attempt,
    restarts: Restarts,
    *,
    sparing: str | None = None,
) -> bool:
    """Start a run again, or end it; answers whether it was ended."""
    status = await _final_status(orchestrator, run, attempt)
    may = status is RunStatus.FAILED and run.origin is not Origin.CLI and restarts is not Restarts.NOT
    if may and restarts is Restarts.ELSEWHERE:
        if await records.leases.current(DISPATCHER) is not None:
            return False
        may = False
    again = may and await records.runs.restart(attempt, most=orchestrator.restarts)
    if not again:
        result = await _result(records, orchestrator, run, attempt, status, tried=may)
        if not await records.runs.close_dead(attempt, status, result):
            # Somebody else did, or it was delivered again: what is said now would be said of the next attempt.
            return False
    await orchestrator.stop(attempt)
    if attempt.flow_run_id and attempt.flow_run_id != sparing:
        with contextlib.suppress(Temporary):
            await orchestrator.close_attempt(
                attempt.flow_run_id, status, f"{_WHY} It is restarted." if again else str(_WHY)
            )
    return not again


async def close_lost_attempts(records: Records, orchestrator: Orchestrator) -> None:
    """Tell the orchestrator of attempts that ended while it could not hear of it.

    Raises:
        Temporary: it does not answer.
    """
    for lost in await orchestrator.lost_attempts():
        run = None
        with contextlib.suppress(NotFound):
            run = await records.runs.get(lost.run_id) if lost.run_id else None
        if run is not None and run.flow_run_id != lost.flow_run_id:
            run = None
        if run is not None and run.status is RunStatus.PROCESSING:
            continue  # whoever closes the run tells of its attempt, too
        status = run.status if run is not None and run.status.ended else RunStatus.FAILED
        of_which = str(_WHY) if status is RunStatus.FAILED else f"Run {lost.run_id}."
        # An operator may have had it delivered again since the look: then its process is just being found.
        await orchestrator.close_attempt(lost.flow_run_id, status, of_which, waiting=False)


async def _final_status(orchestrator: Orchestrator, run: Run, attempt: Attempt) -> RunStatus:
    if run.cancel_requested:
        return RunStatus.CANCELLED
    if attempt.flow_run_id:
        with contextlib.suppress(Temporary):
            if await orchestrator.final_status(attempt.flow_run_id) is RunStatus.CANCELLED:
                return RunStatus.CANCELLED
    return RunStatus.FAILED


async def _result(
    records: Records, orchestrator: Orchestrator, run: Run, attempt: Attempt, status: RunStatus, *, tried: bool
) -> JSON:
    """What is known of a run whose attempt could not say it."""
    failure = orchestrator.failure(run.run_id)
    journal = Journal(records.runs, attempt, budget=0.0)
    await journal.take_over()
    plans = await records.runs.plans(run.run_id)
    what = failure.message if failure else _WHY
    dies_again = failure is None and tried and bool(orchestrator.restarts)
    if dies_again:
        what = say("attempt_process_ended_again", n=orchestrator.restarts)
    if status is RunStatus.CANCELLED:
        what = say("run_cancelled")
    journal.estimated = True  # its last calls may not have been told of
    return ended_result(
        run,
        attempt,
        journal,
        status,
        plans[-1].decision if plans else None,
        worked_us=sum(journal.worked_us.values()),
        finished_at=await records.runs.now(),
        problems=[Problem.saying("run", what, say("resume_run", run_id=run.run_id), temporary=True)],
        interrupted=status is RunStatus.FAILED and not dies_again,
    )

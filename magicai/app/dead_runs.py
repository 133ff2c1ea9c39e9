"""Runs whose process is gone or shows no life: started again where they were, or ended; none goes on for ever."""

import asyncio
import contextlib
from decimal import Decimal

from magicai.app.watch import BEAT_S, Journal
from magicai.domain.run import JSON, SILENCE_US, Attempt, Cost, Origin, Problem, Run, RunResult, RunStatus
from magicai.domain.times import to_iso
from magicai.domain.units import so_many
from magicai.errors import NotFound, Temporary
from magicai.ports import Records, Runs

_WHY = "Its process ended before the run did."
# How long a process that lives in silence is watched: a machine that slept has not yet beaten, either.
_WATCH_S = 5 * BEAT_S


async def close_dead_runs(
    records: Records, runs: Runs, *, sparing: str | None = None, on_purpose: bool = False
) -> list[Run]:
    """See to runs whose attempt is gone: start them again where they were, as often as may be, or end them.

    A run that a command line started is ended, not started again: whoever started it is told how to go on.

    Args:
        records: where the runs are.
        runs: where their processes and flow runs are.
        sparing: a flow run that goes on in spite of its earlier attempt, since it was delivered again.
        on_purpose: whether somebody has just ended them all; none is started again then.

    Returns:
        Those that have ended.
    """
    closed: list[Run] = []
    for run, attempt in await _dead(records, runs):
        status = await _fate(runs, run, attempt)
        may = status is RunStatus.FAILED and run.origin is not Origin.CLI and not on_purpose
        again = may and await records.runs.restart(attempt, most=runs.restarts)
        if not again:
            result = await _result(records, runs, run, attempt, status, tried=may)
            if not await records.runs.close_dead(attempt, status, result):
                # Somebody else did, or it was delivered again: what is said now would be said of the next attempt.
                continue
            closed.append(run)
        await runs.stop(attempt)
        if attempt.flow_run_id and attempt.flow_run_id != sparing:
            with contextlib.suppress(Temporary):
                await runs.settle(attempt.flow_run_id, status, f"{_WHY} It is started again." if again else _WHY)
    return closed


async def _dead(records: Records, runs: Runs) -> list[tuple[Run, Attempt]]:
    now = await records.runs.now()
    gone: list[tuple[Run, Attempt]] = []
    silent: dict[str, int] = {}
    for run, attempt in await records.runs.unfinished():
        alive, is_silent = runs.alive(attempt), now - attempt.beat_at > SILENCE_US
        if alive is False or (alive is None and is_silent):
            gone.append((run, attempt))
        elif is_silent:
            silent[run.run_id] = attempt.beat_at
    if silent:
        await asyncio.sleep(_WATCH_S)
        again = await records.runs.unfinished()
        gone += [(run, attempt) for run, attempt in again if silent.get(run.run_id) == attempt.beat_at]
    return gone


async def settle_lost_attempts(records: Records, runs: Runs) -> None:
    """Tell the orchestrator of attempts that ended while it could not hear of it.

    Raises:
        Temporary: it does not answer.
    """
    for lost in await runs.lost():
        run = None
        with contextlib.suppress(NotFound):
            run = await records.runs.get(lost.run_id) if lost.run_id else None
        ended = run is not None and run.flow_run_id == lost.flow_run_id and run.status.ended
        status = run.status if run is not None and ended else RunStatus.FAILED
        await runs.settle(lost.flow_run_id, status, _WHY if status is RunStatus.FAILED else f"Run {lost.run_id}.")


async def _fate(runs: Runs, run: Run, attempt: Attempt) -> RunStatus:
    if run.cancel_requested:
        return RunStatus.CANCELLED
    if attempt.flow_run_id:
        with contextlib.suppress(Temporary):
            if await runs.fate(attempt.flow_run_id) is RunStatus.CANCELLED:
                return RunStatus.CANCELLED
    return RunStatus.FAILED


async def _result(records: Records, runs: Runs, run: Run, attempt: Attempt, status: RunStatus, *, tried: bool) -> JSON:
    """What is known of a run whose attempt could not say it."""
    failure = runs.failure(run.run_id)
    told = Journal(records.runs, attempt, budget=0.0)
    await told.take_over()
    plans = await records.runs.plans(run.run_id)
    started, finished = run.started_at or run.created_at, await records.runs.now()
    what = failure.what if failure else _WHY
    if failure is None and tried and runs.restarts:
        what += f" It was started again {so_many(runs.restarts, 'times')}, and each time that was so."
    if status is RunStatus.CANCELLED:
        what = "The run was cancelled."
    return RunResult(
        run_id=run.run_id,
        workflow=run.workflow,
        status=status,
        started_at=to_iso(started),
        finished_at=to_iso(finished),
        execution_time=sum(told.worked_us.values()) / 1_000_000,
        cost=Cost(
            amount=Decimal(str(told.usage.cost)),
            currency=told.usage.currency,
            prompt_tokens=told.usage.prompt_tokens,
            completion_tokens=told.usage.completion_tokens,
            estimated=True,  # its last calls may not have been told of
        ),
        decision=plans[-1].decision if plans else None,
        problems=(Problem(where="run", what=what, way_out=f"magicai resume {run.run_id}", temporary=True),),
    ).model_dump(mode="json")

import contextlib
from decimal import Decimal

from magicai.app.watch import Journal
from magicai.domain.run import JSON, SILENCE_US, Attempt, Cost, Problem, Run, RunResult, RunStatus
from magicai.domain.times import now_us, to_iso
from magicai.errors import MagicError, NotFound, Temporary
from magicai.ports import Records, Runs

_WHY = "Its process ended before the run did."


async def close_dead_runs(records: Records, runs: Runs, *, sparing: str | None = None) -> list[Run]:
    """End runs whose attempt is gone, so that none shows `processing` for ever; answers those that were closed.

    Args:
        records: where the runs are.
        runs: where their processes and flow runs are.
        sparing: a flow run that goes on in spite of its earlier attempt, since it was delivered again.
    """
    closed: list[Run] = []
    for run, attempt in await records.runs.unfinished():
        alive = runs.alive(attempt)
        if alive or (alive is None and now_us() - attempt.beat_at < SILENCE_US):
            continue
        status = await _fate(runs, run, attempt)
        failure = runs.failure(run.run_id)
        if not await records.runs.close_dead(attempt, status, await _result(records, run, attempt, status, failure)):
            # Somebody else did, or it was delivered again: what is said of it now would be said of the next attempt.
            continue
        closed.append(run)
        await runs.stop(attempt)
        if attempt.flow_run_id and attempt.flow_run_id != sparing:
            with contextlib.suppress(Temporary):
                await runs.settle(attempt.flow_run_id, status, _WHY)
    return closed


async def settle_lost_attempts(records: Records, runs: Runs) -> None:
    """Tell the orchestrator of attempts that ended while it could not hear of it.

    Raises:
        Temporary: it does not answer.
    """
    for lost in await runs.lost():
        status = RunStatus.FAILED
        with contextlib.suppress(NotFound):
            run = await records.runs.get(lost.run_id)
            if run.flow_run_id == lost.flow_run_id and run.status.ended:
                status = run.status
        await runs.settle(lost.flow_run_id, status, _WHY if status is RunStatus.FAILED else lost.run_id)


async def _fate(runs: Runs, run: Run, attempt: Attempt) -> RunStatus:
    if run.cancel_requested:
        return RunStatus.CANCELLED
    if attempt.flow_run_id:
        with contextlib.suppress(Temporary):
            if await runs.fate(attempt.flow_run_id) is RunStatus.CANCELLED:
                return RunStatus.CANCELLED
    return RunStatus.FAILED


async def _result(records: Records, run: Run, attempt: Attempt, status: RunStatus, failure: MagicError | None) -> JSON:
    """What is known of a run whose attempt could not say it."""
    told = Journal(records.runs, attempt, budget=0.0)
    await told.take_over()
    plans = await records.runs.plans(run.run_id)
    started, finished = run.started_at or run.created_at, now_us()
    what = failure.what if failure else _WHY
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

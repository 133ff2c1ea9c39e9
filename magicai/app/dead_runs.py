import contextlib

from magicai.domain.run import JSON, Attempt, Run, RunStatus
from magicai.domain.times import now_us, to_iso
from magicai.errors import Temporary
from magicai.ports import Records, Runs

# A process on another machine that has been silent for longer is taken for dead.
SILENCE_US = 90_000_000


async def close_dead_runs(records: Records, runs: Runs) -> list[Run]:
    """End runs whose attempt is gone, so that none shows `processing` for ever; answers those that were closed."""
    closed: list[Run] = []
    for run, attempt in await records.runs.unfinished():
        alive = runs.alive(attempt)
        if alive or (alive is None and now_us() - attempt.beat_at < SILENCE_US):
            continue
        status = await _fate(runs, attempt)
        if await records.runs.close_dead(attempt, status, _result(run, status)):
            closed.append(run)
        if attempt.flow_run_id and status is not RunStatus.CANCELLED:
            with contextlib.suppress(Temporary):
                await runs.crashed(attempt.flow_run_id, "its process is gone")
    return closed


async def _fate(runs: Runs, attempt: Attempt) -> RunStatus:
    if attempt.flow_run_id:
        with contextlib.suppress(Temporary):
            if await runs.fate(attempt.flow_run_id) is RunStatus.CANCELLED:
                return RunStatus.CANCELLED
    return RunStatus.FAILED


def _result(run: Run, status: RunStatus) -> JSON:
    started, finished = run.started_at or run.created_at, now_us()
    what = "The run was cancelled." if status is RunStatus.CANCELLED else "Its process ended before the run did."
    problem = {"where": "run", "what": what, "way_out": f"magicai resume {run.run_id}", "temporary": True}
    return {
        "run_id": run.run_id,
        "workflow": run.workflow,
        "status": status,
        "started_at": to_iso(started),
        "finished_at": to_iso(finished),
        "execution_time": (finished - started) / 1_000_000,
        "cost": {"amount": "0", "currency": "USD", "prompt_tokens": 0, "completion_tokens": 0, "estimated": True},
        "decision": None,
        "problems": [problem],
    }

"""Runs whose command ended, or lost its records, before an attempt began: nobody else starts them, so they fail."""

from magicai.errors import MagicError
from magicai.messages import say
from magicai.ports import Records
from magicai.runs.run import Origin, Problem, Run, RunResult, RunStatus
from magicai.values.times import to_iso

# A command waits for so long (magicai/cli/supervision.py), and a minute more.
_BEGIN_US = 300_000_000


async def close_unbegun(records: Records, run: Run, why: MagicError | None = None) -> bool:
    """End a run that no attempt has begun for as failed, and return whether it was; `magicai resume` starts it.

    Args:
        why: what its process said; by default, that its command has ended.
    """
    now = await records.runs.now()
    what = why.message if why is not None else say("command_ended_early")
    problem = Problem.saying("run", what, say("start_by_resuming", run_id=run.run_id), temporary=True)
    result = RunResult(
        run_id=run.run_id,
        workflow=run.workflow,
        status=RunStatus.FAILED,
        started_at=to_iso(run.created_at),
        finished_at=to_iso(now),
        execution_time=0.0,
        problems=(problem,),
        interrupted=True,
    )
    return await records.runs.close_unbegun(run.run_id, result.model_dump(mode="json"))


async def close_all_unbegun(records: Records) -> list[Run]:
    """End those whose command must have ended by now, and return them."""
    now = await records.runs.now()
    late = [
        run
        for run in await records.runs.waiting()
        if run.origin is Origin.CLI and not run.attempts and not run.waits and now - run.created_at > _BEGIN_US
    ]
    return [run for run in late if await close_unbegun(records, run)]

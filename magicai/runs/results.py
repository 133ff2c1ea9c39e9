"""A run's result as contracts.md publishes it."""

from magicai.ports import Records
from magicai.runs import catalogue
from magicai.runs.run import JSON, Run, RunResult
from magicai.values.times import to_iso


async def whole_result(records: Records, run: Run) -> JSON:
    """A run's result with all its parts; of a run that has not ended, what is known of it."""
    if run.result is not None:
        return await catalogue.workflow(run.workflow).expand(records, run.result)
    if not run.status.ended or run.finished_at is None:
        return {"run_id": run.run_id, "workflow": run.workflow, "status": run.status, "problems": []}
    # Cancelled before any attempt began.
    return RunResult(
        run_id=run.run_id,
        workflow=run.workflow,
        status=run.status,
        started_at=to_iso(run.created_at),
        finished_at=to_iso(run.finished_at),
        execution_time=0.0,
    ).model_dump(mode="json")

"""Which runs can be resumed."""

from magicai.errors import Conflict
from magicai.runs.run import Attempt, Run, RunStatus


def why_not_resumable(run: Run, active: Attempt | None) -> Conflict | None:
    """Why a run can't be resumed, or None.

    Args:
        active: the attempt that carries it out, if one does.
    """
    run_id = run.run_id
    if active is not None:
        return Conflict("run_already_running", run_id=run_id, pid=active.pid, host=active.host, number=active.number)
    if run.status is RunStatus.COMPLETED:
        return Conflict("run_already_completed", run_id=run_id)
    if never_began(run):
        return Conflict("run_never_started", run_id=run_id, workflow=run.workflow)
    if run.pruned_at is not None:
        return Conflict("run_data_deleted", run_id=run_id, workflow=run.workflow)
    return None


def never_began(run: Run) -> bool:
    """Whether it was cancelled before any attempt."""
    return run.status is RunStatus.CANCELLED and not run.attempts

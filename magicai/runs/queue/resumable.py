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
    way_out = f"To start a new one: magicai run {run.workflow}"
    if never_began(run):
        return Conflict(f"Run {run_id} was cancelled before it started.", way_out=way_out)
    if run.pruned_at is not None:
        return Conflict(f"What run {run_id} had gathered was deleted after its retention.", way_out=way_out)
    return None


def never_began(run: Run) -> bool:
    """Whether it was cancelled before any attempt."""
    return run.status is RunStatus.CANCELLED and not run.attempts

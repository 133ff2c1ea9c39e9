"""Attempts at a run: only the latest may write, whatever older ones still believe."""

from sqlalchemy import Connection, RowMapping, insert, select, update

from integrations.records import models, runs
from integrations.records.database import add_new, upsert
from integrations.records.documents import PLAN, RESULT, STEP_RESULT
from magicai.errors import Conflict, Invalid
from magicai.runs.plan import Plan
from magicai.runs.queue.resumable import why_not_resumable
from magicai.runs.run import JSON, SILENCE_US, Attempt, Run, RunEvent, RunStatus

_ATTEMPT = models.attempts.c


def begin(
    connection: Connection,
    now: int,
    run_id: str,
    *,
    host: str,
    pid: int,
    process_started_at: int,
    flow_run_id: str | None,
) -> Attempt:
    """Open the next attempt, or give the same flow run of the same process its attempt back."""
    run = runs.locked(connection, run_id)
    latest = runs.latest_attempt(connection, run)
    open_now = latest is not None and latest.ended_at is None and run["status"] == RunStatus.PROCESSING
    if latest and open_now and flow_run_id:
        identity = (latest.host, latest.pid, latest.process_started_at, latest.flow_run_id)
        if identity == (host, pid, process_started_at, flow_run_id):
            return latest
    active = latest if latest and open_now and now - latest.beat_at < SILENCE_US else None
    if (why := why_not_resumable(runs.as_run(run), active)) is not None:
        raise why
    attempt = Attempt(
        run_id=run_id,
        number=run["attempts"] + 1,
        host=host,
        pid=pid,
        process_started_at=process_started_at,
        flow_run_id=flow_run_id,
        started_at=now,
        beat_at=now,
        token=run["token"] + 1,
    )
    if latest and open_now:
        _set(connection, latest, ended_at=now)
    if RunStatus(run["status"]).ended:
        runs.reopen_items(connection, run_id)  # one that died is restarted without being asked
    connection.execute(insert(models.attempts), {**attempt.model_dump(), "owner_id": run["owner_id"]})
    runs.change(
        connection,
        run_id,
        status=RunStatus.PROCESSING,
        started_at=now if run["started_at"] is None else run["started_at"],
        finished_at=None,
        # Whoever resumes a cancelled run has changed their mind; a request that is not fulfilled yet still holds.
        cancel_requested=run["cancel_requested"] and not RunStatus(run["status"]).ended,
        give_way=False,
        attempts=attempt.number,
        token=attempt.token,
        flow_run_id=flow_run_id,
        result=None,
    )
    runs.append_status(connection, run_id, RunStatus.PROCESSING, now, data={"attempt": attempt.number})
    return attempt


def beat(connection: Connection, now: int, attempt: Attempt) -> bool:
    """Move the attempt's sign of life; answers whether somebody asked it to stop."""
    run = current(connection, attempt)
    _set(connection, attempt, beat_at=now)
    return bool(run["cancel_requested"] or run["give_way"])


def finish(connection: Connection, now: int, attempt: Attempt, status: RunStatus, result: JSON) -> None:
    """End the attempt and its run; the same end again changes nothing."""
    if not status.ended:
        raise Invalid("run_status_invalid", status=status)
    run = runs.locked(connection, attempt.run_id)
    if run["token"] == attempt.token and run["status"] == status:
        return
    _check_current(run, attempt)
    _close(connection, attempt, run["token"], status, result, now)


def close_dead(connection: Connection, now: int, attempt: Attempt, status: RunStatus, result: JSON) -> bool:
    """End a run whose attempt has not moved since it was read; the dead one can write no more."""
    run = runs.locked(connection, attempt.run_id)
    if not _is_still(connection, run, attempt):
        return False
    _close(connection, attempt, run["token"] + 1, status, result, now)
    return True


def restart(connection: Connection, now: int, attempt: Attempt, *, most: int) -> bool:
    """Queue a run again whose attempt has not moved since it was read, unless that was done so often before."""
    run = runs.locked(connection, attempt.run_id)
    times = 1 + runs.restarts(connection, attempt.run_id)
    if times > most or run["cancel_requested"] or not _is_still(connection, run, attempt):
        return False
    _set(connection, attempt, ended_at=now)
    runs.change(connection, attempt.run_id, status=RunStatus.QUEUED, token=run["token"] + 1)
    data = {runs.RESTART: times, "died": attempt.number}
    runs.append_status(connection, attempt.run_id, RunStatus.QUEUED, now, data=data)
    return True


def put_back(connection: Connection, now: int, attempt: Attempt) -> bool:
    """End an attempt that gives way, and queue its run again, unless somebody wants that to end."""
    run = current(connection, attempt)
    if run["cancel_requested"]:
        return False
    _set(connection, attempt, ended_at=now)
    runs.change(connection, attempt.run_id, status=RunStatus.QUEUED, token=run["token"] + 1)
    runs.append_status(connection, attempt.run_id, RunStatus.QUEUED, now, data={"gave_way": attempt.number})
    return True


def unfinished(connection: Connection) -> list[tuple[Run, Attempt]]:
    """Runs that are `processing`, with their latest attempt."""
    run = models.runs.c
    query = select(models.runs).where(run.status == RunStatus.PROCESSING).order_by(run.created_at, run.run_id)
    rows = connection.execute(query).mappings().all()
    latest = [(runs.as_run(row), runs.latest_attempt(connection, row)) for row in rows]
    return [(run, attempt) for run, attempt in latest if attempt]


def append_event(connection: Connection, event: RunEvent, *, attempt: Attempt | None = None) -> RunEvent:
    """Append an event, in an attempt's name where one is given."""
    if attempt is not None:
        current(connection, attempt)
    return runs.append(connection, event)


def save_plan(connection: Connection, now: int, attempt: Attempt, plan: Plan) -> None:
    """Insert a revision that is not there yet."""
    owner_id = current(connection, attempt)["owner_id"]
    row = {"run_id": attempt.run_id, "revision": plan.revision, "owner_id": owner_id, "at": now}
    add_new(connection, models.plans, [{**row, "plan": PLAN.write(plan)}])


def save_step_result(
    connection: Connection, now: int, attempt: Attempt, step: str, revision: int, inputs: str, result: JSON
) -> None:
    """Keep a step's result under its key."""
    owner_id = current(connection, attempt)["owner_id"]
    row = {"run_id": attempt.run_id, "step": step, "revision": revision, "inputs": inputs, "owner_id": owner_id}
    upsert(connection, models.step_results, [{**row, "at": now, "result": STEP_RESULT.write(result)}])


def current(connection: Connection, attempt: Attempt) -> RowMapping:
    """The run's row, locked, if this attempt is the one that carries it out.

    Raises:
        Conflict: a later attempt has taken over, or the run has ended.
    """
    run = runs.locked(connection, attempt.run_id)
    _check_current(run, attempt)
    return run


def _check_current(run: RowMapping, attempt: Attempt) -> None:
    if run["token"] == attempt.token and run["status"] == RunStatus.PROCESSING:
        return
    if run["attempts"] > attempt.number:
        raise Conflict("attempt_replaced", number=attempt.number, run_id=attempt.run_id, newest=run["attempts"])
    raise Conflict("attempt_of_ended_run", run_id=attempt.run_id, status=run["status"], number=attempt.number)


def _is_still(connection: Connection, run: RowMapping, attempt: Attempt) -> bool:
    """Whether an attempt is active, by its rows, and has sent no heartbeat since it was read."""
    latest = runs.latest_attempt(connection, run)
    same = run["status"] == RunStatus.PROCESSING and run["token"] == attempt.token
    return same and latest is not None and latest.ended_at is None and latest.beat_at == attempt.beat_at


def _set(connection: Connection, attempt: Attempt, **values: int) -> None:
    mine = update(models.attempts).where(_ATTEMPT.run_id == attempt.run_id, _ATTEMPT.number == attempt.number)
    connection.execute(mine.values(**values))


def _close(connection: Connection, attempt: Attempt, token: int, status: RunStatus, result: JSON, now: int) -> None:
    _set(connection, attempt, ended_at=now)
    ended = {"status": status, "finished_at": now, "token": token, "result": RESULT.write(result)}
    runs.change(connection, attempt.run_id, **ended)
    runs.forget_texts(connection, attempt.run_id)
    runs.append_status(connection, attempt.run_id, status, now, data={"attempt": attempt.number})

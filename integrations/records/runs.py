"""Runs: found, listed, accepted, asked to stop; their events, plans and kept step results."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    case,
    delete,
    exists,
    func,
    insert,
    null,
    or_,
    select,
    tuple_,
    update,
)

from integrations.records import channels, models, webhooks
from integrations.records.database import add_new, part_of
from integrations.records.documents import EVENT, FILE_NAMES, PLAN, REQUEST, RESULT, STEP_RESULT
from magicai.errors import Invalid, NotFound
from magicai.ports import ItemState, Spent
from magicai.runs.notifications.webhook_events import event_id_of, type_of
from magicai.runs.plan import Plan
from magicai.runs.queue.resumable import why_not_resumable
from magicai.runs.run import JSON, Attempt, Cost, Origin, Run, RunEvent, RunStatus

_LEAST_OF_AN_ID = 4
_TEXT = "text"
# Among how many events a text that is replaced is looked for; the run's end leaves none.
_LATEST = 500
_MOST_NAMED = 5
_SECONDS = ("value", "execution_time")

# In the data of the event by which a run was queued again: how often in a row.
RESTART = "restart"
_RUN = models.runs.c
_EVENT = models.events.c
_ATTEMPT = models.attempts.c
# A result may hold a whole shop.
_WITHOUT_RESULT = (*(column for column in _RUN if column.name != "result"), null().label("result"))
# Of a run that is removed: what it cost, and who was told of it.
_STAYING = (models.model_calls, models.reservations, models.deliveries)
_INTERRUPTED = ("value", "interrupted")
# As SQLite, PostgreSQL and JSON have it.
_TRUE = ("1", "true")


def add(connection: Connection, run: Run, *, key: str) -> Run:
    """Insert a run, or find the one that this owner and key already have."""
    values = {
        "run_id": run.run_id,
        "owner_id": run.owner_id,
        "key": key,
        "workflow": run.workflow,
        "origin": run.origin,
        "status": run.status,
        "created_at": run.created_at,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "cancel_requested": run.cancel_requested,
        "attempts": 0,
        "follows": run.follows,
        "waits": run.waits,
        "started_by": run.started_by,
        "name": run.name or None,
        "token": 0,
        "sequence": 0,
        "progress": 0.0,
        "flow_run_id": run.flow_run_id,
        "request": REQUEST.write(run.request),
        "result": None if run.result is None else RESULT.write(run.result),
        "file_names": FILE_NAMES.write(run.file_names) if run.file_names else None,
    }
    add_new(connection, models.runs, [values], key=("owner_id", "key"))
    mine = select(models.runs).where(_RUN.owner_id == run.owner_id, _RUN.key == key)
    return as_run(connection.execute(mine).mappings().one())


def get(connection: Connection, run_id: str, *, owner_id: str | None = None) -> Run:
    """A run by its id, or by a unique beginning or end of it."""
    query = select(models.runs) if owner_id is None else select(models.runs).where(_RUN.owner_id == owner_id)
    row = connection.execute(query.where(_RUN.run_id == run_id)).mappings().first()
    if row is not None:
        return as_run(row)
    if len(run_id) < _LEAST_OF_AN_ID:
        raise Invalid("run_id_too_short", run_id=run_id, minimum=_LEAST_OF_AN_ID)
    fits = or_(_RUN.run_id.startswith(run_id, autoescape=True), _RUN.run_id.endswith(run_id, autoescape=True))
    rows = connection.execute(query.where(fits).order_by(_RUN.run_id).limit(_MOST_NAMED + 1)).mappings().all()
    if not rows:
        raise NotFound("run_not_found", way_out="list_runs", run_id=run_id)
    if len(rows) > 1:
        named = ", ".join(str(row["run_id"]) for row in rows[:_MOST_NAMED])
        more = ", ..." if len(rows) > _MOST_NAMED else ""
        raise Invalid("run_id_ambiguous", run_id=run_id, names=named, more=more)
    return as_run(rows[0])


def listed(
    connection: Connection,
    *,
    owner_id: str | None = None,
    statuses: Sequence[RunStatus] = (),
    workflow: str | None = None,
    follows: str | None = None,
    limit: int = 50,
    before: str | None = None,
) -> list[Run]:
    """Runs, newest first, without their results."""
    query = select(*_WITHOUT_RESULT, interrupted(connection))
    query = query.order_by(_RUN.created_at.desc(), _RUN.run_id.desc()).limit(limit)
    if owner_id is not None:
        query = query.where(_RUN.owner_id == owner_id)
    if statuses:
        query = query.where(_RUN.status.in_([str(status) for status in statuses]))
    if workflow is not None:
        query = query.where(_RUN.workflow == workflow)
    if follows is not None:
        query = query.where(_RUN.follows == follows)
    if before is not None:
        edge = get(connection, before, owner_id=owner_id)
        query = query.where(tuple_(_RUN.created_at, _RUN.run_id) < tuple_(edge.created_at, edge.run_id))
    return [as_run(row) for row in connection.execute(query).mappings()]


def of_keys(connection: Connection, owner_id: str, keys: Sequence[str]) -> list[Run]:
    """An owner's runs that have one of these keys, without their results, oldest first."""
    query = select(*_WITHOUT_RESULT).where(_RUN.owner_id == owner_id, _RUN.key.in_(keys))
    return [as_run(row) for row in connection.execute(query.order_by(_RUN.created_at, _RUN.run_id)).mappings()]


def remove(connection: Connection, owner_id: str, run_ids: Sequence[str]) -> None:
    """Remove runs, children first."""
    mine = select(_RUN.run_id).where(_RUN.owner_id == owner_id, _RUN.run_id.in_(run_ids))
    ids = list(connection.execute(mine).scalars())
    decisions = select(models.decisions.c.decision_id).where(models.decisions.c.run_id.in_(ids))
    connection.execute(delete(models.rewards).where(models.rewards.c.decision_id.in_(decisions)))
    for table in reversed(models.metadata.sorted_tables):
        if "run_id" in table.c and table not in _STAYING:
            connection.execute(delete(table).where(table.c.run_id.in_(ids)))


def release_keys(connection: Connection, owner_id: str, run_ids: Sequence[str]) -> None:
    """Give runs the key that those without a key have."""
    mine = (_RUN.owner_id == owner_id) & _RUN.run_id.in_(run_ids)
    connection.execute(update(models.runs).where(mine).values(key=_RUN.run_id))


def interrupted(connection: Connection) -> ColumnElement[Any]:
    """Whether a run was interrupted, taken out of its result, which is small where it failed."""
    failed = _RUN.status == str(RunStatus.FAILED)
    return case((failed, part_of(connection, _RUN.result, *_INTERRUPTED))).label("interrupted")


def waiting(connection: Connection, *, limit: int = 200) -> list[Run]:
    """Queued runs that may begin, each owner's oldest first, then each one's second."""
    followed = models.runs.alias()
    under_way = followed.c.status.in_([str(status) for status in RunStatus if not status.ended])
    has_to_end = exists().where(followed.c.run_id == _RUN.follows, under_way)
    place = func.row_number().over(partition_by=_RUN.owner_id, order_by=(_RUN.created_at, _RUN.run_id))
    query = select(*_WITHOUT_RESULT).where(
        _RUN.status == str(RunStatus.QUEUED), or_(_RUN.waits.is_(False), ~has_to_end)
    )
    rows = connection.execute(query.order_by(place, _RUN.created_at, _RUN.run_id).limit(limit)).mappings()
    return [as_run(row) for row in rows]


def spent(connection: Connection, *, owner_id: str, since: int) -> list[Spent]:
    """What runs have used, taken out of their results by the database: a result may hold a whole shop."""
    cost, seconds = part_of(connection, _RUN.result, "value", "cost"), part_of(connection, _RUN.result, *_SECONDS)
    query = select(_RUN.workflow, _RUN.status, cost, seconds).where(_RUN.owner_id == owner_id, _RUN.created_at >= since)
    return [
        Spent(workflow, RunStatus(status), float(took or 0.0), Cost.model_validate_json(its) if its else Cost())
        for workflow, status, its, took in connection.execute(query)
    ]


def set_request(connection: Connection, run_id: str, request: JSON) -> Run:
    """Change a run's request, where it is not under way."""
    row = locked(connection, run_id)
    _check_resumable(connection, row)
    change(connection, run_id, request=REQUEST.write(request))
    return as_run(locked(connection, run_id))


def requeue(connection: Connection, now: int, run_id: str) -> Run:
    """Queue a run again that has ended without completing."""
    row = locked(connection, run_id)
    if row["origin"] == Origin.CLI and not row["attempts"]:
        change(connection, run_id, origin=Origin.API)  # whoever asks here expects a dispatcher to start it
    if row["status"] == RunStatus.QUEUED:
        return as_run(locked(connection, run_id))
    _check_resumable(connection, row)
    change(
        connection,
        run_id,
        status=RunStatus.QUEUED,
        cancel_requested=False,
        finished_at=None,
        result=None,
        dismissed=False,
    )
    reopen_items(connection, run_id)
    append_status(connection, run_id, RunStatus.QUEUED, now, data={"resumed": True})
    return as_run(locked(connection, run_id))


def close_unbegun(connection: Connection, now: int, run_id: str, result: JSON) -> bool:
    """End a queued run that no attempt has begun for as failed; answers whether it was one."""
    row = locked(connection, run_id)
    if row["status"] != RunStatus.QUEUED or row["attempts"]:
        return False
    change(connection, run_id, status=RunStatus.FAILED, finished_at=now, result=RESULT.write(result))
    append_status(connection, run_id, RunStatus.FAILED, now, data={})
    return True


def _check_resumable(connection: Connection, row: RowMapping) -> None:
    active = latest_attempt(connection, row) if row["status"] == RunStatus.PROCESSING else None
    if (why := why_not_resumable(as_run(row), active)) is not None:
        raise why


def latest_attempt(connection: Connection, run: RowMapping) -> Attempt | None:
    """The attempt that was begun last, whether or not it has ended."""
    query = select(models.attempts).where(_ATTEMPT.run_id == run["run_id"], _ATTEMPT.number == run["attempts"])
    row = connection.execute(query).mappings().first()
    return None if row is None else Attempt.model_validate(dict(row))


def reopen_items(connection: Connection, run_id: str) -> None:
    """Retry the failed items of a run that was resumed, in steps whose results no longer hold."""
    item, step = models.run_items.c, models.step_results.c
    failed = (item.run_id == run_id, item.state == str(ItemState.FAILED))
    steps = select(item.step).where(*failed)
    connection.execute(delete(models.step_results).where(step.run_id == run_id, step.step.in_(steps)))
    again = {"state": str(ItemState.PENDING), "attempts": 0, "not_before": 0, "problem": None}
    connection.execute(update(models.run_items).where(*failed).values(again))


def restarts(connection: Connection, run_id: str) -> int:
    """How often a run was queued again because its attempt had died, since somebody last asked for it."""
    query = select(models.events.c.data).where(
        _EVENT.run_id == run_id, _EVENT.kind == "status", _EVENT.status == str(RunStatus.QUEUED)
    )
    last = connection.execute(query.order_by(_EVENT.sequence.desc()).limit(1)).scalar_one_or_none()
    return 0 if last is None else int(EVENT.read(last).get(RESTART, 0))


def request_cancel(connection: Connection, now: int, run_id: str) -> RunStatus:
    """Raise the flag; end a run that nobody has begun."""
    row = locked(connection, run_id)
    status = RunStatus(row["status"])
    if status.ended or row["cancel_requested"]:
        return status
    if status is RunStatus.QUEUED:
        status = RunStatus.CANCELLED
        change(connection, run_id, status=status, cancel_requested=True, finished_at=now)
    else:
        change(connection, run_id, cancel_requested=True)
    append_status(connection, run_id, status, now, data={"cancel_requested": True})
    return status


def dismiss(connection: Connection, run_id: str) -> None:
    """Set a flag of a run that has ended."""
    if RunStatus(locked(connection, run_id)["status"]).ended:
        change(connection, run_id, dismissed=True)


def rename(connection: Connection, run_id: str, name: str) -> Run:
    """Set what people call a run; "" takes the name away."""
    change(connection, run_id, name=name or None)
    return as_run(locked(connection, run_id))


def ask_to_give_way(connection: Connection, run_id: str) -> None:
    """Set a flag of an active run."""
    if locked(connection, run_id)["status"] == RunStatus.PROCESSING:
        change(connection, run_id, give_way=True)


def append(connection: Connection, event: RunEvent) -> RunEvent:
    """Insert an event under the run's next sequence."""
    # The update comes first: it locks the row, so no two events get the same number.
    counted = update(models.runs).where(_RUN.run_id == event.run_id)
    counted = counted.values(sequence=_RUN.sequence + 1, progress=event.progress)
    if not connection.execute(counted).rowcount:
        raise _unknown(event.run_id)
    head = select(_RUN.sequence, _RUN.owner_id).where(_RUN.run_id == event.run_id)
    sequence, owner_id = connection.execute(head).one()
    values = {
        "run_id": event.run_id,
        "sequence": sequence,
        "owner_id": owner_id,
        "at": event.at,
        "kind": event.kind,
        "status": event.status,
        "progress": event.progress,
        "current_task": event.current_task,
        "estimated_remaining": event.estimated_remaining,
        "data": EVENT.write(event.data),
    }
    if event.kind == _TEXT and event.data.get("begins"):
        forget_texts(connection, event.run_id, after=sequence - _LATEST)
    connection.execute(insert(models.events), values)
    event = event.model_copy(update={"sequence": sequence})
    if type_ := type_of(event):
        row = connection.execute(select(*_WITHOUT_RESULT).where(_RUN.run_id == event.run_id)).mappings().one()
        webhooks.announce(connection, as_run(row), event, type_)
        asked = event.status.ended and webhooks.is_asked_for(connection, event.run_id)
        told, event_id = {"run_id": event.run_id}, event_id_of(event)
        channels.announce(connection, event.at, owner_id, type_, event_id, told, asked=asked)
    return event


def forget_texts(connection: Connection, run_id: str, *, after: int = 0) -> None:
    """Delete the events of texts that were shown while they were written."""
    connection.execute(
        delete(models.events).where(_EVENT.run_id == run_id, _EVENT.sequence > after, _EVENT.kind == _TEXT)
    )


def need_review(connection: Connection, now: int, run_id: str, data: JSON) -> None:
    """Tell that a person is needed, beside how the run stands; what a step says again that was cut is told once."""
    row = locked(connection, run_id)
    before = select(models.events.c.data).where(_EVENT.run_id == run_id, _EVENT.kind == "review")
    if any(EVENT.read(text) == data for text in connection.execute(before).scalars()):
        return
    status, progress = RunStatus(row["status"]), row["progress"]
    event = RunEvent(run_id=run_id, sequence=0, at=now, kind="review", status=status, progress=progress, data=data)
    append(connection, event)


def append_status(connection: Connection, run_id: str, status: RunStatus, now: int, *, data: JSON) -> None:
    """Tell of a status in the transaction that changes it."""
    progress = connection.execute(select(_RUN.progress).where(_RUN.run_id == run_id)).scalar_one()
    if status in (RunStatus.COMPLETED, RunStatus.PARTIAL):
        progress = 100.0
    remaining = 0.0 if status.ended else None
    event = RunEvent(
        run_id=run_id,
        sequence=0,
        at=now,
        kind="status",
        status=status,
        progress=progress,
        estimated_remaining=remaining,
        data=data,
    )
    append(connection, event)


def events(connection: Connection, run_id: str, *, after: int = 0, limit: int = 500) -> list[RunEvent]:
    """Events after a sequence, in order."""
    query = select(models.events).where(_EVENT.run_id == run_id, _EVENT.sequence > after)
    rows = connection.execute(query.order_by(_EVENT.sequence).limit(limit)).mappings()
    return [RunEvent.model_validate({**row, "data": EVENT.read(row["data"])}) for row in rows]


def plans(connection: Connection, run_id: str) -> list[Plan]:
    """All revisions, oldest first."""
    query = select(models.plans.c.plan).where(models.plans.c.run_id == run_id).order_by(models.plans.c.revision)
    return [PLAN.read(text) for text in connection.execute(query).scalars()]


def step_result(connection: Connection, run_id: str, step: str, revision: int, inputs: str) -> JSON | None:
    """A step's kept result."""
    table = models.step_results.c
    query = select(table.result).where(
        table.run_id == run_id, table.step == step, table.revision == revision, table.inputs == inputs
    )
    text = connection.execute(query).scalar_one_or_none()
    return None if text is None else STEP_RESULT.read(text)


def prunable(
    connection: Connection, before: int, *, kept: Callable[[ColumnElement[str]], ColumnElement[bool]]
) -> list[str]:
    """Runs that ended before then and still have events, which are what `prune` removes last.

    Args:
        kept: whether a run, by its id's column, has to stay for what will be compared with it.
    """
    ended = exists().where(_EVENT.run_id == _RUN.run_id)
    query = select(_RUN.run_id).where(_RUN.finished_at < before, ended, ~kept(_RUN.run_id))
    query = query.order_by(_RUN.finished_at)
    return list(connection.execute(query).scalars())


def condemn(connection: Connection, run_ids: Sequence[str], before: int, now: int) -> list[str]:
    """Prevent runs from being resumed; returns those that are not active again."""
    query = select(_RUN.run_id).where(_RUN.run_id.in_(run_ids), _RUN.finished_at < before).order_by(_RUN.run_id)
    old = list(connection.execute(query.with_for_update()).scalars())
    connection.execute(update(models.runs).where(_RUN.run_id.in_(old)).values(pruned_at=now))
    return old


def prune(connection: Connection, run_ids: Sequence[str]) -> dict[str, int]:
    """Remove the events and kept results of runs; answers how many of each."""
    tables = {"events": models.events, "step_results": models.step_results}
    return {
        name: connection.execute(delete(table).where(table.c.run_id.in_(run_ids))).rowcount
        for name, table in tables.items()
    }


def locked(connection: Connection, run_id: str) -> RowMapping:
    """A run's row, by its whole id, that nobody else changes until the transaction ends.

    Raises:
        NotFound: there is no such run.
    """
    row = connection.execute(select(models.runs).where(_RUN.run_id == run_id).with_for_update()).mappings().first()
    if row is None:
        raise _unknown(run_id)
    return row


def change(connection: Connection, run_id: str, **values: Any) -> None:
    """Set columns of a run."""
    connection.execute(update(models.runs).where(_RUN.run_id == run_id).values(**values))


def as_run(row: RowMapping) -> Run:
    """The run of a row."""
    result: JSON | None = None if row["result"] is None else RESULT.read(row["result"])
    cut = row["interrupted"] if "interrupted" in row else (result or {}).get("interrupted")
    return Run(
        run_id=row["run_id"],
        owner_id=row["owner_id"],
        workflow=row["workflow"],
        request=REQUEST.read(row["request"]),
        origin=Origin(row["origin"]),
        status=RunStatus(row["status"]),
        created_at=row["created_at"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        cancel_requested=row["cancel_requested"],
        dismissed=row["dismissed"],
        attempts=row["attempts"],
        follows=row["follows"],
        waits=row["waits"],
        started_by=row["started_by"],
        name=row["name"] or "",
        flow_run_id=row["flow_run_id"],
        pruned_at=row["pruned_at"],
        interrupted=str(cut).lower() in _TRUE,
        result=result,
        file_names={} if row["file_names"] is None else FILE_NAMES.read(row["file_names"]),
    )


def _unknown(run_id: str) -> NotFound:
    return NotFound("run_not_found", way_out="list_runs", run_id=run_id)

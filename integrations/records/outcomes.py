"""What came of decisions."""

from typing import Any

from sqlalchemy import Connection, RowMapping, select

from integrations.records import models
from integrations.records.database import upsert
from integrations.records.documents import LEARNT
from magicai.ports import Outcome
from magicai.runs.run import RunStatus

_OUTCOME = models.outcomes.c
_PLAIN = ("run_id", "owner_id", "workflow", "at", "quality", "cost", "seconds")
_LEARNT = ("steps", "step_costs", "size", "kinds")


def add(connection: Connection, outcome: Outcome) -> None:
    """Upsert the outcome of a run."""
    values: dict[str, Any] = {name: getattr(outcome, name) for name in (*_PLAIN, "status")}
    learnt = LEARNT.write({**{name: dict(getattr(outcome, name)) for name in _LEARNT}, "told": outcome.told})
    upsert(connection, models.outcomes, [{**values, "learnt": learnt}])


def recent(
    connection: Connection,
    workflow: str | None,
    *,
    owner_id: str | None = None,
    limit: int = 500,
) -> list[Outcome]:
    """The latest outcomes, oldest first."""
    query = select(models.outcomes)
    if workflow is not None:
        query = query.where(_OUTCOME.workflow == workflow)
    if owner_id is not None:
        query = query.where(_OUTCOME.owner_id == owner_id)
    rows = connection.execute(query.order_by(_OUTCOME.at.desc(), _OUTCOME.run_id.desc()).limit(limit)).mappings()
    return [_as_outcome(row) for row in rows][::-1]


def _as_outcome(row: RowMapping) -> Outcome:
    values: dict[str, Any] = {name: row[name] for name in _PLAIN}
    learnt = LEARNT.read(row["learnt"])
    told = learnt.pop("told", None)  # which older rows lack, as they do costs by step, sizes and kinds
    values.update(learnt, told=None if told is None else tuple(told))
    return Outcome(**values, status=RunStatus(row["status"]))

"""Runs as lists show them: how far each is, and what it found."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, case, func, null, or_, select, tuple_

from integrations.records import models
from integrations.records.columns import storable
from integrations.records.database import part_of
from integrations.records.runs import as_run, get
from magicai.ports import RunSummary
from magicai.runs.run import RunStatus

_RUN = models.runs.c
_VALUE = "value"  # where a document's value is


def summaries(
    connection: Connection,
    *,
    owner_id: str,
    findings: Mapping[str, str],
    statuses: Sequence[RunStatus] = (),
    workflows: Sequence[str] = (),
    words: Sequence[str] = (),
    runs: Collection[str] | None = None,
    follows: str | None = None,
    limit: int = 50,
    before: str | None = None,
) -> list[RunSummary]:
    """Runs with their findings, which the database takes out of the results: a result may be large."""
    columns = [column for column in _RUN if column.name != "result"]
    query = select(*columns, null().label("result"), _findings(connection, findings).label("findings"))
    query = query.where(_RUN.owner_id == owner_id).order_by(_RUN.created_at.desc(), _RUN.run_id.desc()).limit(limit)
    if statuses:
        query = query.where(_RUN.status.in_([str(status) for status in statuses]))
    if workflows:
        query = query.where(_RUN.workflow.in_([storable(name) for name in workflows]))
    for word in words:
        part = storable(word.lower())
        texts = (_RUN.request, _RUN.run_id, _RUN.workflow)
        query = query.where(or_(*(func.lower(text).contains(part, autoescape=True) for text in texts)))
    if runs is not None:
        query = query.where(_RUN.run_id.in_(sorted(runs)))
    if follows is not None:
        query = query.where(_RUN.follows == follows)
    if before is not None:
        edge = get(connection, before, owner_id=owner_id)
        query = query.where(tuple_(_RUN.created_at, _RUN.run_id) < tuple_(edge.created_at, edge.run_id))
    rows = connection.execute(query).mappings()
    return [RunSummary(as_run(row), float(row["progress"]), _texts(row["findings"])) for row in rows]


def _findings(connection: Connection, places: Mapping[str, str]) -> ColumnElement[Any]:
    """The findings of a run's result, as JSON, where its workflow has them."""
    found = {
        name: part_of(connection, _RUN.result, _VALUE, *place.split(".")) for name, place in places.items() if place
    }
    return case(found, value=_RUN.workflow) if found else null()


def _texts(found: str | None) -> tuple[str, ...]:
    given = json.loads(found) if found else ()
    return tuple(one for one in cast("list[Any]", given) if isinstance(one, str)) if isinstance(given, list) else ()

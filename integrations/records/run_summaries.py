"""Runs as lists show them: how far each is, and what it found."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, cast

from sqlalchemy import ColumnElement, Connection, case, func, null, or_, select, tuple_

from integrations.records import models
from integrations.records.columns import storable
from integrations.records.database import part_of
from integrations.records.runs import as_run, get, interrupted
from magicai.messages import Message
from magicai.ports import FailedRun, RunSummary
from magicai.runs.results import MESSAGES
from magicai.runs.run import Problem, Run, RunStatus

_RUN = models.runs.c
_AT_ONCE = 200
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
    problems = part_of(connection, _RUN.result, _VALUE, "problems") if findings else null()
    query = select(
        *columns,
        null().label("result"),
        interrupted(connection),
        _findings(connection, findings).label("findings"),
        _findings(connection, {name: f"{place}{MESSAGES}" for name, place in findings.items()}).label("messages"),
        problems.label("problems"),
    )
    query = query.order_by(_RUN.created_at.desc(), _RUN.run_id.desc())
    query = query.where(_RUN.owner_id == owner_id)
    if statuses:
        query = query.where(_RUN.status.in_([str(status) for status in statuses]))
    if workflows:
        query = query.where(_RUN.workflow.in_([storable(name) for name in workflows]))
    query = query.where(*map(_contains, words))
    if runs is not None:
        query = query.where(_RUN.run_id.in_(sorted(runs)))
    if follows is not None:
        query = query.where(_RUN.follows == follows)
    if before is not None:
        edge = get(connection, before, owner_id=owner_id)
        query = query.where(tuple_(_RUN.created_at, _RUN.run_id) < tuple_(edge.created_at, edge.run_id))
    if not words:
        query = query.limit(limit)
    # One after the other: the database looks for words in the names of parameters, too.
    with connection.execute(query.execution_options(yield_per=_AT_ONCE)) as rows:
        found = ((as_run(row), row) for row in rows.mappings())
        wanted = islice((one for one in found if _has(one[0], words)), limit)
        return [
            RunSummary(
                run,
                float(row["progress"]),
                _texts(row["findings"]),
                _messages(row["messages"]),
                _first(row["problems"]),
            )
            for run, row in wanted
        ]


def failed(connection: Connection, *, since: int, limit: int) -> list[FailedRun]:
    """Runs of all workspaces that failed since then, newest first; of a result, the database takes its problems."""
    problems = part_of(connection, _RUN.result, _VALUE, "problems").label("problems")
    query = (
        select(_RUN.run_id, _RUN.owner_id, _RUN.workflow, _RUN.finished_at, problems)
        .where(_RUN.status == str(RunStatus.FAILED), _RUN.finished_at >= since)
        .order_by(_RUN.finished_at.desc(), _RUN.run_id.desc())
        .limit(limit)
    )
    return [FailedRun(*row[:4], problem=_first(row.problems)) for row in connection.execute(query)]


def _contains(word: str) -> ColumnElement[bool]:
    part = storable(word.lower())
    return or_(
        *(
            func.lower(text).contains(part, autoescape=True)
            for text in (_RUN.request, _RUN.run_id, _RUN.workflow, _RUN.name)
        )
    )


def _has(run: Run, words: Sequence[str]) -> bool:
    text = "\n".join((run.run_id, run.workflow, run.name, *_values(run.request))).lower()
    return all(word.lower() in text for word in words)


def _values(part: object) -> Iterator[str]:
    """The texts and numbers of a request, without the names of its parameters."""
    if isinstance(part, Mapping):
        part = list(cast("Mapping[str, object]", part).values())
    if isinstance(part, list | tuple):
        for one in cast("Sequence[object]", part):
            yield from _values(one)
    elif part is not None:
        yield str(part)


def _findings(connection: Connection, places: Mapping[str, str]) -> ColumnElement[Any]:
    """The findings of a run's result, as JSON, where its workflow has them."""
    found = {
        name: part_of(connection, _RUN.result, _VALUE, *place.split(".")) for name, place in places.items() if place
    }
    return case(found, value=_RUN.workflow) if found else null()


def _texts(found: str | None) -> tuple[str, ...]:
    given = json.loads(found) if found else ()
    return tuple(one for one in cast("list[Any]", given) if isinstance(one, str)) if isinstance(given, list) else ()


def _messages(found: str | None) -> tuple[Message, ...]:
    given = json.loads(found) if found else None
    return tuple(Message(**one) for one in given or ())


def _first(found: str | None) -> Problem | None:
    given = cast("list[dict[str, Any]]", json.loads(found) if found else [])
    return Problem.model_validate(given[0]) if given else None

"""What calls of language models have cost, summed by the database."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, RowMapping, and_, case, func, literal, or_, select

from integrations.records import models
from integrations.records.transactions import Rows, reading
from magicai.ports import CostGrouping, CostOfDay, CostOfRun, CostSum
from magicai.values.times import DAY_US

_CALL, _RUN = models.model_calls.c, models.runs.c
_BILLIONTHS = -9
_TOKENS = _CALL.prompt_tokens + _CALL.completion_tokens
# Unknown; or, where a call failed or its server does not count, the most that it may have cost (RemoteText).
_INEXACT = or_(_CALL.cost.is_(None), and_(_CALL.cost > 0, or_(_CALL.outcome.not_in(("ok", "cut")), _TOKENS == 0)))
_RUN_OF_CALL = models.model_calls.outerjoin(
    models.runs, and_(_RUN.run_id == _CALL.run_id, _RUN.owner_id == _CALL.owner_id)
)
# Who started the run; until runs say so, whose it is.
_PERSON = _CALL.owner_id
_KEYS: dict[CostGrouping, ColumnElement[str]] = {
    "workflow": func.coalesce(_RUN.workflow, ""),
    "model": _CALL.model,
    "person": _PERSON,
}


def by_day(connection: Connection, owner_id: str, by: CostGrouping, bounds: Sequence[int]) -> list[CostOfDay]:
    """An owner's costs by day and what they are grouped by."""
    columns = (_day(bounds).label("day"), _KEYS[by].label("key"), *_counted())
    calls = select(*columns).select_from(_RUN_OF_CALL).where(*_of(owner_id, bounds[0], bounds[-1])).subquery()
    query = select(calls.c.day, calls.c.key, *_sums(calls)).group_by(calls.c.day, calls.c.key)
    rows = connection.execute(query.order_by(calls.c.day, calls.c.key)).mappings()
    return [CostOfDay(row["day"], row["key"], _sum(row)) for row in rows]


def by_run(
    connection: Connection, owner_id: str, since: int, until: int, *, before: str | None = None, limit: int
) -> list[CostOfRun]:
    """An owner's costs by run."""
    wanted = _of(owner_id, since, until)
    if before is not None:
        wanted = (*wanted, _CALL.run_id < before)
    columns = (_CALL.run_id, _RUN.workflow, _RUN.created_at, _PERSON.label("person"), *_counted())
    calls = select(*columns).select_from(_RUN_OF_CALL).where(*wanted).subquery()
    same = (calls.c.run_id, calls.c.workflow, calls.c.created_at, calls.c.person)
    query = select(*same, *_sums(calls)).group_by(*same).order_by(calls.c.run_id.desc()).limit(limit)
    rows = connection.execute(query).mappings().all()
    called = _models(connection, owner_id, since, until, [row["run_id"] for row in rows])
    return [
        CostOfRun(
            row["run_id"], row["workflow"] or "", row["created_at"], row["person"], called[row["run_id"]], _sum(row)
        )
        for row in rows
    ]


def _models(
    connection: Connection, owner_id: str, since: int, until: int, run_ids: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    query = select(_CALL.run_id, _CALL.model).where(*_of(owner_id, since, until), _CALL.run_id.in_(run_ids)).distinct()
    rows = connection.execute(query.order_by(_CALL.run_id, _CALL.model)).all()
    return {run_id: tuple(row.model for row in found) for run_id, found in groupby(rows, lambda row: row.run_id)}


def _of(owner_id: str, since: int, until: int) -> tuple[ColumnElement[bool], ...]:
    return (_CALL.owner_id == owner_id, _CALL.at >= since, _CALL.at < until)


def _day(bounds: Sequence[int]) -> ColumnElement[int]:
    """The place of the day of a call: days of 24 hours in a row are counted, each of 23 or 25 is a case of its own."""
    cases: list[tuple[ColumnElement[bool], ColumnElement[int]]] = []
    place = 0
    for is_usual, group in groupby(pairwise(bounds), lambda day: day[1] - day[0] == DAY_US):
        days = list(group)
        if is_usual:
            cases.append((_CALL.at < days[-1][1], (_CALL.at - days[0][0]) // DAY_US + place))
        else:
            cases += [(_CALL.at < end, literal(place + number)) for number, (_, end) in enumerate(days)]
        place += len(days)
    return case(*cases)


def _counted() -> tuple[ColumnElement[Any], ...]:
    return _CALL.prompt_tokens, _CALL.completion_tokens, _CALL.cost, case((_INEXACT, 1), else_=0).label("inexact")


def _sums(calls: FromClause) -> tuple[ColumnElement[Any], ...]:
    names = ("prompt_tokens", "completion_tokens", "cost", "inexact")
    return func.count().label("calls"), *(func.sum(calls.c[name]).label(name) for name in names)


def _sum(row: RowMapping) -> CostSum:
    amount = Decimal(int(row["cost"] or 0)).scaleb(_BILLIONTHS)
    return CostSum(row["calls"], int(row["prompt_tokens"]), int(row["completion_tokens"]), amount, int(row["inexact"]))


class SqlCosts(Rows):
    """Sums the log of calls."""

    by_day = reading(by_day)
    by_run = reading(by_run)

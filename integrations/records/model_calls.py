"""The log of calls of language models."""

from sqlalchemy import Connection, RowMapping, delete, func, insert, select

from integrations.records import models
from integrations.records.transactions import Rows, reading, writing
from magicai.ports import ModelCall

_CALL = models.model_calls.c
_BILLION = 1_000_000_000
_MILLION = 1_000_000
# What a column of 32 bits holds.
_MOST_TOKENS = 2**31 - 1


def _add(connection: Connection, call: ModelCall) -> None:
    row = {
        "call_id": call.call_id, "owner_id": call.owner_id, "run_id": call.run_id, "step": call.step,
        "model": call.model, "at": call.at, "outcome": call.outcome,
        "prompt_tokens": min(call.prompt_tokens, _MOST_TOKENS),
        "completion_tokens": min(call.completion_tokens, _MOST_TOKENS),
        "cost": None if call.cost is None else round(call.cost * _BILLION),
        "duration": round(call.duration_s * _MILLION),
    }  # fmt: skip
    connection.execute(insert(models.model_calls).values(row))


def _of_run(connection: Connection, run_id: str) -> list[ModelCall]:
    query = select(models.model_calls).where(_CALL.run_id == run_id).order_by(_CALL.at, _CALL.call_id)
    return [_call(row) for row in connection.execute(query).mappings()]


def _latest(connection: Connection, owner_id: str, *, since: int, each: int) -> list[ModelCall]:
    place = func.row_number().over(partition_by=_CALL.model, order_by=(_CALL.at.desc(), _CALL.call_id.desc()))
    ranked = select(models.model_calls, place.label("place")).where(_CALL.owner_id == owner_id, _CALL.at >= since)
    of = ranked.subquery().c
    query = select(*(column for column in of if column.name != "place")).where(of.place <= each)
    query = query.order_by(of.model, of.place)
    return [_call(row) for row in connection.execute(query).mappings()]


def prune(connection: Connection, before: int) -> int:
    """Remove calls that began before."""
    return connection.execute(delete(models.model_calls).where(_CALL.at < before)).rowcount


def _call(row: RowMapping) -> ModelCall:
    cost = None if row["cost"] is None else row["cost"] / _BILLION
    values = {name: value for name, value in row.items() if name not in ("cost", "duration")}
    return ModelCall(**values, cost=cost, duration_s=row["duration"] / _MILLION)


class SqlModelCalls(Rows):
    """Keeps calls, and lists those of a run, and the last one of each model."""

    add = writing(_add)
    of_run = reading(_of_run)
    latest = reading(_latest)

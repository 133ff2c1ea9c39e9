"""The log of calls of language models."""

from sqlalchemy import Connection, RowMapping, delete, insert, select

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


def prune(connection: Connection, before: int) -> int:
    """Remove calls that began before."""
    return connection.execute(delete(models.model_calls).where(_CALL.at < before)).rowcount


def _call(row: RowMapping) -> ModelCall:
    cost = None if row["cost"] is None else row["cost"] / _BILLION
    values = {name: value for name, value in row.items() if name not in ("cost", "duration")}
    return ModelCall(**values, cost=cost, duration_s=row["duration"] / _MILLION)


class SqlModelCalls(Rows):
    """Keeps calls, and lists those of a run."""

    add = writing(_add)
    of_run = reading(_of_run)

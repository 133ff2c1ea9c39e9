"""Items of a run's steps, a row each."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, bindparam, delete, func, select, tuple_, update

from integrations.records import attempts, models
from integrations.records.columns import storable
from integrations.records.database import in_parts, upsert
from integrations.records.documents import ITEM, ITEM_PROBLEM
from integrations.records.transactions import Rows, reading, writing, writing_now
from magicai.errors import Invalid
from magicai.ports import Claimed, Item, ItemChange, ItemCounts, ItemState, NewItem
from magicai.runs.run import Attempt

_ITEM = models.run_items.c
# What a new list changes nothing of, where an item's input is the same.
_COURSE = ("state", "attempts", "token", "not_before", "result", "problem")
# Before all times: what has to be alone comes first.
_ALONE = -1
_SECOND_US = 1_000_000
# Rows that one transaction removes where there are many: other writers wait for it.
_REMOVED = 2000
_CHANGED = (
    update(models.run_items)
    .where(_ITEM.run_id == bindparam("of_run"), _ITEM.step == bindparam("of_step"), _ITEM.key == bindparam("of_key"))
    .values({name: bindparam(f"new_{name}") for name in _COURSE if name != "token"})
)


def prune(connection: Connection, run_ids: Sequence[str], limit: int) -> int:
    """Remove some items of runs; answers how many."""
    return _forget(connection, limit, _ITEM.run_id.in_(run_ids))


def _add(
    connection: Connection, attempt: Attempt, step: str, listing: str, items: Sequence[NewItem], *, at: int
) -> None:
    owner_id = attempts.current(connection, attempt)["owner_id"]
    rows: dict[str, dict[str, Any]] = {}
    for position, item in enumerate(items, start=at):
        key = storable(item.key)
        earlier = rows.setdefault(key, _row(attempt, step, listing, item, owner_id, position))
        _check_same(item, earlier["digest"])
    kept = select(_ITEM.key, _ITEM.digest, _ITEM.listing).where(_ITEM.run_id == attempt.run_id, _ITEM.step == step)
    same: list[dict[str, Any]] = []
    for part in in_parts(list(rows)):
        for key, digest, where in connection.execute(kept.where(_ITEM.key.in_(part))):
            if where == listing:
                _check_same(rows.pop(key), digest)
            elif rows[key]["digest"] == digest:
                same.append(rows.pop(key))
    upsert(connection, models.run_items, same, keep=_COURSE)
    upsert(connection, models.run_items, list(rows.values()))


def _row(attempt: Attempt, step: str, listing: str, item: NewItem, owner_id: str, position: int) -> dict[str, Any]:
    return {
        "run_id": attempt.run_id,
        "step": step,
        "key": item.key,
        "owner_id": owner_id,
        "position": position,
        "state": str(ItemState.PENDING),
        "attempts": 0,
        "token": attempt.token,
        "not_before": 0,
        "listing": listing,
        "digest": item.digest,
        "input": ITEM.write(item.input),
        "result": None,
        "problem": None,
    }


def _check_same(item: "NewItem | dict[str, Any]", digest: str) -> None:
    key, mine = (item.key, item.digest) if isinstance(item, NewItem) else (item["key"], item["digest"])
    if mine != digest:
        raise Invalid("duplicate_item_key", key=key)


def _remove(connection: Connection, attempt: Attempt, step: str, listing: str) -> int:
    attempts.current(connection, attempt)
    mine = (_ITEM.run_id == attempt.run_id, _ITEM.step == step)
    return _forget(connection, _REMOVED, *mine, _ITEM.listing != listing)


def _forget(connection: Connection, limit: int, *which: ColumnElement[bool]) -> int:
    key = list(models.run_items.primary_key)
    rows = [tuple(row) for row in connection.execute(select(*key).where(*which).limit(limit))]
    for part in in_parts(rows, 100):
        connection.execute(delete(models.run_items).where(tuple_(*key).in_(part)))
    return len(rows)


def _claim(
    connection: Connection,
    now: int,
    attempt: Attempt,
    step: str,
    changes: Sequence[ItemChange],
    *,
    most: int,
    alone: bool,
) -> Claimed:
    attempts.current(connection, attempt)
    if changes:
        connection.execute(_CHANGED, [_changed(attempt, step, change, now) for change in changes])
    mine = (_ITEM.run_id == attempt.run_id, _ITEM.step == step, models.PENDING)
    ready = select(models.run_items).where(*mine, _ITEM.not_before <= now)
    rows = list(connection.execute(ready.order_by(_ITEM.not_before, _ITEM.position).limit(most)).mappings())
    apart = bool(rows) and rows[0]["not_before"] == _ALONE
    if apart:
        rows = rows[:1] if alone else []
    taken = {"state": str(ItemState.RUNNING), "token": attempt.token}
    for part in in_parts([row["key"] for row in rows]):
        these = update(models.run_items).where(*mine, _ITEM.key.in_(part))
        connection.execute(these.values(attempts=_ITEM.attempts + 1, **taken))
    items = [_as_item({**row, **taken, "attempts": row["attempts"] + 1}) for row in rows]
    if len(rows) == most > 0:
        return Claimed(items, 0.0, alone=apart)
    following = connection.execute(select(func.min(_ITEM.not_before)).where(*mine)).scalar_one()
    return Claimed(
        items, None if following is None else max(0.0, (following - now) / _SECOND_US), alone=apart and alone
    )


def _give_back(connection: Connection, attempt: Attempt) -> None:
    claimed_by_attempt = (
        _ITEM.run_id == attempt.run_id,
        _ITEM.state == str(ItemState.RUNNING),
        _ITEM.token == attempt.token,
    )
    pending = {"state": str(ItemState.PENDING), "attempts": _ITEM.attempts - 1, "not_before": 0}
    connection.execute(update(models.run_items).where(*claimed_by_attempt).values(pending))


def _changed(attempt: Attempt, step: str, change: ItemChange, now: int) -> dict[str, Any]:
    waits = change.state is ItemState.PENDING and change.wait_s > 0
    done = change.state is ItemState.DONE
    return {
        "of_run": attempt.run_id,
        "of_step": step,
        "of_key": change.key,
        "new_state": str(change.state),
        "new_attempts": change.attempts,
        "new_not_before": _ALONE if change.alone else now + round(change.wait_s * _SECOND_US) if waits else 0,
        "new_result": ITEM.write(change.result) if done else None,
        "new_problem": None if change.problem is None else ITEM_PROBLEM.write(change.problem),
    }


def _counts(connection: Connection, run_id: str) -> dict[str, ItemCounts]:
    query = select(_ITEM.step, _ITEM.state, func.count()).where(_ITEM.run_id == run_id)
    found: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for step, state, number in connection.execute(query.group_by(_ITEM.step, _ITEM.state).order_by(_ITEM.step)):
        found[step][state] = number
    return {step: ItemCounts(**numbers) for step, numbers in found.items()}


def _listed(
    connection: Connection,
    run_id: str,
    *,
    step: str | None = None,
    states: Sequence[ItemState] = (),
    after: tuple[str, int] = ("", -1),
    limit: int = 200,
) -> list[Item]:
    query = select(models.run_items).where(_ITEM.run_id == run_id)
    if step is None:
        query = query.where(tuple_(_ITEM.step, _ITEM.position) > tuple_(*after)).order_by(_ITEM.step, _ITEM.position)
    else:
        # Said so, SQLite sorts nothing: as many rows are read as are answered.
        query = query.where(_ITEM.step == step, _ITEM.position > after[1]).order_by(_ITEM.position)
    query = query.limit(limit)
    found: list[Item] = []
    # Of each state by itself, as the index has them.
    for state in states or ItemState:
        found += [_as_item(row) for row in connection.execute(query.where(_ITEM.state == str(state))).mappings()]
    return sorted(found, key=lambda item: (item.step, item.position))[:limit]


def _as_item(row: "RowMapping | dict[str, Any]") -> Item:
    return Item(
        step=row["step"],
        key=row["key"],
        position=row["position"],
        state=ItemState(row["state"]),
        attempts=row["attempts"],
        token=row["token"],
        input=ITEM.read(row["input"]),
        result=None if row["result"] is None else ITEM.read(row["result"]),
        problem=None if row["problem"] is None else ITEM_PROBLEM.read(row["problem"]),
    )


class SqlItems(Rows):
    """Each method is one transaction, but for the removal of many."""

    add = writing(_add)
    claim = writing_now(_claim)
    give_back = writing(_give_back)
    counts = reading(_counts)
    listed = reading(_listed)

    async def finish_listing(self, attempt: Attempt, step: str, listing: str) -> ItemCounts:
        """Remove what an earlier list had and this one has not; answers where the others stand."""
        while await self.database.write(lambda c: _remove(c, attempt, step, listing)):
            pass
        found = await self.counts(attempt.run_id)
        return found.get(step, ItemCounts())

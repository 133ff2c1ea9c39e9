"""Fifty processes that spend from the same budgets at once: `python3 -m benchmarks.brain.budgets [POSTGRESQL]`.

They belong to ten runs of two users. Each makes calls, until a budget is used up, that cost at most what was put aside;
some die in the middle of one, whose cost counts all the same. What a server would have charged is written down beside
the records, and compared with each limit.
"""

import asyncio
import multiprocessing
import os
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from benchmarks.table import Row, table
from integrations.records import postgresql, sqlite
from integrations.records.store import SqlRecords
from magicai.errors import Temporary
from magicai.ports import Budget, Limits, Spender
from magicai.values.ids import new_id

PROCESSES = 50
_QUICK = 8
# Everybody (""), user, run.
_Key = tuple[str, str, str]
_RUNS, _USERS = 10, 2
_LIMITS = Limits(run=0.15, user=0.5, month=0.8)
_LEAST, _MOST = 0.001, 0.01
# One process in so many dies, at its third call; it has put aside what a call may cost.
_DYING, _DIES_AT = 10, 3
_CALL_S = 0.02
# What the dead put aside stays so for longer than this takes: so often a process asks again.
_PATIENCE = 20


def rows(data: Path | None = None, *, quick: bool = False, server: str = "") -> Iterator[Row]:
    """How far the limits were passed, and how much of the smallest was used."""
    del data  # nothing is read
    processes = _QUICK if quick else PROCESSES
    with TemporaryDirectory() as folder:
        place = server or f"{folder}/records.sqlite3"
        schema = f"benchmark_{new_id()}"
        # In a process of its own: what has threads should not be forked.
        making = multiprocessing.get_context("fork").Process(target=_make_tables, args=(place, schema))
        making.start()
        making.join()
        began = monotonic()
        charged = _charges(place, schema, Path(folder), processes)
        took = monotonic() - began
    total = sum(charged.values())
    over = max(0.0, *(_over(charged, scope, limit) for scope, limit in _scopes()))
    note = f"${total:.4f} of ${_LIMITS.month:.2f} spent in {took:.1f} s"
    where = "PostgreSQL" if server else "SQLite"
    # A ratio needs something to divide by: 1 is what no limit was passed by.
    yield Row(f"overshoot, {processes} processes on {where}", "$", over, note=f"goal 0; {note}")
    yield Row(f"limit kept, {processes} processes on {where}", "", float(over == 0), 1, "goal", least=1, note=note)


def _make_tables(place: str, schema: str) -> None:
    asyncio.run(_make(place, schema))


async def _make(place: str, schema: str) -> None:
    """Make the tables."""
    records = _open(place, schema)
    await records.check()
    await records.close()


def _scopes() -> Iterator[tuple[int, float]]:
    """Which part of (month, user, run) is summed, and what it may come to."""
    assert _LIMITS.month is not None
    assert _LIMITS.user is not None
    assert _LIMITS.run is not None
    yield from enumerate((_LIMITS.month, _LIMITS.user, _LIMITS.run))


def _over(charged: Mapping[_Key, float], scope: int, limit: float) -> float:
    sums = defaultdict[str, float](float)
    for key, cost in charged.items():
        sums[key[scope]] += cost
    return max(sums.values(), default=0.0) - limit


def _charges(place: str, schema: str, folder: Path, processes: int) -> Mapping[_Key, float]:
    """US dollars by (everybody, user, run)."""
    # Forked, so that all begin at once.
    context = multiprocessing.get_context("fork")
    started = [
        context.Process(target=_spend, args=(place, schema, str(folder / f"{number}.charged"), number))
        for number in range(processes)
    ]
    for one in started:
        one.start()
    for one in started:
        one.join()
    charged = defaultdict[_Key, float](float)
    for path in folder.glob("*.charged"):
        for line in path.read_text().splitlines():
            user, run, cost = line.split()
            charged["", user, run] += float(cost)
    return charged


def _spend(place: str, schema: str, charged: str, number: int) -> None:
    # Records that are busy for half a minute are a death like another: what was put aside stays so.
    with suppress(Temporary):
        asyncio.run(_calls(place, schema, Path(charged), number))


async def _calls(place: str, schema: str, charged: Path, number: int) -> None:
    records = _open(place, schema)
    chance = random.Random(number)  # noqa: S311 - no secrets
    run = number % _RUNS
    spender = Spender(f"user{run % _USERS}", f"run{run}", 1)
    calls = refused = 0
    with charged.open("a", buffering=1) as ledger:
        while True:
            most = chance.uniform(_LEAST, _MOST)
            got = await records.budgets.reserve(spender, most, _LIMITS, ttl_s=900)
            if isinstance(got, Budget):
                refused += 1
                if refused == _PATIENCE or (got.limit or 0.0) - got.spent < most:
                    break
                await asyncio.sleep(_CALL_S)
                continue
            calls, refused = calls + 1, 0
            dies = number % _DYING == 0 and calls == _DIES_AT
            cost = most if dies else chance.uniform(0, most)
            ledger.write(f"{spender.owner_id} {spender.run_id} {cost}\n")
            if dies:
                os._exit(1)
            await asyncio.sleep(_CALL_S)
            await records.budgets.settle(got, cost)


def _open(place: str, schema: str) -> SqlRecords:
    return postgresql.open(place, schema, pool=1) if "://" in place else sqlite.open(Path(place))


if __name__ == "__main__":
    print(table(rows(server=sys.argv[1] if sys.argv[1:] else "")))

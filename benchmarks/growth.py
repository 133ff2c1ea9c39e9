"""Ten and a hundred times the entities: feeding the stores, and reconciling them: `python -m benchmarks.growth COUNT`.

The embedded stores, each size in a process and a home of its own. Vectors cost nothing, so that the stores are what is
measured; an entity is a product with two relations.
"""

import asyncio
import json
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks import processes
from benchmarks.reliability.roles import cheap, entity
from benchmarks.table import Row, middle
from integrations.open import open_ports
from magicai.stores.reconcile import reconcile
from magicai.stores.relay import drain

_ONCE, _QUICK = 1_000, 200
_TIMES = (10, 100)
_PART = 500
_LIMIT_S = 3600.0


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Time for as many entities each, and memory."""
    del data  # what is kept is made up
    once = _QUICK if quick else _ONCE
    few = [_answer(once) for _ in range(1 if quick else 3)]
    for times in _TIMES[:1] if quick else _TIMES:
        many = _answer(once * times)
        for work in ("feeding", "reconciling"):
            what = f"{work} {once * times:,} entities: time for {once:,}"
            yield Row(what, "s", many[work] / times, middle(few, work), f"{once:,} alone", most=1.3)
        what = f"feeding and reconciling {once * times:,} entities: peak memory"
        yield Row(what, "MB", many["megabytes"], middle(few, "megabytes"), f"{once:,}", most=1.3)


def _answer(count: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:
        return processes.answer("-m", "benchmarks.growth", str(count), environment={"MAGICAI_HOME": home})


async def _measured(count: int) -> dict[str, float]:
    async with open_ports() as opened:
        ports = cheap(opened)
        for start in range(0, count, _PART):
            ids = range(start, min(start + _PART, count))
            await ports.records.entities.save([entity(f"{one:08}", f"Kettle {one}") for one in ids])
        began = time.process_time()
        behind = await drain(ports.records, ports.projections(), limit_s=_LIMIT_S)
        fed = time.process_time()
        compared = await reconcile(ports.records, ports.projections())
        ended = time.process_time()
    if any(behind.values()) or compared.differences or compared.down:
        raise RuntimeError(f"The stores did not agree: {behind}, {compared}")
    unit = 1 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return {"feeding": fed - began, "reconciling": ended - fed, "megabytes": memory}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_measured(int(sys.argv[1])))))

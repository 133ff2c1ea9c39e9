"""What one more step costs: `python -m benchmarks.flow.steps N`, in MAGICAI_HOME.

Flows of N and 2N steps that do nothing, through Prefect as our flows are and as plain calls. Prints milliseconds.
"""

import asyncio
import contextlib
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any

from integrations.prefect import environment, server_on_demand
from magicai.runs.execution.step_calls import StepCall
from magicai.settings import load

_ROUNDS = 5
_TASK = StepCall("nothing", {"run_id": "", "options": {}, "inputs": {}}, 2, 1.0, None)

Perform = Callable[[StepCall, Callable[[], Awaitable[Any]]], Awaitable[Any]]


async def _nothing() -> dict[str, int]:
    return {"value": 1}


async def _walk(perform: Perform, steps: int) -> float:
    begun = time.perf_counter()
    for _ in range(steps):
        await perform(_TASK, _nothing)
    return time.perf_counter() - begun


async def _measure(steps: int) -> dict[str, float]:
    from prefect import flow

    from benchmarks.flow import bare
    from integrations.prefect.walk import perform

    @flow(name="steps", persist_result=False)
    async def walk(count: int) -> float:
        """So many steps that do nothing."""
        return await _walk(perform, count)

    await walk(1)
    through: list[float] = []
    plain: list[float] = []
    for _ in range(_ROUNDS):
        few, many = await walk(steps), await walk(2 * steps)
        through.append((many - few) / steps)
        few, many = await _walk(bare.perform, steps), await _walk(bare.perform, 2 * steps)
        plain.append((many - few) / steps)
    return {"prefect_ms": 1000 * median(through), "bare_ms": 1000 * median(plain)}


def main() -> None:
    """Measure beside the server of this home."""
    settings = load()
    server = server_on_demand.ensure(settings.home, idle_s=settings.idle_seconds)
    made = environment.client(settings.home, server.url, os.environ)
    os.environ.clear()
    os.environ.update(made, PREFECT_LOGGING_LEVEL="ERROR")
    # As integrations/prefect/attempt.py does: Prefect reads its environment once, where it is imported.
    with contextlib.chdir(environment.prefect_home(settings.home)):
        import prefect  # noqa: F401 # pyright: ignore[reportUnusedImport]
    json.dump(asyncio.run(_measure(int(sys.argv[1]))), sys.stdout)


if __name__ == "__main__":
    main()

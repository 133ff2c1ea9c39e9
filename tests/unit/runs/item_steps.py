"""A step that works on a test's items."""

import asyncio
from collections.abc import Callable
from typing import Any

from magicai.brain.steps import Step, StepRun, step
from magicai.runs.items import ItemSource, each, results

Works = Callable[[str, Any], Any]
Listing = Callable[[], ItemSource]


def working(
    do: Works,
    given: dict[Any, Any] | Listing,
    *,
    at_once: int = 8,
    attempts: int = 3,
    unit: str = "items",
    waits_for_others: bool = False,
) -> Step:
    """A step that works on items, and gives what came of them."""

    def listing() -> ItemSource:
        return given() if callable(given) else list(given.items())

    async def worked(key: str, value: Any) -> Any:
        made = do(key, value)
        return await made if asyncio.iscoroutine(made) else made

    @step(provides="a", retries=1)
    async def work(run: StepRun) -> dict[str, Any]:
        await each(
            run,
            listing(),
            worked,
            at_once=at_once,
            attempts=attempts,
            wait_s=0.0,
            unit=unit,
            waits_for_others=waits_for_others,
        )
        return {key: value async for key, value in results(run)}

    return work

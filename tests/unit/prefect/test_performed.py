"""Steps as Prefect's task runs, with a stand-in for Prefect's engine."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from integrations.prefect import walk
from magicai.errors import Temporary
from magicai.runs.execution.step_calls import StepCall

_worth: Any = walk._worth_trying_again  # pyright: ignore[reportPrivateUsage]


@pytest.fixture(autouse=True)
def _stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every task run call its function once."""

    def task(**_: object) -> Callable[[Callable[..., Any]], object]:
        def made(function: Callable[..., Any]) -> object:
            async def run(parameters: object, *, return_state: bool) -> State[Any]:
                try:
                    return Completed(data=await function(parameters))
                except Exception as exc:  # noqa: BLE001 - a state holds any
                    return Failed(data=exc)

            return run

        return made

    monkeypatch.setattr(walk, "task", task)


async def test_a_step_that_takes_too_long_can_be_tried_again() -> None:
    async def hang() -> None:
        await asyncio.sleep(60)

    with pytest.raises(Temporary, match=r"^read took longer than 0\.01 s\.$") as caught:
        await walk.perform(StepCall("read", {}, 0, 1.0, 0.01), hang)
    assert await _worth(None, None, Failed(data=caught.value))


async def test_waiting_for_the_next_try_is_no_part_of_a_steps_time(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def busy() -> None:
        raise Temporary("too many requests", retry_after_s=30.0)

    sleep = asyncio.sleep

    async def longer_than_allowed(seconds: float) -> None:
        waited.append(seconds)
        await sleep(0.02)

    monkeypatch.setattr(walk, "asyncio", SimpleNamespace(sleep=longer_than_allowed, timeout=asyncio.timeout))
    with pytest.raises(Temporary, match="too many requests"):
        await walk.perform(StepCall("read", {}, 1, 2.0, 0.01), busy)
    assert waited == [28.0]


async def test_a_timeout_of_a_steps_own_is_a_fault_and_not_tried_again() -> None:
    async def fail() -> None:
        raise TimeoutError("of a socket")

    with pytest.raises(TimeoutError, match="of a socket") as caught:
        await walk.perform(StepCall("read", {}, 1, 1.0, 60.0), fail)
    assert not await _worth(None, None, Failed(data=caught.value))


@pytest.mark.parametrize(
    ("asked", "declared", "waits"), [(None, 2.0, 0.0), (1.0, 2.0, 0.0), (30.0, 2.0, 28.0), (86_400.0, 2.0, 58.0)]
)
def test_a_step_waits_as_long_as_the_other_side_asks_for_but_not_for_ever(
    asked: float | None, declared: float, waits: float
) -> None:
    assert Temporary("too many requests", retry_after_s=asked).pause_s(declared) - declared == waits

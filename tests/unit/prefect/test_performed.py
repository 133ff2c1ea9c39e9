"""Steps as Prefect's task runs, with a stand-in for Prefect's engine."""

from collections.abc import Callable
from typing import Any

import pytest
from prefect.client.schemas.objects import State
from prefect.states import Failed
from prefect.task_engine import TaskRunTimeoutError

from integrations.prefect import walk
from magicai.errors import Temporary
from magicai.runs.execution.step_calls import StepCall

_worth: Any = walk._worth_trying_again  # pyright: ignore[reportPrivateUsage]


async def _nothing() -> None:
    pass


def _ends(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Let every task run end like this."""

    async def made(_parameters: object, *, return_state: bool) -> State[Any]:
        return Failed(data=error)

    def task(**_: object) -> Callable[[object], object]:
        return lambda _function: made

    monkeypatch.setattr(walk, "task", task)


async def test_a_step_that_takes_too_long_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    error = TaskRunTimeoutError("Scope timed out after 3 second(s).")
    _ends(monkeypatch, error)
    with pytest.raises(Temporary, match=r"^read took longer than 3\.0 s\.$"):
        await walk.perform(StepCall("read", {}, 1, 1.0, 3.0), _nothing)
    assert await _worth(None, None, Failed(data=error))


async def test_a_timeout_of_a_steps_own_is_a_fault_and_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    error = TimeoutError("of a socket")
    _ends(monkeypatch, error)
    with pytest.raises(TimeoutError, match="of a socket"):
        await walk.perform(StepCall("read", {}, 1, 1.0, None), _nothing)
    assert not await _worth(None, None, Failed(data=error))


@pytest.mark.parametrize(
    ("asked", "declared", "waits"), [(None, 2.0, 0.0), (1.0, 2.0, 0.0), (30.0, 2.0, 28.0), (86_400.0, 2.0, 58.0)]
)
def test_a_step_waits_as_long_as_the_other_side_asks_for_but_not_for_ever(
    asked: float | None, declared: float, waits: float
) -> None:
    assert Temporary("too many requests", retry_after_s=asked).pause_s(declared) - declared == waits

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from magicai.brain.steps import StepRun, step
from magicai.runs.results import value_at, with_values
from magicai.runs.run import JSON, RunResult, RunStatus
from magicai.runs.workflow import Workflow, check_fields
from tests.small_workflow import Tally, quality

from .conftest import Bench


class Content(RunResult):
    """Calls something of its own `status`, which is the run's."""

    status: str  # pyright: ignore[reportIncompatibleVariableOverride]


class Worded(RunResult):
    text: str


def text_of(given: Mapping[str, Any]) -> JSON:
    return {"text": given["cost"]}


PLAIN = Workflow(name="w", request=Tally, result=Worded, quality=quality)


def test_a_result_whose_field_is_called_like_the_runs_own_is_refused() -> None:
    with pytest.raises(ValueError, match="'status'"):
        check_fields(replace(PLAIN, result=Content), ())
    with pytest.raises(ValueError, match="'cost'"):
        check_fields(PLAIN, ("text", "cost"))
    check_fields(replace(PLAIN, make_result=text_of), ("cost",))
    check_fields(PLAIN, ("text",))


async def test_a_result_is_made_of_what_the_steps_gave(bench: Bench) -> None:
    @step(provides="status")
    async def look(run: StepRun) -> str:
        return "draft"

    _, result = await bench.attempt(
        await bench.run(), ["status"], look, make_result=lambda given: {"content": {"status": given["status"]}}
    )
    assert result["content"] == {"status": "draft"}
    assert result["status"] == "completed"


@pytest.mark.parametrize(("made", "said"), [({"status": "draft"}, "'status'"), (None, "NoneType")])
async def test_a_run_of_which_no_result_can_be_made_has_failed(bench: Bench, made: Any, said: str) -> None:
    @step(provides="words")
    async def look(run: StepRun) -> str:
        return "draft"

    status, result = await bench.attempt(await bench.run(), ["words"], look, make_result=lambda _: made)
    assert (status, result["status"]) == (RunStatus.FAILED, "failed")
    assert said in result["problems"][0]["what"]


def test_a_place_of_a_result_is_found_or_nothing() -> None:
    result = {"report": {"html": "x", "rows": [1]}}
    assert value_at(result, "report.html") == "x"
    assert [value_at(result, place) for place in ("report.pdf", "report.rows.0", "report.html.x", "x.y", "")] == [
        None
    ] * 5
    assert with_values(result, {"report.html": "y"}) == {"report": {"html": "y", "rows": [1]}}
    assert result["report"]["html"] == "x"

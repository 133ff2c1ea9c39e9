from typing import Any

from magicai.ports import Outcome, Records
from magicai.runs.run import RunStatus


def outcome(run_id: str, at: int, **changed: Any) -> Outcome:
    values: dict[str, Any] = {
        "run_id": run_id,
        "owner_id": "ann",
        "workflow": "crawl",
        "at": at,
        "status": RunStatus.PARTIAL,
        "quality": 0.5,
        "cost": 0.125,
        "seconds": 3.5,
        "steps": {"crawl_shops": 2.5},
        "step_costs": {"crawl_shops": 0.125},
    }
    return Outcome(**{**values, **changed})


async def test_an_outcome_comes_back_whole_and_the_oldest_first(records: Records) -> None:
    outcomes = [outcome(f"r{at}", at) for at in (1, 2, 3)]
    for one in reversed(outcomes):
        await records.outcomes.add(one)
    assert await records.outcomes.recent("crawl") == outcomes
    assert await records.outcomes.recent("crawl", limit=2) == outcomes[1:]


async def test_the_same_run_again_replaces_its_outcome(records: Records) -> None:
    await records.outcomes.add(outcome("r", 1))
    await records.outcomes.add(outcome("r", 2, quality=1.0))
    assert await records.outcomes.recent("crawl") == [outcome("r", 2, quality=1.0)]


async def test_outcomes_are_told_apart_by_workflow_and_owner(records: Records) -> None:
    await records.outcomes.add(outcome("a", 1))
    await records.outcomes.add(outcome("b", 2, owner_id="bob"))
    await records.outcomes.add(outcome("c", 3, workflow="publish"))
    assert [one.run_id for one in await records.outcomes.recent("crawl")] == ["a", "b"]
    assert [one.run_id for one in await records.outcomes.recent("crawl", owner_id="bob")] == ["b"]
    assert "b" in [one.run_id for one in await records.outcomes.recent(None, owner_id="bob")]

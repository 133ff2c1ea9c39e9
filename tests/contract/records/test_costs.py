"""Costs by day and by run, against sums made by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from magicai.accounts.cost_period import period_of
from magicai.ports import CostSum, ModelCall, Records
from magicai.values.times import DAY_US, HOUR_US, to_us
from tests.contract.records.conftest import Clock
from tests.contract.records.example_rows import Make

CALL = ModelCall("", "ann", "", "step", "openai:m", 0, 10, 5, 0.0, 1.5, "ok")
# The clocks of Berlin go back on the 25th: that day lasts 25 hours.
BEGIN = to_us(datetime(2026, 10, 23, 22, tzinfo=UTC))
PERIOD = period_of(date(2026, 10, 24), date(2026, 10, 26), 30, "Europe/Berlin", 0)


class Log:
    """Adds calls, each as many hours after the first day began as is said."""

    def __init__(self, records: Records) -> None:
        self._records, self._count = records, 0

    async def add(self, hours: float, **changes: object) -> None:
        self._count += 1
        call = replace(CALL, call_id=f"c{self._count}", at=BEGIN + round(hours * HOUR_US), **changes)  # pyright: ignore[reportArgumentType] - names are fields
        await self._records.model_calls.add(call)


async def filled(records: Records, make: Make) -> Log:
    """Two runs of ann's, one of bob's, and calls of the three days and beside them."""
    for run_id, owner_id, workflow in (("r1", "ann", "crawl"), ("r2", "ann", "generate"), ("r3", "bob", "crawl")):
        await make.run(run_id, owner_id=owner_id, workflow=workflow)
    log = Log(records)
    await log.add(-0.001, run_id="r1", cost=100.0)  # the day before
    await log.add(0, run_id="r1", cost=0.000_000_001)
    await log.add(23.999, run_id="r1", cost=0.1, model="anthropic:n", outcome="cut")
    await log.add(24, run_id="r2", cost=0.2)
    await log.add(48.5, run_id="r2", cost=0.7, outcome="temporary", prompt_tokens=0, completion_tokens=0)  # the 25th
    await log.add(49, run_id="r2", cost=None, outcome="cancelled")
    await log.add(50, model="local:m")  # for no run, and free
    await log.add(73, run_id="r1", cost=100.0)  # the day after
    await log.add(30, run_id="r3", owner_id="bob", cost=100.0)
    await log.add(30, run_id="r3", cost=0.000_5)  # of ann's, though the run is not
    return log


def total(amount: str, calls: int = 1, inexact: int = 0, *, prompt: int | None = None) -> CostSum:
    tokens = calls if prompt is None else prompt
    return CostSum(calls, 10 * tokens, 5 * tokens, Decimal(amount), inexact)


async def test_costs_are_summed_by_days_of_a_zone_and_a_group(records: Records, make: Make) -> None:
    await filled(records, make)
    found = {
        by: {(one.day, one.key): one.sum for one in await records.costs.by_day("ann", by, PERIOD.bounds)}
        for by in ("workflow", "model", "person")
    }
    assert found["workflow"] == {
        (0, "crawl"): total("0.100000001", 2),
        (1, ""): total("0.0005"),
        (1, "generate"): total("0.9", 2, 1, prompt=1),
        (2, ""): total("0"),
        (2, "generate"): total("0", 1, 1),
    }
    assert found["model"] == {
        (0, "anthropic:n"): total("0.1"),
        (0, "openai:m"): total("0.000000001"),
        (1, "openai:m"): total("0.9005", 3, 1, prompt=2),
        (2, "local:m"): total("0"),
        (2, "openai:m"): total("0", 1, 1),
    }
    assert list(found["person"]) == [(0, "ann"), (1, "ann"), (2, "ann")]
    for groups in found.values():
        assert sum(groups.values(), CostSum()) == total("1.000500001", 7, 2, prompt=6)


async def test_costs_by_run_are_those_of_the_period_and_continue_behind_a_run(records: Records, make: Make) -> None:
    await filled(records, make)
    since, until = PERIOD.bounds[0], PERIOD.bounds[-1]
    foreign, second, first, outside = await records.costs.by_run("ann", since, until, limit=10)
    assert (foreign.run_id, foreign.workflow, foreign.created_at) == ("r3", "", None)
    assert (second.run_id, second.workflow, second.person) == ("r2", "generate", "ann")
    assert (second.created_at, second.models, second.sum) == (
        (await records.runs.get("r2")).created_at, ("openai:m",), total("0.9", 3, 2, prompt=2),
    )  # fmt: skip
    assert (first.models, first.sum) == (("anthropic:n", "openai:m"), total("0.100000001", 2))
    assert (outside.run_id, outside.workflow, outside.models) == ("", "", ("local:m",))
    assert await records.costs.by_run("ann", since, until, before="r2", limit=1) == [first]
    assert await records.costs.by_run("ann", since, until, before="", limit=10) == []
    assert await records.costs.by_run("bob", until, until + DAY_US, limit=10) == []


async def test_calls_are_kept_for_as_long_as_costs_are_shown(records: Records, make: Make, clock: Clock) -> None:
    run = await make.run()
    for days in (399, 403):
        call = replace(CALL, call_id=str(days), run_id=run.run_id, at=clock() - days * DAY_US)
        await records.model_calls.add(call)
    assert (await records.prune(before=clock()))["model_calls"] == 1
    assert [call.call_id for call in await records.model_calls.of_run(run.run_id)] == ["399"]

from collections.abc import Callable
from typing import Any

import pytest

from magicai.errors import Invalid, NotFound
from magicai.ports import Records
from magicai.runs import registry
from magicai.runs.follow_ups import begin_follow_ups, begin_waiting, follow_up
from magicai.runs.queue.dead_runs import DISPATCHER
from magicai.runs.queue.dispatch import LOST_US
from magicai.runs.queue.stranded import stranded
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin, Run, RunStatus
from magicai.runs.workflow import Workflow
from tests.unit.runs.conftest import Answer, Wish


class FakeOrchestrator:
    def __init__(self) -> None:
        self.started: list[str] = []

    async def start(self, run: Run) -> None:
        self.started.append(run.run_id)


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    known = Workflow(name="w", request=Wish, result=Answer, quality=lambda _: 1.0)
    named: Callable[[str], Workflow] = lambda _: known  # noqa: E731
    monkeypatch.setattr(registry, "workflow", named)


@pytest.fixture
async def run(records: Records) -> Run:
    return await accept(records, "w", Wish(), owner_id="o", origin=Origin.CLI)


async def test_it_says_which_run_led_to_it_and_comes_once(records: Records, run: Run) -> None:
    made = [
        await follow_up(records, "w", {"number": 2}, owner_id="o", after=run.run_id, key="decision-1") for _ in range(2)
    ]
    assert made[0] == made[1]
    assert (made[0].origin, made[0].follows, made[0].request) == (Origin.RUN, run.run_id, {"number": 2})
    assert await records.runs.listed(follows=run.run_id) == [made[0]]
    assert (await records.runs.get(made[0].run_id)).follows == run.run_id


async def test_another_run_by_the_same_key_is_refused(records: Records, run: Run) -> None:
    await follow_up(records, "w", Wish(number=2), owner_id="o", after=run.run_id, key="k")
    with pytest.raises(Invalid, match="already started another run"):
        await follow_up(records, "w", Wish(number=3), owner_id="o", after=run.run_id, key="k")


async def test_nothing_follows_a_run_of_somebody_else_or_by_wrong_parameters(records: Records, run: Run) -> None:
    with pytest.raises(NotFound):
        await follow_up(records, "w", {}, owner_id="bob", after=run.run_id, key="k")
    with pytest.raises(Invalid, match="number is 'x'"):
        await follow_up(records, "w", {"number": "x"}, owner_id="o", after=run.run_id, key="k")
    assert len(await records.runs.listed()) == 1


@pytest.mark.parametrize("dispatched", [True, False])
async def test_a_command_starts_what_follows_its_run_where_nobody_else_does(
    records: Records, run: Run, *, dispatched: bool
) -> None:
    if dispatched:
        await records.leases.acquire(DISPATCHER, "gateway", ttl_s=60)
    made = await follow_up(records, "w", {}, owner_id="o", after=run.run_id, key="k")
    runs: Any = FakeOrchestrator()
    assert [one.status for one in await begin_follow_ups(records, runs, run)] == [RunStatus.QUEUED]
    assert runs.started == ([] if dispatched else [made.run_id])


async def test_one_that_waits_begins_at_the_end_of_the_run_before_it(
    records: Records, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await follow_up(records, "w", {}, owner_id="o", after=run.run_id, key="k", waits=True)
    runs: Any = FakeOrchestrator()
    assert await begin_follow_ups(records, runs, run) == [made]
    await begin_waiting(records, runs, run.run_id)
    assert (runs.started, await records.runs.waiting()) == ([], [run])
    now = await records.runs.now()

    def later(_connection: object) -> int:
        return now + 2 * LOST_US

    monkeypatch.setattr(records.runs, "clock", later)
    assert await stranded(records) == [run]
    await records.runs.request_cancel(run.run_id)
    assert (await records.runs.waiting(), await stranded(records)) == ([made], [made])
    await begin_waiting(records, runs, run.run_id)
    assert runs.started == [made.run_id]

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from integrations.capacity.files import FileCapacity, FileClaim
from magicai.brain.steps import Step, StepRun, step
from magicai.messages import say
from magicai.runs.plan import Resources
from magicai.runs.run import RunStatus

from .conftest import Bench

Open = Callable[[], FileCapacity]


@pytest.fixture
async def process(tmp_path: Path) -> AsyncIterator[Open]:
    """Opens the machine's capacity as another process of the installation does: 2 cores, 1000 MB."""
    opened: list[FileCapacity] = []

    def make() -> FileCapacity:
        opened.append(FileCapacity(tmp_path / "capacity", cores=2, memory=lambda: 1000))
        return opened[-1]

    yield make
    for one in opened:
        await one.close()


def granted(claim: FileClaim) -> bool:
    return claim.grant() is None


def test_two_processes_share_the_cores(process: Open) -> None:
    first, second = process().claim(cpu=1.5, memory=100), process().claim(cpu=1, memory=100)
    assert granted(first)
    assert str(second.grant()) == "other steps use 1.5 of 2 cores and 100 of 1000 MB"
    first.release()
    assert granted(second)


def test_two_processes_share_the_memory(process: Open) -> None:
    first, second = process().claim(cpu=0.1, memory=600), process().claim(cpu=0.1, memory=600)
    assert granted(first)
    assert not granted(second)
    first.release()
    assert granted(second)


def test_what_is_larger_than_the_machine_runs_alone(process: Open) -> None:
    small, large, later = (process().claim(cpu=cpu, memory=10) for cpu in (0.1, 8, 0.1))
    assert granted(small)
    assert not granted(large)
    small.release()
    assert granted(large)
    assert not granted(later)
    large.release()
    assert granted(later)


def test_small_steps_do_not_keep_a_large_one_waiting_for_ever(process: Open) -> None:
    one = process()
    first, large = one.claim(cpu=1, memory=10), one.claim(cpu=1.5, memory=10)
    assert granted(first)
    assert not granted(large)
    beside, too_much = one.claim(cpu=0.5, memory=10), one.claim(cpu=0.5, memory=10)
    assert granted(beside)  # it fits beside the large one
    assert too_much.grant() == say("other_step_waits_longer")
    first.release()
    assert granted(large)


def test_what_gives_up_waiting_is_waited_for_no_longer(process: Open) -> None:
    one = process()
    first, large, small = (one.claim(cpu=cpu, memory=10) for cpu in (1, 2, 1))
    assert granted(first)
    assert not granted(large)
    assert not granted(small)
    large.release()
    assert granted(small)


def test_a_process_that_was_killed_holds_nothing(tmp_path: Path, process: Open) -> None:
    script = (
        "import sys, pathlib; from integrations.capacity.files import FileCapacity\n"
        f"one = FileCapacity(pathlib.Path({str(tmp_path / 'capacity')!r}), cores=2, memory=lambda: 1000)\n"
        "print(one.claim(cpu=2, memory=10).grant(), flush=True); sys.stdin.read()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", script], stdin=pipe, stdout=pipe) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"None\n"
        claim = process().claim(cpu=2, memory=10)
        assert not granted(claim)
        other.kill()
    assert granted(claim)
    assert len([*(tmp_path / "capacity").glob("*.holder")]) == 1


def test_a_list_that_was_damaged_is_begun_anew(tmp_path: Path, process: Open) -> None:
    one = process()
    assert granted(one.claim(cpu=2, memory=10))
    (tmp_path / "capacity" / "list.json").write_bytes(b"{")
    assert granted(one.claim(cpu=2, memory=10))


def busy_step(meter: list[float], cpu: float) -> Step:
    @step(provides="a", resources=Resources(cpu=cpu))
    async def work(run: StepRun) -> float:
        meter[0] += cpu
        most = meter[0]
        await asyncio.sleep(0.01)
        meter[0] -= cpu
        return most

    return work


async def test_steps_of_two_runs_run_side_by_side_only_as_the_machine_allows(
    bench: Bench, process: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("magicai.runs.execution.machine_share._LOOK_S", 0.01)
    other = Bench(bench.records, process())
    meter = [0.0]
    runs = [await one.run() for one in (bench, other) for _ in range(3)]
    ended = await asyncio.gather(
        *(
            one.attempt(run, ["a"], busy_step(meter, cpu))
            for one, run, cpu in zip([bench, other] * 3, runs, (1.2, 1.2, 0.5, 3, 0.5, 0.5), strict=True)
        )
    )
    assert {status for status, _ in ended} == {RunStatus.COMPLETED}
    assert max(result["a"] for _, result in ended) == 3  # the one that is larger than the machine, alone
    assert sorted(result["a"] for _, result in ended)[-2] <= 2
    told = [
        event.data["why"] for run in runs for event in await bench.events(run) if event.data.get("state") == "waiting"
    ]
    assert told


async def test_a_run_is_stopped_while_a_step_waits_for_the_machine(
    bench: Bench, process: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("magicai.runs.execution.machine_share._LOOK_S", 0.01)
    held = process().claim(cpu=2, memory=10)
    assert granted(held)
    run = await bench.run()
    running = asyncio.create_task(bench.attempt(run, ["a"], busy_step([0.0], 1)))
    while not any(event.data.get("state") == "waiting" for event in await bench.events(run)):  # noqa: ASYNC110 - events
        await asyncio.sleep(0.01)
    await bench.records.runs.request_cancel(run.run_id)
    status, _ = await running
    assert status is RunStatus.CANCELLED
    held.release()

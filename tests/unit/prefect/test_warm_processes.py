"""Warm processes with a stand-in for the child, so that nothing has to be imported."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from integrations.prefect.warm import processes
from integrations.prefect.warm.processes import Limits, WarmProcesses

SLEEP = "import time; time.sleep(600)"
CHILD = """
import json, os, subprocess, sys, time
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    print(json.dumps({"begun": True}), flush=True)
    what = asked["what"]
    if what == "sleep":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", asked["name"]])
        time.sleep(600)
    if what == "die":
        os._exit(7)
    with open("pids", "a") as told:
        told.write(f"{os.getpid()}\\n")
    print(json.dumps({"status": int(what) if what.isdigit() else 0, "memory": 1000}), flush=True)
"""


@pytest.fixture(autouse=True)
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "stand_in"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "child.py").write_text(CHILD)
    monkeypatch.setattr(processes, "CHILD", "stand_in.child")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
async def warm(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[WarmProcesses]:
    limits: Limits = getattr(request, "param", Limits())
    with (tmp_path / "log").open("wb") as log:
        made = WarmProcesses(2, dict(os.environ), log, limits)
        made.fill()
        yield made
        await made.end()
    assert not ours()


def ours() -> list[psutil.Process]:
    """Stand-ins that live, and what they started; other tests share servers of their own."""
    found = psutil.Process().children(recursive=True)
    alive = [one for one in found if one.status() != psutil.STATUS_ZOMBIE]
    return [one for one in alive if "stand_in.child" in one.cmdline() or SLEEP in one.cmdline()]


async def until(what: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not what():  # noqa: ASYNC110 - what a process does sets no event
            await asyncio.sleep(0.01)


async def carried_out(warm: WarmProcesses, what: str, name: str = "f") -> int:
    async def claim() -> Mapping[str, object]:
        return {"what": what, "name": name}

    return await warm.run(name, claim)


def pids(folder: Path) -> list[str]:
    """Of the processes that carried runs out, in order."""
    return (folder / "pids").read_text().split()


async def test_a_process_carries_out_one_run_after_another(warm: WarmProcesses, tmp_path: Path) -> None:
    for _ in range(6):
        assert await carried_out(warm, "0") == 0
    assert len(set(pids(tmp_path))) <= 2
    assert await carried_out(warm, "3") == 3


async def test_a_process_that_cannot_be_started_now_is_started_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    popen: Any = subprocess.Popen
    failures = [OSError("Resource temporarily unavailable")]

    def start(*given: Any, **named: Any) -> Any:
        if failures:
            raise failures.pop()
        return popen(*given, **named)

    monkeypatch.setattr(processes.subprocess, "Popen", start)
    with (tmp_path / "log").open("wb") as log:
        made = WarmProcesses(1, dict(os.environ), log)
        made.fill()
        assert await carried_out(made, "0") == 0
        await made.end()


async def test_nothing_is_claimed_before_a_process_is_free_for_it(warm: WarmProcesses) -> None:
    both = [asyncio.create_task(carried_out(warm, "sleep", name)) for name in ("a", "b")]
    await until(lambda: warm.busy >= 2)
    claimed = asyncio.Event()

    async def claim() -> None:
        claimed.set()

    third = asyncio.create_task(warm.run("c", claim))
    await asyncio.sleep(0.05)
    assert not claimed.is_set()
    await warm.stop("a")
    assert await third == 0, "what somebody else has claimed is left to them"
    assert claimed.is_set()
    assert await carried_out(warm, "0") == 0, "the process is free for the next"
    await warm.stop("b")
    await asyncio.gather(*both)


async def test_what_is_stopped_while_it_is_claimed_does_not_begin(warm: WarmProcesses, tmp_path: Path) -> None:
    async def claim() -> Mapping[str, object]:
        assert await warm.stop("a")
        return {"what": "0", "name": "a"}

    assert await warm.run("a", claim) == 0
    assert not (tmp_path / "pids").exists()
    assert not warm.crashed.is_set()


async def test_a_claim_that_fails_costs_no_process(warm: WarmProcesses) -> None:
    async def claim() -> None:
        raise ConnectionResetError

    await until(lambda: warm.idle >= 2)
    before = {process.pid for process in ours()}
    for _ in range(4):
        with pytest.raises(ConnectionResetError):
            await warm.run("a", claim)
    assert warm.idle == 2
    assert {process.pid for process in ours()} == before
    assert await carried_out(warm, "0") == 0


async def test_what_is_stopped_while_its_claim_fails_leaves_no_dead_process_in_the_way(warm: WarmProcesses) -> None:
    async def claim() -> None:
        await warm.stop("a")
        raise ConnectionResetError

    for _ in range(2):
        with pytest.raises(ConnectionResetError):
            await warm.run("a", claim)
    assert await carried_out(warm, "0") == 0


async def test_one_run_per_process_at_a_time(warm: WarmProcesses) -> None:
    both = [asyncio.create_task(carried_out(warm, "sleep", name)) for name in ("a", "b")]
    third = asyncio.create_task(carried_out(warm, "0", "c"))
    await until(lambda: warm.busy >= 2)
    assert not third.done()
    assert await warm.stop("a")
    assert await third == 0
    await warm.stop("b")
    assert [await one for one in both] == [0, 0], "ended on purpose is no crash"


async def test_what_a_run_started_ends_with_it(warm: WarmProcesses) -> None:
    running = asyncio.create_task(carried_out(warm, "sleep", "marked"))
    await until(lambda: any("marked" in our.cmdline() for our in ours()))
    await warm.stop("marked")
    await running
    assert not any("marked" in our.cmdline() for our in ours())


async def test_a_crash_is_told_and_takes_nothing_else_along(warm: WarmProcesses) -> None:
    other = asyncio.create_task(carried_out(warm, "sleep", "other"))
    await until(lambda: warm.busy >= 1)
    assert await carried_out(warm, "die") == 7
    assert warm.crashed.is_set()
    assert not other.done()
    assert await carried_out(warm, "0") == 0, "another one is warmed up in its place"
    await warm.stop("other")
    await other


@pytest.mark.parametrize("warm", [Limits(runs=2), Limits(memory=999), Limits(age_s=0.0)], indirect=True)
async def test_a_worn_process_is_replaced(warm: WarmProcesses, tmp_path: Path) -> None:
    for _ in range(6):
        await carried_out(warm, "0")
    assert len(set(pids(tmp_path))) >= 3


async def test_one_that_was_ended_while_it_waited_is_passed_over(warm: WarmProcesses) -> None:
    await until(lambda: warm.idle >= 2)
    for process in ours():
        process.kill()
    assert await carried_out(warm, "0") == 0


async def test_resting_waits_for_the_runs_that_go_on(warm: WarmProcesses) -> None:
    running = asyncio.create_task(carried_out(warm, "sleep", "a"))
    await until(lambda: warm.busy >= 1)
    resting = asyncio.create_task(warm.rest())
    await asyncio.sleep(0.05)
    assert not resting.done()
    await warm.stop("a")
    await running
    await resting

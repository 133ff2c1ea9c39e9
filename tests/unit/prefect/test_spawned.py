"""Runs whose processes this one has started."""

import os
import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from integrations.prefect.orchestrator import Child, PrefectOrchestrator
from magicai.runs.run import Attempt, Origin, Run, RunStatus
from magicai.settings import Settings
from magicai.values.ids import new_id


@pytest.mark.parametrize("ends", ["", "exit(3)"], ids=["well", "badly"])
async def test_a_process_that_has_ended_leaves_no_pipe_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str
) -> None:
    children: list[subprocess.Popen[bytes]] = []

    def spawn(*_: object) -> "subprocess.Popen[bytes]":
        children.append(subprocess.Popen([sys.executable, "-c", ends], stdout=subprocess.PIPE))
        return children[-1]

    monkeypatch.setattr(PrefectOrchestrator, "_spawn", spawn)
    runs = PrefectOrchestrator(Settings(home=tmp_path))
    run = Run(
        run_id=new_id(),
        owner_id="ann",
        workflow="w",
        request={},
        origin=Origin.CLI,
        status=RunStatus.QUEUED,
        created_at=1,
    )
    await runs.start(run)
    assert await runs.wait(run.run_id, limit_s=60)
    assert [child.stdout is not None and child.stdout.closed for child in children] == [True]
    assert (runs.failure(run.run_id) is not None) is bool(ends)
    assert PrefectOrchestrator(Settings(home=tmp_path)).failure(run.run_id) is None
    elsewhere = Attempt(
        run_id=run.run_id, number=1, host="elsewhere", pid=1, process_started_at=1, flow_run_id=None, started_at=1,
        beat_at=1, token=1,
    )  # fmt: skip
    await runs.stop(elsewhere)
    assert runs.failure(run.run_id) is None


def test_a_process_that_outlives_its_starter_is_let_go_of_without_a_warning() -> None:
    child = Child([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    pid, stdin, stdout = child.pid, child.stdin, child.stdout
    assert stdin is not None
    assert stdout is not None
    with stdin, warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        del child
    os.waitpid(pid, 0)
    assert (told, stdout.closed) == ([], True)

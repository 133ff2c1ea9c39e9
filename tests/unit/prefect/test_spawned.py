"""Runs whose processes this one has started."""

import subprocess
import sys
from pathlib import Path

import pytest

from integrations.prefect.orchestrator import PrefectOrchestrator
from magicai.runs.run import Origin, Run, RunStatus
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

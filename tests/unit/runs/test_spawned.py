"""Runs whose processes this one has started."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from integrations.runs.prefect import PrefectRuns
from magicai.domain.ids import new_id
from magicai.domain.run import Origin, Run, RunStatus
from magicai.settings import Settings


async def test_a_process_that_has_ended_well_leaves_no_pipe_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spawn(*_: object) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)

    monkeypatch.setattr(PrefectRuns, "_spawn", spawn)
    runs = PrefectRuns(Settings(home=tmp_path))
    open_files: list[int] = []
    for _ in range(4):
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
        open_files.append(psutil.Process().num_fds())
    assert len(set(open_files)) == 1

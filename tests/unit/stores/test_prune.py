"""What is removed after its time, by the settings of each."""

import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from integrations.open import Ports, open_ports
from magicai.runs.run import Origin, Run, RunStatus
from magicai.settings import Settings
from magicai.stores.prune import prune
from magicai.values.ids import new_id
from magicai.values.times import DAY_US, now_us


class Orchestrator:
    """Says of nothing that it is old, and remembers what it was asked."""

    def __init__(self) -> None:
        self.before = 0

    async def prune(self, *, before: int) -> int:
        self.before = before
        return 3


@pytest.fixture
async def ports(tmp_path: Path) -> AsyncIterator[Ports]:
    settings = Settings(home=tmp_path, model="none", report_days=90, retention_days=10)
    async with open_ports(settings) as opened:
        cast("Any", opened).orchestrator = Orchestrator()
        yield opened


async def ended(ports: Ports) -> str:
    """A run that has ended now, with a report."""
    run_id, records = new_id(), ports.records.runs
    run = Run(
        run_id=run_id,
        owner_id="o",
        workflow="w",
        request={},
        origin=Origin.API,
        status=RunStatus.QUEUED,
        created_at=now_us(),
    )
    await records.add(run, key=run_id)
    attempt = await records.begin(run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)
    await records.finish(attempt, RunStatus.COMPLETED, {})
    await ports.files.save(f"{run_id}/report.html", b"<p>")
    return run_id


async def pruned(ports: Ports) -> Mapping[str, int]:
    return await prune(ports.records, ports.files, ports.orchestrator, ports.settings)


def log(ports: Ports, name: str, *, days: float) -> Path:
    folder = ports.settings.home / "logs"
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.touch()
    then = now_us() / 1_000_000 - days * 86_400
    os.utime(path, (then, then))
    return path


async def test_logs_and_flow_runs_go_with_what_runs_have_kept(ports: Ports) -> None:
    old, new = log(ports, "old.log", days=11), log(ports, "new.log", days=9)
    removed = await pruned(ports)
    assert (old.exists(), new.exists()) == (False, True)
    assert (removed["logs"], removed["flow_runs"]) == (1, 3)
    assert abs(now_us() - cast("Any", ports.orchestrator).before - 10 * DAY_US) < DAY_US / 24


async def test_reports_go_where_a_setting_says_so(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    await ended(ports)
    now = now_us()
    for days, left in ((89, 1), (91, 0)):
        monkeypatch.setattr("magicai.stores.prune.now_us", lambda days=days: now + days * DAY_US)
        await pruned(ports)
        assert len([name async for name in ports.files.results()]) == left
    await ended(ports)
    monkeypatch.setattr(ports, "settings", ports.settings.model_copy(update={"report_days": None}))
    assert "reports" not in await pruned(ports)
    assert len([name async for name in ports.files.results()]) == 1

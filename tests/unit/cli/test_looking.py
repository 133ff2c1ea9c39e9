from pathlib import Path

import pytest
from click.testing import CliRunner

from magicai.cli.runs import export, runs
from magicai.errors import Invalid
from magicai.runs.run import Origin, Run, RunStatus
from magicai.values.ids import new_id
from magicai.values.times import now_us


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))


async def _keep(status: RunStatus) -> Run:
    from integrations.open import open_ports

    async with open_ports() as ports:
        run_id = new_id()
        run = Run(
            run_id=run_id,
            owner_id=ports.settings.owner,
            workflow="crawl-analyze-generate",
            request={"competitor_url": ["https://shop.example/"]},
            origin=Origin.CLI,
            status=RunStatus.QUEUED,
            created_at=now_us(),
        )
        kept = await ports.records.runs.add(run, key=run_id)
        if status is RunStatus.CANCELLED:
            await ports.records.runs.request_cancel(run_id)
        return kept


def test_at_least_one_run_is_listed() -> None:
    result = CliRunner().invoke(runs, ["--limit", "0"])
    assert result.exit_code == 2
    assert "--limit" in result.stderr


def test_no_run_that_fits_is_not_called_no_run_at_all() -> None:
    assert "No runs yet" in CliRunner().invoke(runs, []).stderr
    assert "No runs yet" not in CliRunner().invoke(runs, ["--status", "failed"]).stderr


@pytest.mark.parametrize(
    ("status", "way_out"), [(RunStatus.QUEUED, "magicai show .* --follow"), (RunStatus.CANCELLED, "start a new one")]
)
def test_a_run_without_a_report_leads_to_one(status: RunStatus, way_out: str) -> None:
    import asyncio

    run = asyncio.run(_keep(status))
    with pytest.raises(Invalid, match=way_out):
        CliRunner().invoke(export, [run.run_id], catch_exceptions=False)

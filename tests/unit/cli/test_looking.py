import asyncio
from pathlib import Path

import pytest
from click.testing import CliRunner

from magicai.cli.run_summary import ending
from magicai.cli.runs import export, runs, show
from magicai.errors import Invalid
from magicai.runs.run import Origin, Run, RunStatus
from magicai.values.ids import new_id
from magicai.values.times import now_us
from tests.small_workflow import declare, finished


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
def test_a_run_without_files_leads_to_some(status: RunStatus, way_out: str) -> None:
    run = asyncio.run(_keep(status))
    with pytest.raises(Invalid, match=way_out):
        CliRunner().invoke(export, [run.run_id], catch_exceptions=False)


async def _finished() -> Run:
    from integrations.open import open_ports

    async with open_ports() as ports:
        return await finished(ports.records, ports.files, owner_id=ports.settings.owner)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "pdf"), "has no format 'pdf'. Available: csv, raw, md."),
        (("--output", "x.pdf"), "x.pdf has an unknown ending. Available: csv, raw, md."),
        (("--format", "csv", "--output", "x.md"), "x.md ends in .md, but --format is csv."),
    ],
)
def test_a_format_that_a_run_has_not_is_refused_with_those_that_it_has(
    words: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(monkeypatch)
    run = asyncio.run(_finished())
    with pytest.raises(Invalid) as caught:
        CliRunner().invoke(export, [run.run_id, *words], catch_exceptions=False)
    assert said in str(caught.value)


def test_any_workflows_files_are_written_and_its_ending_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(monkeypatch)
    monkeypatch.chdir(tmp_path)
    run = asyncio.run(_finished())
    for words, name, body in (
        ((), f"{run.run_id}.csv", b"apples,3\r\npears,2\r\n"),
        (("--output", "out.md"), "out.md", b"Dear reader"),
        (("--format", "raw", "--output", "out"), "out", b"\xff\xff"),
    ):
        assert CliRunner().invoke(export, [run.run_id, *words], catch_exceptions=False).stdout.strip() == name
        assert (tmp_path / name).read_bytes() == body
    assert run.result is not None
    told = [line.lead + line.words for line in ending(run, run.result)]
    assert told[:3] == ["tally: completed", "  • Apples lead.", f"Letter   {run.result['letter']['at']}"]


def test_a_run_whose_command_was_killed_before_it_began_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("magicai.runs.queue.stranded.LOST_US", -1)
    run = asyncio.run(_keep(RunStatus.QUEUED))
    for looked in (CliRunner().invoke(runs, []), CliRunner().invoke(show, [run.run_id])):
        assert f"magicai resume {run.run_id}" in looked.stderr

"""Beside a run whose records are away for a while."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from integrations.records import sqlite
from magicai.cli import supervision
from magicai.cli.supervision import Supervision
from magicai.errors import Conflict, Temporary
from magicai.runs.run import Attempt, Run, RunEvent, RunStatus
from magicai.shops.ports import ShopRecords
from tests.contract.records.example_rows import Clock, Make


class Shown:
    """A display that remembers."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.statuses: list[RunStatus] = []

    def say(self, words: str) -> None:
        self.said.append(words)

    def event(self, event: RunEvent) -> None:
        self.statuses.append(event.status)


class Away:
    """ShopRecords of runs that do not answer while `gone`, whatever is asked."""

    def __init__(self, runs: Any) -> None:
        self._runs, self.gone = runs, False

    def __getattr__(self, name: str) -> Any:
        async def asked(*args: Any, **kwargs: Any) -> Any:
            if self.gone:
                raise Temporary("The records are away.", way_out="Start them.")
            return await getattr(self._runs, name)(*args, **kwargs)

        return asked


@pytest.fixture
async def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ShopRecords]:
    monkeypatch.setattr(supervision, "_LOOK_AFTER_S", 0.01)
    opened = sqlite.open(tmp_path / "records.sqlite3")
    yield opened
    await opened.close()


def nothing(_: object) -> None:
    """What is known of its process."""


async def beside(
    records: ShopRecords, away: Away, run: Run, shown: Shown, *, failure: Callable[[str], Any] = nothing
) -> RunStatus:
    runs = SimpleNamespace(failure=failure, alive=nothing)
    ports = SimpleNamespace(records=SimpleNamespace(runs=away, leases=records.leases), orchestrator=runs)
    async with asyncio.timeout(30):
        return await Supervision(ports, run, shown).to_the_end(asyncio.Queue(), after=0)  # pyright: ignore[reportArgumentType] - it needs no more of them


async def test_they_come_back_and_the_run_is_shown_to_its_end(records: ShopRecords) -> None:
    make = Make(records, Clock())
    run = await make.run()
    attempt: Attempt = await make.attempt(run)
    shown, away = Shown(), Away(records.runs)
    attending = asyncio.create_task(beside(records, away, run, shown))
    while not shown.statuses:  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.01)
    away.gone = True
    while not shown.said:  # noqa: ASYNC110 - likewise
        await asyncio.sleep(0.01)
    away.gone = False
    await records.runs.finish(attempt, RunStatus.COMPLETED, {})
    assert await attending is RunStatus.COMPLETED
    assert shown.statuses[-1] is RunStatus.COMPLETED
    assert len(shown.statuses) == len(set(shown.statuses))
    assert ["Waiting for the records." in words for words in shown.said] == [True]


async def test_when_they_stay_away_it_is_said_that_the_run_may_go_on(
    records: ShopRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "_AWAY_S", 0.1)
    make = Make(records, Clock())
    run = await make.run()
    await make.attempt(run)
    away = Away(records.runs)
    away.gone = True
    with pytest.raises(Temporary, match=rf"Start them\. Run {run.run_id} may still be running: magicai show"):
        await beside(records, away, run, Shown())


async def test_a_run_whose_process_could_not_begin_it_does_not_stay_queued(records: ShopRecords) -> None:
    """Its records ended while it started, say: nobody else starts a command's run."""
    run = await Make(records, Clock()).run()
    away = Temporary("PostgreSQL does not answer.", way_out="Start it.")
    with pytest.raises(Temporary) as told:
        await beside(records, Away(records.runs), run, Shown(), failure=lambda _: away)
    assert told.value.what == "PostgreSQL does not answer."
    assert told.value.way_out == f"Start it. To start the run: magicai resume {run.run_id}"
    ended = await records.runs.get(run.run_id)
    assert (ended.status, ended.interrupted) == (RunStatus.FAILED, True)
    assert ended.result is not None
    (problem,) = ended.result["problems"]
    assert problem["what"] == "PostgreSQL does not answer."
    assert problem["way_out"] == f"To start it: magicai resume {run.run_id}"


async def test_a_run_that_its_process_has_paused_says_how_to_resume_it_where_nobody_dispatches(
    records: ShopRecords,
) -> None:
    make = Make(records, Clock())
    run = await make.run()
    attempt = await make.attempt(run)
    await records.runs.put_back(attempt)
    with pytest.raises(Conflict, match=f"To resume it: magicai resume {run.run_id}"):
        await beside(records, Away(records.runs), run, Shown())

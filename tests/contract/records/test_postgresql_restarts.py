"""A server of the test's own that is killed while processes write: it keeps what it acknowledged, and they go on."""

import asyncio
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from integrations.records import postgresql
from magicai.runs.run import Run
from magicai.settings import Settings
from tests.contract.records.example_rows import Clock, Make
from tests.contract.records.writing import Writer, nothing_is_lost, writers
from tests.lab.lab import Lab
from tests.lab.servers.postgresql import PostgreSQL
from tests.lab.state import State

_PROCESSES = 3
_KILLS = 4
_NAME = PostgreSQL.name

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the writers are forked, to start at once")


@pytest.fixture
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Below a folder that the server's account may enter."""
    if not Path("/usr/lib/postgresql").exists() and shutil.which("initdb") is None:
        (pytest.fail if _NAME in Settings().test_require else pytest.skip)("PostgreSQL is not installed")
    base = Path("/tmp", f"lab-{tmp_path_factory.getbasetemp().name}-{id(tmp_path_factory)}")
    base.mkdir(mode=0o755)
    made = Lab(base / "lab", cache=base / "cache")
    try:
        assert made.up([_NAME]) == {}
        yield made
    finally:
        made.down()
        shutil.rmtree(base)


def address(lab: Lab) -> str:
    state = State(lab.folder, lab.folder)
    kept = state.read(PostgreSQL())
    assert kept
    return PostgreSQL().addresses(state.place(PostgreSQL(), kept))["DATABASE_URL"]


async def has_written_more(living: list[Writer]) -> None:
    wanted = [len(writer.lines()) + 10 for writer in living]
    until = time.monotonic() + 120
    while any(len(writer.lines()) < least for writer, least in zip(living, wanted, strict=True)):
        assert time.monotonic() < until, "they do not go on"
        await asyncio.sleep(0.05)


@pytest.mark.faults
@pytest.mark.nightly
@pytest.mark.timeout(600)
async def test_nothing_acknowledged_is_lost_when_the_server_is_killed(lab: Lab, tmp_path: Path) -> None:
    records = postgresql.open(address(lab), "magicai")
    run: Run = await Make(records, Clock()).run()
    with writers(f"postgresql:magicai {address(lab)}", run, tmp_path) as started:
        living = [started.start() for _ in range(_PROCESSES)]
        for _ in range(_KILLS):
            await has_written_more(living)
            await asyncio.to_thread(lab.kill, _NAME)
            await asyncio.to_thread(lab.start, _NAME)
        await has_written_more(living)
        for writer in living:
            await asyncio.to_thread(writer.kill_once_it_has_written)
        await nothing_is_lost(records, run, started)
    await records.close()

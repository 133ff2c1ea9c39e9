import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from magicai.ports import Records
from magicai.runs.run import Run
from tests.contract.records import writing
from tests.contract.records.example_rows import Make, Place
from tests.contract.records.writing import Writers, nothing_is_lost

_PROCESSES = 4

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the writers are forked, to start at once")


@pytest.fixture
async def run(make: Make) -> Run:
    return await make.run()


@pytest.fixture
def writers(place: Place, run: Run, tmp_path: Path) -> Iterator[Writers]:
    with writing.writers(place.address, run, tmp_path) as started:
        yield started


@pytest.mark.faults
@pytest.mark.parametrize("kills", [2, pytest.param(10, marks=pytest.mark.nightly)])
async def test_nothing_acknowledged_is_lost_when_processes_are_killed(
    records: Records, place: Place, run: Run, writers: Writers, kills: int
) -> None:
    living = [writers.start() for _ in range(_PROCESSES)]
    for _ in range(kills):
        living.pop(0).kill_once_it_has_written()
        living.append(writers.start())
    for writer in living:
        writer.kill_once_it_has_written()
    await nothing_is_lost(records, run, writers)
    assert place.intact()

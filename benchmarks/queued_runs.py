"""Many runs queued at once by several users, of a workflow that does almost nothing: does each take as long?"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from pydantic import BaseModel

from benchmarks.table import Row
from integrations.open import Ports
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin, Run, RunStatus
from tests.e2e.everything import READY
from tests.house import ROOT, House

_USERS = 10
_WORKERS = 2
_LOOK_S = 2.0
_LIMIT_S = 3600.0


class _Steps(BaseModel):
    trace: str
    pages: int = 1


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Seconds a run at the end of the queue against its beginning; the longest time in which none ended."""
    del data
    many = 20 if quick else 1000
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder) / "house", Path(folder) / "home")
        house.build(ROOT / "tests/flows/take-steps.md")
        try:
            ended = _carried_out(house, Path(folder), many)
        finally:
            house.end()
    assert {run.status for run in ended} == {RunStatus.COMPLETED}, "some failed"
    times = sorted((run.finished_at or 0) / 1e6 for run in ended)
    began = min((run.started_at or 0) / 1e6 for run in ended)
    part = many // 4
    first, last = (times[part - 1] - began) / part, (times[-1] - times[-part - 1]) / part
    stall = max(later - earlier for earlier, later in pairwise(times))
    note = f"{many / (times[-1] - began):.2f} runs/s, {_WORKERS} processes; longest pause {stall:.1f} s"
    yield Row(
        f"{many} runs queued: a run, the last quarter", "s", last, first, "the first quarter", most=1.25, note=note
    )


def _carried_out(house: House, folder: Path, many: int) -> list[Run]:
    with house.start("up", "--no-open", MAGICAI_WORKERS=str(_WORKERS)) as everything:
        assert everything.stderr is not None
        for line in everything.stderr:
            if READY in line:
                break
        ids = house.ask(lambda ports: _queue(ports, folder, many))
        ended = house.ask(lambda ports: _wait(ports, ids))
        everything.terminate()
        everything.communicate(timeout=60)
    return ended


async def _queue(ports: Ports, folder: Path, many: int) -> list[str]:
    made: list[str] = []
    for number in range(many):
        owner = f"user-{number % _USERS}"
        request = _Steps(trace=str(folder))
        run = await accept(ports.records, "take-steps", request, owner_id=owner, origin=Origin.API)
        made.append(run.run_id)
    return made


async def _wait(ports: Ports, ids: list[str]) -> list[Run]:
    until = time.monotonic() + _LIMIT_S
    runs = ports.records.runs
    while await runs.waiting(limit=1) or await runs.unfinished():
        if time.monotonic() > until:
            raise TimeoutError("the queue does not get empty")
        await asyncio.sleep(_LOOK_S)
    return [await runs.get(run_id) for run_id in ids]

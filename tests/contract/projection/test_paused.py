"""A relay that is stopped past its lease, in the middle of an apply, and wakes up brings nothing old back."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from integrations.records import sqlite
from magicai.ports import Projection
from magicai.stores.entity import STORES, Entity
from magicai.stores.reconcile import reconcile
from magicai.stores.relay import drain

from .implementations import BY_COST, Place

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a process can't be stopped here")
_LIMIT_S = 120


def until_stopped(process: psutil.Process) -> None:
    end = time.monotonic() + _LIMIT_S
    while process.status() != psutil.STATUS_STOPPED:
        assert time.monotonic() < end, "it was never in the middle of an apply"
        time.sleep(0.02)


def entity(place: int, title: str) -> Entity:
    return Entity("product", f"{place:02}", "o", title, f"A {title.lower()} of tin", stores=STORES)


@pytest.mark.faults
@pytest.mark.parametrize("name", BY_COST)
async def test_a_relay_that_wakes_up_past_its_lease_resurrects_nothing(
    name: str, place: Place, projection: Projection
) -> None:
    await projection.check()
    records = sqlite.open(place.home / "records.sqlite3")
    await records.entities.save([entity(n, "Kettle") for n in range(20)])
    script = str(Path(__file__).with_name("pausing.py"))
    command = [sys.executable, script, name, str(place.home), place.name, str(place.server_home)]
    with (place.home / "relay.log").open("wb") as log:
        paused = await asyncio.to_thread(subprocess.Popen, command, stdout=log, stderr=log)
    try:
        await asyncio.to_thread(until_stopped, psutil.Process(paused.pid))
        # What it had written, and what it had only read: of both some is deleted, some changed, some comes again.
        await records.entities.delete("product", [f"{n:02}" for n in range(10)])
        await records.entities.save([entity(n, "Teapot") for n in range(8, 15)])
        assert await drain(records, {projection.store: projection}, limit_s=_LIMIT_S, ignore_backoff=True) == {
            projection.store: 0
        }
        before = await projection.held()
        paused.send_signal(signal.SIGCONT)
        assert await asyncio.to_thread(paused.wait, _LIMIT_S) == 0, (place.home / "relay.log").read_text()[-2000:]
    finally:
        paused.kill()
        paused.wait()
    assert [one.entity_id for one in before] == [f"{n:02}" for n in range(8, 20)]
    assert await projection.held() == before
    found = await reconcile(records, {projection.store: projection}, repair=False)
    assert found.differences == 0
    assert await records.entities.dead_letters(projection.store) == []
    await records.close()

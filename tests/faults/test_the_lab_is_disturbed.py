"""Each server of a lab of its own is killed, paused and started empty while it is written to."""

import asyncio
from pathlib import Path

import pytest

from integrations.open import Ports
from magicai.ports import Records
from magicai.settings import Settings
from magicai.stores.entity import Store
from magicai.values.ids import new_id
from tests.contract.embedder.hashing import HashingEmbedder
from tests.lab.lab import Lab
from tests.own_lab import started

from .conftest import UnderWay

pytestmark = [pytest.mark.faults, pytest.mark.nightly, pytest.mark.timeout(900)]
SERVERS: dict[str, Store] = {"redis": "cache", "chroma": "vectors", "neo4j": "graph", "elasticsearch": "search"}
PAUSED_S = 60.0


def opened(lab: Lab, name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> Ports:
    for variable, value in started(lab, name).items():
        monkeypatch.setenv(variable, value)
    ports = Ports(Settings(home=home, stores_accepted=("all",), namespace=f"t{new_id()[-12:]}"))
    ports.__dict__["embedded_embedder"] = HashingEmbedder("faults")
    return ports


@pytest.mark.parametrize("how", ["kill", "pause", "wipe"])
@pytest.mark.parametrize("name", SERVERS)
async def test_while_a_server_is(
    name: str, how: str, lab: Lab, records: Records, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ports = await asyncio.to_thread(opened, lab, name, tmp_path, monkeypatch)
    under_way = UnderWay(records, ports.projection(SERVERS[name]))
    under_way.begin()
    await under_way.some_more()
    if how == "kill":
        await asyncio.to_thread(lab.kill, name)
        await under_way.some_more(20)
        await asyncio.to_thread(lab.start, name)
    elif how == "pause":
        await asyncio.to_thread(lab.pause, name)
        await asyncio.sleep(PAUSED_S)
        await asyncio.to_thread(lab.resume, name)
    else:
        await asyncio.to_thread(lab.wipe, name)
    await under_way.some_more(20)
    await under_way.settled()
    await under_way.judge(wiped=how == "wipe" or name == "redis")
    await under_way.end()
    await ports.close()

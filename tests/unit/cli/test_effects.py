import asyncio
import json
from pathlib import Path

import pytest

from integrations.open import open_ports
from magicai.cli import main
from magicai.errors import Conflict
from magicai.ports import NewItem
from magicai.runs.effects import Effect
from magicai.runs.requests.accept import accept
from magicai.runs.run import JSON, Origin
from tests.unit.runs.conftest import Wish


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # pyright: ignore[reportUnusedFunction]
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))


async def _send() -> JSON:
    raise OSError("connection reset")


async def _cut_while_sent() -> str:
    async with open_ports() as ports:
        owner = ports.settings.owner
        run = await accept(ports.records, "w", Wish(), owner_id=owner, origin=Origin.CLI)
        effect = Effect(ports.records, kind="post", owner_id=owner, key="7", run_id=run.run_id)
        for why in (OSError, Conflict):
            with pytest.raises(why):
                await effect.once(_send)
        return run.run_id


def test_a_person_sees_what_was_cut_and_says_what_came_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    run_id = asyncio.run(_cut_while_sent())
    assert main(["effects", "list"]) == 0
    assert capsys.readouterr().out.split() == ["post:7", "cut", run_id]
    for words in ((), ("--done", "{}", "--not-done"), ("--done", "7"), ("--done", "null")):
        assert main(["effects", "decide", "post:7", *words]) == 2
    assert main(["effects", "decide", "post:8", "--not-done"]) == 2
    assert main(["effects", "decide", "post:7", "--done", '{"url": "https://blog.example/7"}']) == 0
    assert f"magicai resume {run_id}" in capsys.readouterr().out
    assert main(["effects", "list"]) == 0
    assert "No effects are interrupted." in capsys.readouterr().err
    assert main(["effects", "list", "--state", "done", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert (told["effect"], told["answer"]) == ("post:7", {"url": "https://blog.example/7"})


async def _working_on(*keys: str) -> str:
    async with open_ports() as ports:
        run = await accept(ports.records, "w", Wish(), owner_id=ports.settings.owner, origin=Origin.CLI)
        attempt = await ports.records.runs.begin(run.run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)
        new = [NewItem(key, None, "d") for key in keys]
        await ports.records.items.add(attempt, "price", "1", new, at=0)
        await ports.records.items.claim(attempt, "price", (), most=1, alone=True)
        return run.run_id


def test_what_a_run_works_on_is_listed_by_state(capsys: pytest.CaptureFixture[str]) -> None:
    run_id = asyncio.run(_working_on("a", "b", "c"))
    assert main(["items", run_id, "--state", "pending", "--limit", "1"]) == 0
    told = capsys.readouterr()
    assert (told.out.split(), told.err.strip()) == (["pending", "b", "0", "attempts"], "price: 2 pending, 1 running")
    assert main(["items", run_id, "--state", "lost"]) == 2
    assert "Use one of: done, failed, pending, running." in capsys.readouterr().err

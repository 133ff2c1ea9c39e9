"""The one model server of a machine: one starts, others attach; it ends by itself; nobody else gets an answer.

Its engine is fake (fake_engine.py), so that its whole life takes a second.
"""

import asyncio
import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import asdict, replace
from itertools import product
from pathlib import Path

import httpx
import psutil
import pytest

from integrations.text import server_on_demand
from integrations.text.server_on_demand import Running, Wanted, ensure, running
from integrations.text.xllamacpp import XllamacppText
from magicai.errors import Invalid, MagicError, Missing, Permanent, Temporary
from magicai.ports import Message
from tests.codes import says
from tests.contract.text.fakes import fake

RACER = """
import asyncio, json, sys
from integrations.text.server_on_demand import Wanted, ensure
started = []
server = asyncio.run(ensure(Wanted(**json.loads(sys.argv[1])), on_start=lambda: started.append(1)))
print(server.pid, len(started))
"""
ROOT = Path(__file__).parents[3]
ASKED = [Message("user", "Greet me.")]


@pytest.fixture
async def model(wanted: Wanted) -> AsyncIterator[XllamacppText]:
    made = XllamacppText("local:fake", wanted)
    yield made
    await made.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wanted]:
    """A server for the tests that leave it alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        made = fake(tmp_path_factory.mktemp("served"))
        asyncio.run(ensure(made))
        yield made
        asyncio.run(server_on_demand.stop(Path(made.folder)))


@pytest.fixture
async def server(served: Wanted) -> Running:
    found = await running(Path(served.folder))
    assert found is not None
    return found


@pytest.fixture
async def asker(served: Wanted) -> AsyncIterator[XllamacppText]:
    made = XllamacppText("local:fake", served)
    yield made
    await made.close()


async def until(holds: Callable[[], bool], limit_s: float = 20) -> None:
    async with asyncio.timeout(limit_s):
        while not holds():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.02)


def beside(wanted: Wanted, name: str) -> Path:
    return Path(wanted.model).with_name(name)


def calls(wanted: Wanted) -> list[str]:
    path = beside(wanted, "calls")
    return path.read_text().splitlines() if path.exists() else []


def gone(pid: int) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def racer(wanted: Wanted) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", RACER, json.dumps(asdict(wanted))]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


async def ask(server: Running, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        body = {"messages": [{"role": "user", "content": "Greet me."}], "max_tokens": 5}
        given = {"Authorization": f"Bearer {server.key}", **headers}
        return await client.post(f"{server.url}/v1/chat/completions", json=body, headers=given)


# ── One starts, others attach ───────────────────────────────────────────────────────────────────────────────────────


async def test_six_who_need_it_at_once_get_one_server(wanted: Wanted) -> None:
    racers = [racer(wanted) for _ in range(6)]
    results = [(await asyncio.to_thread(one.communicate))[0].split() for one in racers]
    server = await running(Path(wanted.folder))
    assert server is not None
    assert {pid for pid, _ in results} == {str(server.pid)}
    assert sorted(starts for _, starts in results) == ["0"] * 5 + ["1"]


async def test_two_in_one_process_get_one_server(wanted: Wanted) -> None:
    assert len(set(await asyncio.gather(ensure(wanted), ensure(wanted), ensure(wanted)))) == 1


async def test_says_beforehand_that_a_start_takes_a_while_and_only_then(wanted: Wanted) -> None:
    said: list[str] = []
    first = await ensure(wanted, on_start=lambda: said.append("starting"))
    second = await ensure(wanted, on_start=lambda: said.append("starting again"))
    assert said == ["starting"]
    assert first == second


async def test_a_starter_killed_while_the_model_loads_leaves_its_server_to_the_next(tmp_path: Path) -> None:
    wanted = fake(tmp_path, "slow")
    starter = racer(wanted)
    await until(beside(wanted, "loading").exists)
    starter.kill()
    await asyncio.to_thread(starter.communicate)
    next_one = asyncio.create_task(ensure(wanted))
    beside(wanted, "loaded").touch()
    server = await next_one
    assert await ensure(wanted) == server
    servers = [p for p in psutil.process_iter(["cmdline"]) if wanted.folder in str(p.info["cmdline"])]
    await until(lambda: [p.pid for p in servers if not gone(p.pid)] == [server.pid])
    await server_on_demand.stop(Path(wanted.folder))


# ── It ends ─────────────────────────────────────────────────────────────────────────────────────────────────────────


async def test_ends_when_idle_and_the_next_call_starts_another(wanted: Wanted) -> None:
    brief = replace(wanted, idle_s=1.0)
    first = await ensure(brief)
    await until(lambda: gone(first.pid))
    assert not (Path(wanted.folder) / "server.json").exists()
    model = XllamacppText("local:fake", brief)
    await model.text(ASKED)
    assert calls(wanted) == ["Greet me."]
    await model.close()


async def test_outlives_a_killed_starter_only_until_it_is_idle(wanted: Wanted) -> None:
    starter = racer(replace(wanted, idle_s=0.5))
    pid = int((await asyncio.to_thread(starter.communicate))[0].split()[0])
    await until(lambda: gone(pid))


async def test_ends_when_its_model_file_is_removed(wanted: Wanted) -> None:
    server = await ensure(wanted)
    beside(wanted, "fake.gguf").unlink()
    await until(lambda: gone(server.pid))


async def test_ends_when_its_model_file_is_replaced(wanted: Wanted) -> None:
    server = await ensure(wanted)
    other = beside(wanted, "other")
    other.touch()
    os.replace(other, wanted.model)  # noqa: PTH105
    await until(lambda: gone(server.pid))


async def test_ends_when_its_record_is_removed(wanted: Wanted) -> None:
    server = await ensure(wanted)
    (Path(wanted.folder) / "server.json").unlink()
    await until(lambda: gone(server.pid))


async def test_a_signal_ends_it_at_once_whatever_it_is_doing(wanted: Wanted, model: XllamacppText) -> None:
    call = asyncio.create_task(model.text([Message("user", "wait for ever")]))
    await until(lambda: calls(wanted) == ["wait for ever"])
    server = await running(Path(wanted.folder))
    assert server is not None
    os.kill(server.pid, signal.SIGTERM)
    await until(lambda: gone(server.pid))
    with pytest.raises(Temporary, check=says("local_server_disconnected")):
        await call
    assert not (Path(wanted.folder) / "server.json").exists()


async def test_stop_ends_it_and_is_content_where_none_is(wanted: Wanted) -> None:
    server = await ensure(wanted)
    await server_on_demand.stop(Path(wanted.folder))
    assert gone(server.pid)
    await server_on_demand.stop(Path(wanted.folder))


async def test_a_crash_is_temporary_and_the_next_call_starts_another(wanted: Wanted, model: XllamacppText) -> None:
    with pytest.raises(Temporary, check=says("local_server_disconnected")):
        await model.text([Message("user", "die")])
    assert (await model.text(ASKED))[0] == "You said: Greet me."


# ── Whose turn it is ────────────────────────────────────────────────────────────────────────────────────────────────


async def test_users_take_turns(wanted: Wanted, model: XllamacppText) -> None:
    ann, bob = (XllamacppText("local:fake", wanted, owner=owner) for owner in ("ann", "bob"))
    for who in (ann, bob, model):
        await who.text(ASKED)  # connected
    tasks = [asyncio.create_task(model.text([Message("user", "wait for go")]))]
    await asyncio.sleep(0.05)
    for who, name in ((ann, "ann 1"), (ann, "ann 2"), (ann, "ann 3"), (bob, "bob 1")):
        tasks.append(asyncio.create_task(who.text([Message("user", name)])))
        await asyncio.sleep(0.05)
    beside(wanted, "go").touch()
    await asyncio.gather(*tasks)
    assert calls(wanted)[4:] == ["ann 1", "bob 1", "ann 2", "ann 3"]
    for who in (ann, bob):
        await who.close()


async def test_a_text_is_heard_while_the_engine_is_at_work(wanted: Wanted, model: XllamacppText) -> None:
    heard: list[str] = []
    call = asyncio.create_task(model.text([Message("user", "speak, then wait for go")], on_text=heard.append))
    await until(lambda: heard == ["You"])
    beside(wanted, "go").touch()
    assert (await call)[0] == "".join(heard)


async def test_what_fails_while_a_text_is_heard_fails_as_ever(wanted: Wanted, model: XllamacppText) -> None:
    for asked, kind in (("fail", Temporary), ("too long", Invalid)):
        with pytest.raises(kind):
            await model.text([Message("user", asked)], on_text=lambda _piece: None)
    with pytest.raises(Temporary, check=says("local_server_disconnected")):
        await model.text([Message("user", "speak, then die")], on_text=lambda _piece: None)


async def test_calls_are_answered_one_at_a_time_in_the_order_in_which_they_came(
    wanted: Wanted, model: XllamacppText
) -> None:
    names = ["wait for go", "second", "third", "fourth"]
    tasks: list[asyncio.Task[object]] = []
    await model.text(ASKED)  # connected
    for name in names:
        tasks.append(asyncio.create_task(model.text([Message("user", name)])))
        await asyncio.sleep(0.05)  # sent one after the other
    assert calls(wanted) == ["Greet me.", "wait for go"]
    beside(wanted, "go").touch()
    await asyncio.gather(*tasks)
    assert calls(wanted) == ["Greet me.", *names]


async def test_who_waits_too_long_for_a_turn_is_told_to_come_back(wanted: Wanted) -> None:
    model = XllamacppText("local:fake", replace(wanted, queue_s=0.2))
    first = asyncio.create_task(model.text([Message("user", "wait for go")]))
    await until(lambda: calls(wanted) == ["wait for go"])
    with pytest.raises(Temporary, match="2 calls are waiting") as caught:
        await model.text(ASKED)
    assert caught.value.retry_after_s == 5
    beside(wanted, "go").touch()
    await first
    await model.close()


async def test_a_call_that_is_given_up_stops_the_engine(wanted: Wanted, model: XllamacppText) -> None:
    call = asyncio.create_task(model.text([Message("user", "wait for nobody")]))
    await until(lambda: calls(wanted) == ["wait for nobody"])
    call.cancel()
    await until(beside(wanted, "nobody.stopped").exists)
    assert (await model.text(ASKED))[0] == "You said: Greet me."


async def test_a_call_given_up_while_it_waits_never_reaches_the_engine(wanted: Wanted, model: XllamacppText) -> None:
    first = asyncio.create_task(model.text([Message("user", "wait for go")]))
    await until(lambda: calls(wanted) == ["wait for go"])
    second = asyncio.create_task(model.text([Message("user", "never mind")]))
    await asyncio.sleep(0.1)
    second.cancel()
    await asyncio.sleep(0.1)
    beside(wanted, "go").touch()
    await first
    await model.text(ASKED)
    assert calls(wanted) == ["wait for go", "Greet me."]


# ── Who may ask ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1"}, 403),
        ({"Host": "localhost.evil.example:80"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1"}, 403),
        ({"Authorization": ""}, 401),
        ({"Authorization": "Bearer wrong"}, 401),
    ],
)
async def test_foreign_hosts_origins_and_keys_are_refused_everywhere(
    served: Wanted, server: Running, headers: dict[str, str], status: int
) -> None:
    given = {"Authorization": f"Bearer {server.key}", **headers}
    paths, methods = ("/health", "/v1/chat/completions", "/", "/nowhere"), ("GET", "POST", "OPTIONS")
    before = calls(served)
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        for path, method in product(paths, methods):
            answer = await client.request(method, server.url + path, headers=given, json={})
            assert answer.status_code == status
            assert not any(name.startswith("access-control-") for name in answer.headers)
    assert calls(served) == before


async def test_a_web_socket_with_a_foreign_origin_is_refused(server: Running) -> None:
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "a"}
    assert (await ask(server, Origin="https://evil.example", **upgrade)).status_code == 403


async def test_its_own_address_and_key_get_an_answer(server: Running) -> None:
    assert (await ask(server)).status_code == 200
    port = server.url.rsplit(":", 1)[1]
    assert (await ask(server, Host=f"localhost:{port}")).status_code == 200


async def test_listens_on_loopback_only_and_its_record_is_its_owners(served: Wanted, server: Running) -> None:
    listening = [c for c in psutil.Process(server.pid).net_connections("inet") if c.status == psutil.CONN_LISTEN]
    assert [c.laddr.ip for c in listening] == ["127.0.0.1"]
    assert mode(Path(served.folder)) == 0o700
    assert mode(Path(served.folder) / "server.json") == 0o600
    assert server.key not in " ".join(psutil.Process(server.pid).cmdline())


@pytest.mark.parametrize(
    "body", ["", "[]", '{"messages": []}', '{"messages": [{"role": "tool", "content": "x"}], "max_tokens": 5}']
)
async def test_a_body_that_is_no_question_is_refused(server: Running, body: str) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as client:
        given = {"Authorization": f"Bearer {server.key}"}
        answer = await client.post(f"{server.url}/v1/chat/completions", content=body, headers=given)
    assert answer.status_code == 400


async def test_a_body_of_megabytes_is_refused(asker: XllamacppText) -> None:
    with pytest.raises(MagicError, match="413"):
        await asker.text([Message("user", "x" * 3_000_000)])


# ── What goes wrong ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("kind", "error"), [("missing", Missing), ("permanent", Permanent), ("temporary", Temporary)])
async def test_why_a_model_cannot_be_loaded_reaches_who_asks(
    tmp_path: Path, kind: str, error: type[MagicError]
) -> None:
    model = XllamacppText("local:fake", fake(tmp_path, kind))
    with pytest.raises(error, match=r"as the file says Another file\."):
        await model.text(ASKED)
    await model.close()


async def test_a_processor_that_cannot_run_it_is_missing_something(tmp_path: Path) -> None:
    with pytest.raises(Missing, check=says("processor_unsupported")):
        await ensure(fake(tmp_path, "illegal instruction"))


async def test_a_file_whose_hash_is_wrong_is_never_loaded(tmp_path: Path) -> None:
    with pytest.raises(Permanent, check=says("model_file_damaged")):
        await ensure(fake(tmp_path, "permanent", sha256="0" * 64))


async def test_a_file_that_is_no_model_is_said_to_be_none(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp")
    wanted = fake(tmp_path, "no model at all", engine=Wanted("", "").engine)
    with pytest.raises(Permanent, match=r"llama\.cpp can't load .*fake\.gguf"):
        await ensure(wanted)


async def test_a_start_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    wanted = fake(tmp_path, "slow", start_s=0.5)
    with pytest.raises(Temporary, check=says("local_server_start_timed_out", way="see_log", limit_s="0.5")):
        await ensure(wanted)


async def test_a_conversation_that_is_too_long_is_the_callers_fault(asker: XllamacppText) -> None:
    with pytest.raises(Invalid, match=r"9009 tokens.*less text"):
        await asker.text([Message("user", "too long")])


async def test_a_fault_of_the_engine_is_temporary(asker: XllamacppText) -> None:
    with pytest.raises(Temporary, check=says("model_server_error_status", status=500, reason="the engine is ill")):
        await asker.text([Message("user", "fail")])


async def test_a_server_that_is_stopped_is_neither_replaced_nor_forgotten(
    wanted: Wanted, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await ensure(wanted)
    process = psutil.Process(server.pid)
    process.suspend()
    with monkeypatch.context() as patch:
        patch.setattr("integrations.processes.on_demand._HEALTH_S", 0.2)
        with pytest.raises(Temporary, check=says("local_server_silent", way="see_log")):
            await ensure(wanted)
    process.resume()
    assert await ensure(wanted) == server


async def test_a_stale_record_is_not_taken_for_a_server(wanted: Wanted) -> None:
    record = Path(wanted.folder) / "server.json"
    record.parent.mkdir()
    record.write_text(json.dumps({"url": "http://127.0.0.1:9", "key": "k", "pid": os.getpid()}))
    server = await ensure(wanted)
    assert server.pid != os.getpid()

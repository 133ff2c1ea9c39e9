"""The gateway: what a request costs beside a bare FastAPI route with the same answer, and how soon an event arrives.

Both servers are processes of their own; requests go to them in turn over connections that stay open.
"""

import asyncio
import contextlib
import http.client
import os
import shlex
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from benchmarks.table import Row
from integrations.open import Ports, open_ports
from magicai.accounts.identity import Role, User
from magicai.accounts.sessions import log_in
from magicai.accounts.signing import Signer
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin, RunEvent, RunStatus
from magicai.settings import Settings
from magicai.shops.crawl_analyze_generate import WORKFLOW, CrawlAnalyzeGenerate
from magicai.values.times import now_us

_BARE = """
import json, sys
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

Me = type("Me", (BaseModel,), {"__annotations__": {
    "user_id": str, "name": str, "role": str, "scopes": list[str], "created_at": str}})
app = FastAPI()
told = Me(user_id="ann", name="ann", role="user", scopes=["account", "read", "run"], created_at="1970-01-01T00:00:00Z")

@app.get("/api/me")
async def me() -> Me:
    return told

uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", access_log=False)
"""
_LIMIT_S = 60.0
_GOAL_MS = 100.0


def rows(data: Path, *, quick: bool) -> Iterator[Row]:
    """Medians of a request, on the embedded cache and on Redis where MAGICAI_TEST_STORES has one; p95 of an event."""
    del data
    count = 50 if quick else 1500
    with tempfile.TemporaryDirectory() as folder:
        yield _requests(Path(folder), "embedded cache", {}, count=count)
    redis = _redis()
    if redis is not None:
        for fsync, cache in (("everysec", "Redis"), ("always", "Redis that writes to its disk before each answer")):
            with tempfile.TemporaryDirectory() as folder, _durability(redis, fsync):
                variables = {"REDIS_URL": redis, "MAGICAI_STORES_ACCEPTED": "all"}
                yield _requests(Path(folder), cache, variables, count=count, goal=fsync == "everysec")
    clients, events = (20, 5) if quick else (200, 60)
    for runs in (1, clients // 4):
        with tempfile.TemporaryDirectory() as folder:
            yield _events(Path(folder), runs, clients, events)


def _redis() -> str | None:
    stores = Settings().test_stores
    words = shlex.split(stores.read_text(encoding="utf-8"), comments=True) if stores is not None else ()
    return next((word.partition("=")[2] for word in words if word.startswith("REDIS_URL=")), None)


@contextlib.contextmanager
def _durability(url: str, fsync: str) -> Generator[None]:
    """When the server, which the tests have to themselves, writes to its disk: Redis itself does so every second."""
    redis: Any = import_module("redis")  # an extra's, and typed in parts
    with contextlib.closing(redis.Redis.from_url(url)) as server:
        before = server.config_get("appendfsync")["appendfsync"]
        server.config_set("appendfsync", fsync)
        try:
            yield
        finally:
            server.config_set("appendfsync", before)


def _requests(home: Path, cache: str, variables: Mapping[str, str], *, count: int, goal: bool = True) -> Row:
    token = asyncio.run(token_of_user(home))
    with _bare() as bare, serving_gateway(home, variables) as gateway:
        lines = {port: http.client.HTTPConnection("127.0.0.1", port, timeout=_LIMIT_S) for port in (bare, gateway)}
        took: dict[int, list[float]] = {port: [] for port in lines}
        for number in range(count + 20):
            for port, line in lines.items():
                begun = time.perf_counter()
                line.request("GET", "/api/me", headers={"Authorization": f"Bearer {token}"})
                answer = line.getresponse()
                body = answer.read()
                if number >= 20:  # noqa: PLR2004 - the first ones warm up
                    took[port].append(1000 * (time.perf_counter() - begun))
                assert answer.status == http.client.OK, body
    middle = {port: median(times) for port, times in took.items()}
    note = "authenticated, counted against its limit, logged"
    against = "a bare FastAPI route, uvicorn"
    most = 2.7 if goal else None
    return Row(f"a request, {cache}", "ms", middle[gateway], middle[bare], against, most=most, note=note)


def _events(home: Path, runs: int, clients: int, events: int) -> Row:
    with serving_gateway(home, {}) as port:
        late = asyncio.run(_follow(home, port, runs, clients, events))
    what = f"event to WebSocket, p95 of {clients} clients at {runs} run{'s' * (runs > 1)}"
    return Row(
        what, "ms", quantiles(late, n=20)[-1], _GOAL_MS, "the goal", most=1, note=f"median {median(late):.0f} ms"
    )


async def _follow(home: Path, port: int, runs: int, clients: int, events: int) -> list[float]:
    """Milliseconds from writing an event to each client that has it."""
    token = await token_of_user(home)
    async with open_ports(Settings(home=home)) as ports:
        ids = [await _run(ports) for _ in range(runs)]
        waiting = asyncio.Barrier(clients + 1)
        followers = [
            asyncio.create_task(_client(port, ids[number % runs], token, events, waiting)) for number in range(clients)
        ]
        await waiting.wait()
        for number in range(events):
            for run_id in ids:
                await ports.records.runs.append_event(_event(run_id, number))
            await asyncio.sleep(0.05)
        async with asyncio.timeout(_LIMIT_S):
            return [late for times in await asyncio.gather(*followers) for late in times]


async def _client(port: int, run_id: str, token: str, events: int, waiting: asyncio.Barrier) -> list[float]:
    offered = [Subprotocol("magicai.v1"), Subprotocol(f"bearer.{token}")]
    url = f"ws://127.0.0.1:{port}/ws/task/{run_id}"
    async with connect(url, subprotocols=offered, proxy=None, open_timeout=_LIMIT_S) as socket:
        await waiting.wait()
        found: list[float] = []
        while len(found) < events:
            message = await socket.recv()
            now = now_us()
            event = RunEvent.model_validate_json(message)
            found.append((now - event.at) / 1000)
        return found


def _event(run_id: str, number: int) -> RunEvent:
    data = {"done": number, "total": 100, "unit": "pages"}
    return RunEvent(
        run_id=run_id, sequence=0, at=now_us(), kind="progress", status=RunStatus.PROCESSING, progress=1, data=data
    )


async def _run(ports: Ports) -> str:
    request = CrawlAnalyzeGenerate.model_validate({"competitor_url": "https://shop.example"})
    return (await accept(ports.records, WORKFLOW.name, request, owner_id="ann", origin=Origin.API)).run_id


async def token_of_user(home: Path) -> str:
    """An access token of a new user, ann."""
    async with open_ports(Settings(home=home)) as ports:
        identities = ports.records.identities
        user = await identities.add_user(User(user_id="ann", name="ann", role=Role.USER, created_at=0))
        return (await log_in(identities, Signer(ports.signing_keys), user)).access_token


@contextlib.contextmanager
def _bare() -> Generator[int]:
    with _process([sys.executable, "-c", _BARE], os.environ) as port:
        yield port


@contextlib.contextmanager
def serving_gateway(home: Path, variables: Mapping[str, str]) -> Generator[int]:
    """A gateway in a process of its own while the block runs; its port."""
    ours = {"MAGICAI_HOME": str(home), "MAGICAI_RUNS_AT_ONCE": "0", "MAGICAI_RATE_READ": "1000000", **variables}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAGICAI_")}
    with _process([sys.executable, "-m", "magicai.api"], {**kept, **ours}) as port:
        yield port


@contextlib.contextmanager
def _process(command: list[str], variables: Mapping[str, str]) -> Generator[int]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen([*command, str(port)], env=dict(variables))
    try:
        until = time.monotonic() + _LIMIT_S
        while not _listens(port):
            assert process.poll() is None, "it did not start"
            assert time.monotonic() < until, "it did not listen"
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


def _listens(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        line.request("GET", "/health/live")
        line.getresponse()
    except OSError:
        return False
    finally:
        line.close()
    return True

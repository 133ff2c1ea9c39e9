"""Three gateways as processes of their own, behind a proxy that asks each in turn."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest

from integrations.cache.sqlite import SqliteCache
from integrations.records import sqlite
from magicai.app.identity.sessions import log_in
from magicai.app.identity.signing import Signer
from magicai.app.identity.users import add_user
from magicai.domain.identity import Role
from tests.api.conftest import CRAWL, SHOP
from tests.house import free_port, until

PASSWORD = "correct horse battery"
LIMIT = 37


@contextmanager
def gateways(home: Path, count: int) -> Generator[list[int]]:
    """Processes that serve; answers their ports."""
    ports = [free_port() for _ in range(count)]
    settings = {"MAGICAI_HOME": str(home), "MAGICAI_RUNS_AT_ONCE": "0", "MAGICAI_RATE_READ": str(LIMIT)}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAGICAI_")}
    started = [
        subprocess.Popen([sys.executable, "-m", "magicai.api", str(port)], env={**kept, **settings}) for port in ports
    ]
    try:
        for port in ports:
            until(lambda port=port: _answers(port))
        yield ports
    finally:
        for process in started:
            process.send_signal(signal.SIGTERM)
        # Ended in order, and then as by the signal, which is uvicorn's way.
        assert {process.wait(60) for process in started} <= {0, -signal.SIGTERM}


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False).is_success
    except httpx.HTTPError:
        return False


@asynccontextmanager
async def proxy(ports: list[int]) -> AsyncGenerator[str]:
    """Hands each connection to the next gateway."""
    turns = itertools.cycle(ports)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        its_reader, its_writer = await asyncio.open_connection("127.0.0.1", next(turns))
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(_pump(reader, its_writer), _pump(its_reader, writer), return_exceptions=True)

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    finally:
        writer.close()


@pytest.fixture
def installation(home: Path) -> Path:
    """An installation with ann, whose limit is low."""

    async def make() -> None:
        records = sqlite.open(home / "records.sqlite3")
        await add_user(records.identities, "ann", Role.USER, PASSWORD)
        await records.close()

    asyncio.run(make())
    return home


@pytest.mark.slow
def test_it_does_not_matter_which_gateway_answers(installation: Path) -> None:
    with gateways(installation, 3) as ports:
        asyncio.run(_everything(ports))
        asyncio.run(_the_limit(installation, ports))


async def _everything(ports: list[int]) -> None:
    async with (
        proxy(ports) as url,
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=60, headers={"Connection": "close"}) as http,
    ):
        tokens = (await http.post("/api/tokens", json={"name": "ann", "password": PASSWORD})).json()
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        same = [
            (await http.post(CRAWL, headers={**bearer, "Idempotency-Key": "k"}, json=SHOP)).json()["task_id"]
            for _ in range(4)
        ]
        assert len(set(same)) == 1
        listed = [(await http.get("/api/runs", headers=bearer)).headers["etag"] for _ in range(3)]
        assert len(set(listed)) == 1
        spent = tokens["refresh_token"]
        for _ in range(4):
            tokens = (await http.post("/api/tokens/refresh", json={"refresh_token": tokens["refresh_token"]})).json()
        assert (await http.post("/api/tokens/refresh", json={"refresh_token": spent})).status_code == 401
        assert (await http.post("/api/tokens/refresh", json={"refresh_token": tokens["refresh_token"]})).is_error
        page = await http.post("/api/session", json={"name": "ann", "password": PASSWORD})
        http.cookies.update(page.cookies)
        assert [(await http.get("/api/session")).status_code for _ in range(3)] == [200] * 3
        lines = (await http.get(f"/api/runs/{same[0]}/events")).json()
        assert lines == {"events": [], "next": 0}


async def _the_limit(home: Path, ports: list[int]) -> None:
    """Of many requests at once through all gateways, exactly as many pass as may in a minute."""
    records = sqlite.open(home / "records.sqlite3")
    bob = await add_user(records.identities, "bob", Role.USER, PASSWORD)
    token = (await log_in(records.identities, Signer(records.identities), bob)).access_token
    await records.close()
    cache = SqliteCache(home / "cache.sqlite3")
    await cache.close()
    async with (
        proxy(ports) as url,
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=60, headers={"Connection": "close"}) as http,
    ):
        bearer = {"Authorization": f"Bearer {token}"}
        answers: list[httpx.Response] = []
        for _ in range(3):  # a minute may end in between
            answers = await asyncio.gather(*(http.get("/api/me", headers=bearer) for _ in range(LIMIT + 23)))
            resets = [int(answer.headers["ratelimit"].rpartition("t=")[2]) for answer in answers]
            if max(resets) - min(resets) < 30:
                break
            await asyncio.sleep(61)
        policies = {answer.headers["ratelimit-policy"] for answer in answers}
        assert policies == {f'"read";q={LIMIT};w=60'}
        assert sum(answer.status_code == 200 for answer in answers) == LIMIT
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(refused) == 23
        assert all(1 <= int(answer.headers["retry-after"]) <= 60 for answer in refused)
        assert all(json.loads(answer.text)["type"].endswith(":too-many") for answer in refused)
        left = sorted(int(a.headers["ratelimit"].split("r=")[1].split(";")[0]) for a in answers if a.is_success)
        assert left == list(range(LIMIT))
        for _ in range(LIMIT):
            assert (await http.get("/health/live")).status_code == 200

"""Three gateways as processes of their own, behind a proxy that asks each in turn."""

import asyncio
import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from integrations.open import Ports, open_ports
from magicai.accounts.identity import Role
from magicai.accounts.sessions import log_in
from magicai.accounts.signing import Signer
from magicai.accounts.users import add_user
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin, RunEvent, RunStatus
from magicai.settings import Settings
from magicai.shops.crawl_analyze_generate import WORKFLOW, CrawlAnalyzeGenerate
from tests import servers
from tests.api.conftest import CRAWL, SHOP
from tests.house import free_port, until

T = TypeVar("T")
PASSWORD = "correct horse battery"
LIMIT = 37


Stores = Mapping[str, str]


@dataclass(frozen=True)
class Replicas:
    """Gateways as processes, by the port that each has, and the ports that a proxy has led to."""

    processes: Mapping[int, "subprocess.Popen[bytes]"]
    led_to: set[int] = field(default_factory=set[int])

    @property
    def ports(self) -> list[int]:
        """Of those that live."""
        return [port for port, process in self.processes.items() if process.poll() is None]

    def kill(self, port: int) -> None:
        """End one as a power failure does."""
        self.processes[port].kill()
        self.processes[port].wait()


@contextmanager
def gateways(home: Path, stores: Stores, count: int) -> Generator[Replicas]:
    """Processes that serve."""
    settings = {"MAGICAI_HOME": str(home), "MAGICAI_RUNS_AT_ONCE": "0", "MAGICAI_RATE_READ": str(LIMIT)}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MAGICAI_")}
    variables = {**kept, **settings, **stores}
    started = {
        port: subprocess.Popen([sys.executable, "-m", "magicai.api", str(port)], env=variables)
        for port in (free_port() for _ in range(count))
    }
    try:
        for port in started:
            until(lambda port=port: _answers(port))
        yield Replicas(started)
    finally:
        for process in started.values():
            process.send_signal(signal.SIGTERM)
        # Ended in order, and then as by the signal, which is uvicorn's way; or killed by the test.
        assert {process.wait(60) for process in started.values()} <= {0, -signal.SIGTERM, -signal.SIGKILL}


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False, timeout=60).is_success
    except httpx.HTTPError:
        return False


@asynccontextmanager
async def proxy(replicas: Replicas) -> AsyncGenerator[tuple[str, set[asyncio.StreamWriter]]]:
    """Hands each connection to the next gateway that lives; answers its address, and what is open."""
    turns = itertools.count()
    lines: set[asyncio.StreamWriter] = set()

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        ports = replicas.ports
        port = ports[next(turns) % len(ports)]
        replicas.led_to.add(port)
        its_reader, its_writer = await asyncio.open_connection("127.0.0.1", port)
        lines.add(writer)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(_pump(reader, its_writer), _pump(its_reader, writer), return_exceptions=True)
        lines.discard(writer)

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", lines


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()
    finally:
        writer.close()


@pytest.fixture(params=["embedded", "redis", "postgresql and redis"])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Where the gateways keep what they share."""
    named: dict[str, str] = {}
    if "redis" in request.param:
        named["REDIS_URL"] = servers.address("redis")
    if "postgresql" in request.param:
        named["DATABASE_URL"] = servers.address("postgresql")
    return {**named, "MAGICAI_NAMESPACE": servers.namespace(), "MAGICAI_STORES_ACCEPTED": "all"} if named else {}


@pytest.fixture
def replicas(home: Path, stores: Stores, monkeypatch: pytest.MonkeyPatch) -> Generator[Replicas]:
    """Three gateways, and ann, whose limit is low."""
    for name, value in stores.items():
        monkeypatch.setenv(name, value)
    _with_ports(home, lambda ports: add_user(ports.records.identities, "ann", Role.USER, PASSWORD))
    with gateways(home, stores, 3) as started:
        yield started


def _with_ports(home: Path, do: Callable[[Ports], Awaitable[T]]) -> T:
    async def done() -> T:
        async with open_ports(Settings(home=home)) as ports:
            return await do(ports)

    return asyncio.run(done())


@pytest.mark.slow
def test_it_does_not_matter_which_gateway_answers(home: Path, replicas: Replicas) -> None:
    run_id, bearer = asyncio.run(_everything(replicas))
    assert replicas.led_to == set(replicas.ports)
    _with_ports(home, lambda ports: ports.records.runs.append_event(_line(run_id, 7)))
    for port in replicas.ports:
        events = httpx.get(
            f"http://127.0.0.1:{port}/api/runs/{run_id}/events", headers=bearer, trust_env=False, timeout=60
        ).json()
        assert [event["data"] for event in events["items"]] == [{"number": 7}]
    token = _with_ports(home, _token_of_bob)
    asyncio.run(_the_limit(replicas, token))
    _with_ports(home, lambda ports: _a_socket_that_moves(ports, replicas))


async def _token_of_bob(ports: Ports) -> str:
    bob = await add_user(ports.records.identities, "bob", Role.USER, PASSWORD)
    return (await log_in(ports.records.identities, Signer(ports.signing_keys), bob)).access_token


def _line(run_id: str, number: int) -> RunEvent:
    told = RunEvent(run_id=run_id, sequence=0, at=0, kind="log", status=RunStatus.PROCESSING)
    return told.model_copy(update={"data": {"number": number}})


async def _everything(replicas: Replicas) -> tuple[str, dict[str, str]]:
    """What somebody does, each time through another gateway; answers a run, and what lets its owner in."""
    async with (
        proxy(replicas) as (url, _),
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=60, headers={"Connection": "close"}) as http,
    ):
        tokens = (await http.post("/api/tokens", json={"name": "ann", "password": PASSWORD})).json()
        bearer = {"Authorization": f"Bearer {tokens['access_token']}"}
        same = [
            (await http.post(CRAWL, headers={**bearer, "Idempotency-Key": "k"}, json=SHOP)).json()["run_id"]
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
        own = {"X-Page-Secret": page.json()["page_secret"]}
        assert [(await http.get("/api/session", headers=own)).status_code for _ in range(3)] == [200] * 3
        again = (await http.post("/api/tokens", json={"name": "ann", "password": PASSWORD})).json()
        return same[0], {"Authorization": f"Bearer {again['access_token']}"}


async def _the_limit(replicas: Replicas, token: str) -> None:
    """Of many requests at once through all gateways, exactly as many pass as may in a minute."""
    async with (
        proxy(replicas) as (url, _),
        httpx.AsyncClient(base_url=url, trust_env=False, timeout=60, headers={"Connection": "close"}) as http,
    ):
        bearer = {"Authorization": f"Bearer {token}"}
        answers = await asyncio.gather(*(http.get("/api/me", headers=bearer) for _ in range(LIMIT + 23)))
        assert {answer.headers["ratelimit-policy"] for answer in answers} == {f'"read";q={LIMIT};w=60'}
        passed = [answer for answer in answers if answer.is_success]
        left = sorted(int(answer.headers["ratelimit"].split("r=")[1].split(";")[0]) for answer in passed)
        assert left == list(range(LIMIT))
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(refused) == len(answers) - LIMIT
        assert all(1 <= int(answer.headers["retry-after"]) <= 70 for answer in refused)
        assert all(json.loads(answer.text)["type"].endswith(":too-many") for answer in refused)
        for _ in range(LIMIT):
            assert (await http.get("/health/live")).status_code == 200


async def _a_socket_that_moves(ports: Ports, replicas: Replicas) -> None:
    """Cut again and again, each time led to another gateway, one of which dies: nothing is missed, nothing repeated."""
    bob = next(user for user in await ports.records.identities.users() if user.name == "bob")
    request = CrawlAnalyzeGenerate.model_validate(SHOP)
    run = await accept(ports.records, WORKFLOW.name, request, owner_id=bob.user_id, origin=Origin.API)
    token = (await log_in(ports.records.identities, Signer(ports.signing_keys), bob)).access_token
    count, found = 150, list[int]()

    async def tell() -> None:
        for number in range(count):
            await ports.records.runs.append_event(_line(run.run_id, number))
            await asyncio.sleep(0.01)

    async with proxy(replicas) as (url, lines), asyncio.timeout(240):
        telling = asyncio.create_task(tell())
        offered = [Subprotocol("magicai.v1"), Subprotocol(f"bearer.{token}")]
        rounds = 0
        while len(found) < count:
            after = found[-1] if found else 0
            address = f"{url.replace('http', 'ws')}/ws/task/{run.run_id}?after={after}"
            with contextlib.suppress(OSError, WebSocketException):
                async with connect(address, subprotocols=offered, proxy=None) as socket:
                    heard = 0
                    async for message in socket:
                        found.append(json.loads(message)["sequence"])
                        heard += 1
                        if len(found) == count:
                            break
                        if heard == 17:
                            for line in lines:
                                line.transport.abort()
            rounds += 1
            if rounds == 3:
                replicas.kill(replicas.ports[0])
        await telling
    assert found == list(range(1, count + 1))
    assert rounds > 5

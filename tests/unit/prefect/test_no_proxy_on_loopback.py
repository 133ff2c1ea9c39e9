"""What we start is asked directly, whatever proxies the environment names: they would be told its secrets."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest
from aiohttp import web
from click.testing import CliRunner
from prefect._internal.websockets import websocket_connect
from prefect.client import base
from prefect.client.orchestration import PrefectClient, SyncPrefectClient

from integrations.files.s3 import S3Files
from integrations.prefect import environment
from integrations.prefect.direct import ask_loopback_directly
from integrations.processes import on_demand
from integrations.search.elasticsearch_server import ElasticsearchServer
from integrations.text.http_source import HttpSource
from integrations.text.names import ModelName
from integrations.text.progress import Meter
from integrations.text.remote import Remote
from integrations.text.remote_text import RemoteText
from integrations.vectors.chroma_client import Address, Api
from magicai.cli.root import root
from magicai.errors import MagicError
from magicai.loopback import direct
from magicai.ports import Message, Price
from tests.contract.text.fakes import FakePurse

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "WS_PROXY", "SOCKS_PROXY")
# As companies, tunnels and desktops set them; httpx knows no `socks`, and needs a package for `socks5`.
SCHEMES = ("http", "socks5", "socks")


class Ear:
    """Listens, and notes who comes."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.port = 0

    async def hear(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heard.append(await reader.read(1000))
        writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Ear]:
    ear = Ear()
    server = await asyncio.start_server(ear.hear, "127.0.0.1", 0)
    ear.port = server.sockets[0].getsockname()[1]
    async with server:
        yield ear


@pytest.fixture
async def asked() -> AsyncIterator[tuple[str, list[str]]]:
    """A server of ours, as `host:port`, and what it was asked for."""
    paths: list[str] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        paths.append(request.path)
        if request.headers.get("Upgrade") == "websocket":
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            await socket.close()
            return socket
        return web.json_response({"nanosecond heartbeat": 1})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield "{}:{}".format(*runner.addresses[0][:2]), paths
    await runner.cleanup()


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Prefect's clients are as Prefect made them again, for what other tests ask."""
    kinds = (base.PrefectHttpxAsyncClient, base.PrefectHttpxSyncClient)
    before = [kind.__init__ for kind in kinds]
    yield
    for kind, usual in zip(kinds, before, strict=True):
        setattr(kind, "__init__", usual)  # noqa: B010 - of either kind


async def nothing(_: object) -> None:
    """What is told of the progress."""


async def prefect(host: str, _: Path) -> None:
    async with PrefectClient(f"http://{host}/api") as client:
        await client.hello()


async def prefect_in_threads(host: str, _: Path) -> None:
    def ask() -> None:
        with SyncPrefectClient(f"http://{host}/api") as client:
            client.hello()

    await asyncio.to_thread(ask)


async def prefect_events(host: str, _: Path) -> None:
    async with websocket_connect(f"ws://{host}/api/events/in"):
        pass


async def server_on_demand(host: str, _: Path) -> None:
    await asyncio.to_thread(on_demand.ask, "GET", f"http://{host}/server", limit_s=5, auth=("magicai", "secret"))


async def chroma(host: str, _: Path) -> None:
    api = Api(Address.of(f"http://{host}", None), 5)
    try:
        await api.heartbeat()
    finally:
        await api._session.aclose()  # pyright: ignore[reportPrivateUsage]


async def elasticsearch(host: str, _: Path) -> None:
    server = ElasticsearchServer(f"http://{host}")
    try:
        async with server.client():
            pass
    finally:
        await server.close()


async def s3(host: str, folder: Path) -> None:
    await S3Files(f"s3://bucket?endpoint=http://{host}&region=x", "magicai", folder, limit_s=5).check()


async def language_model(host: str, _: Path) -> None:
    remote = Remote(ModelName("compatible", "m"), f"http://{host}/v1", "secret")
    model = RemoteText(remote, price=Price(0, 0), purse=FakePurse())
    try:
        await model.text([Message("user", "Hello")], max_tokens=1)
    finally:
        await model.close()


async def model_file(host: str, folder: Path) -> None:
    await HttpSource(f"http://{host}/model", wait_s=0).fetch(
        folder / "part", 10, Meter(nothing, total=10, stage="fetching")
    )


CLIENTS: list[Callable[[str, Path], Awaitable[None]]] = [
    prefect,
    prefect_in_threads,
    prefect_events,
    server_on_demand,
    chroma,
    elasticsearch,
    s3,
    language_model,
    model_file,
]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("spelt", [str.upper, str.lower])
async def test_a_proxy_hears_nothing(
    spelt: Callable[[str], str],
    scheme: str,
    proxy: Ear,
    asked: tuple[str, list[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in (*NAMES, "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in NAMES:
        monkeypatch.setenv(spelt(name), f"{scheme}://127.0.0.1:{proxy.port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    for variable, value in environment.client(tmp_path, "http://127.0.0.1:4200/api", os.environ).items():
        monkeypatch.setenv(variable, value)
    ask_loopback_directly()
    host, paths = asked
    for client in CLIENTS:
        paths.clear()
        with suppress(MagicError):  # it expected another answer
            await client(host, tmp_path)
        assert paths, f"{client.__name__} did not reach it"
        assert not proxy.heard, f"{client.__name__} asked the proxy"


def test_every_command_leaves_loopback_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", "intern.example")
    seen: dict[str, str] = {}

    def look() -> None:
        seen.update(os.environ)

    monkeypatch.setitem(root.commands, "look", click.Command("look", callback=look))

    def find(*_: object) -> click.Command:
        return root.commands["look"]

    monkeypatch.setattr(root, "get_command", find)
    CliRunner().invoke(root, ["look"], catch_exceptions=False)
    assert seen["NO_PROXY"] == seen["no_proxy"] == "intern.example,localhost,127.0.0.1,::1"


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ({}, "localhost,127.0.0.1,::1"),
        ({"NO_PROXY": "*"}, "*"),
        ({"no_proxy": " 127.0.0.1 , a.example,"}, "127.0.0.1,a.example,localhost,::1"),
    ],
)
def test_what_is_left_out_stays_left_out(said: dict[str, str], then: str) -> None:
    assert direct(said) == {"NO_PROXY": then, "no_proxy": then}


def test_each_variable_keeps_what_it_says() -> None:
    told = direct({"no_proxy": "a.example", "NO_PROXY": "b.example"})
    assert told["no_proxy"].startswith("a.example,")
    assert told["NO_PROXY"].startswith("b.example,")

"""The same operations in this process, and over HTTP from a gateway that has nothing else."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from magicai.accounts.identity import Caller, Role, User
from magicai.api.app import create_app
from magicai.api.routing import routes_of
from magicai.cli.asking import LocalAsker, RemoteAsker
from magicai.cli.remote.calls import Calls
from magicai.cli.remote.gateway import Server
from magicai.operations.operation import Context
from magicai.runs.run import RunStatus
from magicai.settings import Settings
from magicai.surfaces import PathMask
from tests.unit.operations import notes

ANN = User(user_id="id-ann", name="ann", role=Role.ADMIN, created_at=1)


class Outside:
    """The ports that the operations of these tests need."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.notes = settings, notes.Notes()
        self.started: list[str] = []
        self.queued = [SimpleNamespace(run_id="r1", status=RunStatus.QUEUED)]
        self.gateway_is_up = False
        self.records: Any = SimpleNamespace(identities=self, runs=self, leases=self, workspaces=self)
        self.orchestrator = self

    async def of(self, _owner_id: str) -> "Outside":
        return self

    async def user(self, user_id: str) -> User:
        assert user_id == ANN.user_id
        return ANN

    async def listed(self, **_: Any) -> list[Any]:
        return self.queued

    async def current(self, _name: str) -> Any:
        return object() if self.gateway_is_up else None

    async def start(self, run: Any) -> None:
        self.started.append(run.run_id)


class Wire(httpx.AsyncBaseTransport):
    """Carries requests to a gateway; the first answers may get lost on their way back."""

    def __init__(self, app: Any) -> None:
        self._inner, self.lost = httpx.ASGITransport(app), 0
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = await self._inner.handle_async_request(request)
        if self.lost:
            self.lost -= 1
            raise httpx.ReadError("connection reset", request=request)
        return answer


class BothWays:
    """Who asks in process, who asks over HTTP, and what is between them."""

    def __init__(self, outside: Outside, wire: Wire, calls: Calls, http: httpx.AsyncClient) -> None:
        ports: Any = outside
        self.here, self.there = LocalAsker(ports), RemoteAsker(calls)
        self.outside, self.notes, self.wire, self.http = outside, outside.notes, wire, http
        self.caller = Caller(user=ANN)

    async def by_bearer(self, _token: str, _workspace_id: str) -> Caller:
        """Who asks over HTTP."""
        return self.caller


@pytest.fixture
async def ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[BothWays]:
    settings = Settings(home=tmp_path, owner=ANN.user_id)
    app = create_app(settings)
    app.router.routes[:0] = routes_of(notes).routes
    wire = Wire(app)
    monkeypatch.setattr(httpx, "AsyncClient", partial(httpx.AsyncClient, transport=wire))
    headers = {"Authorization": "Bearer t"}
    async with (
        Calls(Server("http://127.0.0.1", "t", loopback=True)) as calls,
        httpx.AsyncClient(base_url="http://127.0.0.1", headers=headers) as http,
    ):
        ports: Any = Outside(settings)
        ways = BothWays(ports, wire, calls, http)
        app.state.gateway = SimpleNamespace(
            context=_context_of(ports),
            settings=settings,
            settings_now=_returning(settings),
            path_mask=PathMask(settings),
            callers=ways,
            cache=Uncounted(),
        )
        yield ways


def _context_of(ports: Any) -> Callable[..., Awaitable[Context]]:
    async def context(*given: Any) -> Context:
        return Context(ports, *given)

    return context


def _returning(settings: Settings) -> Callable[[], Awaitable[Settings]]:
    async def settings_now() -> Settings:
        return settings

    return settings_now


class Uncounted:
    """A cache in which everybody may ask as often as they like."""

    async def allow(self, *_: Any, **__: Any) -> tuple[bool, Mapping[int, int]]:
        """Yes."""
        return True, {}

"""A gateway that really listens, on an installation of its own."""

import asyncio
import shutil
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from integrations.records import sqlite
from magicai.accounts.identity import Role, User, WorkspaceRole
from magicai.accounts.sessions import log_in
from magicai.api.gateway import Gateway
from magicai.api.place import listen
from magicai.api.serving import server_of
from magicai.runs.run import Attempt, Run, RunEvent, RunStatus
from magicai.settings import Settings
from magicai.values.times import now_us
from tests.members import join

CRAWL = "/api/workflows/crawl-analyze-generate"
SHOP = {"competitor_url": "https://shop.example", "max_pages": 5}


class Api:
    """One process's gateway, and what a test needs to ask it."""

    def __init__(self, app: FastAPI, url: str, server: uvicorn.Server) -> None:
        self.app, self.url, self.server = app, url, server
        self.gateway: Gateway = app.state.gateway
        self.records = self.gateway.records
        self.shops = self.gateway.ports.shops
        self.http = httpx.AsyncClient(base_url=url, timeout=60, trust_env=False)

    async def user(self, name: str = "ann", role: Role = Role.USER) -> User:
        """Somebody who may log in."""
        return await self.records.identities.add_user(User(user_id=f"id-{name}", name=name, role=role, created_at=1))

    async def token(self, name: str = "ann", role: Role = Role.USER) -> str:
        """An access token of theirs."""
        user = await self.user(name, role)
        return (await log_in(self.records.identities, self.gateway.signer, user)).access_token

    async def bearer(self, name: str = "ann", role: Role = Role.USER) -> dict[str, str]:
        """The header that says who asks."""
        return {"Authorization": f"Bearer {await self.token(name, role)}"}

    async def member(
        self, name: str, role: WorkspaceRole = WorkspaceRole.REVIEWER, *, of: str = "ann"
    ) -> dict[str, str]:
        """The headers of somebody in another user's personal workspace."""
        owner, headers = await self.user(of), await self.bearer(name)
        await join(self.records, owner.user_id, f"id-{name}", role)
        return {**headers, "X-Workspace": owner.user_id}

    async def start(self, headers: dict[str, str], **more: Any) -> str:
        """A run's id."""
        answer = await self.http.post(CRAWL, headers=headers, json={**SHOP, **more})
        assert answer.status_code == 202, answer.text
        return answer.json()["run_id"]

    async def begin(self, run_id: str) -> Attempt:
        """An attempt, as a process would open it."""
        return await self.records.runs.begin(run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)

    async def tell(self, run: str, kind: str = "progress", **data: Any) -> RunEvent:
        """An event of a run."""
        told = RunEvent(run_id=run, sequence=0, at=now_us(), kind=kind, status=RunStatus.PROCESSING, data=data)
        return await self.records.runs.append_event(told)

    async def row(self, run_id: str) -> Run:
        """A run's row."""
        return await self.records.runs.get(run_id)


@asynccontextmanager
async def serving(settings: Settings) -> AsyncGenerator[Api]:
    """A gateway while it serves."""
    with listen("127.0.0.1", 0 if settings.port == 0 else settings.port) as listener:
        server = server_of(settings)
        app: Any = server.config.app
        task = asyncio.create_task(server.serve(sockets=[listener]))
        while not server.started:
            await asyncio.sleep(0.01)
            assert not task.done(), "it did not start"
        api = Api(app, f"http://127.0.0.1:{listener.getsockname()[1]}", server)
        try:
            yield api
        finally:
            await api.http.aclose()
            server.should_exit = True
            await task


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records without rows: making them takes longer than most tests."""
    path = tmp_path_factory.mktemp("template") / "records.sqlite3"
    asyncio.run(sqlite.open(path).close())
    return path


@pytest.fixture
def home(tmp_path: Path, template: Path) -> Path:
    """An installation without users."""
    made = tmp_path / "home"
    made.mkdir(mode=0o700)
    shutil.copy(template, made / "records.sqlite3")
    return made


@pytest.fixture
def settings(home: Path) -> Settings:
    """Nothing is started: runs stay queued."""
    often = {"rate_nobody": 100_000, "rate_read": 100_000, "rate_run": 100_000, "rate_account": 100_000}
    return Settings(home=home, runs_at_once=0, model="none", **often)


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    """A gateway that serves."""
    async with serving(settings) as made:
        yield made

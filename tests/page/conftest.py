"""The built page in the machine's Chromium, at a gateway on an installation in which a user has worked already."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, Self, TypeVar

import pytest

from integrations.records import sqlite
from magicai.accounts.identity import Role, User
from magicai.accounts.passwords import hashed
from magicai.api.gateway import Gateway
from magicai.api.place import PAGE, listen
from magicai.api.serving import server_of
from magicai.runs.run import Attempt, Origin, Run, RunEvent, RunStatus
from magicai.settings import Settings
from magicai.values.ids import new_id
from magicai.values.times import now_us
from tests.page.showing import LIMIT_MS, Shown

PASSWORD = "correct horse battery staple"
SHOP = "shop.example"
T = TypeVar("T")


class Seeded:
    """What is there: the ids that seed.py printed."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.shop: str = told["shop"]
        self.runs: list[str] = told["runs"]
        self.chinese, self.failed, self.cancelled = (str(told[name]) for name in ("chinese", "failed", "cancelled"))


class Place:
    """A gateway that serves from a thread of its own, and what a test does to its records."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._loop = asyncio.new_event_loop()
        self._ready: Future[Gateway] = Future()
        self._server: Any = None
        self._thread = Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        self.gateway = self._ready.result(60)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(60)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        with listen("127.0.0.1", 0) as listener:
            self.port: int = listener.getsockname()[1]
            self._server = server_of(self.settings)
            self._loop.run_until_complete(self._until_served(listener))
        self._loop.close()

    async def _until_served(self, listener: Any) -> None:
        serving = asyncio.create_task(self._server.serve(sockets=[listener]))
        while not self._server.started:  # noqa: ASYNC110 - uvicorn tells of it in no other way
            await asyncio.sleep(0.01)
        self._ready.set_result(self._server.config.app.state.gateway)
        await serving

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def do(self, what: Coroutine[Any, Any, T]) -> T:
        """What a coroutine answers that runs where the gateway runs."""
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(120)

    def ask(self, what: Callable[[Gateway], Awaitable[T]]) -> T:
        """What the gateway's ports answer."""

        async def asked() -> T:
            return await what(self.gateway)

        return self.do(asked())

    def begin(
        self, owner_id: str = "id-ann", workflow: str = "crawl-analyze-generate", **request: Any
    ) -> tuple[str, Attempt]:
        """A run that goes on, without anybody who carries it out."""
        usual = {"competitor_url": [f"https://{SHOP}/"]} if workflow == "crawl-analyze-generate" else {}
        run = Run(
            run_id=new_id(), owner_id=owner_id, workflow=workflow, origin=Origin.API,
            request={**usual, **request}, status=RunStatus.QUEUED, created_at=now_us(),
        )  # fmt: skip

        async def begun(gateway: Gateway) -> Attempt:
            runs = gateway.records.runs
            await runs.add(run, key=run.run_id)
            return await runs.begin(run.run_id, host="h", pid=1, process_started_at=1, flow_run_id=None)

        return run.run_id, self.ask(begun)

    def tell(self, attempt: Attempt, kind: str, task: str | None = None, progress: float = 0, **data: Any) -> None:
        """Something that happens to a run."""
        event = RunEvent(
            run_id=attempt.run_id, sequence=0, at=now_us(), kind=kind, status=RunStatus.PROCESSING,
            progress=progress, current_task=task, estimated_remaining=data.pop("remaining", None), data=data,
        )  # fmt: skip
        self.ask(lambda gateway: gateway.records.runs.append_event(event, attempt=attempt))

    def finish(self, attempt: Attempt, status: RunStatus, **result: Any) -> None:
        """A run's end."""
        told: dict[str, Any] = {"run_id": attempt.run_id, "status": str(status), "problems": [], **result}
        self.ask(lambda gateway: gateway.records.runs.finish(attempt, status, told))


@pytest.fixture(scope="session")
def seeded_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Seeded]:
    """An installation with runs of ann's; MAGICAI_PAGE_SEED names one that is kept between sessions."""
    kept = os.environ.get("MAGICAI_PAGE_SEED")
    home = Path(kept) if kept else tmp_path_factory.mktemp("seeded") / "home"
    told = home / "seeded.json"
    if not told.exists():
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = {name: value for name, value in os.environ.items() if not name.startswith("MAGICAI_")}
        ours = {"MAGICAI_HOME": str(home), "MAGICAI_MODEL": "none", "MAGICAI_CRAWL_DELAY": "0.01"}
        made = subprocess.run(
            [sys.executable, "-m", "tests.page.seed", "id-ann"],
            env={**names, **ours}, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        told.write_text(made.stdout)
    return home, Seeded(json.loads(told.read_text()))


@pytest.fixture(scope="session")
def seeded(seeded_home: tuple[Path, Seeded]) -> Seeded:
    """The ids of what is there."""
    return seeded_home[1]


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Up-to-date records without a row."""
    path = tmp_path_factory.mktemp("empty") / "records.sqlite3"
    asyncio.run(sqlite.open(path).close())
    return path


def settings_of(home: Path) -> Settings:
    most = 1_000_000
    return Settings(
        home=home, runs_at_once=0, rate_nobody=most, rate_read=most, rate_run=most, rate_account=most, model="none"
    )


async def add_users(gateway: Gateway) -> None:
    password = await hashed(PASSWORD)
    identities = gateway.records.identities
    for name, role in (("ann", Role.ADMIN), ("bob", Role.USER), ("eve", Role.USER)):
        await identities.add_user(User(user_id=f"id-{name}", name=name, role=role, created_at=1))
        if name != "eve":
            await identities.change_user(f"id-{name}", password_hash=password)


@pytest.fixture(scope="module")
def place(seeded_home: tuple[Path, Seeded], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A gateway on a copy of the installation; ann is an admin, bob has nothing."""
    home = tmp_path_factory.mktemp("place") / "home"
    shutil.copytree(seeded_home[0], home)
    with Place(settings_of(home)) as made:
        made.ask(add_users)
        yield made


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest) -> str:
    """The source of axe-core, as the page's lock file has it."""
    script = Path("node_modules/axe-core/axe.min.js")
    installed = PAGE.parent if (PAGE.parent / script).exists() else request.getfixturevalue("web")
    return (installed / script).read_text(encoding="utf-8")


Open = Callable[..., Any]


@pytest.fixture
def show(browser: Any, place: Place) -> Open:
    """Opens the page for somebody: a context manager that yields it, and fails where the browser complained."""

    @contextmanager
    def opened(who: str | None = "ann", path: str = "/", **look: Any) -> Generator[Any]:
        workspace = look.pop("workspace", "")
        with Shown(browser, look.pop("url", place.url), **look) as page:
            if who is not None:
                answer = page.request.post("/api/session", data={"name": who, "password": PASSWORD})
                assert answer.ok, answer.text()
                page.goto("/icon.svg")  # of the same origin, where the page keeps the other half of its login
                page.evaluate("secret => localStorage.setItem('page-secret', secret)", answer.json()["page_secret"])
                page.evaluate("id => localStorage.setItem('workspace', id)", workspace)
            page.goto(path)
            if who is not None:
                page.locator(".shell").wait_for(timeout=LIMIT_MS)
            try:
                yield page
            except Exception as exc:
                exc.add_note(f"{page.url} showed:\n{page.locator('body').inner_text()}")
                raise

    return opened

"""The clock, the places and the rows that the records' tests begin with."""

from collections.abc import Callable
from typing import Protocol

from integrations.records.store import SqlRecords
from magicai.runs.run import Attempt, Origin, Run, RunStatus
from magicai.shops.crawl import Crawl
from magicai.shops.ports import ShopRecords
from magicai.values.ids import new_id

START = 1_764_000_000_000_000


class Clock:
    """A time that stands still until it is told to move."""

    def __init__(self) -> None:
        self.us = START

    def __call__(self) -> int:
        return self.us

    def move(self, *, seconds: float = 0.0, us: int = 0) -> None:
        self.us += round(seconds * 1_000_000) + us


class Place(Protocol):
    """Where one implementation keeps records, empty at first.

    Attributes:
        address: what another process opens them by (see writer.py).
        where: how its place is called, without any password.
    """

    address: str
    where: str

    def open(self, now: Callable[[], int]) -> SqlRecords: ...

    def intact(self) -> bool:
        """Whether the store finds no damage in itself."""
        ...


class Make:
    """Rows that a test begins with; they are ann's where nothing else is said."""

    def __init__(self, records: ShopRecords, clock: Clock) -> None:
        self._records, self._clock = records, clock

    async def run(self, run_id: str = "", *, owner_id: str = "ann", key: str = "", workflow: str = "crawl") -> Run:
        run_id = run_id or new_id()
        run = Run(
            run_id=run_id,
            owner_id=owner_id,
            workflow=workflow,
            request={"competitor_url": ["https://shop.example/"], "own_catalogue": None},
            origin=Origin.CLI,
            status=RunStatus.QUEUED,
            created_at=self._clock(),
        )
        return await self._records.runs.add(run, key=key or run_id)

    async def attempt(self, run: Run | None = None, *, pid: int = 1, flow_run_id: str | None = None) -> Attempt:
        run = run or await self.run()
        return await self._records.runs.begin(
            run.run_id, host="laptop", pid=pid, process_started_at=7, flow_run_id=flow_run_id
        )

    async def crawl(self, run: Run | None = None, *, owner_id: str = "ann", shop: str = "shop.example") -> Crawl:
        run = run or await self.run(owner_id=owner_id)
        crawl = Crawl(new_id(), run.run_id, run.owner_id, shop, f"https://{shop}/", self._clock())
        return await self._records.crawls.open(crawl)

"""A store's server that is disturbed while it is written to, and what must be true after it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from integrations.records import sqlite
from magicai.ports import Projection, Records
from magicai.stores import relay_loop
from magicai.stores.entity import Entity, Relation
from magicai.stores.reconcile import reconcile
from magicai.stores.relay_loop import relay_forever
from tests.lab.lab import Lab
from tests.own_lab import own_lab

_LIMIT_S = 240


class UnderWay:
    """Entities that are written, changed and deleted all the time, and a relay that feeds one store with them.

    Attributes:
        acknowledged: ids of what the records have taken and not been told to delete.
        told: what the relay said of the store.
    """

    def __init__(self, records: Records, projection: Projection) -> None:
        self.records, self.projection = records, projection
        self.acknowledged: set[str] = set()
        self.told: list[str] = []
        self.written = 0
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        store = self.projection.store
        relaying = relay_forever(
            self.records, {store: self.projection}, on_down=lambda _, why: self.told.append(str(why))
        )
        self._tasks = [asyncio.create_task(self._write()), asyncio.create_task(relaying)]

    async def some_more(self, number: int = 5) -> None:
        """Wait until so many more writes are done: whatever a store does, the records go on."""
        until = self.written + number
        async with asyncio.timeout(_LIMIT_S):
            while self.written < until:  # noqa: ASYNC110 - counted by another task
                await asyncio.sleep(0.02)

    async def settled(self) -> None:
        """Stop writing, and see that the store catches up by itself."""
        self._tasks[0].cancel()
        await asyncio.gather(self._tasks[0], return_exceptions=True)
        async with asyncio.timeout(_LIMIT_S):
            while await self.records.entities.behind(self.projection.store):  # noqa: ASYNC110 - a row rings no bell
                await asyncio.sleep(0.1)

    async def judge(self, *, wiped: bool = False) -> None:
        """Nothing acknowledged is lost, no entry was blamed for the store's fault, the store shows all in the end."""
        store = self.projection.store
        assert await self.records.entities.dead_letters(store) == []
        there = {one.entity_id for one in await self.records.entities.all(store, limit=100_000) if one.entity}
        assert self.acknowledged <= there
        first = await reconcile(self.records, {store: self.projection})
        assert first.down == []
        if not wiped:
            assert first.differences == 0
        assert (await reconcile(self.records, {store: self.projection})).differences == 0

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write(self) -> None:
        number = 0
        while True:
            ids = [f"{number}-{place}" for place in range(4)]
            store = self.projection.store
            relation = Relation("SOLD_BY", "shop", "s", "Shop")
            new = [
                Entity("product", one, "o", "Kettle", "of tin", stores=(store,), relations=(relation,)) for one in ids
            ]
            await self.records.entities.save(
                [*new, Entity("product", "changing", "o", f"{number}", "", stores=(store,))]
            )
            self.acknowledged |= {*ids, "changing"}
            if number:
                self.acknowledged.discard(f"{number - 1}-0")
                await self.records.entities.delete("product", [f"{number - 1}-0"])
            number += 1
            self.written += 1
            await asyncio.sleep(0.02)


@pytest.fixture
async def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Records]:
    monkeypatch.setattr(relay_loop, "_EVERY_S", 0.1)
    monkeypatch.setattr("magicai.stores.relay._LONGEST_PAUSE_S", 1.0)
    made = sqlite.open(tmp_path / "records.sqlite3")
    yield made
    with contextlib.suppress(Exception):
        await made.close()


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with own_lab() as made:
        yield made

"""A whole installation with embedded stores, for tests of what is done with it as a whole."""

from dataclasses import dataclass
from pathlib import Path

from integrations.files.folder import FolderFiles
from integrations.graph.sqlite import SqliteGraph
from integrations.records import sqlite
from integrations.search.sqlite import SqliteSearch
from magicai.ports import Files, Projection
from magicai.runs.run import RunStatus
from magicai.shops.crawl import CrawlBatch, FrontierUrl, UrlKind, UrlState, Visit
from magicai.shops.ports import ShopRecords
from magicai.stores.entity import Entity, Store
from tests.contract.records.example_rows import Clock, Make


def quiet(_: str) -> None:
    """Progress that nobody reads."""


@dataclass
class Home:
    """An installation."""

    folder: Path

    def __post_init__(self) -> None:
        self.records = sqlite.open(self.folder / "records.sqlite3")
        self.files = FolderFiles(self.folder / "files")
        self.search = SqliteSearch(self.folder / "search.sqlite3")
        self.graph = SqliteGraph(self.folder / "graph.sqlite3")
        self.stores: dict[Store, Projection] = {"search": self.search, "graph": self.graph}

    async def close(self) -> None:
        for port in (self.records, self.files, self.search, self.graph):
            await port.close()

    async def work(self, name: str, *, owner_id: str = "ann") -> None:
        """A run that keeps a body, a result and an entity."""
        await work(self.records, self.files, name, owner_id=owner_id)

    async def answers(self) -> list[object]:
        """What somebody who looks sees, without the installation's own folder."""
        runs = [await self.records.runs.get(run.run_id) for run in await self.records.runs.listed()]
        reports = [(run.result or {})["report"]["markdown"] for run in runs]
        bodies = [await self.files.get(digest) async for digest in self.records.referenced() if digest]
        found = [await self.search.search(f"kettle {name}", owner_id="ann") for name in "abc"]
        texts = [Path(report).read_text() for report in reports]  # noqa: ASYNC240 - a test waits for nothing else
        return [[run.run_id for run in runs], sorted(bodies), found, texts]


async def work(records: ShopRecords, files: Files, name: str, *, owner_id: str = "ann") -> None:
    """A run that keeps a body, a result and an entity."""
    make = Make(records, Clock())
    run = await make.run(owner_id=owner_id)
    attempt = await make.attempt(run)
    crawl = await make.crawl(run)
    (digest,) = await files.put([f"<html>{name}</html>".encode()])
    row = FrontierUrl(f"https://shop.example/{name}", UrlKind.PRODUCT, 1, 1, state=UrlState.FETCHED, digest=digest)
    await records.crawls.commit(crawl.crawl_id, CrawlBatch([Visit(row, [])], []))
    await records.entities.save([Entity("product", name[::-1], owner_id, f"Kettle {name}", f"boils {name}")])
    path = await files.save(f"{run.run_id}/report.md", name.encode())
    await records.runs.finish(attempt, RunStatus.COMPLETED, {"report": {"markdown": path}})

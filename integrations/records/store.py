"""The Records port over any Database: each method is one function of a connection, run as one transaction."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from integrations.memory import give_back
from integrations.records import attempts, crawls, items, leases, offer_columns, outcomes, runs, sessions, uploads
from integrations.records import entities as entity_rows
from integrations.records import products as product_rows
from integrations.records.copying import SqlCopying
from integrations.records.database import Clock, Database
from integrations.records.erasing import SqlErasing
from integrations.records.histories import SqlHistories
from integrations.records.identities import SqlIdentities
from integrations.records.items import SqlItems
from integrations.records.uploads import SqlUploads
from integrations.records.webhooks import SqlWebhooks
from integrations.records.webhooks import prune as prune_deliveries
from magicai.errors import Temporary
from magicai.ports import EntityPage, EntityRecords, Lease, Leases, Outcome, OutcomeRecords, RunRecords, Spent
from magicai.runs.plan import Plan
from magicai.runs.run import JSON, Attempt, Run, RunEvent, RunStatus
from magicai.shops.crawl import Crawl, CrawlBatch, CrawlCounts, Discovered, FrontierUrl, UrlKind, UrlState
from magicai.shops.ports import CrawlRecords, ProductRecords, ShopRecords
from magicai.shops.product import Observation, Product
from magicai.stores.entity import Entity, Store, Versioned
from magicai.values.ids import new_id

T = TypeVar("T")
K = TypeVar("K")

# Rows that one read hands over: enough to be quick, few enough to be small.
_ROWS = 200
_PAGES = 50
_GIVEN_BACK = 5 * _PAGES
# Rows that one transaction writes where there are many: other writers wait for it.
_PRODUCTS = 500
_PRUNED = 2000


class SqlRecords(ShopRecords):
    """The records in an SQL database.

    May be used from several threads and event loops; a forked process opens its own.

    Args:
        now: what time it is.
        many: products of a crawl from which on its offers are kept by column, too.

    Attributes:
        database: for what reads the tables of models.py itself, as analysis does.
    """

    def __init__(self, database: Database, now: Clock, *, many: int = offer_columns.MANY) -> None:
        self.database, self._now = database, now
        self.runs = _Runs(database, now)
        self.items = SqlItems(database, now)
        self.crawls = _Crawls(database)
        self.products = _Products(database, now, many)
        self.histories = SqlHistories(database)
        self.entities = _Entities(database, now)
        self.outcomes = _Outcomes(database)
        self.leases = _Leases(database, now)
        self.copying = SqlCopying(database)
        self.identities = SqlIdentities(database, now)
        self.erasing = SqlErasing(database, now)
        self.webhooks = SqlWebhooks(database, now)
        self.uploads = SqlUploads(database, now)

    async def check(self) -> str:
        """Write, read back and remove a row; answers where, without any password."""
        name = f"check-{new_id()}"
        if await self.leases.take(name, "check", ttl_s=60) is None or await self.leases.held(name) is None:
            raise Temporary(f"{self.database.where} does not give back what was written.")
        await self.database.write(lambda c: leases.forget(c, name))
        return self.database.where

    async def prune(self, *, before: int) -> Mapping[str, int]:
        """Remove what was over before `before` (UTC microseconds).

        Sessions, deliveries to webhooks, and of runs their events, step results, items and frontiers.
        """
        removed = Counter(runs=0, frontier=0, events=0, step_results=0, items=0)
        for run_id in await self.database.read(lambda c: runs.prunable(c, before, kept=crawls.is_to_be_compared_with)):
            removed.update(await self._prune(run_id, before))
        removed["sessions"] = await self.database.write(lambda c: sessions.prune(c, before))
        removed["deliveries"] = await self.database.write(lambda c: prune_deliveries(c, before))
        return dict(removed)

    async def _prune(self, run_id: str, before: int) -> Mapping[str, int]:
        if not await self.database.write(lambda c: runs.condemn(c, run_id, before, self._now(c))):
            return {}
        frontier = 0
        for crawl in await self.crawls.of_run(run_id):
            await self.database.write(lambda c, i=crawl.crawl_id: offer_columns.forget(c, i))
            while gone := await self.database.write(lambda c, i=crawl.crawl_id: crawls.prune(c, i, _PRUNED)):
                frontier += gone
        pruned = 0
        while gone := await self.database.write(lambda c: items.prune(c, run_id, _PRUNED)):
            pruned += gone
        removed = await self.database.write(lambda c: runs.prune(c, run_id))
        return {"runs": 1, "frontier": frontier, "items": pruned, **removed}

    async def referenced(self, *, owner_id: str | None = None, but_of: str | None = None) -> AsyncIterator[str]:
        """Digests of all bodies that the frontier of some crawl or an upload names; one may come more than once."""

        async def read(after: tuple[str, str]) -> list[tuple[str, str, str, str]]:
            return await self.database.read(lambda c: crawls.digests(c, after, _ROWS))

        async for _, _, digest, whose in _in_order(read, lambda row: row[:2], ("", "")):
            if digest and owner_id in (None, whose) and whose != but_of:
                yield digest

        async def files(after: str) -> list[tuple[str, tuple[str, ...], str]]:
            return await self.database.read(lambda c: uploads.digests(c, after, _ROWS))

        async for _, parts, whose in _in_order(files, lambda row: row[0], ""):
            if owner_id in (None, whose) and whose != but_of:
                for digest in parts:
                    yield digest

    async def close(self) -> None:
        """Let go of everything."""
        await self.database.close()


async def _in_order(read: Callable[[K], Awaitable[list[T]]], key: Callable[[T], K], after: K) -> AsyncIterator[T]:
    """What many short reads give, each behind the last one's end, so that no transaction stays open for long."""
    while rows := await read(after):
        after = key(rows[-1])
        # Each is let go once it is taken, so that no two parts are held at a time.
        rows.reverse()
        while rows:
            yield rows.pop()


class _Runs(RunRecords):
    def __init__(self, database: Database, now: Clock) -> None:
        self._database, self._now = database, now

    async def add(self, run: Run, *, key: str) -> Run:
        return await self._database.write(lambda c: runs.add(c, run, key))

    async def get(self, run_id: str, *, owner_id: str | None = None) -> Run:
        return await self._database.read(lambda c: runs.get(c, run_id, owner_id))

    async def listed(
        self,
        *,
        owner_id: str | None = None,
        statuses: Sequence[RunStatus] = (),
        workflow: str | None = None,
        follows: str | None = None,
        limit: int = 50,
        before: str | None = None,
    ) -> list[Run]:
        return await self._database.read(
            lambda c: runs.listed(
                c,
                owner_id=owner_id,
                statuses=statuses,
                workflow=workflow,
                follows=follows,
                limit=limit,
                before=before,
            )
        )

    async def spent(self, *, owner_id: str, since: int) -> list[Spent]:
        return await self._database.read(lambda c: runs.spent(c, owner_id, since))

    async def waiting(self, *, limit: int = 200) -> list[Run]:
        return await self._database.read(lambda c: runs.waiting(c, limit))

    async def requeue(self, run_id: str) -> Run:
        return await self._database.write(lambda c: runs.requeue(c, run_id, self._now(c)))

    async def begin(
        self, run_id: str, *, host: str, pid: int, process_started_at: int, flow_run_id: str | None
    ) -> Attempt:
        return await self._database.write(
            lambda c: attempts.begin(
                c,
                run_id,
                host=host,
                pid=pid,
                process_started_at=process_started_at,
                flow_run_id=flow_run_id,
                now=self._now(c),
            )
        )

    async def beat(self, attempt: Attempt) -> bool:
        return await self._database.write(lambda c: attempts.beat(c, attempt, self._now(c)))

    async def finish(self, attempt: Attempt, status: RunStatus, result: JSON) -> None:
        await self._database.write(lambda c: attempts.finish(c, attempt, status, result, self._now(c)))

    async def unfinished(self) -> list[tuple[Run, Attempt]]:
        return await self._database.read(attempts.unfinished)

    async def now(self) -> int:
        return await self._database.read(self._now)

    async def restart(self, attempt: Attempt, *, most: int) -> bool:
        return await self._database.write(lambda c: attempts.restart(c, attempt, most, self._now(c)))

    async def close_dead(self, attempt: Attempt, status: RunStatus, result: JSON) -> bool:
        return await self._database.write(lambda c: attempts.close_dead(c, attempt, status, result, self._now(c)))

    async def request_cancel(self, run_id: str) -> RunStatus:
        return await self._database.write(lambda c: runs.request_cancel(c, run_id, self._now(c)))

    async def save_plan(self, attempt: Attempt, plan: Plan) -> None:
        await self._database.write(lambda c: attempts.save_plan(c, attempt, plan, self._now(c)))

    async def plans(self, run_id: str) -> list[Plan]:
        return await self._database.read(lambda c: runs.plans(c, run_id))

    async def keep(self, attempt: Attempt, step: str, revision: int, inputs: str, result: JSON) -> None:
        await self._database.write(lambda c: attempts.keep(c, attempt, step, revision, inputs, result, self._now(c)))

    async def kept(self, run_id: str, step: str, revision: int, inputs: str) -> JSON | None:
        return await self._database.read(lambda c: runs.kept(c, run_id, step, revision, inputs))

    async def tell(self, event: RunEvent, *, attempt: Attempt | None = None) -> RunEvent:
        return await self._database.write(lambda c: attempts.tell(c, event, attempt))

    async def need_review(self, run_id: str, data: JSON) -> None:
        await self._database.write(lambda c: runs.need_review(c, run_id, data, self._now(c)))

    async def events(self, run_id: str, *, after: int = 0, limit: int = 500) -> list[RunEvent]:
        return await self._database.read(lambda c: runs.events(c, run_id, after, limit))


class _Crawls(CrawlRecords):
    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, crawl: Crawl) -> Crawl:
        return await self._database.write(lambda c: crawls.open_crawl(c, crawl))

    async def commit(self, crawl_id: str, batch: CrawlBatch) -> None:
        await self._database.write(lambda c: crawls.commit(c, crawl_id, batch))

    async def pending(self, crawl_id: str, limit: int) -> list[FrontierUrl]:
        return await self._database.read(lambda c: crawls.pending(c, crawl_id, limit))

    async def known(self, crawl_id: str) -> list[str]:
        return await self._database.read(lambda c: crawls.known(c, crawl_id))

    def rows(
        self, crawl_id: str, *, states: Sequence[UrlState] = (), kinds: Sequence[UrlKind] = ()
    ) -> AsyncIterator[FrontierUrl]:
        async def read(after: str) -> list[FrontierUrl]:
            return await self._database.read(
                lambda c: crawls.rows(c, crawl_id, states=states, kinds=kinds, after=after, limit=_ROWS)
            )

        return _in_order(read, lambda row: row.url, "")

    async def row(self, crawl_id: str, url: str) -> FrontierUrl | None:
        return await self._database.read(lambda c: crawls.row(c, crawl_id, url))

    async def reopen(self, crawl_id: str, urls: Sequence[Discovered]) -> None:
        await self._database.write(lambda c: crawls.reopen(c, crawl_id, urls))

    async def observations(self, crawl_id: str) -> AsyncIterator[Observation]:
        async def read(after: str) -> list[tuple[str, list[Observation]]]:
            return await self._database.read(lambda c: crawls.observations(c, crawl_id, after=after, limit=_PAGES))

        pages = 0
        async for _, stated in _in_order(read, lambda page: page[0], ""):
            for observation in stated:
                yield observation
            pages += 1
            if pages % _GIVEN_BACK == 0:
                give_back()  # what pages before were read into

    async def observations_of(self, crawl_id: str, page_url: str) -> list[Observation]:
        return await self._database.read(lambda c: crawls.observations_of(c, crawl_id, page_url))

    async def counts(self, crawl_id: str) -> CrawlCounts:
        return await self._database.read(lambda c: crawls.counts(c, crawl_id))

    async def close(self, crawl: Crawl) -> None:
        await self._database.write(lambda c: crawls.close(c, crawl))

    async def of_run(self, run_id: str) -> list[Crawl]:
        return await self._database.read(lambda c: crawls.of_run(c, run_id))

    async def last_finished(self, owner_id: str, shop: str, *, before: str) -> Crawl | None:
        return await self._database.read(lambda c: crawls.last_finished(c, owner_id, shop, before))


class _Products(ProductRecords):
    def __init__(self, database: Database, now: Clock, many: int) -> None:
        self._database, self._now, self._many = database, now, many

    async def save(
        self,
        crawl: Crawl,
        products: Sequence[Product],
        entities: Sequence[Entity],
        *,
        at: int = 0,
        more: bool = False,
    ) -> None:
        starts = range(0, max(len(products), len(entities), 1), _PRODUCTS)
        for start in starts:
            part = slice(start, start + _PRODUCTS)
            place = at + min(start, len(products))
            to_come = more or start != starts[-1]
            await self._save(crawl.crawl_id, products[part], entities[part], at=place, more=to_come)
        if not more:
            await self._keep_columns(crawl.crawl_id)

    async def _save(
        self, crawl_id: str, products: Sequence[Product], entities: Sequence[Entity], *, at: int, more: bool
    ) -> None:
        await self._database.write(
            lambda c: product_rows.save(c, crawl_id, products, entities, at=at, more=more, now=self._now(c))
        )

    async def _keep_columns(self, crawl_id: str) -> None:
        if not await self._database.read(lambda c: offer_columns.wanted(c, crawl_id, self._many)):
            return
        async with self._database.held() as read:
            copy = await read(lambda c: offer_columns.make(c, crawl_id, self._many))
        if copy is not None:
            await self._database.write(lambda c: offer_columns.keep(c, crawl_id, copy))

    async def identify(self, owner_id: str, shop: str, keys: Sequence[Sequence[str]]) -> list[str]:
        return await self._database.write(lambda c: product_rows.identify(c, owner_id, shop, keys))

    async def of_crawl(self, crawl_id: str) -> AsyncIterator[Product]:
        async def read(after: int) -> list[tuple[int, Product]]:
            return await self._database.read(lambda c: product_rows.of_crawl(c, crawl_id, after=after, limit=_ROWS))

        async for _, product in _in_order(read, lambda row: row[0], -1):
            yield product


class _Entities(EntityRecords):
    def __init__(self, database: Database, now: Clock) -> None:
        self._database, self._now = database, now

    async def save(self, entities: Sequence[Entity]) -> None:
        await self._database.write(lambda c: entity_rows.save(c, entities, self._now(c)))

    async def replace(self, entity: Entity, *, version: int) -> bool:
        return await self._database.write(lambda c: entity_rows.replace(c, entity, version, self._now(c)))

    async def delete(self, kind: str, entity_ids: Sequence[str]) -> None:
        await self._database.write(lambda c: entity_rows.tombstone(c, kind, entity_ids, self._now(c)))

    async def get(self, kind: str, entity_id: str, *, owner_id: str) -> Versioned:
        return await self._database.read(lambda c: entity_rows.get(c, kind, entity_id, owner_id))

    async def listed(
        self, owner_id: str, kind: str, *, state: str | None = None, after: str = "", limit: int = 50
    ) -> EntityPage:
        return await self._database.read(lambda c: entity_rows.listed(c, owner_id, kind, state, after, limit))

    async def present(self, keys: Sequence[tuple[str, str]]) -> list[Versioned]:
        return await self._database.read(lambda c: entity_rows.present(c, keys))

    async def all(self, store: Store, *, after: tuple[str, str] = ("", ""), limit: int = 1000) -> list[Versioned]:
        return await self._database.read(lambda c: entity_rows.of_store(c, store, after, limit))

    async def pending(self, store: Store, limit: int) -> list[tuple[str, str, int]]:
        return await self._database.read(lambda c: entity_rows.pending(c, store, limit))

    async def acknowledge(self, store: Store, done: Sequence[tuple[str, str, int]]) -> None:
        await self._database.write(lambda c: entity_rows.acknowledge(c, store, done))

    async def record_failure(self, store: Store, key: tuple[str, str], what: str) -> None:
        await self._database.write(lambda c: entity_rows.record_failure(c, store, key, what))

    async def dead_letters(self, store: Store, *, limit: int = 100) -> list[tuple[str, str, str]]:
        return await self._database.read(lambda c: entity_rows.dead_letters(c, store, limit))

    async def dead_letter_count(self, store: Store) -> int:
        return await self._database.read(lambda c: entity_rows.dead_letter_count(c, store))

    async def behind(self, store: Store) -> int:
        return await self._database.read(lambda c: entity_rows.behind(c, store))

    async def enqueue(self, store: Store, keys: Sequence[tuple[str, str]]) -> None:
        await self._database.write(lambda c: entity_rows.enqueue(c, store, keys, self._now(c)))


class _Outcomes(OutcomeRecords):
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, outcome: Outcome) -> None:
        await self._database.write(lambda c: outcomes.add(c, outcome))

    async def recent(self, workflow: str | None, *, owner_id: str | None = None, limit: int = 500) -> list[Outcome]:
        return await self._database.read(lambda c: outcomes.recent(c, workflow, owner_id, limit))


class _Leases(Leases):
    def __init__(self, database: Database, now: Clock) -> None:
        self._database, self._now = database, now

    async def take(self, name: str, holder: str, *, ttl_s: float) -> Lease | None:
        ttl_us = round(ttl_s * 1_000_000)
        return await self._database.write(lambda c: leases.take(c, name, holder, ttl_us, self._now(c)))

    async def held(self, name: str) -> Lease | None:
        return await self._database.read(lambda c: leases.held(c, name, self._now(c)))

    async def release(self, lease: Lease) -> None:
        await self._database.write(lambda c: leases.release(c, lease))

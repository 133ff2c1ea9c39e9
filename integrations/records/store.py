"""The Records port over any Database: each method is one function of a connection, run as one transaction."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from integrations.memory import trim_memory
from integrations.records import (
    attempts,
    budgets,
    crawls,
    decisions,
    items,
    leases,
    offer_columns,
    outcomes,
    run_summaries,
    runs,
    sessions,
    uploads,
)
from integrations.records import entities as entity_rows
from integrations.records import products as product_rows
from integrations.records.audit import AuditKey, SqlAudit
from integrations.records.audit_log import SqlAuditLog
from integrations.records.catalogue import SqlCatalogue, forget_runs
from integrations.records.channels import SqlChannels
from integrations.records.channels import prune as prune_notifications
from integrations.records.collections import SqlCollectionMembers
from integrations.records.copying import SqlCopying
from integrations.records.costs import SqlCosts
from integrations.records.database import Clock, Database
from integrations.records.decisions import SqlDecisions
from integrations.records.deletions import SqlDeletions
from integrations.records.erasing import SqlErasing
from integrations.records.exporting import SqlExporting
from integrations.records.histories import SqlHistories
from integrations.records.identities import SqlIdentities
from integrations.records.images import SqlImages
from integrations.records.images import digests as image_digests
from integrations.records.interactions import SqlInteractions
from integrations.records.items import SqlItems
from integrations.records.known_texts import SqlKnownTexts
from integrations.records.mails import SqlMails
from integrations.records.mails import prune as prune_mails
from integrations.records.model_calls import SqlModelCalls
from integrations.records.model_calls import prune as prune_model_calls
from integrations.records.model_choices import SqlModelChoices
from integrations.records.notices import SqlNotices
from integrations.records.notices import prune as prune_notices
from integrations.records.settings_set import SqlSettings
from integrations.records.shares import SqlShares
from integrations.records.shares import prune as prune_shares
from integrations.records.shop_identities import SqlShopIdentities
from integrations.records.stock import SqlInventory
from integrations.records.submissions import SqlSubmissions
from integrations.records.transactions import Rows, reading, reading_now, writing, writing_now
from integrations.records.uploads import SqlUploads
from integrations.records.webhooks import SqlWebhooks
from integrations.records.webhooks import prune as prune_deliveries
from integrations.records.workspaces import SqlWorkspaces
from magicai.catalogue.ports import CatalogueRecords
from magicai.errors import Temporary
from magicai.knowledge.ports import KnowledgeRecords
from magicai.ports import LONGEST_COST_DAYS
from magicai.publishing.ports import PublishingRecords
from magicai.shops.crawl import Crawl, FrontierUrl, UrlKind, UrlState
from magicai.shops.product import Observation, Product
from magicai.stores.entity import Entity
from magicai.values.ids import new_id
from magicai.values.times import DAY_US

T = TypeVar("T")
K = TypeVar("K")

# Rows that one read hands over: enough to be quick, few enough to be small.
_ROWS = 200
_PAGES = 50
_GIVEN_BACK = 5 * _PAGES
# Rows that one transaction writes where there are many: other writers wait for it.
_PRODUCTS = 500
_PRUNED = 2000
# How long calls are kept: their first day has begun earlier in some zones.
_COSTS_US = (LONGEST_COST_DAYS + 2) * DAY_US
# Runs that one transaction prunes at most.
_RUNS = 100


class SqlRecords(CatalogueRecords, PublishingRecords, KnowledgeRecords):
    """The records in an SQL database.

    May be used from several threads and event loops; a forked process opens its own.

    Args:
        now: what time it is.
        many: products of a crawl from which on its offers are kept by column, too.
        audit_key: of the audit log's hashes; kept elsewhere than in the database.

    Attributes:
        database: for what reads the tables of models.py itself, as analysis does.
    """

    def __init__(
        self,
        database: Database,
        now: Clock,
        *,
        many: int = offer_columns.MANY,
        audit_key: AuditKey = lambda: b"",
    ) -> None:
        self.database, self._now, self.audit_key = database, now, audit_key
        self.runs = _Runs(database, now)
        self.items = SqlItems(database, now)
        self.crawls = _Crawls(database, now)
        self.products = _Products(database, now, many)
        self.histories = SqlHistories(database, now)
        self.shop_identities = SqlShopIdentities(database, now)
        self.entities = _Entities(database, now)
        self.catalogue = SqlCatalogue(database, now)
        self.outcomes = _Outcomes(database, now)
        self.decisions = SqlDecisions(database, now)
        self.leases = _Leases(database, now)
        self.budgets = _Budgets(database, now)
        self.model_calls = SqlModelCalls(database, now)
        self.costs = SqlCosts(database, now)
        self.model_choices = SqlModelChoices(database, now)
        self.copying = SqlCopying(database)
        self.identities = SqlIdentities(database, now)
        self.workspaces = SqlWorkspaces(database, now)
        self.erasing = SqlErasing(database, now)
        self.deletions = SqlDeletions(database, now)
        self.channels = SqlChannels(database, now)
        self.webhooks = SqlWebhooks(database, now)
        self.notices = SqlNotices(database, now)
        self.mails = SqlMails(database, now)
        self.uploads = SqlUploads(database, now)
        self.shares = SqlShares(database, now)
        self.settings = SqlSettings(database, now)
        self.inventory = SqlInventory(database, now)
        self.images = SqlImages(database, now)
        self.interactions = SqlInteractions(database, now)
        self.known_texts = SqlKnownTexts(database, now)
        self.submissions = SqlSubmissions(database, now, self._audit_key)
        self.audit = SqlAudit(database, now, self._audit_key)
        self.exporting = SqlExporting(database, now)
        self.audit_log = SqlAuditLog(database, now)
        self.members = SqlCollectionMembers(database, now)

    def _audit_key(self) -> bytes:
        return self.audit_key()

    async def check(self) -> str:
        """Write, read back and remove a row; answers where, without any password."""
        name = f"check-{new_id()}"
        if await self.leases.acquire(name, "check", ttl_s=60) is None or await self.leases.current(name) is None:
            raise Temporary("store_write_lost", server=self.database.where)
        await self.database.write(lambda c: leases.forget(c, name))
        return self.database.where

    async def prune(self, *, before: int) -> Mapping[str, int]:
        """Remove what was over before `before` (UTC microseconds).

        Sessions, shares, notices, mails, notifications, deliveries to webhooks, reservations that ran out, calls of
        language models once costs no longer show them, and of runs their events, step results, items and frontiers.
        """
        removed = Counter(runs=0, frontier=0, events=0, step_results=0, items=0)
        left = await self.database.read(lambda c: runs.prunable(c, before, kept=crawls.is_to_be_compared_with))
        while left:
            part = left[:_RUNS]
            whole, counts = await self.database.write(lambda c, part=part: _prune_some(c, part, before, self._now(c)))
            removed.update(counts)
            left = left[_RUNS:] if whole else left
        removed["sessions"] = await self.database.write(lambda c: sessions.prune(c, before))
        removed["shares"] = await self.database.write(lambda c: prune_shares(c, before))
        removed["notices"] = await self.database.write(lambda c: prune_notices(c, before))
        removed["mails"] = await self.database.write(lambda c: prune_mails(c, before))
        removed["notifications"] = await self.database.write(lambda c: prune_notifications(c, before))
        removed["reservations"] = await self.database.write(lambda c: budgets.prune(c, before))
        removed["model_calls"] = await self.database.write(
            lambda c: prune_model_calls(c, min(before, self._now(c) - _COSTS_US))
        )
        removed["deliveries"] = await self.database.write(lambda c: prune_deliveries(c, before))
        return dict(removed)

    async def referenced(self, *, owner_id: str | None = None, but_of: str | None = None) -> AsyncIterator[str]:
        """Digests of all bodies that a crawl's frontier, an upload or a product names; one may come more than once."""
        async for digest, whose in self._named():
            if digest and owner_id in (None, whose) and whose != but_of:
                yield digest

    async def _named(self) -> AsyncIterator[tuple[str, str]]:
        """Digests, and whose they are."""

        async def pages(after: tuple[str, str]) -> list[tuple[str, str, str, str]]:
            return await self.database.read(lambda c: crawls.digests(c, after, _ROWS))

        async for _, _, digest, whose in _in_order(pages, lambda row: row[:2], ("", "")):
            yield digest, whose

        async def files(after: str) -> list[tuple[str, tuple[str, ...], str]]:
            return await self.database.read(lambda c: uploads.digests(c, after, _ROWS))

        async for _, parts, whose in _in_order(files, lambda row: row[0], ""):
            for digest in parts:
                yield digest, whose

        async def images(after: tuple[str, str, str]) -> list[tuple[str, str, str]]:
            return await self.database.read(lambda c: image_digests(c, after, _ROWS))

        async for whose, _, digest in _in_order(images, lambda row: row, ("", "", "")):
            yield digest, whose

    async def close(self) -> None:
        """Let go of everything."""
        await self.database.close()


def _prune_some(connection: Connection, run_ids: Sequence[str], before: int, now: int) -> tuple[bool, Counter[str]]:
    """Remove some of what is kept of runs; answers whether that was all, and how much of what it was.

    Of many at once: a commit for each run would take longer than all the rest.
    """
    old = runs.condemn(connection, run_ids, before, now)
    removed = Counter[str]()
    for crawl_id in crawls.ids_of_runs(connection, old):
        offer_columns.forget(connection, crawl_id)
        removed["frontier"] += crawls.prune(connection, crawl_id, _PRUNED)
        if removed.total() >= _PRUNED:
            return False, removed
    removed["items"] += items.prune(connection, old, _PRUNED)
    if removed["items"] == _PRUNED or forget_runs(connection, old, _PRUNED) == _PRUNED:
        return False, removed
    removed.update(runs.prune(connection, old))
    removed["runs"] = len(old)
    return True, removed


async def _in_order(read: Callable[[K], Awaitable[list[T]]], key: Callable[[T], K], after: K) -> AsyncIterator[T]:
    """What many short reads give, each behind the last one's end, so that no transaction stays open for long."""
    while rows := await read(after):
        after = key(rows[-1])
        # Each is let go once it is taken, so that no two parts are held at a time.
        rows.reverse()
        while rows:
            yield rows.pop()


class _Runs(Rows):
    add = writing(runs.add)
    get = reading(runs.get)
    listed = reading(runs.listed)
    summaries = reading(run_summaries.summaries)
    failed = reading(run_summaries.failed)
    of_keys = reading(runs.of_keys)
    remove = writing(runs.remove)
    release_keys = writing(runs.release_keys)
    spent = reading(runs.spent)
    waiting = reading(runs.waiting)
    requeue = writing_now(runs.requeue)
    close_unbegun = writing_now(runs.close_unbegun)
    set_request = writing(runs.set_request)
    request_cancel = writing_now(runs.request_cancel)
    dismiss = writing(runs.dismiss)
    rename = writing(runs.rename)
    ask_to_give_way = writing(runs.ask_to_give_way)
    plans = reading(runs.plans)
    step_result = reading(runs.step_result)
    events = reading(runs.events)

    begin = writing_now(attempts.begin)
    beat = writing_now(attempts.beat)
    finish = writing_now(attempts.finish)
    unfinished = reading(attempts.unfinished)
    put_back = writing_now(attempts.put_back)
    restart = writing_now(attempts.restart)
    close_dead = writing_now(attempts.close_dead)
    save_plan = writing_now(decisions.save_plan)
    save_step_result = writing_now(attempts.save_step_result)
    append_event = writing(attempts.append_event)
    need_review = writing_now(runs.need_review)

    async def now(self) -> int:
        return await self.database.read(self.clock)


class _Crawls(Rows):
    open = writing(crawls.open_crawl)
    commit = writing(crawls.commit)
    pending = reading(crawls.pending)
    known = reading(crawls.known)
    row = reading(crawls.row)
    reopen = writing(crawls.reopen)
    observations_of = reading(crawls.observations_of)
    counts = reading(crawls.counts)
    close = writing(crawls.close)
    of_run = reading(crawls.of_run)
    last_finished = reading(crawls.last_finished)
    last_read = reading(crawls.last_read)
    remove = writing(crawls.remove)

    def rows(
        self, crawl_id: str, *, states: Sequence[UrlState] = (), kinds: Sequence[UrlKind] = ()
    ) -> AsyncIterator[FrontierUrl]:
        async def read(after: str) -> list[FrontierUrl]:
            return await self.database.read(
                lambda c: crawls.rows(c, crawl_id, states=states, kinds=kinds, after=after, limit=_ROWS)
            )

        return _in_order(read, lambda row: row.url, "")

    async def observations(self, crawl_id: str) -> AsyncIterator[Observation]:
        async def read(after: str) -> list[tuple[str, list[Observation]]]:
            return await self.database.read(lambda c: crawls.observations(c, crawl_id, after=after, limit=_PAGES))

        pages = 0
        async for _, stated in _in_order(read, lambda page: page[0], ""):
            for observation in stated:
                yield observation
            pages += 1
            if pages % _GIVEN_BACK == 0:
                trim_memory()  # what pages before were read into


class _Products(Rows):
    def __init__(self, database: Database, now: Clock, many: int) -> None:
        super().__init__(database, now)
        self._many = many

    identify = writing(product_rows.identify)
    fill = writing(product_rows.fill)

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
        await self.database.write(
            lambda c: product_rows.save(c, crawl_id, products, entities, at=at, more=more, now=self.clock(c))
        )

    async def _keep_columns(self, crawl_id: str) -> None:
        if not await self.database.read(lambda c: offer_columns.wanted(c, crawl_id, self._many)):
            return
        async with self.database.held() as read:
            copy = await read(lambda c: offer_columns.make(c, crawl_id, self._many))
        if copy is not None:
            await self.database.write(lambda c: offer_columns.keep(c, crawl_id, copy))

    async def of_crawl(self, crawl_id: str) -> AsyncIterator[Product]:
        async def read(after: int) -> list[tuple[int, Product]]:
            return await self.database.read(lambda c: product_rows.of_crawl(c, crawl_id, after=after, limit=_ROWS))

        async for _, product in _in_order(read, lambda row: row[0], -1):
            yield product


class _Entities(Rows):
    save = writing_now(entity_rows.save)
    replace = writing_now(entity_rows.replace)
    delete = writing_now(entity_rows.tombstone)
    get = reading(entity_rows.get)
    count = reading(entity_rows.count)
    ids_like = reading(entity_rows.ids_like)
    latest = reading(entity_rows.latest)
    listed = reading(entity_rows.listed)
    present = reading(entity_rows.present)
    all = reading(entity_rows.of_store)
    pending = reading(entity_rows.pending)
    acknowledge = writing(entity_rows.acknowledge)
    record_failure = writing(entity_rows.record_failure)
    dead_letters = reading(entity_rows.dead_letters)
    dead_letter_count = reading(entity_rows.dead_letter_count)
    behind = reading(entity_rows.behind)
    enqueue = writing_now(entity_rows.enqueue)


class _Outcomes(Rows):
    add = writing(outcomes.add)
    recent = reading(outcomes.recent)


class _Budgets(Rows):
    reserve = writing_now(budgets.reserve)
    settle = writing_now(budgets.settle)
    answered = reading(budgets.answered)
    alerts = reading(budgets.alerts)
    alert_told = writing(budgets.alert_told)
    budgets = reading_now(budgets.budgets)


class _Leases(Rows):
    acquire = writing_now(leases.acquire)
    current = reading_now(leases.current)
    release = writing(leases.release)

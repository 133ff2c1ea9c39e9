"""Crawls: their frontier of one row per address, and what each page stated."""

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import MISSING, fields
from itertools import count
from operator import attrgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    bindparam,
    case,
    delete,
    exists,
    func,
    not_,
    or_,
    select,
    tuple_,
    update,
)

from integrations.records import models, runs
from integrations.records.database import add_new, alone, in_parts, upsert
from integrations.records.documents import OBSERVATIONS
from magicai.errors import Invalid, NotFound
from magicai.shops.crawl import Crawl, CrawlBatch, CrawlCounts, Discovered, FrontierUrl, UrlKind, UrlState
from magicai.shops.missed import FrontierPage
from magicai.shops.ports import LeftBehind
from magicai.shops.product import Observation

_CRAWL = models.crawls.c
_URL = models.frontier.c
_PAGE = models.statements.c

_NAMES = [field.name for field in fields(FrontierUrl)]
_FURTHER = _NAMES[4:]
# With one that nobody asks for: before 3.13, Python keeps every tuple of just twenty that was freed, up to 400 KB.
_COLUMNS = [*(_URL[name] for name in _NAMES), _URL.found]
_FOUND = [field.name for field in fields(Discovered)]
# In one call: a sitemap brings hundreds of them.
_found_of = attrgetter(*_FOUND)
_FRESH = {field.name: field.default for field in fields(FrontierUrl) if field.default is not MISSING}
# Called, an enumeration takes as long as all other values of a row.
_KINDS, _STATES = {str(kind): kind for kind in UrlKind}, {str(state): state for state in UrlState}
# Made once: making them takes longer than running them.
_ONE = select(models.crawls).where(_CRAWL.crawl_id == bindparam("crawl_id"))
_ONE_LOCKED = _ONE.with_for_update()
_ONE_CHANGED = update(models.crawls).where(_CRAWL.crawl_id == bindparam("changed"))
_ONE_GROWN = _ONE_CHANGED.values(
    found=_CRAWL.found + bindparam("more"), spent_us=_CRAWL.spent_us + bindparam("spent")
).returning(_CRAWL.owner_id, _CRAWL.found)
# New addresses in one statement: more would take memory, and no less time.
_NEW = 100
# Of what pages stated, characters after which no more is read at once: a list states as much as two dozen product
# pages. Pages come a few at a time, and all that came are used, so that no row is sent twice.
_MOST_READ = 100_000
_FEW = 10
_READ = (UrlState.FETCHED, UrlState.UNCHANGED)


def open_crawl(connection: Connection, crawl: Crawl) -> Crawl:
    """Insert a crawl, or find the one that this run already has of this shop."""
    runs.locked(connection, crawl.run_id)
    alone(connection, "identify", crawl.owner_id)  # a shop that moves has this crawl, or this crawl the new address
    values = {field.name: getattr(crawl, field.name) for field in fields(Crawl)}
    add_new(connection, models.crawls, [{**values, "found": 0, "products": None}], key=("run_id", "shop"))
    mine = select(models.crawls).where(_CRAWL.run_id == crawl.run_id, _CRAWL.shop == crawl.shop)
    return _as_crawl(connection.execute(mine).mappings().one())


def commit(connection: Connection, crawl_id: str, batch: CrawlBatch) -> None:
    """Upsert what was visited, insert what is new, replace what the visited pages stated."""
    more = len(batch.visits) + len(batch.discovered)
    grown = {"changed": crawl_id, "more": more, "spent": batch.spent_us}
    crawl = connection.execute(_ONE_GROWN, grown).mappings().first()
    if crawl is None:
        raise _no_crawl(crawl_id)
    same = {"crawl_id": crawl_id, "owner_id": crawl["owner_id"]}
    number = count(crawl["found"] - more + 1)
    visited = [{**_values(visit.row), **same, "found": next(number)} for visit in batch.visits]
    stated = {visit.row.url: _stated(visit.observations) for visit in batch.visits if visit.observations is not None}
    upsert(connection, models.frontier, visited, keep=("found",))
    for part in in_parts(batch.discovered, _NEW):  # a sitemap brings thousands at once
        add_new(connection, models.frontier, [{**_new(url), **same, "found": next(number)} for url in part])
    pages = [{**same, "url": url, "observations": text} for url, text in stated.items() if text is not None]
    upsert(connection, models.statements, pages)
    for part in in_parts([url for url, text in stated.items() if text is None]):
        connection.execute(delete(models.statements).where(_PAGE.crawl_id == crawl_id, _PAGE.url.in_(part)))


def pending(connection: Connection, crawl_id: str, limit: int) -> list[FrontierUrl]:
    """What is to be fetched next."""
    query = select(*_COLUMNS).where(_URL.crawl_id == crawl_id, models.PENDING)
    query = query.order_by(_URL.priority.desc(), _URL.found).limit(limit)
    return [_as_url(row) for row in connection.execute(query).all()]


def known(connection: Connection, crawl_id: str) -> list[str]:
    """All addresses."""
    return list(connection.execute(select(_URL.url).where(_URL.crawl_id == crawl_id)).scalars())


def rows(
    connection: Connection,
    crawl_id: str,
    *,
    states: Sequence[UrlState],
    kinds: Sequence[UrlKind],
    after: str,
    limit: int,
) -> list[FrontierUrl]:
    """Rows behind address `after`, in address order."""
    query = select(*_COLUMNS).where(_URL.crawl_id == crawl_id, _URL.url > after).order_by(_URL.url).limit(limit)
    if states:
        query = query.where(_URL.state.in_([str(state) for state in states]))
    if kinds:
        query = query.where(_URL.kind.in_([str(kind) for kind in kinds]))
    return [_as_url(row) for row in connection.execute(query).all()]


def pages(connection: Connection, crawl_id: str, urls: Sequence[str]) -> dict[str, FrontierPage]:
    """Of these addresses, those that a crawl knows of."""
    query = select(_URL.url, _URL.found_on, _URL.state, _URL.needs_rendering).where(_URL.crawl_id == crawl_id)
    found: dict[str, FrontierPage] = {}
    for part in in_parts(urls):
        for url, found_on, state, undrawn in connection.execute(query.where(_URL.url.in_(part))):
            found[url] = FrontierPage(found_on, state in _READ, undrawn)
    return found


def row(connection: Connection, crawl_id: str, url: str) -> FrontierUrl | None:
    """One address."""
    found = connection.execute(select(*_COLUMNS).where(_URL.crawl_id == crawl_id, _URL.url == url)).first()
    return None if found is None else _as_url(found)


def reopen(connection: Connection, crawl_id: str, urls: Sequence[Discovered]) -> None:
    """Make addresses pending again, keeping what is known of them, and the crawl unfinished."""
    crawl = locked(connection, crawl_id)
    number = count(crawl["found"] + 1)
    same = {"crawl_id": crawl_id, "owner_id": crawl["owner_id"]}
    again = [{**_new(url), **same, "found": next(number)} for url in urls]
    changed = {"state", "kind", "priority", "depth", "tries", "not_before_us", "reason"}
    upsert(connection, models.frontier, again, keep=[name for name in (*_NAMES, "found") if name not in changed])
    ended = {"finished_at": None, "complete": False, "products": None}
    _change(connection, crawl_id, found=next(number), **ended)


def observations(
    connection: Connection, crawl_id: str, *, after: str, limit: int
) -> list[tuple[str, list[Observation]]]:
    """What pages behind address `after` stated, in address order: of so many pages, fewer where they state much."""
    query = select(_PAGE.url, _PAGE.observations).where(_PAGE.crawl_id == crawl_id, _PAGE.url > after)
    stated, size = list[tuple[str, list[Observation]]](), 0
    few = {"yield_per": _FEW}  # without it, PostgreSQL sends all of them
    with closing(connection.execute(query.order_by(_PAGE.url).limit(limit), execution_options=few)) as found:
        for part in found.partitions():
            stated += [(url, OBSERVATIONS.read(text)) for url, text in part]
            size += sum(len(text) for _, text in part)
            if size >= _MOST_READ:
                break
    return stated


def observations_of(connection: Connection, crawl_id: str, page_url: str) -> list[Observation]:
    """What one page stated."""
    query = select(_PAGE.observations).where(_PAGE.crawl_id == crawl_id, _PAGE.url == page_url)
    text = connection.execute(query).scalar_one_or_none()
    return [] if text is None else OBSERVATIONS.read(text)


def counts(connection: Connection, crawl_id: str) -> CrawlCounts:
    """How many addresses stand where."""
    waiting = select(func.count()).select_from(models.frontier).where(_URL.crawl_id == crawl_id, models.PENDING)
    wanting = case((_URL.needs_rendering, 1), else_=0)
    visited = (
        select(_URL.state, _URL.kind, func.count(), func.sum(wanting), func.sum(_URL.bytes_read))
        .where(_URL.crawl_id == crawl_id, models.VISITED)
        .group_by(_URL.state, _URL.kind)
    )
    totals = Counter({"pending": connection.execute(waiting).scalar_one()})
    for state, kind, number, unread, size in connection.execute(visited):
        totals.update({state: number, "needs_rendering": unread, "bytes_read": int(size)})
        if state in _READ and kind == UrlKind.PRODUCT:
            totals["products_seen"] += number
    return CrawlCounts(**totals)


def close(connection: Connection, crawl: Crawl) -> None:
    """Write down how a crawl ended."""
    spent_us = max(crawl.spent_us, locked(connection, crawl.crawl_id)["spent_us"])
    ended = {"finished_at": crawl.finished_at, "complete": crawl.complete, "coverage": crawl.coverage}
    _change(connection, crawl.crawl_id, spent_us=spent_us, **ended)


def of_run(connection: Connection, run_id: str) -> list[Crawl]:
    """A run's crawls, oldest first."""
    query = select(models.crawls).where(_CRAWL.run_id == run_id).order_by(_CRAWL.started_at, _CRAWL.crawl_id)
    return [_as_crawl(found) for found in connection.execute(query).mappings()]


def last_finished(connection: Connection, owner_id: str, shop: str, *, before: str) -> Crawl | None:
    """The crawl of this shop that this owner can compare crawl `before` with."""
    edge = _found(connection, _ONE, before)
    query = (
        select(models.crawls)
        .where(
            _CRAWL.owner_id == owner_id,
            _CRAWL.shop == shop,
            _CRAWL.finished_at.is_not(None),
            # One that could read nothing is nothing to compare with.
            _CRAWL.products > 0,
            tuple_(_CRAWL.started_at, _CRAWL.crawl_id) < tuple_(edge["started_at"], edge["crawl_id"]),
        )
        .order_by(_CRAWL.started_at.desc(), _CRAWL.crawl_id.desc())
        .limit(1)
    )
    found = connection.execute(query).mappings().first()
    return None if found is None else _as_crawl(found)


def last_read(connection: Connection, owner_id: str, shop: str, *, before: str) -> Crawl | None:
    """The latest crawl of this site by this owner that has read a page, whatever it was for."""
    edge = _found(connection, _ONE, before)
    has_read = exists().where(_URL.crawl_id == _CRAWL.crawl_id, _URL.digest != "")
    query = (
        select(models.crawls)
        .where(
            _CRAWL.owner_id == owner_id,
            _CRAWL.shop == shop,
            has_read,
            tuple_(_CRAWL.started_at, _CRAWL.crawl_id) < tuple_(edge["started_at"], edge["crawl_id"]),
        )
        .order_by(_CRAWL.started_at.desc(), _CRAWL.crawl_id.desc())
        .limit(1)
    )
    found = connection.execute(query).mappings().first()
    return None if found is None else _as_crawl(found)


def last_whole(connection: Connection, crawl_id: str) -> str | None:
    """The last complete crawl up to this one, of its shop and owner: what it did not meet was not there."""
    edge = _found(connection, _ONE, crawl_id)
    query = (
        select(_CRAWL.crawl_id)
        .where(
            _CRAWL.owner_id == edge["owner_id"],
            _CRAWL.shop == edge["shop"],
            _CRAWL.finished_at.is_not(None),
            _CRAWL.products > 0,
            _CRAWL.complete,
            tuple_(_CRAWL.started_at, _CRAWL.crawl_id) <= tuple_(edge["started_at"], edge["crawl_id"]),
        )
        .order_by(_CRAWL.started_at.desc(), _CRAWL.crawl_id.desc())
        .limit(1)
    )
    return connection.execute(query).scalar_one_or_none()


def is_to_be_compared_with(run_id: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a run holds the newest saved crawl of a shop by its owner, or the newest complete one.

    The next one tells from them what is new and what is gone.
    """
    own, later = models.crawls.alias(), models.crawls.alias()
    newer = exists().where(
        later.c.owner_id == own.c.owner_id,
        later.c.shop == own.c.shop,
        later.c.finished_at.is_not(None),
        later.c.products > 0,
        tuple_(later.c.started_at, later.c.crawl_id) > tuple_(own.c.started_at, own.c.crawl_id),
        or_(later.c.complete, not_(own.c.complete)),
    )
    return exists().where(own.c.run_id == run_id, own.c.finished_at.is_not(None), own.c.products > 0, ~newer)


def ids_of_runs(connection: Connection, run_ids: Sequence[str]) -> list[str]:
    """The crawls of runs."""
    return list(connection.execute(select(_CRAWL.crawl_id).where(_CRAWL.run_id.in_(run_ids))).scalars())


def prune(connection: Connection, crawl_id: str, limit: int) -> int:
    """Remove some addresses of a crawl, with what their pages stated; answers how many."""
    urls = list(connection.execute(select(_URL.url).where(_URL.crawl_id == crawl_id).limit(limit)).scalars())
    for part in in_parts(urls):
        connection.execute(delete(models.statements).where(_PAGE.crawl_id == crawl_id, _PAGE.url.in_(part)))
        connection.execute(delete(models.frontier).where(_URL.crawl_id == crawl_id, _URL.url.in_(part)))
    return len(urls)


def remove(connection: Connection, owner_id: str, run_ids: Sequence[str]) -> LeftBehind:
    """Remove the crawls of runs with all that they read."""
    query = select(_CRAWL.crawl_id, _CRAWL.shop).where(_CRAWL.owner_id == owner_id, _CRAWL.run_id.in_(run_ids))
    shop_of = {row.crawl_id: row.shop for row in connection.execute(query)}
    product = models.products.c
    found = select(product.product_id).where(product.crawl_id.in_(shop_of)).distinct()
    product_ids = set(connection.execute(found).scalars())
    for table in reversed(models.metadata.sorted_tables):
        if "crawl_id" in table.c:
            connection.execute(delete(table).where(table.c.crawl_id.in_(shop_of)))
    for part in in_parts(sorted(product_ids)):
        product_ids -= set(connection.execute(select(product.product_id).where(product.product_id.in_(part))).scalars())
    there = select(_CRAWL.shop).where(_CRAWL.owner_id == owner_id, _CRAWL.shop.in_(set(shop_of.values())))
    shops = set(shop_of.values()) - set(connection.execute(there).scalars())
    key = models.product_keys.c
    connection.execute(delete(models.product_keys).where(key.owner_id == owner_id, key.shop.in_(shops)))
    identity = models.shops.c
    connection.execute(delete(models.shops).where(identity.owner_id == owner_id, identity.shop.in_(shops)))
    return LeftBehind(tuple(sorted(product_ids)), tuple(sorted(shops)))


def digests(connection: Connection, after: tuple[str, str], limit: int) -> list[tuple[str, str, str, str]]:
    """Crawl, address, digest and owner of frontier rows behind (crawl, address) `after`."""
    query = select(_URL.crawl_id, _URL.url, _URL.digest, _URL.owner_id).where(
        tuple_(_URL.crawl_id, _URL.url) > tuple_(*after)
    )
    return [tuple(found) for found in connection.execute(query.order_by(_URL.crawl_id, _URL.url).limit(limit))]


def locked(connection: Connection, crawl_id: str) -> RowMapping:
    """A crawl's row, that nobody else changes until the transaction ends.

    Raises:
        NotFound: there is no such crawl.
    """
    return _found(connection, _ONE_LOCKED, crawl_id)


def _found(connection: Connection, query: Select[Any], crawl_id: str) -> RowMapping:
    found = connection.execute(query, {"crawl_id": crawl_id}).mappings().first()
    if found is None:
        raise _no_crawl(crawl_id)
    return found


def _no_crawl(crawl_id: str) -> NotFound:
    return NotFound("crawl_not_found", crawl_id=crawl_id)


def set_saved(connection: Connection, crawl_id: str, products: int | None) -> None:
    """Write down how many products were seen, None where more are still to be saved."""
    _change(connection, crawl_id, products=products)


def _change(connection: Connection, crawl_id: str, **values: Any) -> None:
    connection.execute(_ONE_CHANGED, {"changed": crawl_id, **values})


def _values(url: FrontierUrl) -> dict[str, Any]:
    return {name: getattr(url, name) for name in _NAMES}


def _new(url: Discovered) -> dict[str, Any]:
    return {**_FRESH, **dict(zip(_FOUND, _found_of(url), strict=True))}


def _stated(observations: Sequence[Observation]) -> str | None:
    """A page's document, without what cannot be kept, which must not cost the shop its other products."""
    if not observations:
        return None
    try:
        return OBSERVATIONS.write(list(observations))
    except Invalid:
        return OBSERVATIONS.write([observation for observation in observations if _storable(observation)])


def _storable(observation: Observation) -> bool:
    try:
        OBSERVATIONS.write([observation])
    except Invalid:
        return False
    return True


def _as_url(found: Any) -> FrontierUrl:
    address, kind, priority, depth, *further, _ = found
    url = FrontierUrl(address, _KINDS[kind], priority, depth, **dict(zip(_FURTHER, further, strict=True)))
    url.state = _STATES[url.state]
    return url


def _as_crawl(found: RowMapping) -> Crawl:
    return Crawl(**{field.name: found[field.name] for field in fields(Crawl)})

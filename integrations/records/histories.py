"""A shop over its readings, from the narrow rows that each crawl leaves of its products."""

import typing
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, String, and_, case, cast, func, or_, select, tuple_
from sqlalchemy.sql.selectable import NamedFromClause

from integrations.records import crawls, models
from integrations.records.database import in_parts
from integrations.records.documents import PRODUCT
from integrations.records.transactions import Rows, reading
from magicai.shops.analysis import ChangeKind
from magicai.shops.changes import KNOWN, kinds_between
from magicai.shops.history import (
    Comparison,
    Difference,
    Offer,
    ProductHistory,
    Reading,
    ShopRead,
)
from magicai.shops.missed import Missed, places_of
from magicai.shops.product import Product, Seen
from magicai.values.money import from_minor

_CRAWL = models.crawls.c
_OFFER = models.offers.c
_PRODUCT = models.products.c
# A reading that could read nothing is none; see crawls.last_finished.
_READ = and_(_CRAWL.finished_at.is_not(None), _CRAWL.products > 0)
_ORDER = (
    ChangeKind.CHEAPER,
    ChangeKind.DEARER,
    ChangeKind.NEW,
    ChangeKind.GONE,
    ChangeKind.SOLD_OUT,
    ChangeKind.BACK,
)
_KNOWN = tuple(map(str, KNOWN))
_ROWS = 500


def _shops(connection: Connection, owner_id: str, *, limit: int = 50, after: str = "") -> list[ShopRead]:
    query = (
        select(_CRAWL.shop, func.count().label("readings"), func.max(_CRAWL.finished_at).label("last_read_at"))
        .where(_CRAWL.owner_id == owner_id, _READ, _CRAWL.shop > after)
        .group_by(_CRAWL.shop)
        .order_by(_CRAWL.shop)
    )
    return [ShopRead.model_validate(dict(row)) for row in connection.execute(query.limit(limit)).mappings()]


def _of_run(connection: Connection, run_id: str) -> list[Reading]:
    query = select(models.crawls).where(_CRAWL.run_id == run_id, _READ).order_by(_CRAWL.started_at, _CRAWL.crawl_id)
    return [_as_reading(row) for row in connection.execute(query).mappings()]


def _readings(
    connection: Connection, owner_id: str, shop: str, *, limit: int = 50, before: str | None = None
) -> list[Reading]:
    query = select(models.crawls).where(_CRAWL.owner_id == owner_id, _CRAWL.shop == shop, _READ)
    if before is not None:
        edge = select(_CRAWL.started_at, _CRAWL.crawl_id).where(_CRAWL.crawl_id == before).subquery()
        earlier = tuple_(_CRAWL.started_at, _CRAWL.crawl_id) < tuple_(edge.c.started_at, edge.c.crawl_id)
        query = query.where(earlier)
    latest = query.order_by(_CRAWL.started_at.desc(), _CRAWL.crawl_id.desc()).limit(limit)
    return [_as_reading(row) for row in connection.execute(latest).mappings()][::-1]


def _as_reading(row: RowMapping) -> Reading:
    kept = {name: row[name] for name in ("crawl_id", "run_id", "shop", "complete", "coverage", "products")}
    return Reading(**kept, at=row["finished_at"])


def _named(
    connection: Connection, readings: Sequence[Reading], *, changed: bool, ids: Sequence[str], limit: int, after: str
) -> list[Product]:
    """Products as the last of the readings that knows them has them."""
    places = {one.crawl_id: place for place, one in enumerate(readings)}
    place = case(places, value=_OFFER.crawl_id)
    known = select(_OFFER.product_id, func.max(place).label("place")).where(
        _OFFER.crawl_id.in_(places), _OFFER.product_id > after
    )
    if ids:
        known = known.where(_OFFER.product_id.in_(ids))
    known = known.group_by(_OFFER.product_id).order_by(_OFFER.product_id).limit(limit)
    if changed:
        price = func.coalesce(_OFFER.currency, "") + cast(_OFFER.price_minor, String)
        prices = func.count(func.distinct(case((_OFFER.seen == str(Seen.SEEN), price))))
        known = known.having(prices > 1)
    last = connection.execute(known).all()
    found: dict[str, Product] = {}
    for at, crawl_id in enumerate(places):
        found.update(_products(connection, crawl_id, [one.product_id for one in last if one.place == at]))
    return [found[one.product_id] for one in last if one.product_id in found]


def _products(connection: Connection, crawl_id: str, ids: Sequence[str]) -> dict[str, Product]:
    found: dict[str, Product] = {}
    mine = select(_PRODUCT.product_id, _PRODUCT.product).where(_PRODUCT.crawl_id == crawl_id)
    for part in in_parts(ids):
        rows = connection.execute(mine.where(_PRODUCT.product_id.in_(part)))
        found.update((row.product_id, PRODUCT.read(row.product)) for row in rows)
    return found


def _offers(connection: Connection, readings: Sequence[Reading], ids: Sequence[str]) -> Mapping[tuple[str, str], Offer]:
    found: dict[tuple[str, str], Offer] = {}
    theirs = select(models.offers).where(_OFFER.crawl_id.in_([one.crawl_id for one in readings]))
    for part in in_parts(ids):
        for row in connection.execute(theirs.where(_OFFER.product_id.in_(part))).mappings():
            found[row["crawl_id"], row["product_id"]] = _as_offer(row)
    return found


def _compare(connection: Connection, older: Reading, newer: Reading, *, limit: int = 50, at: int = 0) -> Comparison:
    differing = list(_differing(connection, older, newer))
    missed = _missed(connection, older, newer, [one.product_id for one in differing if one.before is None])
    found = sorted(
        (
            *(one for one in differing if one.before is not None or one.product_id not in missed),
            *_gone_between(connection, older, newer),
        ),
        key=lambda one: _ORDER.index(one.kind),  # stable: what is of one kind stays in its reading's order
    )
    shown = found[at : at + limit]
    products = _products(connection, older.crawl_id, [one.product_id for one in shown])
    products.update(_products(connection, newer.crawl_id, [one.product_id for one in shown]))
    return Comparison(
        compared=_compared(connection, older, newer),
        counts=Counter(one.kind for one in found),
        differences=tuple(
            one.model_copy(update={"name": products[one.product_id].name, "url": products[one.product_id].url})
            for one in shown
        ),
    )


def _missed(connection: Connection, older: Reading, newer: Reading, fresh: Sequence[str]) -> set[str]:
    """Which products the older reading may only not have read; told by its frontier, as long as that is kept.

    Where it was cut short, the last complete one before it tells; without one, none is known to be new.
    """
    whole = crawls.last_whole(connection, older.crawl_id)
    if whole is None:
        return set(fresh)
    pages = partial(crawls.pages, connection)
    missed = Missed(pages, crawl_id=newer.crawl_id, previous_id=whole)
    found: set[str] = set()
    for part in in_parts(fresh):
        products = _products(connection, newer.crawl_id, part)
        found |= missed.among({product.id: places_of(product) for product in products.values()})
    return found


def _compared(connection: Connection, older: Reading, newer: Reading) -> int:
    before, after = _BEFORE, _AFTER
    both = select(func.count()).select_from(after.join(before, before.c.product_id == after.c.product_id))
    mine = both.where(after.c.crawl_id == newer.crawl_id, after.c.seen == str(Seen.SEEN))
    known = mine.where(before.c.crawl_id == older.crawl_id, before.c.seen.in_(_KNOWN))
    return connection.execute(known).scalar_one()


def _differing(connection: Connection, older: Reading, newer: Reading) -> Iterator[Difference]:
    """What the newer reading tells otherwise, or anew, in its order; a product as often as it changed."""
    before, after = _BEFORE, _AFTER
    both = and_(before.c.product_id == after.c.product_id, before.c.crawl_id == older.crawl_id)
    may_differ = or_(
        before.c.product_id.is_(None),
        before.c.seen != after.c.seen,
        before.c.price_minor.is_distinct_from(after.c.price_minor),
        before.c.availability != after.c.availability,
    )
    query = (
        select(after.c.product_id, *_pair(before, "before"), *_pair(after, "after"))
        .select_from(after.outerjoin(before, both))
        .where(after.c.crawl_id == newer.crawl_id, may_differ)
        .order_by(after.c.position)
    )
    for row in connection.execute(query).mappings():
        was = None if row["before_seen"] is None else _as_offer(row, "before_")
        now = _as_offer(row, "after_")
        for kind in kinds_between(was, now):
            yield Difference(product_id=row["product_id"], name="", url="", kind=kind, before=was, after=now)


def _gone_between(connection: Connection, older: Reading, newer: Reading) -> Iterator[Difference]:
    """What the older reading knew, one between found to be gone, and the newer one no longer knows."""
    before, after = _BEFORE, _AFTER
    between = models.crawls.join(models.offers, _OFFER.crawl_id == _CRAWL.crawl_id)
    ends = select(models.crawls).where(_CRAWL.crawl_id.in_([older.crawl_id, newer.crawl_id])).subquery()
    shop = select(ends.c.owner_id, ends.c.shop, func.min(ends.c.started_at), func.max(ends.c.started_at))
    owner_id, name, first, last = connection.execute(shop.group_by(ends.c.owner_id, ends.c.shop)).one()
    found_gone = (
        select(_OFFER.product_id)
        .select_from(between)
        .where(_CRAWL.owner_id == owner_id, _CRAWL.shop == name, _CRAWL.started_at.between(first, last))
        .where(_OFFER.seen == str(Seen.GONE))
    )
    known = select(after.c.product_id).where(after.c.crawl_id == newer.crawl_id)
    query = select(before.c.product_id, *_pair(before, "before")).where(
        before.c.crawl_id == older.crawl_id,
        before.c.seen.in_(_KNOWN),
        before.c.product_id.in_(found_gone),
        before.c.product_id.not_in(known),
    )
    for row in connection.execute(query.order_by(before.c.position)).mappings():
        was = _as_offer(row, "before_")
        yield Difference(product_id=row["product_id"], name="", url="", kind=ChangeKind.GONE, before=was, after=None)


_BEFORE, _AFTER = models.offers.alias("before"), models.offers.alias("after")
_COLUMNS = ("price_minor", "currency", "availability", "seen")


def _pair(offers: NamedFromClause, name: str) -> list[ColumnElement[Any]]:
    return [typing.cast("ColumnElement[Any]", offers.c[column]).label(f"{name}_{column}") for column in _COLUMNS]


def _as_offer(row: RowMapping, prefix: str = "") -> Offer:
    minor, currency = row[f"{prefix}price_minor"], row[f"{prefix}currency"]
    return Offer(
        price=None if minor is None else from_minor(minor, currency or ""),
        currency=currency,
        availability=row[f"{prefix}availability"],
        seen=row[f"{prefix}seen"],
    )


def _as_history(
    product: Product, readings: Sequence[Reading], offers: Mapping[tuple[str, str], Offer]
) -> ProductHistory:
    return ProductHistory(
        product_id=product.id,
        name=product.name,
        url=product.url,
        brand=product.brand,
        offers=tuple(offers.get((one.crawl_id, product.id)) for one in readings),
    )


def _text(product: Product) -> str:
    return " ".join(filter(None, (product.name, product.brand, product.sku, product.gtin))).casefold()


class SqlHistories(Rows):
    """Each method is one transaction, but for a search, which reads some rows at a time."""

    shops = reading(_shops)
    readings = reading(_readings)
    of_run = reading(_of_run)
    compare = reading(_compare)

    async def products(
        self,
        readings: Sequence[Reading],
        *,
        changed: bool = False,
        words: str = "",
        ids: Sequence[str] = (),
        limit: int = 50,
        after: str = "",
    ) -> list[ProductHistory]:
        """Products with their offers in each reading; words are sought in some rows at a time."""
        sought = words.casefold().split()
        rows = _ROWS if sought else limit
        found: list[ProductHistory] = []
        while readings and len(found) < limit:
            read = await self.database.read(
                lambda c, after=after: _named(c, readings, changed=changed, ids=ids, limit=rows, after=after)
            )
            fitting = [one for one in read if all(word in _text(one) for word in sought)][: limit - len(found)]
            offers = await self.database.read(lambda c, now=fitting: _offers(c, readings, [one.id for one in now]))
            found += [_as_history(one, readings, offers) for one in fitting]
            if len(read) < rows:
                break
            after = read[-1].id
        return found

"""What became of a shop's products between two crawls."""

from collections.abc import Sequence
from typing import NamedTuple

from integrations.analytics.measure import Measured, Row
from integrations.analytics.offers import Reader, Source, in_parts
from integrations.analytics.statistics import amount
from magicai.shops.analysis import Change, ChangeKind, Changes
from magicai.shops.changes import kinds_between
from magicai.shops.crawl import Crawl
from magicai.shops.missed import Missed, places_of
from magicai.shops.product import Availability, Product, Seen
from magicai.values.times import to_iso


def changes(source: Source, measured: Measured, crawl: Crawl, previous: Crawl, whole: Crawl | None = None) -> Changes:
    """Name what changed; what earlier crawls may only have missed is not new, and counted by itself.

    Args:
        whole: the last complete crawl, where `previous` was not: what it did not meet is new.
    """
    complete = previous if previous.complete else whole
    changes_by_kind: dict[str, list[Change]] = {kind: [] for kind in ChangeKind}
    unread = 0
    with source.reading() as reader:
        known_by = complete or previous
        missed = Missed(reader.pages, crawl_id=crawl.crawl_id, previous_id=known_by.crawl_id)
        for rows in in_parts([row for row in measured["changed"] if _kinds(row)]):
            products = _products(reader, crawl, previous, [row["product_id"] for row in rows])
            fresh = [row["product_id"] for row in rows if row["seen_before"] is None]
            perhaps_old = set(fresh)
            if complete is not None:
                perhaps_old = missed.among({one: places_of(products[one]) for one in fresh})
            unread += len(perhaps_old)
            for row in rows:
                product = products[row["product_id"]]
                if product.id not in perhaps_old:
                    for kind in _kinds(row):
                        changes_by_kind[kind].append(_change(kind, row, product))
    for found in changes_by_kind.values():
        found.sort(key=lambda change: (change.name, change.product_id))
    return Changes(
        since=to_iso(previous.finished_at or previous.started_at),
        compared=measured["compared"],
        not_visited=measured["not_visited"],
        not_visited_before=unread,
        **{kind: tuple(found) for kind, found in changes_by_kind.items()},
    )


class _Sight(NamedTuple):
    seen: Seen
    price: int | None
    currency: str
    availability: Availability


def _kinds(row: Row) -> list[ChangeKind]:
    old, new = (
        _Sight(Seen(seen), row[f"{side}_price"], row[f"{side}_currency"], Availability(row[f"{side}_availability"]))
        if (seen := row[f"seen_{when}"])
        else None
        for side, when in (("old", "before"), ("new", "now"))
    )
    return [] if new is None else list(kinds_between(old, new))


def _change(kind: ChangeKind, row: Row, product: Product) -> Change:
    old, new = row["old_currency"] or None, row["new_currency"] or None
    was, is_now = kind is not ChangeKind.NEW, kind is not ChangeKind.GONE
    currency = new if is_now else old
    return Change(
        kind=kind,
        product_id=row["product_id"],
        name=product.name,
        url=product.url,
        currency=currency,
        # An amount in another currency than the one that is named would be read wrongly.
        old_price=amount(row["old_price"], currency) if was and old == currency else None,
        new_price=amount(row["new_price"], currency) if is_now else None,
        old_availability=row["old_availability"] if was else None,
        new_availability=row["new_availability"] if is_now else None,
    )


def _products(reader: Reader, crawl: Crawl, previous: Crawl, ids: Sequence[str]) -> dict[str, Product]:
    """Products as they are now, else as they were."""
    found = {product_id: Product(id=product_id, name=product_id, url="") for product_id in ids}
    for crawl_id in (previous.crawl_id, crawl.crawl_id):
        found.update((product.id, product) for product in reader.products(crawl_id, ids))
    return found

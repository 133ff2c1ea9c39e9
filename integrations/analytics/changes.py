"""What became of a shop's products between two crawls."""

from collections.abc import Iterator, Sequence

from integrations.analytics.measure import Measured, Row
from integrations.analytics.offers import Reader, Source
from integrations.analytics.statistics import amount
from magicai.domain.analysis import Change, ChangeKind, Changes
from magicai.domain.crawl import Crawl
from magicai.domain.times import to_iso

# SQLite before 3.32 takes 999 values in a statement.
_MOST_VALUES = 500


def changes(source: Source, measured: Measured, crawl: Crawl, previous: Crawl) -> Changes:
    """Name what changed; what the earlier crawl may only have missed is not new."""
    told: dict[str, list[Change]] = {kind: [] for kind in ChangeKind}
    with source.reading() as reader:
        for rows in _in_parts(measured["changed"]):
            described = _described(reader, crawl, previous, [row["product_id"] for row in rows])
            missed = reader.missed(previous.crawl_id, [url for _, url in described.values()])
            for row in rows:
                name, url = described[row["product_id"]]
                if row["new"] and not row["met_before"] and (url in missed or not previous.complete):
                    continue
                for kind in ChangeKind:
                    if row[kind]:
                        told[kind].append(_change(kind, row, name, url))
    for found in told.values():
        found.sort(key=lambda change: (change.name, change.product_id))
    return Changes(
        since=to_iso(previous.finished_at or previous.started_at),
        compared=measured["compared"],
        not_visited=measured["not_visited"],
        **{kind: tuple(found) for kind, found in told.items()},
    )


def _change(kind: ChangeKind, row: Row, name: str, url: str) -> Change:
    old, new = row["old_currency"] or None, row["new_currency"] or None
    was, is_now = kind is not ChangeKind.NEW, kind is not ChangeKind.GONE
    currency = new if is_now else old
    return Change(
        kind=kind,
        product_id=row["product_id"],
        name=name,
        url=url,
        currency=currency,
        # An amount in another currency than the one that is named would be read wrongly.
        old_price=amount(row["old_price"], currency) if was and old == currency else None,
        new_price=amount(row["new_price"], currency) if is_now else None,
        old_availability=row["old_availability"] if was else None,
        new_availability=row["new_availability"] if is_now else None,
    )


def _described(reader: Reader, crawl: Crawl, previous: Crawl, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Name and address of products: as they are now, else as they were."""
    found = {product_id: (product_id, "") for product_id in ids}
    for crawl_id in (previous.crawl_id, crawl.crawl_id):
        found.update((product_id, (name, url)) for product_id, name, url in reader.products(crawl_id, ids))
    return found


def _in_parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), _MOST_VALUES):
        yield rows[start : start + _MOST_VALUES]

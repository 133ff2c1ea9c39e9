"""A crawl's offers by column: two Parquet files in a row of the records, from which analysis reads a million at once.

A copy of `offers` and nothing more. Every save of a crawl's products counts `saves` up and lets go of the copy in the
same transaction, so that none is ever out of step. It is made once all are saved, outside of any write, and kept only
if nothing was saved meanwhile. Where there is none, because the crawl is small, old, or its process was killed, the
rows are read.

`counted` has those seen, what is sold under one name side by side; `compared` has all, with their ids. Amounts are
ten-thousandths of a currency's unit (money.MOST_DECIMALS), text is never NULL but ''.
"""

import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, and_, select, update

from integrations.records import models
from integrations.records.bulk import insert
from magicai.values.money import MOST_DECIMALS

# Offers from which on reading by column saves more than making the columns costs.
MANY = 20_000

_log = logging.getLogger(__name__)
_ROWS = 20_000
_COPY = models.offer_columns.c
_OFFER = models.offers.c
_TEXT = ("currency", "category", "brand", "availability", "product_id", "seen")
_NUMBERS = ("price_minor", "list_price_minor", "exponent")
_FACTOR = " ".join(f"WHEN {n} THEN {10 ** (MOST_DECIMALS - n)}" for n in range(MOST_DECIMALS + 1))
_KEPT = f"""
SELECT price_minor * (CASE exponent {_FACTOR} END)::BIGINT AS price,
       list_price_minor * (CASE exponent {_FACTOR} END)::BIGINT AS list_price,
       coalesce(currency, '') AS currency, coalesce(category, '') AS category, coalesce(brand, '') AS brand,
       availability, product_id, seen
FROM part
"""  # noqa: S608 - numbers of ours
# Products of one brand side by side: groups are then counted one after the other, in half the time.
_COUNTED = "SELECT * EXCLUDE (product_id, seen) FROM kept WHERE seen = 'seen' ORDER BY brand, currency"
_COMPARED = "SELECT product_id, seen, availability, currency, price FROM kept"


@dataclass(frozen=True, slots=True)
class Copy:
    """The columns as they were after so many saves."""

    saves: int
    counted: bytes
    compared: bytes


def outdate(connection: Connection, crawl_id: str, owner_id: str) -> None:
    """Let go of a crawl's columns, since its offers change in this transaction."""
    table = models.offer_columns
    first = insert(connection.dialect.name, table).values(crawl_id=crawl_id, owner_id=owner_id, saves=1)
    again = {"saves": _COPY.saves + 1, "counted": None, "compared": None}
    connection.execute(first.on_conflict_do_update(index_elements=["crawl_id"], set_=again))


def wanted(connection: Connection, crawl_id: str, many: int) -> bool:
    """Whether a crawl's offers are many, and all saved."""
    return _saves(connection, crawl_id, many) is not None


def make(connection: Connection, crawl_id: str, many: int) -> Copy | None:
    """The columns of a crawl's offers as this transaction sees them; None where they are few, or not all saved."""
    import duckdb

    saves = _saves(connection, crawl_id, many)
    if saves is None:
        return None
    try:
        counted, compared = _as_parquet(_parts(connection, crawl_id))
    except (duckdb.Error, OSError):
        # Neither memory nor space for what is only quicker.
        _log.warning("The offers of crawl %s are stored by row only.", crawl_id, exc_info=True)
        return None
    return Copy(saves, counted, compared)


def keep(connection: Connection, crawl_id: str, copy: Copy) -> bool:
    """Keep columns, unless something was saved since they were made; answers whether they were kept."""
    unchanged = and_(_COPY.crawl_id == crawl_id, _COPY.saves == copy.saves)
    change = update(models.offer_columns).where(unchanged).values(counted=copy.counted, compared=copy.compared)
    return connection.execute(change).rowcount == 1


def forget(connection: Connection, crawl_id: str) -> None:
    """Remove a crawl's columns; its rows are read instead."""
    gone = {"counted": None, "compared": None}
    connection.execute(update(models.offer_columns).where(_COPY.crawl_id == crawl_id).values(gone))


def _saves(connection: Connection, crawl_id: str, many: int) -> int | None:
    saved = models.crawls.c
    state = (
        select(_COPY.saves)
        .join(models.crawls, saved.crawl_id == _COPY.crawl_id)
        .where(_COPY.crawl_id == crawl_id, saved.products >= many)
    )
    return connection.execute(state).scalar_one_or_none()


def _parts(connection: Connection, crawl_id: str) -> Iterator[dict[str, list[Any]]]:
    names = (*_NUMBERS, *_TEXT)
    query = select(*(_OFFER[name] for name in names)).where(_OFFER.crawl_id == crawl_id)
    found = connection.execute(query, execution_options={"yield_per": _ROWS})
    for rows in found.partitions():
        yield dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))


def _as_parquet(parts: Iterator[dict[str, list[Any]]]) -> tuple[bytes, bytes]:
    import duckdb
    import pyarrow as pa

    schema = pa.schema([*((name, pa.int64()) for name in _NUMBERS), *((name, pa.string()) for name in _TEXT)])
    config: dict[str, Any] = {"threads": 1, "autoinstall_known_extensions": False, "temp_directory": ""}
    with tempfile.TemporaryDirectory(prefix="magicai-") as folder, duckdb.connect(":memory:", config=config) as made:
        for place, part in enumerate(parts):
            made.register("part", pa.Table.from_pydict(part, schema=schema))
            made.execute(f"{'INSERT INTO kept' if place else 'CREATE TEMP TABLE kept AS'} {_KEPT}")
        # Numbers are quick to take out of LZ4; ids take a third less room in Zstandard.
        return _written(made, _COUNTED, "lz4_raw", Path(folder)), _written(made, _COMPARED, "zstd", Path(folder))


def _written(made: Any, query: str, compression: str, folder: Path) -> bytes:
    path = folder / "columns.parquet"
    made.execute(f"COPY ({query}) TO '{path.as_posix()}' (FORMAT parquet, COMPRESSION {compression})")
    return path.read_bytes()

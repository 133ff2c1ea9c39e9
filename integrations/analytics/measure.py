"""The numbers of a crawl, by DuckDB in memory: whole numbers in, whole numbers out.

Amounts are ten-thousandths of a currency's unit, which every currency's minor units are multiples of; so rows fit
together whatever exponent they were kept with.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

from integrations.analytics import discounts, queries

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]

# With what Arrow and Python take beside it, 10 million offers are counted within 2 GB.
_MEMORY = "1GB"
# No extension may be fetched; without a folder that is removed afterwards, nothing may be written.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_KINDS = ("shop", "category", "brand")
_NOT_BARE = {"bare": 0, "bare_in_stock": 0, "bare_known_stock": 0}


class Measured(TypedDict):
    """What was counted, JSON.

    Attributes:
        groups: a row per shop, category or brand (`by`, `name`) and currency, with the columns of queries.GROUPS and
            BARE, and `median_discount`.
        changed: a row per product that may have changed, with the columns of queries.CHANGED.
        compared, not_visited: as in magicai.shops.analysis.Changes.
    """

    groups: list[Row]
    changed: list[Row]
    compared: int
    not_visited: int


def measure(now: Sequence[Any], before: Sequence[Any] | None, *, threads: int, spill: Path | None = None) -> Measured:
    """Count a crawl, and compare it with an earlier one, row by row.

    Args:
        now, before: Arrow tables or streams with the columns of offers.Part; a stream is consumed.
        threads: that it may use.
        spill: a folder for what does not fit into memory.
    """
    with _database(threads, spill) as database:
        database.execute(queries.TYPES)
        _take(database, "now", now)
        database.execute("CREATE TEMP VIEW counted AS FROM now WHERE seen = 'seen'")
        if before is not None:
            _take(database, "before", before)
        return _measured(database, compared=before is not None)


def measure_columns(
    counted: Path, now: Path | None, before: Path | None, *, threads: int, spill: Path | None = None
) -> Measured:
    """The same of Parquet files, as integrations/records/offer_columns.py makes them."""
    with _database(threads, spill) as database:
        for name, path in (("counted", counted), ("now", now), ("before", before)):
            if path is not None:
                database.register(name, database.read_parquet(str(path)))
        return _measured(database, compared=before is not None)


def _database(threads: int, spill: Path | None) -> "duckdb.DuckDBPyConnection":
    import duckdb

    place = {"temp_directory": "" if spill is None else str(spill)}
    return duckdb.connect(":memory:", config={**_SETTINGS, **place, "threads": threads, "memory_limit": _MEMORY})


def _measured(database: "duckdb.DuckDBPyConnection", *, compared: bool) -> Measured:
    for name in ("category", "brand"):
        database.execute(queries.SPELLING.format(name=name))
    (spelled,) = _rows(database, queries.SPELLED)
    database.execute(queries.AS_USUAL if spelled["differently"] else queries.AS_STATED)
    groups = [row for by in _KINDS for row in _groups(database, by)]
    if not compared:
        return Measured(groups=groups, changed=[], compared=0, not_visited=0)
    database.execute(queries.PAIRS)
    (covered,) = _rows(database, queries.COVERED)
    return Measured(groups=groups, changed=_rows(database, queries.CHANGED), **covered)


def _groups(database: "duckdb.DuckDBPyConnection", by: str) -> list[Row]:
    name, which = ("''", "true") if by == "shop" else (by, f"{by} <> ''")
    groups = _rows(database, queries.GROUPS.format(name=name, which=which, quartiles=queries.BY_DOUBLES))
    if any(max(-row["low"], row["high"]) >= queries.EXACT_BELOW for row in groups if row["priced"]):
        groups = _rows(database, queries.GROUPS.format(name=name, which=which, quartiles=queries.BY_SORTING))
    bare: dict[str, Row] = {}
    if any(row["count"] > row["priced"] for row in groups if not row["currency"]):
        bare = {row["name"]: row for row in _rows(database, queries.BARE.format(name=name, which=which))}
    exact: dict[tuple[str, str], list[Row]] = {}
    if any(row["dearest"] >= discounts.EXACT_BELOW for row in groups if row["discounted"]):
        found = _rows(database, queries.DISCOUNTS.format(name=name, which=which))
        exact = {(row["name"], row["currency"]): row["middle_discounts"] for row in found}
    for row in groups:
        row["by"] = by
        row.update(_NOT_BARE if row["currency"] else bare.get(row["name"], _NOT_BARE))
        amounts, shares = exact.get((row["name"], row["currency"])), row.pop("middle_discounts")
        row["median_discount"] = (
            discounts.of_amounts(amounts) if amounts else discounts.of_shares(shares) if shares else None
        )
    return groups


def _take(database: Any, table: str, parts: Sequence[Any]) -> None:
    # Side by side: DuckDB reads each part in a thread of its own.
    names = [f"{table}_{place}" for place in range(len(parts))]
    for name, part in zip(names, parts, strict=True):
        database.register(name, part)
    source = " UNION ALL ".join(f"FROM {name}" for name in names)
    database.execute(queries.TAKE.format(table=table, source=source))
    for name in names:
        database.unregister(name)


def _rows(database: Any, query: str) -> list[Row]:
    found = database.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

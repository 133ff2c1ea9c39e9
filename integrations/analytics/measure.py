"""The numbers of a crawl, by DuckDB in memory: whole numbers in, whole numbers out.

Amounts are ten-thousandths of a currency's unit, which every currency's minor units are multiples of; so rows fit
together whatever exponent they were kept with.
"""

from collections.abc import Sequence
from typing import Any, TypedDict

from integrations.analytics import queries

Row = dict[str, Any]

# No extension may be fetched; a query that spilled would leave files where the process happens to stand.
_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "preserve_insertion_order": False,
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "temp_directory": "",
}
_KINDS = ("shop", "category", "brand")


class Measured(TypedDict):
    """What was counted, JSON.

    Attributes:
        groups: a row per shop, category or brand (`by`, `name`) and currency, with the columns of queries.GROUPS.
        changed: a row per product that changed, with the columns of queries.CHANGED.
        compared, not_visited: as in magicai.domain.analysis.Changes.
    """

    groups: list[Row]
    changed: list[Row]
    compared: int
    not_visited: int


def measure(now: Sequence[Any], before: Sequence[Any] | None, *, threads: int) -> Measured:
    """Count a crawl, and compare it with an earlier one.

    Args:
        now, before: Arrow tables or streams with the columns of offers.Part; a stream is consumed.
    """
    import duckdb

    with duckdb.connect(":memory:", config={**_SETTINGS, "threads": threads}) as database:
        database.execute(queries.TYPES)
        _take(database, "offers", now)
        for name in ("category", "brand"):
            database.execute(queries.SPELLING.format(name=name))
        (top,) = _rows(database, queries.TOP)
        quartiles = queries.BY_DOUBLES if top["top"] < queries.EXACT_BELOW else queries.BY_SORTING
        groups = [{"by": by, **row} for by in _KINDS for row in _rows(database, _grouped(by, quartiles))]
        if before is None:
            return Measured(groups=groups, changed=[], compared=0, not_visited=0)
        _take(database, "before", before)
        database.execute(queries.PAIRS)
        (covered,) = _rows(database, queries.COVERED)
        return Measured(groups=groups, changed=_rows(database, queries.CHANGED), **covered)


def _grouped(by: str, quartiles: str) -> str:
    name, which = ("''", "true") if by == "shop" else (by, f"{by} <> ''")
    return queries.GROUPS.format(name=name, which=which, quartiles=quartiles)


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

"""Where the numbers come from: the `offers` of the records, column by column.

Two ways read the same statements: in this process where rows are few, else in a process of its own (child.py), whose
memory goes with it. The sources are sqlite.py and postgresql.py.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from magicai.errors import MagicError

if TYPE_CHECKING:
    import pyarrow as pa

    from magicai.shops.missed import FrontierPage
    from magicai.shops.product import Product

T = TypeVar("T")

# The values of magicai/shops/product.py, which takes longer to import than a child process does to start.
AVAILABILITY = ("in_stock", "out_of_stock", "preorder", "backorder", "unknown")
SEEN = ("seen", "gone", "not_visited")
READ = ("fetched", "unchanged")
# SQLite before 3.32 takes 999 values in a statement.
MOST_VALUES = 500
_NUMBERS = frozenset({"price", "list_price", "flags"})
# Text is slow to hand over. What is one of a few travels as a digit: exponent, place in SEEN, place in AVAILABILITY.


@dataclass(frozen=True, slots=True)
class Part:
    """A range of a crawl's offers.

    Attributes:
        first: product id that the range begins with; after: the one behind its end, None where there is none.
        compared: whether it is read to be compared: with ids, and for an earlier crawl with nothing but its state.
    """

    crawl_id: str
    owner_id: str
    first: str = ""
    after: str | None = None
    compared: bool = False
    earlier: bool = False

    def query(self) -> str:
        """The statement that reads it.

        Text is never NULL but '': ADBC takes a column for one of numbers where the first rows are NULL, and then fails.
        """
        described = not self.earlier
        columns = (
            ("product_id" if self.compared else "''", "product_id"),
            ("price_minor", "price"),
            ("list_price_minor" if described else "NULL", "list_price"),
            ("coalesce(currency, '')", "currency"),
            ("coalesce(category, '')" if described else "''", "category"),
            ("coalesce(brand, '')" if described else "''", "brand"),
            (f"exponent * 100 + {_place('seen', SEEN)} * 10 + {_place('availability', AVAILABILITY)}", "flags"),
        )
        wanted = f"crawl_id = {_literal(self.crawl_id)} AND owner_id = {_literal(self.owner_id)}"
        if not self.compared:
            wanted += " AND seen = 'seen'"
        if self.first:
            wanted += f" AND product_id >= {_literal(self.first)}"
        if self.after is not None:
            wanted += f" AND product_id < {_literal(self.after)}"
        selected = ", ".join(f"{value} AS {name}" for value, name in columns)
        return f"SELECT {selected} FROM offers WHERE {wanted}"  # noqa: S608 - every value is quoted


class Source(Protocol):
    """A place with offers.

    Attributes:
        where: for people, without any password.
        vendor: the errors that it raises beside ours.
    """

    where: str
    vendor: tuple[type[Exception], ...]

    def reading(self) -> "AbstractContextManager[Reader]":
        """Reads of one state."""
        ...

    def streams(self, parts: Sequence[Sequence[Part]]) -> "AbstractContextManager[list[list[Any]]]":
        """Arrow streams of parts, all of one state, each to be consumed once; not for a process that writes there."""
        ...

    def arguments(self) -> dict[str, str]:
        """What a child is told of it: `kind`, and the arguments of the source's constructor."""
        ...

    def translated(self, error: Exception) -> MagicError:
        """A vendor's error in our words."""
        ...


class Reader:
    """Reads over a connection of the DB-API to the records' tables.

    Args:
        mark: stands for a value in a statement.
    """

    def __init__(self, connection: Any, mark: str = "?") -> None:
        self._connection, self._mark = connection, mark

    def rows(self, crawl_ids: Sequence[str], most: int) -> int:
        """How many offers crawls have, counted no further than `most`."""
        statement = (
            f"SELECT count(*) FROM (SELECT 1 FROM offers WHERE {self._in('crawl_id', crawl_ids)} LIMIT {most}) few"  # noqa: S608 - marks only
        )
        return self.all(statement, crawl_ids)[0][0]

    def split(self, part: Part, pieces: int) -> list[Part]:
        """The same part in about equal pieces, which can be read side by side."""
        known = [part.crawl_id]
        ((total,),) = self.all(f"SELECT count(*) FROM offers WHERE crawl_id = {self._mark}", known)  # noqa: S608
        places = sorted({total * piece // pieces for piece in range(1, pieces)} - {0})
        statement = f"SELECT product_id FROM offers WHERE crawl_id = {self._mark} ORDER BY product_id LIMIT 1 OFFSET "  # noqa: S608
        edges = [self.all(f"{statement}{place}", known)[0][0] for place in places]
        return [
            replace(part, first=first, after=after) for first, after in zip(["", *edges], [*edges, None], strict=True)
        ]

    def table(self, part: Part) -> "pa.Table":
        """A part as an Arrow table."""
        import pyarrow as pa

        cursor = self._connection.execute(part.query())
        names = [str(column[0]) for column in cursor.description]
        schema = pa.schema([(name, pa.int64() if name in _NUMBERS else pa.string()) for name in names])
        read: list[tuple[Any, ...]] = cursor.fetchall()
        by_column = list(zip(*read, strict=True)) or [()] * len(names)
        arrays = [pa.array(values, kind) for values, kind in zip(by_column, schema.types, strict=True)]
        return pa.Table.from_arrays(arrays, schema=schema)

    def copy(self, column: str, part: Part) -> bytes | None:
        """A crawl's offers by column (integrations/records/offer_columns.py), where the records have them so."""
        wanted = f"crawl_id = {self._mark} AND owner_id = {self._mark} AND {column} IS NOT NULL"
        found = self.all(f"SELECT {column} FROM offer_columns WHERE {wanted}", (part.crawl_id, part.owner_id))  # noqa: S608
        return found[0][0] if found else None

    def products(self, crawl_id: str, ids: Sequence[str]) -> "Iterator[Product]":
        """Products as a crawl found them."""
        # What knows documents brings SQLAlchemy, whose import takes as long as counting a million rows.
        from integrations.records.documents import PRODUCT

        statement = f"SELECT product FROM products WHERE crawl_id = {self._mark} AND {self._in('product_id', ids)}"  # noqa: S608
        for (text,) in self.all(statement, (crawl_id, *ids)):
            yield PRODUCT.read(text)

    def pages(self, crawl_id: str, urls: Sequence[str]) -> "Mapping[str, FrontierPage]":
        """Those addresses that a crawl knows of."""
        from magicai.shops.missed import FrontierPage

        read, undrawn = (f"CASE WHEN {so} THEN 1 ELSE 0 END" for so in (f"state IN {READ}", "needs_rendering"))
        columns = f"url, found_on, {read}, {undrawn}"
        found: dict[str, FrontierPage] = {}
        for part in in_parts(urls):
            wanted = f"crawl_id = {self._mark} AND {self._in('url', part)}"
            rows = self.all(f"SELECT {columns} FROM frontier WHERE {wanted}", (crawl_id, *part))  # noqa: S608
            found.update(
                (url, FrontierPage(found_on, bool(got), bool(not_drawn))) for url, found_on, got, not_drawn in rows
            )
        return found

    def all(self, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        """What a statement answers."""
        return self._connection.execute(statement, list(values)).fetchall()

    def _in(self, column: str, values: Sequence[str]) -> str:
        # Nothing is in an empty list, and no database takes one.
        return f"{column} IN ({', '.join([self._mark] * len(values)) or 'NULL'})"


def in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """As many at a time as a statement takes."""
    for start in range(0, len(values), MOST_VALUES):
        yield values[start : start + MOST_VALUES]


def _place(column: str, values: Sequence[str]) -> str:
    cases = " ".join(f"WHEN {_literal(value)} THEN {place}" for place, value in enumerate(values))
    return f"CASE {column} {cases} END"


def _literal(text: str) -> str:
    quoted = str(text).replace("'", "''")
    return f"'{quoted}'"

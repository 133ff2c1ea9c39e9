"""Offers in a folder of Parquet files, one crawl beside the other: what was exported, on any machine, without records.

`CRAWL.offers.parquet` has a row per product with the columns of the records' `offers`, its name and address, and the
pages on which it stands, one a line; `CRAWL.frontier.parquet` a row per address that the crawl knew of.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from integrations.analytics.offers import Described, Part, Reader, Source
from magicai.errors import MagicError, NotFound, Permanent
from magicai.shops.crawl import Crawl
from magicai.shops.missed import Page, places_of
from magicai.shops.ports import ShopRecords

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 5_000
_TEXT = ("crawl_id", "owner_id", "product_id", "seen", "currency", "availability", "category", "brand", "name", "url")
_PLACES = "places"
_FRONTIER = ("url", "found_on", "state")
_NUMBERS = ("price_minor", "list_price_minor", "exponent")
_SETTINGS: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


async def export(records: ShopRecords, crawl: Crawl, folder: Path) -> Path:
    """Write what analysis reads of a crawl; answers the file with its offers.

    A crawl whose files are there already is written anew; each file gets its name once it is whole.
    """
    import pyarrow as pa

    from integrations.records.products import offer

    same = {"crawl_id": crawl.crawl_id, "owner_id": crawl.owner_id}
    offers = pa.schema(
        [*((name, pa.string()) for name in (*_TEXT, _PLACES)), *((name, pa.int64()) for name in _NUMBERS)]
    )
    frontier = pa.schema([*((name, pa.string()) for name in _FRONTIER), ("needs_rendering", pa.bool_())])
    with _written(_frontier(folder, crawl.crawl_id), frontier) as add:
        async for row in records.crawls.rows(crawl.crawl_id):
            add({**{name: getattr(row, name) for name in _FRONTIER}, "needs_rendering": row.needs_rendering})
    path = _offers(folder, crawl.crawl_id)
    with _written(path, offers) as add:
        async for product in records.products.of_crawl(crawl.crawl_id):
            places = "\n".join(sorted(places_of(product)))
            add({**same, **offer(product), "name": product.name, "url": product.url, _PLACES: places})
    return path


class ParquetSource(Source):
    """A folder that `export` has filled."""

    vendor = (duckdb.Error,)

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)
        self.where = str(folder)

    @contextmanager
    def reading(self) -> Generator[Reader]:
        """Reads of files, which never change once they have their names."""
        with closing(duckdb.connect(":memory:", config=_SETTINGS)) as connection:
            yield _Reader(connection, self._folder)

    @contextmanager
    def streams(self, parts: Sequence[Sequence[Part]]) -> Generator[list[list[Any]]]:
        """Streams of what DuckDB reads, each by a connection of its own."""
        with closing(duckdb.connect(":memory:", config={**_SETTINGS, "threads": 1})) as connection:

            def stream(part: Part) -> Any:
                reader = _Reader(connection.cursor(), self._folder)
                return reader.stream(part)

            yield [[stream(part) for part in several] for several in parts]

    def arguments(self) -> dict[str, str]:
        """Its path."""
        return {"kind": "parquet", "folder": str(self._folder)}

    def translated(self, error: Exception) -> MagicError:
        """A file that is no Parquet, or has other columns."""
        return Permanent("offers_not_readable", where=self.where, reason=error)


class _Reader(Reader):
    def __init__(self, connection: Any, folder: Path) -> None:
        super().__init__(connection)
        self._folder, self._known = folder, ""

    def rows(self, crawl_ids: Sequence[str], most: int) -> int:
        return sum(super(_Reader, self._of(crawl_id)).rows([crawl_id], most) for crawl_id in crawl_ids)

    def split(self, part: Part, pieces: int) -> list[Part]:
        del pieces  # DuckDB would read all of the file for each
        return [part]

    def table(self, part: Part) -> "pa.Table":
        return super(_Reader, self._of(part.crawl_id)).table(part)

    def stream(self, part: Part) -> Any:
        """An Arrow stream of a part."""
        return self._of(part.crawl_id)._connection.execute(part.query()).to_arrow_reader(8192)  # noqa: SLF001

    def copy(self, column: str, part: Part) -> bytes | None:
        del column, part
        return None  # the rows are columns here already

    def products(self, crawl_id: str, ids: Sequence[str]) -> Iterator[Described]:
        statement = f"SELECT product_id, name, url, {_PLACES} FROM offers WHERE {self._in('product_id', ids)}"  # noqa: S608 - marks only
        for product_id, name, url, places in self._of(crawl_id).all(statement, ids):
            yield Described(product_id, name, url, frozenset(places.split("\n")) - {""})

    def pages(self, crawl_id: str, urls: Sequence[str]) -> Mapping[str, Page]:
        file = _literal(_frontier(self._folder, crawl_id))
        taken = f"SELECT *, {_quoted(crawl_id)} AS crawl_id FROM read_parquet({file})"  # noqa: S608 - our own file
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW frontier AS {taken}")
        return super().pages(crawl_id, urls)

    def _of(self, crawl_id: str) -> "_Reader":
        """The same, where `offers` are those of one crawl."""
        file = _offers(self._folder, crawl_id)
        if self._known != crawl_id:
            if not file.is_file():
                raise NotFound("crawl_offers_not_found", folder=self._folder, crawl_id=crawl_id)
            view = f"CREATE OR REPLACE TEMP VIEW offers AS FROM read_parquet({_literal(file)})"
            self._connection.execute(view)
            self._known = crawl_id
        return self


def _offers(folder: Path, crawl_id: str) -> Path:
    return folder / f"{crawl_id}.offers.parquet"


def _frontier(folder: Path, crawl_id: str) -> Path:
    return folder / f"{crawl_id}.frontier.parquet"


def _literal(path: Path) -> str:
    return _quoted(str(path))


def _quoted(text: str) -> str:
    quoted = text.replace("'", "''")
    return f"'{quoted}'"


@contextmanager
def _written(path: Path, schema: "pa.Schema") -> Generator[Any]:
    """Adds rows to a file, which gets its name once it is whole."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    growing = path.with_name(f"{path.name}.part")
    rows: list[dict[str, Any]] = []
    with pq.ParquetWriter(growing, schema, compression="zstd") as writer:

        def add(row: dict[str, Any]) -> None:
            rows.append(row)
            if len(rows) >= _ROWS:
                flush()

        def flush() -> None:
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))
            rows.clear()

        yield add
        flush()
    growing.replace(path)

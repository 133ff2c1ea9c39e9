"""Offers in a folder of Parquet files, one crawl beside the other: what was exported, on any machine, without records.

`CRAWL.offers.parquet` has a row per product with the columns of the records' `offers`, and its name and address;
`CRAWL.missed.parquet` the addresses that the crawl knew of and could not read.
"""

from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from integrations.analytics.offers import READ, Part, Reader, Source
from magicai.domain.crawl import Crawl
from magicai.errors import MagicError, NotFound, Permanent
from magicai.ports import Records

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS = 5_000
_TEXT = ("crawl_id", "owner_id", "product_id", "seen", "currency", "availability", "category", "brand", "name", "url")
_NUMBERS = ("price_minor", "list_price_minor", "exponent")
_SETTINGS: dict[str, Any] = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}


async def export(records: Records, crawl: Crawl, folder: Path) -> Path:
    """Write what analysis reads of a crawl; answers the file with its offers.

    A crawl whose files are there already is written anew; each file gets its name once it is whole.
    """
    import pyarrow as pa

    from integrations.records.products import offer

    same = {"crawl_id": crawl.crawl_id, "owner_id": crawl.owner_id}
    offers = pa.schema([*((name, pa.string()) for name in _TEXT), *((name, pa.int64()) for name in _NUMBERS)])
    missed = pa.schema([("url", pa.string())])
    with _written(_missed(folder, crawl.crawl_id), missed) as add:
        async for row in records.crawls.rows(crawl.crawl_id):
            if row.state not in READ:
                add({"url": row.url})
    path = _offers(folder, crawl.crawl_id)
    with _written(path, offers) as add:
        async for product in records.products.of_crawl(crawl.crawl_id):
            add({**same, **offer(product), "name": product.name, "url": product.url})
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

    def told(self) -> dict[str, str]:
        """Its path."""
        return {"kind": "parquet", "folder": str(self._folder)}

    def translated(self, error: Exception) -> MagicError:
        """A file that is no Parquet, or has other columns."""
        return Permanent(
            f"The offers in {self.where} can't be read: {error}.", way_out="Export the crawls again, into a new folder."
        )


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

    def products(self, crawl_id: str, ids: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        statement = f"SELECT product_id, name, url FROM offers WHERE {self._in('product_id', ids)}"  # noqa: S608 - marks only
        yield from self._of(crawl_id).all(statement, ids)

    def missed(self, crawl_id: str, urls: Sequence[str]) -> set[str]:
        file = _literal(_missed(self._folder, crawl_id))
        statement = f"SELECT url FROM read_parquet({file}) WHERE {self._in('url', urls)}"  # noqa: S608 - our own file
        return {url for (url,) in self.all(statement, urls)}

    def _of(self, crawl_id: str) -> "_Reader":
        """The same, where `offers` are those of one crawl."""
        file = _offers(self._folder, crawl_id)
        if self._known != crawl_id:
            if not file.is_file():
                raise NotFound(
                    f"{self._folder} has no offers of crawl {crawl_id}.", way_out="Export that crawl into it."
                )
            view = f"CREATE OR REPLACE TEMP VIEW offers AS FROM read_parquet({_literal(file)})"
            self._connection.execute(view)
            self._known = crawl_id
        return self


def _offers(folder: Path, crawl_id: str) -> Path:
    return folder / f"{crawl_id}.offers.parquet"


def _missed(folder: Path, crawl_id: str) -> Path:
    return folder / f"{crawl_id}.missed.parquet"


def _literal(path: Path) -> str:
    quoted = str(path).replace("'", "''")
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

"""One side in a process of its own: `python -m benchmarks.records.sides SIDE SCHEMA ROWS`; prints JSON.

`ours` and `bare` write the same rows: products, offers and entities with four outbox rows each, 500 products in a
transaction, from the same values. `bare` is psycopg's executemany, as somebody would write it who needs nothing else:
no check that a document can be read back, no lock, no look at what is there.

`rows` and `columns` are the product's analysis of a million price rows and more; `pandas` reads the same by read_sql.
"""

import asyncio
import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import psycopg

from integrations.records.postgresql_address import Address
from magicai.shops.crawl import Crawl
from magicai.shops.product import Availability, Product
from magicai.stores.entity import STORES, Entity

SERVER = "BENCHMARK_SERVER"
PART = 500
CRAWL = Crawl("c", "r", "o", "shop.example", "https://shop.example/", started_at=0)
_RUN = (
    "INSERT INTO runs (run_id, owner_id, key, workflow, origin, status, created_at, cancel_requested, attempts, token,"
    " sequence, progress, request) VALUES ('r', 'o', 'k', 'w', 'cli', 'completed', 0, false, 0, 0, 0, 0, '{}')"
)
_CRAWL = (
    "INSERT INTO crawls (crawl_id, run_id, owner_id, shop, entry_url, started_at, complete, coverage, spent_us, found)"
    " VALUES ('c', 'r', 'o', 'shop.example', 'https://shop.example/', 0, false, 0, 0, 0)"
)


def made(rows: int) -> Iterator[tuple[list[Product], list[Entity]]]:
    """Products and their entities, in parts."""
    for start in range(0, rows, PART):
        products = [_product(place) for place in range(start, min(start + PART, rows))]
        yield products, [_entity(product) for product in products]


def _product(place: int) -> Product:
    return Product(
        id=f"p{place:08}",
        url=f"https://shop.example/products/{place}",
        name=f"Gaiwan {place}, hand-painted, 150 ml",
        price=Decimal(place % 9000 + 99) / 100,
        currency="EUR",
        availability=Availability.IN_STOCK,
        category=("Tea", "Gaiwans"),
        brand=f"Brand {place % 80}",
        description="Thin porcelain, painted by hand, for tea that wants room. " * 5,
    )


def _entity(product: Product) -> Entity:
    text = product.description or ""
    return Entity("product", product.id, "o", product.name, text, url=product.url, stores=STORES)


def ours(server: str, schema: str, rows: int) -> int:
    """By the product."""
    from integrations.records import postgresql

    async def save() -> None:
        records = postgresql.open(server, schema)
        for place, (products, entities) in enumerate(made(rows)):
            await records.products.save(CRAWL, products, entities, at=place * PART, more=True)
        await records.close()

    asyncio.run(save())
    return rows


def bare(server: str, schema: str, rows: int) -> int:
    """By psycopg."""
    from integrations.records.products import offer

    stores = (1 << len(STORES)) - 1
    with closing(psycopg.connect(Address(server, schema).line)) as connection:
        for place, (products, entities) in enumerate(made(rows)):
            cursor = connection.cursor()
            offers = [{"at": place * PART + n, **offer(product)} for n, product in enumerate(products)]
            cursor.executemany(
                "INSERT INTO offers (crawl_id, product_id, owner_id, position, seen, price_minor, currency, exponent,"
                " list_price_minor, availability, category, brand) VALUES ('c', %(product_id)s, 'o', %(at)s, %(seen)s,"
                " %(price_minor)s, %(currency)s, %(exponent)s, %(list_price_minor)s, %(availability)s, %(category)s,"
                " %(brand)s)",
                [{**row, "seen": str(row["seen"]), "availability": str(row["availability"])} for row in offers],
            )
            cursor.executemany(
                "INSERT INTO products VALUES ('c', %s, 'o', %s, %s)",
                [
                    (product.id, place * PART + n, product.model_dump_json(exclude_defaults=True))
                    for n, product in enumerate(products)
                ],
            )
            cursor.executemany(
                "INSERT INTO entities VALUES (%s, %s, %s, 1, %s, %s, false, %s)",
                [
                    (one.kind, one.entity_id, one.owner_id, one.digest, stores, json.dumps(asdict(one)))
                    for one in entities
                ],
            )
            cursor.executemany(
                "INSERT INTO outbox VALUES (%s, %s, %s, %s, 1, %s, 0, '')",
                [
                    (store, one.kind, one.entity_id, one.owner_id, time.time_ns() // 1000)
                    for one in entities
                    for store in STORES
                ],
            )
            connection.commit()
    return rows


def analysed(server: str, schema: str, rows: int) -> int:
    """The product's own analysis; answers how many groups there are."""
    from integrations.analytics.duckdb import DuckAnalytics
    from integrations.analytics.postgresql import PostgresSource

    del rows
    found = asyncio.run(DuckAnalytics(PostgresSource(server, schema)).shop(CRAWL, None))
    groups = [found.stats, *(group.stats for group in (*found.categories, *found.brands))]
    return sum(stats.currency is not None for group in groups for stats in group)


def columns(server: str, schema: str, rows: int) -> int:
    """What keeping the offers by column takes, once a crawl; answers its bytes."""
    from integrations.records import offer_columns, postgresql

    async def keep() -> int:
        records = postgresql.open(server, schema)
        async with records.database.held() as read:
            copy = await read(lambda c: offer_columns.make(c, "c", rows))
        assert copy is not None
        assert await records.database.write(lambda c: offer_columns.keep(c, "c", copy))
        await records.close()
        return len(copy.counted) + len(copy.compared)

    return asyncio.run(keep())


def with_pandas(server: str, schema: str, rows: int) -> int:
    """The same numbers by pandas; answers how many groups there are."""
    from sqlalchemy import create_engine

    from benchmarks.analytics import QUERY, grouped

    del rows
    pandas: Any = importlib.import_module("pandas")
    engine = create_engine("postgresql+psycopg://", connect_args=Address(server, schema).parameters)
    with engine.connect() as connection:
        return grouped(pandas.read_sql(QUERY, connection))


SIDES: dict[str, Callable[[str, str, int], int]] = {
    "ours": ours,
    "bare": bare,
    "analysed": analysed,
    "columns": columns,
    "pandas": with_pandas,
}


def begin(server: str, schema: str, offers: int = 0) -> None:
    """Empty tables with a run and a crawl, and as many offers as are wanted."""
    from integrations.records import models, postgresql

    async def make() -> None:
        records = postgresql.open(server, schema)
        await records.check()
        await records.close()

    asyncio.run(make())
    with closing(psycopg.connect(Address(server, schema).line)) as connection:
        tables = ", ".join(models.metadata.tables)
        connection.execute(f"TRUNCATE {tables}".encode())
        connection.execute(_RUN)
        connection.execute(_CRAWL)
        if offers:
            connection.execute("UPDATE crawls SET products = %s", (offers,))
            connection.execute("INSERT INTO offer_columns VALUES ('c', 'o', 1)")
            connection.execute("SET statement_timeout = 0")
            connection.execute(_OFFERS, (offers,))
        connection.commit()
        connection.autocommit = True
        connection.execute("ANALYZE offers")


# As benchmarks/analytics.py makes them: 98 of 100 priced, a quarter of those discounted.
_OFFERS = """
INSERT INTO offers (crawl_id, product_id, owner_id, position, seen, price_minor, currency, exponent, list_price_minor,
                    availability, category, brand)
SELECT 'c', '019a0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'), 'o', n, 'seen', price,
       CASE WHEN price IS NULL THEN NULL WHEN mod(n, 4) = 0 THEN 'USD' ELSE 'EUR' END, 2,
       CASE WHEN mod(n, 4) = 1 THEN price * 125 / 100 END,
       (ARRAY['in_stock', 'in_stock', 'out_of_stock', 'unknown'])[1 + mod(n, 4)],
       'Category ' || (random() * 39)::int, 'Brand ' || (random() * 799)::int
FROM (SELECT n, CASE WHEN mod(n, 50) = 0 THEN NULL ELSE 99 + (random() * 200000)::bigint END AS price
      FROM generate_series(1, %s) AS n) AS made
"""


def main() -> None:
    """Do one side, and say what it took."""
    side, schema, rows = sys.argv[1:]
    server = os.environ[SERVER]
    begun = time.perf_counter()
    answer = SIDES[side](server, schema, int(rows))
    seconds = time.perf_counter() - begun
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    unit = 1 if sys.platform == "darwin" else 1024
    memory = sum(one.ru_maxrss for one in used) * unit / 1e6
    processor = sum(one.ru_utime + one.ru_stime for one in used)
    print(json.dumps({"seconds": seconds, "processor": processor, "megabytes": memory, "answer": answer}))


if __name__ == "__main__":
    main()

"""Pages of a long list of products by the real gateway, beside the same questions to a plain SQLite table."""

import argparse
import asyncio
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from benchmarks.gateway import serving_gateway, token_of_user
from integrations.open import open_ports
from magicai.catalogue.product import KIND, Origin, OriginKind, SourceStatement, Values
from magicai.settings import Settings
from magicai.shops.product import Availability
from magicai.stores.entity import Store
from magicai.stores.relay import drain

_OWNER, _PART, _LIMIT = "ann", 500, 50
_GOAL_MS, _TIMES = 100.0, 40
_THINGS = ("cup", "bowl", "kettle", "lamp", "chair", "apron", "pan", "knife", "towel", "basket")
_KINDS = ("copper", "linen", "oak", "glass", "steel", "wool", "stone", "paper", "blue", "red", "folding", "small")
_ANSWERED: dict[str, tuple[dict[str, str], str, tuple[str, ...]]] = {
    "plain, the newest first": ({}, "1 ORDER BY id DESC", ()),
    "of a brand": ({"brand": "Brand 7"}, "brand = ? ORDER BY id DESC", ("Brand 7",)),
    "in stock": ({"availability": "in_stock"}, "availability = ? ORDER BY id DESC", ("in_stock",)),
    "of a brand, in stock": (
        {"brand": "Brand 90", "availability": "in_stock"},
        "brand = ? AND availability = ? ORDER BY id DESC",
        ("Brand 90", "in_stock"),
    ),
    "a word that a tenth has": ({"words": "kettle"}, "words MATCH ? ORDER BY rank", ("kettle",)),
    "two words": ({"words": "copper kettle"}, "words MATCH ? ORDER BY rank", ("copper AND kettle",)),
    "a word, in stock": (
        {"words": "kettle", "availability": "in_stock"},
        "words MATCH ? AND availability = ? ORDER BY rank",
        ("kettle", "in_stock"),
    ),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How long the list is."""
    parser.add_argument("--products", type=int, default=200_000, help="list: products of the catalogue")


def measure(options: argparse.Namespace) -> bool:
    """Print how long pages and counts take."""
    count = min(options.products, 5_000) if options.quick else options.products
    with tempfile.TemporaryDirectory() as folder:
        table = sqlite3.connect(Path(folder) / "plain.sqlite3")
        asyncio.run(_fill(Path(folder), table, count))
        token = asyncio.run(token_of_user(Path(folder)))
        print(f"{count:,} products, pages of {_LIMIT}\n")
        return _asked(Path(folder), token, table)


def _asked(home: Path, token: str, table: sqlite3.Connection) -> bool:
    print(
        "| page | p50, p95 ms | next pages p95 | counts p50, p95 | SQLite p50 | ratio |\n|---|---:|---:|---:|---:|---:|"
    )
    with serving_gateway(home, {}) as port:
        met = [_row(port, token, table, name) for name in _ANSWERED]
    return all(met)


def _row(port: int, token: str, table: sqlite3.Connection, name: str) -> bool:
    query, where, values = _ANSWERED[name]
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api", headers=headers, timeout=60, trust_env=False) as http:

        def ask(path: str, **more: str) -> Any:
            return http.get(path, params={**query, **more}).raise_for_status().json()

        first = _times(lambda: ask("/products", limit=str(_LIMIT)))
        cursors = [ask("/products", limit=str(_LIMIT))["next_cursor"]]
        for _ in range(10):
            if cursors[-1] is not None:
                cursors.append(ask("/products", limit="200", cursor=cursors[-1])["next_cursor"])
        deep = [cursor for cursor in cursors if cursor]
        after = _times(lambda: [ask("/products", limit=str(_LIMIT), cursor=deep[-1])]) if deep else [0.0, 0.0]
        counts = _times(lambda: ask("/products/facets"))
    joined = "products JOIN words ON words.rowid = id" if "MATCH" in where else "products"
    plain = f"SELECT products.body FROM {joined} WHERE {where} LIMIT {_LIMIT}"  # noqa: S608 - our own words
    bare = _times(lambda: table.execute(plain, values).fetchall())
    print(
        f"| {name} | {_shown(first)} | {_p95(after):.0f} | {_shown(counts)} | {_p50(bare):.1f} |"
        f" {_p50(first) / _p50(bare):.1f} |",
        flush=True,
    )
    return max(_p95(first), _p95(after)) < _GOAL_MS


def _times(ask: Callable[[], object]) -> list[float]:
    took: list[float] = []
    for _ in range(_TIMES + 2):
        began = time.perf_counter()
        ask()
        took.append(1_000 * (time.perf_counter() - began))
    return took[2:]


def _p50(took: Sequence[float]) -> float:
    return quantiles(took, n=20)[9]


def _p95(took: Sequence[float]) -> float:
    return quantiles(took, n=20)[-1]


def _shown(took: Sequence[float]) -> str:
    return f"{_p50(took):.0f}, {_p95(took):.0f}"


async def _fill(home: Path, table: sqlite3.Connection, count: int) -> None:
    """The same products in the catalogue and in a table with the indexes that a programmer would give it."""
    table.executescript(
        "CREATE TABLE products (id INTEGER PRIMARY KEY, brand TEXT, availability TEXT, body TEXT);"
        "CREATE INDEX by_brand ON products (brand, id); CREATE INDEX by_stock ON products (availability, id);"
        "CREATE VIRTUAL TABLE words USING fts5 (title, body, tokenize='porter unicode61');"
    )
    dice = random.Random(7)  # noqa: S311 - products
    async with open_ports(Settings(home=home)) as ports:
        store: Store = "search"
        for start in range(0, count, _PART):
            stated = [_stated(number, dice) for number in range(start, min(start + _PART, count))]
            saved = await ports.catalogue.catalogue.save(_OWNER, "run", stated)
            found = await ports.records.entities.present([(KIND, one.product_id) for one in saved])
            entities = [row.entity for row in found if row.entity is not None]
            for one in entities:
                row = (one.facets["brand"][0], one.facets["availability"][0], json.dumps(one.data))
                made = table.execute("INSERT INTO products VALUES (NULL, ?, ?, ?)", row)
                words = (made.lastrowid, one.title, one.text)
                table.execute("INSERT INTO words (rowid, title, body) VALUES (?, ?, ?)", words)
        table.commit()
        while (await drain(ports.records, {store: ports.projections()[store]}, limit_s=600))[store]:
            pass


def _stated(number: int, dice: random.Random) -> SourceStatement:
    brand, thing = f"Brand {min(int(dice.paretovariate(0.6)), 300)}", dice.choice(_THINGS)
    values = Values(
        name=f"{dice.choice(_KINDS)} {dice.choice(_KINDS)} {thing} {number}",
        sku=f"S{number}",
        brand=brand,
        price=Decimal(dice.randint(100, 90_000)) / 100,
        currency="EUR",
        availability=dice.choices(
            (Availability.IN_STOCK, Availability.OUT_OF_STOCK, Availability.PREORDER), (80, 18, 2)
        )[0],
        category=("Home", f"{thing}s".title()),
        shop=f"shop{dice.randint(1, 5)}.example",
        description=" ".join(dice.choices((*_KINDS, "made", "of", "good", "and", "lasting", "work"), k=30)),
    )
    origin = Origin(kind=OriginKind.FILE, source="list.csv", place=f"row {number}", at=1)
    return SourceStatement(values=values, origin=origin)

"""The columns are a copy that may be missing, and is never out of step with the rows."""

import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from integrations.analytics import discounts
from integrations.analytics import duckdb as adapter
from integrations.analytics.duckdb import DuckAnalytics
from integrations.analytics.offers import Part, Reader
from integrations.analytics.sqlite import SqliteSource
from integrations.records import offer_columns
from magicai.shops.crawl import Crawl

from .conftest import Shop
from .products import any_products, product


@pytest.fixture
async def crawl(shop: Shop) -> Crawl:
    shop.by_column = True
    return await shop.crawl([product("a", "5"), product("b", "7")])


async def highest(tmp_path: Path, crawl: Crawl) -> Decimal | None:
    (found,) = (await DuckAnalytics(SqliteSource(tmp_path / "records.sqlite3")).shop(crawl, None)).stats
    return found.high


def kept(tmp_path: Path) -> bool:
    with closing(sqlite3.connect(tmp_path / "records.sqlite3")) as connection:
        found = connection.execute("SELECT counted, compared FROM offer_columns").fetchall()
    return all(None not in row for row in found)


async def test_columns_are_what_is_read_where_they_are(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.by_column = True
    day_1, day_2 = await shop.crawl(any_products(300, seed=1)), await shop.crawl(any_products(300, seed=2))
    analytics = DuckAnalytics(SqliteSource(tmp_path / "records.sqlite3"))
    by_column = await analytics.shop(day_2, day_1)
    monkeypatch.setattr(Reader, "table", None)
    assert await analytics.shop(day_2, day_1) == by_column
    monkeypatch.undo()
    await shop.records.database.write(lambda c: offer_columns.forget(c, day_1.crawl_id))
    assert await analytics.shop(day_2, day_1) == by_column


async def test_a_save_that_was_killed_leaves_no_columns_behind(
    shop: Shop, crawl: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept(tmp_path)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(offer_columns, "make", killed)
    with pytest.raises(KeyboardInterrupt):
        await shop.records.products.save(crawl, [product("a", "9")], [])
    assert not kept(tmp_path)
    assert await highest(tmp_path, crawl) == 9


async def test_a_save_that_goes_on_keeps_no_columns(shop: Shop, crawl: Crawl, tmp_path: Path) -> None:
    await shop.records.products.save(crawl, [product("a", "9")], [], more=True)
    assert not kept(tmp_path)
    assert await highest(tmp_path, crawl) == 9
    await shop.records.products.save(crawl, [product("b", "10")], [], at=1)
    assert kept(tmp_path)
    assert await highest(tmp_path, crawl) == 10


async def test_columns_made_before_another_save_are_not_kept(shop: Shop, crawl: Crawl, tmp_path: Path) -> None:
    database = shop.records.database
    late = await database.read(lambda c: offer_columns.make(c, crawl.crawl_id, 1))
    assert late is not None
    await shop.records.products.save(crawl, [product("a", "9")], [])
    assert not await database.write(lambda c: offer_columns.keep(c, crawl.crawl_id, late))
    assert await highest(tmp_path, crawl) == 9


async def test_another_owner_reads_no_columns(crawl: Crawl, tmp_path: Path) -> None:
    source = SqliteSource(tmp_path / "records.sqlite3")
    assert adapter.columns.measured(source, Part(crawl.crawl_id, "o"), None, threads=1)
    assert adapter.columns.measured(source, Part(crawl.crawl_id, "another"), None, threads=1) is None


async def test_without_memory_for_columns_products_are_saved(
    shop: Shop, crawl: Crawl, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(offer_columns, "_as_parquet", full)
    await shop.records.products.save(crawl, [product("a", "9")], [])
    assert not kept(tmp_path)
    assert await highest(tmp_path, crawl) == 9


@pytest.mark.parametrize("amounts", [((3, 7), (5, 7)), ((99, 100), (66_999_999, 67_000_000)), ((1, 3), (1, 3))])
def test_shares_tell_the_fractions_that_they_were(amounts: tuple[tuple[int, int], tuple[int, int]]) -> None:
    shares = sorted((before - price) / before for price, before in amounts)
    rows = [{"price": price, "list_price": before} for price, before in amounts]
    assert discounts.of_shares(shares) == discounts.of_amounts(rows)

"""A report and a comparison of the same two crawls count the same, on random histories of a shop."""

import random
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from integrations.analytics.duckdb import DuckAnalytics
from integrations.analytics.sqlite import SqliteSource
from magicai.shops.analysis import ChangeKind
from magicai.shops.crawl import FrontierUrl, UrlKind, UrlState
from magicai.shops.crawling.coverage import last_whole
from magicai.shops.product import Availability, Product, Seen

from .conftest import Shop
from .products import product

CRAWLS, KEYS = 6, 14


def next_day(dice: random.Random, before: Sequence[Product]) -> list[Product]:
    """A shop's products a day on: each kept, changed, missed, gone, back or new, as crawls leave them."""
    known = {one.id: one for one in before}
    made: list[Product] = []
    for place in range(KEYS):
        was = known.get(key := f"p{place:02}")
        if was is None:
            if dice.random() < 0.3:
                made.append(product(key, str(dice.randint(1, 5)), availability=dice.choice(list(Availability))))
            continue
        if was.seen is Seen.GONE and dice.random() < 0.5:
            continue  # what was gone is not kept for ever
        fate = dice.choices((Seen.SEEN, Seen.GONE, Seen.NOT_VISITED), (70, 15, 15))[0]
        if fate is not Seen.SEEN:
            made.append(was.model_copy(update={"seen": fate}))
            continue
        price = None if dice.random() < 0.1 else Decimal(dice.randint(1, 5))
        currency = None if price is None else dice.choice(("EUR", "EUR", "EUR", "USD"))
        stock = dice.choice(list(Availability))
        made.append(was.model_copy(update={"seen": fate, "price": price, "currency": currency, "availability": stock}))
    return made


@pytest.mark.parametrize("seed", range(8))
async def test_a_report_and_a_comparison_count_the_same(shop: Shop, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    analytics, crawls = DuckAnalytics(SqliteSource(tmp_path / "records.sqlite3")), shop.records.crawls
    products: list[Product] = []
    previous = None
    told: set[ChangeKind] = set()
    for _ in range(CRAWLS):
        products = [product("p99", "1"), *(one for one in next_day(dice, products) if one.id != "p99")]
        pages = [page(one.url, dice) for one in products if dice.random() < 0.5]
        crawl = await shop.crawl(products, complete=dice.random() < 0.6, pages=pages)
        if previous is not None:
            changes = (await analytics.shop(crawl, previous, await last_whole(crawls, previous))).changes
            assert changes is not None
            older, newer = (await shop.records.histories.readings("o", "shop.example"))[-2:]
            compared = await shop.records.histories.compare(older, newer, limit=1000)
            reported = {kind: sorted(one.product_id for one in getattr(changes, kind)) for kind in ChangeKind}
            differing = {
                kind: sorted(one.product_id for one in compared.differences if one.kind is kind) for kind in ChangeKind
            }
            assert differing == reported
            assert compared.counts == {kind: len(ids) for kind, ids in reported.items() if ids}
            assert compared.compared == changes.compared
            told |= set(compared.counts)
        previous = replace(crawl)
    assert len(told) > 3


def page(url: str, dice: random.Random) -> FrontierUrl:
    """A page that was read, or was not."""
    state = dice.choice((UrlState.FETCHED, UrlState.UNCHANGED, UrlState.FAILED))
    return FrontierUrl(url, UrlKind.PRODUCT, 1.0, 1, state=state)

"""Each shop is measured against the reading before this one, and its numbers are kept and shown."""

from typing import cast

from magicai.shops.analysis import ShopAnalysis
from magicai.shops.crawl import Crawl
from magicai.shops.ports import Analytics
from tasks.crawl_analyze_generate.analyse_shops import analyse_shops
from tests.unit.shops.report import example_shop
from tests.unit.tasks.conftest import SHOP, Bench


class Measured:
    """Analytics that notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Crawl | None]] = []

    async def shop(self, crawl: Crawl, previous: Crawl | None, whole: Crawl | None = None) -> ShopAnalysis:
        del whole
        self.asked.append((crawl.shop, previous))
        return example_shop.analysis_of(example_shop.products(), shop=crawl.shop)


async def test_a_shop_s_numbers_are_given_kept_and_shown(bench: Bench) -> None:
    saved, measured = await bench.saved(example_shop.products()), Measured()
    given = await analyse_shops(bench.step(), saved, shops=bench.shops, analytics=cast("Analytics", measured))
    assert [shop.shop for shop in given.shops] == [SHOP]
    assert measured.asked == [(SHOP, None)]
    shown = bench.heard.shown["prices"]
    assert {(row["shop"], row["category"]) for row in shown if not isinstance(row, str)} >= {(SHOP, "Coffee")}
    kept = await bench.shops.entities.get("analysis", f"ann/{SHOP}", owner_id="ann")
    assert kept.entity is not None

import asyncio
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from magicai.errors import Conflict, NotFound
from magicai.settings import Settings
from magicai.shops.crawl import Crawl, CrawlBatch, Discovered, FrontierUrl, UrlKind, UrlState, Visit
from magicai.shops.crawling.scope import located
from magicai.shops.identity import ShopIdentity
from magicai.shops.ports import ShopRecords
from magicai.shops.product import Observation, Product, Provenance, Source
from magicai.shops.product_keys import identity_keys
from magicai.shops.sample.serving import NextDay, follow, give_name
from tests.codes import says
from tests.contract.records.example_rows import Clock, Make

OLD, NEW = "127.0.0.1:8765", "tea.example/shop"
BASE = "https://tea.example/shop"


def tea(number: int, address: str = f"http://{OLD}", **more: Any) -> Product:
    url = f"{address}/tea/{number}"
    values: dict[str, Any] = {"id": "", "url": url, "name": f"Tea {number}", "price": Decimal(5), "currency": "EUR"}
    values["provenance"] = {
        "price": Provenance(url=f"{address}/", source=Source.JSON_LD, digest="", at="2026-12-03T00:00:00Z")
    }
    return Product.model_validate(values | more)


async def read(
    records: ShopRecords, make: Make, clock: Clock, *products: Product, shop: str = OLD, owner_id: str = "ann"
) -> Crawl:
    """One more crawl of a shop, as the steps of a run make it."""
    clock.move(seconds=86_400)
    crawl = await make.crawl(owner_id=owner_id, shop=shop)
    base = products[0].url.partition("/tea/")[0]
    pages = [FrontierUrl(f"{base}/", UrlKind.FRONT, 1.0, 0, state=UrlState.FETCHED, final_url=f"{base}/")]
    pages += [FrontierUrl(one.url, UrlKind.PRODUCT, 1.0, 1, f"{base}/", UrlState.FETCHED) for one in products]
    stated = [Observation(source=Source.JSON_LD, page_url=one.url, url=one.url, name=one.name) for one in products]
    visits = [Visit(pages[0]), *(Visit(page, [one]) for page, one in zip(pages[1:], stated, strict=True))]
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(visits))
    ids = await records.products.identify(owner_id, shop, [identity_keys(one) for one in products])
    named = [one.model_copy(update={"id": id_}) for one, id_ in zip(products, ids, strict=True)]
    await records.products.save(crawl, named, [])
    await records.crawls.close(replace(crawl, finished_at=clock(), complete=True, coverage=1.0))
    return crawl


async def test_a_shop_that_moves_keeps_its_crawls_and_products(records: ShopRecords, make: Make, clock: Clock) -> None:
    before = await read(records, make, clock, tea(1), tea(2), tea(3))
    moved = await records.shop_identities.move("ann", OLD, NEW, BASE)
    assert moved == ShopIdentity(OLD, "", (OLD, NEW), BASE)
    shop, url = located(await records.shop_identities.of("ann"), f"http://{OLD}/")
    assert (shop, url) == (OLD, f"{BASE}/"), "whoever asks for the former address is led to the present one"
    after = await read(records, make, clock, tea(1, BASE, price=Decimal(4)), tea(2, BASE), tea(4, BASE), shop=shop)
    first, last = await records.histories.readings("ann", OLD)
    assert [first.crawl_id, last.crawl_id] == [before.crawl_id, after.crawl_id]
    compared = await records.histories.compare(first, last)
    found = {(one.name, one.kind.value) for one in compared.differences}
    assert compared.compared == 2
    assert found == {("Tea 1", "cheaper"), ("Tea 4", "new")}
    (history,) = [one for one in await records.histories.products([first, last]) if one.name == "Tea 1"]
    assert [offer.price for offer in history.offers if offer] == [Decimal(5), Decimal(4)]
    assert {one.url async for one in records.crawls.rows(before.crawl_id)} == {
        f"{BASE}/",
        *(f"{BASE}/tea/{number}" for number in (1, 2, 3)),
    }
    assert {one.url async for one in records.products.of_crawl(before.crawl_id)} == {
        f"{BASE}/tea/{number}" for number in (1, 2, 3)
    }
    (stated,) = await records.crawls.observations_of(before.crawl_id, f"{BASE}/tea/3")
    assert (stated.page_url, stated.url) == (f"{BASE}/tea/3", f"{BASE}/tea/3")


async def test_the_sample_is_one_shop_on_any_port(
    records: ShopRecords, make: Make, clock: Clock, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home")
    kept = NextDay.of(settings.home)
    assert kept.hosts == [OLD]
    crawl = await read(records, make, clock, tea(1))
    later = kept.on(9).on(10)
    later.keep()
    assert later.day == kept.day, "its days go on"
    await follow(records.shop_identities, settings, "http://shop.example/", owner_id="ann")
    assert await records.shop_identities.of("ann") == []
    await follow(records.shop_identities, settings, "http://127.0.0.1:9/", owner_id="ann")
    found = await records.shop_identities.of("ann")
    assert located(found, f"http://{OLD}/") == (OLD, "http://127.0.0.1:10/")
    assert [one.url async for one in records.products.of_crawl(crawl.crawl_id)] == ["http://127.0.0.1:10/tea/1"]


async def test_the_sample_has_its_name_where_it_was_never_on_the_usual_port(
    records: ShopRecords, make: Make, clock: Clock, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home", language="zh")
    NextDay.of(settings.home).on(9).keep()
    await read(records, make, clock, tea(1, "http://127.0.0.1:9"), shop="127.0.0.1:9")
    for name in ("", "Mine"):  # what somebody calls it stays
        await give_name(records.shop_identities, settings, "127.0.0.1:9", owner_id="ann")
        (shop,) = await records.shop_identities.of("ann")
        assert shop.name == (name or "示例店铺")
        await records.shop_identities.rename("ann", "127.0.0.1:9", "Mine")


async def test_it_may_move_on_and_back(records: ShopRecords, make: Make, clock: Clock) -> None:
    crawl = await read(records, make, clock, tea(1))
    await records.shop_identities.move("ann", OLD, NEW, BASE)
    await records.shop_identities.move("ann", OLD, "127.0.0.1:9", "http://127.0.0.1:9")
    back = await records.shop_identities.move("ann", OLD, OLD, f"http://{OLD}")
    assert back.addresses == (NEW, "127.0.0.1:9", OLD)
    assert [one.url async for one in records.products.of_crawl(crawl.crawl_id)] == [f"http://{OLD}/tea/1"]
    assert located([back], BASE) == (OLD, f"http://{OLD}/")


async def test_two_spellings_of_a_page_are_no_reason_to_fail(records: ShopRecords, make: Make, clock: Clock) -> None:
    crawl = await read(records, make, clock, tea(1))
    again = Discovered(f"https://www.{OLD}/tea/1", UrlKind.PRODUCT, 1.0, 1)
    await records.crawls.commit(crawl.crawl_id, CrawlBatch(discovered=[again]))
    await records.shop_identities.move("ann", OLD, NEW, BASE)
    assert f"{BASE}/tea/1" in [one.url async for one in records.crawls.rows(crawl.crawl_id)]


async def test_a_shop_has_the_name_that_somebody_gave_it(records: ShopRecords, make: Make, clock: Clock) -> None:
    await read(records, make, clock, tea(1))
    named = await records.shop_identities.rename("ann", OLD, "Tern & Tallow")
    assert named.called == "Tern & Tallow"
    moved = await records.shop_identities.move("ann", OLD, NEW, BASE)
    assert moved.called == "Tern & Tallow"
    unnamed = await records.shop_identities.rename("ann", OLD, "")
    assert unnamed.called == NEW
    assert await records.shop_identities.of("ann") == [unnamed]
    assert await records.shop_identities.of("bob") == []


async def test_what_cannot_move_stays_as_it_is(records: ShopRecords, make: Make, clock: Clock) -> None:
    with pytest.raises(NotFound, check=says("shop_not_crawled")):
        await records.shop_identities.move("ann", OLD, NEW, BASE)
    with pytest.raises(NotFound, check=says("shop_not_crawled")):
        await records.shop_identities.rename("ann", OLD, "Tea")
    crawl = await read(records, make, clock, tea(1))
    other = await read(records, make, clock, tea(1, "https://other.example"), shop="other.example")
    await records.shop_identities.move("ann", "other.example", NEW, BASE)
    for taken in (NEW, "other.example"):
        with pytest.raises(Conflict, check=says("shop_address_taken")):
            await records.shop_identities.move("ann", OLD, taken, f"https://{taken}")
    run = await make.run()
    await make.attempt(run)
    await make.crawl(run, shop=OLD)
    with pytest.raises(Conflict, check=says("shop_crawled_now")):
        await records.shop_identities.move("ann", OLD, "new.example", "https://new.example")
    assert [one.url async for one in records.products.of_crawl(crawl.crawl_id)] == [f"http://{OLD}/tea/1"]
    assert [one.url async for one in records.products.of_crawl(other.crawl_id)] == [f"{BASE}/tea/1"]
    await records.shop_identities.move("ann", OLD, "new.example", "https://new.example", run_id=run.run_id)


async def test_a_move_is_of_ones_own_shop_alone(records: ShopRecords, make: Make, clock: Clock) -> None:
    await read(records, make, clock, tea(1))
    theirs = await read(records, make, clock, tea(1), owner_id="bob")
    await records.shop_identities.move("ann", OLD, NEW, BASE)
    assert [one.url async for one in records.products.of_crawl(theirs.crawl_id)] == [f"http://{OLD}/tea/1"]
    keys = await records.products.identify("bob", OLD, [identity_keys(tea(1))])
    assert keys == [one.id async for one in records.products.of_crawl(theirs.crawl_id)]


async def test_a_shop_whose_crawls_are_removed_is_forgotten(records: ShopRecords, make: Make, clock: Clock) -> None:
    crawl = await read(records, make, clock, tea(1))
    await records.shop_identities.rename("ann", OLD, "Tea & Co")
    await records.crawls.remove("ann", [crawl.run_id])
    assert await records.shop_identities.of("ann") == []


async def test_of_two_shops_that_move_to_one_address_at_once_one_is_told(
    records: ShopRecords, make: Make, clock: Clock
) -> None:
    other = "127.0.0.1:8766"
    await read(records, make, clock, tea(1))
    await read(records, make, clock, tea(1, f"http://{other}"), shop=other)
    moves = (records.shop_identities.move("ann", shop, NEW, BASE) for shop in (OLD, other))
    ended = await asyncio.gather(*moves, return_exceptions=True)
    assert sum(isinstance(one, Conflict) for one in ended) == 1
    assert len([one for one in await records.shop_identities.of("ann") if NEW in one.addresses]) == 1

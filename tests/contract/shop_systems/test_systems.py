"""One contract for every shop system: what is read, what is written, and what bad answers do."""

import asyncio
from contextlib import nullcontext

import pytest

from integrations.fetcher.addresses import AddressRules
from integrations.seal import SivSeal
from integrations.shop_systems.open import ShopSystems
from magicai.catalogue.ports import ShopSystem
from magicai.catalogue.shop_system import FieldName, SystemChange, SystemProduct
from magicai.errors import Invalid, MagicError, NotFound, OutcomeUnknown, Refused, Temporary
from tests.contract.shop_systems.conftest import ANN, Shop, connection_to, opened, opener
from tests.contract.shop_systems.fakes import FakeShop, FakeVendure


async def read(system: ShopSystem, since: str = "") -> tuple[dict[str, SystemProduct], str]:
    """Products by title, and the cursor."""
    found, cursor = dict[str, SystemProduct](), since
    async for page in system.products(since):
        found |= {one.title: one for one in page.products}
        cursor = page.cursor
    return found, cursor


async def test_it_signs_in(system: ShopSystem) -> None:
    assert await system.check()


async def test_a_wrong_secret_is_refused_and_never_quoted(shop: Shop, seal: SivSeal) -> None:
    sealed = f"sealed:{seal.seal('wr0ng-secret', owner_id=ANN)}"
    connection = connection_to(shop, seal).model_copy(update={"secret": sealed})
    async with opened(opener(shop, seal), connection) as system:
        with pytest.raises(Refused) as refused:
            await system.check()
    assert "wr0ng" not in str(refused.value)


async def test_an_address_that_is_not_allowed_is_not_asked(shop: Shop, seal: SivSeal) -> None:
    async with opened(ShopSystems(AddressRules([]), lambda: seal), connection_to(shop, seal)) as system:
        with pytest.raises(Refused):
            await system.check()


async def test_all_products_are_read_page_by_page(system: ShopSystem) -> None:
    found, cursor = await read(system)
    assert sorted(found) == ["Clay bowl", "Copper kettle", "Linen shirt", "Oak stool", "Wool rug"]
    assert cursor
    shirt = found["Linen shirt"]
    assert shirt.description == "<p>Airy.</p><p>Washed at 30 degrees.</p>"
    assert [(one.sku, one.price, one.stock) for one in shirt.variants] == [
        ("LS-S", "39.9", "12"),
        ("LS-M", "39.9", "7"),
        ("LS-L", "42.5", "0"),
    ]
    assert shirt.currency in ("EUR", "USD")
    assert await system.product(shirt.product_id) == shirt


async def test_what_can_be_ordered_is_told_with_stock_and_without(fake: FakeShop, seal: SivSeal) -> None:
    fake.goods["1"].variants["102"] |= {"stock": "0", "orderable": True}
    connection = connection_to(fake, seal)
    for options in (connection.options, {}):  # a shop on Shopify without a location counts nothing here
        async with opened(opener(fake, seal), connection.model_copy(update={"options": options})) as system:
            shirt = await system.product("1")
        assert [one.availability for one in shirt.variants] == ["in_stock", "backorder", "out_of_stock"]


async def test_what_vendure_does_not_track_is_in_stock(seal: SivSeal) -> None:
    fake = FakeVendure()
    fake.tracks_by_default = False
    await fake.server.start_server()
    async with opened(opener(fake, seal), connection_to(fake, seal)) as system:
        shirt = await system.product("1")
    await fake.server.close()
    assert {(one.availability, one.stock) for one in shirt.variants} == {("in_stock", "")}


async def test_what_changed_since_the_last_read_is_read_alone(shop: Shop, system: ShopSystem) -> None:
    found, cursor = await read(system)
    kettle, stool = found["Copper kettle"], found["Oak stool"]
    await asyncio.sleep(1.1 if hasattr(shop, "secret") else 0)  # what has the cursor's second comes again
    await shop.edit(kettle.product_id, "", "description", "<p>Holds 2 litres.</p>")
    await shop.edit(stool.product_id, stool.variants[0].variant_id, "price", "79")
    _, later = await read(system, cursor)
    await asyncio.sleep(2.1 if hasattr(shop, "secret") else 0)
    await shop.edit(stool.product_id, stool.variants[0].variant_id, "stock", "4")
    changed, _ = await read(system, later)
    assert changed["Oak stool"].variants[0].stock == "4"
    assert changed["Oak stool"].variants[0].price == "79"
    # Where a system does not say when a variant changed, all that have some are read.
    assert not {"Clay bowl", "Wool rug"} & set(changed)


async def test_texts_prices_and_stock_are_written_and_nothing_beside_them(shop: Shop, system: ShopSystem) -> None:
    found, _ = await read(system)
    shirt = found["Linen shirt"]
    small, middle = (one.variant_id for one in shirt.variants[:2])
    texts: dict[FieldName, str] = {"title": "Linen shirt, airy", "description": "<p>Airy & light.</p>\n<p>Ä 麻</p>"}
    await system.write(SystemChange(key="k1", product_id=shirt.product_id, values=texts))
    price: dict[FieldName, str] = {"price": "35.5"}
    before: dict[FieldName, str] = {"price": "39.9"}
    await system.write(
        SystemChange(key="k2", product_id=shirt.product_id, variant_id=small, values=price, before=before)
    )
    stock: dict[FieldName, str] = {"stock": "20"}
    await system.write(
        SystemChange(key="k3", product_id=shirt.product_id, variant_id=middle, values=stock, before={"stock": "7"})
    )
    now = await system.product(shirt.product_id)
    assert now.title == await shop.value(shirt.product_id, "", "title") == texts["title"]
    assert now.description == await shop.value(shirt.product_id, "", "description")
    assert [(one.price, one.stock) for one in now.variants] == [("35.5", "12"), ("39.9", "20"), ("42.5", "0")]
    others, _ = await read(system)
    assert {name: one for name, one in others.items() if name != texts["title"]} == {
        name: one for name, one in found.items() if name != "Linen shirt"
    }


async def test_a_product_that_was_deleted_is_not_found(shop: Shop, system: ShopSystem) -> None:
    found, _ = await read(system)
    bowl = found["Clay bowl"].product_id
    await shop.remove(bowl)
    with pytest.raises(NotFound):
        await system.product(bowl)
    with pytest.raises(MagicError):
        await system.write(SystemChange(key="k", product_id=bowl, values={"title": "Bowl"}))
    assert "Clay bowl" not in (await read(system))[0]


@pytest.mark.parametrize("fault", ["busy", "error", "cut", "half"])
async def test_a_read_outlasts_a_bad_answer(fake: FakeShop, seal: SivSeal, fault: str) -> None:
    async with opened(opener(fake, seal), connection_to(fake, seal)) as system:
        fake.read_faults.extend(("", "", "", fault))
        assert len((await read(system))[0]) == 5
        fake.read_faults.extend((fault,) * 40)
        with pytest.raises(Temporary):
            await read(system)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("refused", Invalid), ("error", OutcomeUnknown), ("cut", OutcomeUnknown), ("lost", OutcomeUnknown),
        ("half", OutcomeUnknown), ("slow", OutcomeUnknown), ("busy", None),
    ],
)  # fmt: skip
async def test_a_write_that_was_answered_badly_is_refused_or_unknown_and_never_made_twice(
    fake: FakeShop, seal: SivSeal, fault: str, error: type[MagicError] | None
) -> None:
    async with opened(
        opener(fake, seal, limit_s=0.3 if fault == "slow" else 10.0), connection_to(fake, seal)
    ) as system:
        kettle = (await read(system))[0]["Copper kettle"]
        variant = kettle.variants[0].variant_id
        change = SystemChange(key="k", product_id=kettle.product_id, variant_id=variant, values={"price": "99"})
        fake.faults.append(fault)
        with pytest.raises(error) if error else nullcontext():
            await system.write(change)
    assert len(fake.writes) == (1 if fault in ("lost", "half", "slow", "busy") else 0)

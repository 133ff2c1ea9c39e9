"""What was previewed is written once, over nothing that the preview has not seen, and undone."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from integrations.records import sqlite
from integrations.records.store import SqlRecords
from integrations.seal import SivSeal
from magicai.catalogue.editing import edit
from magicai.catalogue.inventory.stock import Line
from magicai.catalogue.ports import ShopSystem
from magicai.catalogue.product import CatalogueProduct
from magicai.catalogue.shop_system import Kind, ShopConnection
from magicai.catalogue.stored_products import product_of
from magicai.catalogue.systems import previewing, reading, writing
from magicai.catalogue.systems.connections import NewConnection, connect, connection_of
from magicai.catalogue.systems.previewing import Edit, Preview, preview
from magicai.catalogue.systems.reading import SystemRead, link, links, look_for_missing, read, stated_by
from magicai.catalogue.systems.shop_write import ShopWrite
from magicai.errors import Conflict, Invalid
from magicai.shops.product import Availability
from tests.contract.shop_systems.conftest import ANN, Shop, connection_to, opened, opener
from tests.contract.shop_systems.fakes import FakeShop, FakeVendure


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "records.sqlite3"
    asyncio.run(sqlite.open(path).close())
    return path


@pytest.fixture
async def records(tmp_path: Path, template: Path) -> AsyncIterator[SqlRecords]:
    opened = sqlite.open(Path(shutil.copy(template, tmp_path / "records.sqlite3")))
    yield opened
    await opened.close()


@dataclass
class Desk:
    """A user with a connected shop that was imported."""

    records: SqlRecords
    system: ShopSystem
    connection: ShopConnection
    products: dict[str, CatalogueProduct]

    async def imported(self, run_id: str) -> SystemRead:
        """Import all products."""
        async for page in read(self.system, self.connection, full=True):
            stated = [stated_by(one, self.connection, at=1) for one in page.products]
            saved = await self.records.catalogue.save(ANN, run_id, stated)
            await link(self.records, ANN, run_id, stated, saved)
            for one in saved:
                kept = (await product_of(self.records, one.product_id, owner_id=ANN)).product
                self.products[kept.values.name] = kept
        return SystemRead(connection=self.connection, cursor="", full=True, at=2)

    async def edit(self, called: str, **fields: object) -> None:
        await edit(self.records, self.products[called].product_id, fields, owner_id=ANN)

    async def preview(self, **wanted: object) -> ShopWrite:
        return await preview(self.records, self.system, self.connection, Preview.model_validate(wanted))

    async def apply(self, write: ShopWrite) -> ShopWrite:
        return await writing.apply(self.records, self.system, self.connection, write.write_id, digest=write.digest)

    async def undo(self, write: ShopWrite) -> ShopWrite:
        return await writing.undo(self.records, self.system, self.connection, write.write_id, digest=write.digest)


async def _desk(shop: Shop, seal: SivSeal, records: SqlRecords) -> AsyncIterator[Desk]:
    connection = connection_to(shop, seal)
    async with opened(opener(shop, seal), connection) as system:
        desk = Desk(records, system, connection, {})
        await desk.imported("r1")
        yield desk


@pytest.fixture
async def desk(shop: Shop, seal: SivSeal, records: SqlRecords) -> AsyncIterator[Desk]:
    async for made in _desk(shop, seal, records):
        yield made


@pytest.fixture
async def faked(fake: FakeShop, seal: SivSeal, records: SqlRecords) -> AsyncIterator[Desk]:
    async for made in _desk(fake, seal, records):
        yield made


def states(write: ShopWrite) -> list[str]:
    return [part.state for part in write.parts]


async def kettle_price(desk: Desk) -> ShopWrite:
    await desk.edit("Copper kettle", price="110")
    write = await desk.preview()
    assert [dict(part.after) for part in write.parts] == [{"price": "110"}]
    return write


async def test_what_a_shop_states_itself_is_nothing_to_write(desk: Desk, shop: Shop) -> None:
    kettle = desk.products["Copper kettle"]
    assert kettle.values.availability is Availability.IN_STOCK
    assert [one.sku for one in desk.products["Linen shirt"].values.variants] == ["LS-S", "LS-M", "LS-L"]
    (remote,) = [one.remote_id async for one in links(desk.records, ANN, "main") if one.product_id == kettle.product_id]
    await shop.edit(remote, "", "title", "Copper kettle, new")
    assert (await desk.preview()).parts == ()


async def test_texts_prices_and_stock_are_previewed_written_and_undone(desk: Desk, shop: Shop) -> None:
    await desk.edit("Copper kettle", price="99.5", description="Holds 2 litres.\n<3 & more, no </p>")
    await desk.edit("Oak stool", name="Oak stool, oiled")
    await desk.records.inventory.receive(ANN, "e1", [Line("CB-1", 44)])
    write = await desk.preview(fields=["title", "description", "price", "stock"])
    changed = {part.title: (dict(part.before), dict(part.after)) for part in write.parts}
    assert changed == {
        "Copper kettle": (
            {"description": "<p>Copper kettle by hand.</p>"},
            {"description": "<p>Holds 2 litres.</p><p>&lt;3 &amp; more, no &lt;/p&gt;</p>"},
        ),
        "Copper kettle, CK-1": ({"price": "120"}, {"price": "99.5"}),
        "Oak stool": ({"title": "Oak stool"}, {"title": "Oak stool, oiled"}),
        "Clay bowl, CB-1": ({"stock": "40"}, {"stock": "44"}),
    }
    before = [await desk.system.product(part.remote_id) for part in write.parts]
    written = await desk.apply(write)
    assert (written.state, set(states(written))) == ("applied", {"written"}), written
    for part in write.parts:
        for field, value in part.after.items():
            assert await shop.value(part.remote_id, part.variant_id, field) == value
    assert await desk.apply(write) == written
    undone = await desk.undo(write)
    assert (undone.state, set(states(undone))) == ("undone", {"undone"})
    assert [await desk.system.product(part.remote_id) for part in write.parts] == before
    with pytest.raises(Conflict):
        await desk.apply(write)


async def test_variants_are_written_by_their_skus(desk: Desk) -> None:
    edits = [Edit(sku="LS-M", field="price", value="37.00"), Edit(sku="ls-l", field="stock", value="9")]
    write = await desk.preview(edits=[*edits, Edit(sku="NO-1", field="price", value="1")])
    assert [(part.title, dict(part.after)) for part in write.parts] == [
        ("Linen shirt, LS-M", {"price": "37"}),
        ("Linen shirt, LS-L", {"stock": "9"}),
    ]
    assert "NO-1" in str(write.problems[0])
    await desk.apply(write)
    shirt = await desk.system.product(write.parts[0].remote_id)
    assert [(one.price, one.stock) for one in shirt.variants] == [("39.9", "12"), ("37", "7"), ("42.5", "9")]
    for field, value in (("price", "-1"), ("price", "nan"), ("stock", "1.5"), ("title", " ")):
        with pytest.raises(Invalid):
            await desk.preview(edits=[{"sku": "LS-M", "field": field, "value": value}])


async def test_a_price_that_ends_a_sale_takes_the_list_price_away_until_it_is_undone(
    faked: Desk, fake: FakeShop
) -> None:
    kettle = fake.goods["2"].variants["4"]
    kettle |= {"price": "8", "list_price": "10"}
    write = await faked.preview(edits=[Edit(sku="CK-1", field="price", value="12")])
    has_list_price = "list_price" in faked.system.writable
    assert dict(write.parts[0].after) == {"price": "12", **({"list_price": ""} if has_list_price else {})}
    assert (await faked.apply(write)).state == "applied"
    assert kettle["price"] == "12"
    assert (await faked.undo(write)).state == "undone"
    assert (kettle["price"], kettle["list_price"]) == ("8", "10")
    kettle |= {"price": "10", "list_price": "", "planned_sale": "8"}
    (variant,) = (await faked.system.product("2")).variants
    assert (variant.price, variant.list_price) == ("10", "")  # what customers pay now


async def test_what_is_left_of_a_full_preview_is_in_the_next_one(faked: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previewing, "MOST", 1)
    for name in ("Copper kettle", "Oak stool", "Wool rug"):
        await faked.edit(name, name=f"{name}, new")
    titles = set[str]()
    for left in (2, 1, 0):
        write = await faked.preview()
        assert [one.params["n"] for one in write.problems] == ([left] if left else [])
        titles |= {part.title for part in write.parts}
        await faked.apply(write)
    assert titles == {"Copper kettle", "Oak stool", "Wool rug"}
    assert (await faked.preview()).parts == ()


async def test_a_sku_of_several_variants_is_told_and_none_of_them_is_written(faked: Desk, fake: FakeShop) -> None:
    fake.goods["1"].variants["102"]["sku"] = "LS-S"
    for wanted in ({"edits": [Edit(sku="LS-S", field="price", value="9")]}, {"fields": ["stock"]}):
        await faked.records.inventory.receive(ANN, "e1", [Line("LS-S", 99), Line("LS-L", 5)])
        write = await faked.preview(**wanted)
        assert [one.code for one in write.problems] == ["sku_several_in_shop"]
        assert [part.title for part in write.parts] == ([] if "edits" in wanted else ["Linen shirt, LS-L"])


async def test_what_the_shop_changed_since_the_preview_is_not_overwritten_nor_undone(desk: Desk, shop: Shop) -> None:
    write = await kettle_price(desk)
    (part,) = write.parts
    await shop.edit(part.remote_id, part.variant_id, "price", "130")
    stopped = await desk.apply(write)
    assert (stopped.state, states(stopped)) == ("partial", ["stopped"])
    assert stopped.parts[0].problem is not None
    assert "changed in the shop" in str(stopped.parts[0].problem)
    assert await shop.value(part.remote_id, part.variant_id, "price") == "130"
    again = await desk.preview()
    written = await desk.apply(again)
    assert written.state == "applied"
    await shop.edit(part.remote_id, part.variant_id, "price", "111")
    kept = await desk.undo(again)
    assert states(kept) == ["written"]
    assert kept.parts[0].problem is not None
    assert await shop.value(part.remote_id, part.variant_id, "price") == "111"


async def test_another_stock_does_not_stop_a_price(desk: Desk, shop: Shop) -> None:
    write = await kettle_price(desk)
    (part,) = write.parts
    await shop.edit(part.remote_id, part.variant_id, "stock", "1")
    assert (await desk.apply(write)).state == "applied"
    assert await shop.value(part.remote_id, part.variant_id, "stock") == "1"


async def test_only_what_was_previewed_is_applied(desk: Desk) -> None:
    write = await kettle_price(desk)
    with pytest.raises(Conflict):
        await desk.apply(write.model_copy(update={"parts": ()}))
    others = [
        {"address": "http://127.0.0.1:1"},
        {"user": "bob"},
        {"secret": "sealed:x"},
        {"options": {"language": "de"}},
    ]
    for other in others:
        moved = desk.connection.model_copy(update=other)
        with pytest.raises(Conflict):
            await writing.apply(desk.records, desk.system, moved, write.write_id, digest=write.digest)


async def test_no_text_is_written_over_a_translation_that_the_shop_does_not_have(
    records: SqlRecords, seal: SivSeal
) -> None:
    fake = FakeVendure()
    await fake.server.start_server()
    connection = connection_to(fake, seal).model_copy(update={"options": {"language": "de"}})
    async with opened(opener(fake, seal), connection) as system:
        desk = Desk(records, system, connection, {})
        await desk.imported("r1")
        await desk.edit("Copper kettle", name="Kupferkessel", price="110")
        write = await desk.preview()
    await fake.server.close()
    assert [dict(part.after) for part in write.parts] == [{"price": "110"}]
    assert [one.code for one in write.problems] == ["shop_text_not_translated"]


async def test_products_that_were_deleted_in_the_shop_are_sold_out_here(desk: Desk, shop: Shop) -> None:
    bowl = desk.products["Clay bowl"]
    (remote,) = [one.remote_id async for one in links(desk.records, ANN, "main") if one.product_id == bowl.product_id]
    await shop.remove(remote)
    read_now = await desk.imported("r2")
    for names in (["Clay bowl"], list[str]()):
        found = await look_for_missing(desk.records, desk.system, read_now, owner_id=ANN, run_id="r2")
        assert found == (names, 0)
    kept = (await product_of(desk.records, bowl.product_id, owner_id=ANN)).product
    assert kept.values.availability is Availability.OUT_OF_STOCK
    for name in ("Oak stool", "Wool rug"):
        other = (await product_of(desk.records, desk.products[name].product_id, owner_id=ANN)).product
        assert other.values.availability is Availability.IN_STOCK


async def test_what_a_read_missed_and_the_shop_still_has_is_not_gone(desk: Desk) -> None:
    read_now = SystemRead(connection=desk.connection, cursor="", full=True, at=2)
    assert await look_for_missing(desk.records, desk.system, read_now, owner_id=ANN, run_id="r2") == ([], 0)
    kept = (await product_of(desk.records, desk.products["Oak stool"].product_id, owner_id=ANN)).product
    assert kept.values.availability is Availability.IN_STOCK


async def test_a_product_of_a_shop_is_known_by_its_id_whatever_its_address_and_number_become(faked: Desk) -> None:
    product_id = faked.products["Copper kettle"].product_id
    (kettle,) = [one async for one in links(faked.records, ANN, "main") if one.product_id == product_id]
    remote = await faked.system.product(kettle.remote_id)
    for number, slug in (("CK-1", "old"), ("CK-2", "old"), ("CK-2", "new")):
        variants = [one.model_copy(update={"sku": number}) for one in remote.variants]
        changed = remote.model_copy(update={"variants": tuple(variants), "url": f"https://shop.example/{slug}"})
        stated = [stated_by(changed, faked.connection, at=2)]
        assert [one.product_id for one in await faked.records.catalogue.save(ANN, "r2", stated)] == [kettle.product_id]


async def test_a_name_of_another_shop_forgets_which_products_were_the_first_one_s(
    faked: Desk, fake: FakeShop, seal: SivSeal
) -> None:
    secret = SecretStr("s")

    async def linked(kind: Kind, address: str) -> int:
        new = NewConnection(name="main", kind=kind, address=address, user="ann", secret=secret)
        await connect(faked.records, seal, new, owner_id=ANN)
        return len([one async for one in links(faked.records, ANN, "main")])

    kind = faked.connection.kind
    same = [fake.address, fake.address.replace("http:", "HTTP:") + "/"]
    assert [await linked(kind, address) for address in same] == [5, 5]
    assert await linked(kind, "https://Other.example:443") == 0
    assert (await connection_of(faked.records, "main", owner_id=ANN)).address == "https://other.example"


async def test_a_read_looks_for_some_that_it_missed_and_leaves_the_others_for_the_next(
    faked: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_MOST_MISSING", 3)
    read_now = SystemRead(connection=faked.connection, cursor="", full=True, at=2)
    for left in (2, 0):
        found = await look_for_missing(faked.records, faked.system, read_now, owner_id=ANN, run_id="r2")
        assert found == ([], left)


@pytest.mark.parametrize("fault", ["error", "cut", "lost", "half"])
async def test_a_write_whose_answer_is_lost_is_asked_about_and_made_once(
    faked: Desk, fake: FakeShop, fault: str
) -> None:
    write = await kettle_price(faked)
    fake.faults.append(fault)
    unclear = await faked.apply(write)
    assert states(unclear) == ["unknown"]
    with pytest.raises(Conflict):
        await faked.undo(write)
    assert (await faked.apply(write)).state == "applied"
    (part,) = write.parts
    assert fake.writes == [(part.remote_id, fake.kind_of(part.remote_id, part.variant_id), "price", "110")]


async def test_a_write_whose_answer_is_lost_and_that_the_shop_changed_since_is_a_person_s(
    faked: Desk, fake: FakeShop
) -> None:
    write = await kettle_price(faked)
    (part,) = write.parts
    fake.faults.append("lost")
    await faked.apply(write)
    await fake.edit(part.remote_id, part.variant_id, "price", "77")
    stopped = await faked.apply(write)
    assert states(stopped) == ["stopped"]
    assert (fake.writes, await fake.value(part.remote_id, part.variant_id, "price")) == ([], "77")


@pytest.mark.parametrize("at", ["before", "after"])
async def test_a_process_that_dies_around_a_write_writes_once(
    faked: Desk, fake: FakeShop, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    write = await kettle_price(faked)
    monkeypatch.setattr(writing, "_LIMIT_S", 0.2)
    send = faked.system.write

    async def die(change: object) -> None:
        if at == "after":
            await send(change)  # pyright: ignore[reportArgumentType]
        task = asyncio.current_task()
        assert task is not None
        # As kill -9: nothing is noted any more.
        monkeypatch.setattr(faked.records.entities, "replace", _never)
        task.cancel()
        await asyncio.sleep(1)

    kept = faked.records.entities.replace
    monkeypatch.setattr(faked.system, "write", die)
    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(faked.apply(write))
    monkeypatch.setattr(faked.records.entities, "replace", kept)
    monkeypatch.setattr(faked.system, "write", send)
    written = await faked.apply(write)
    assert written.state == "applied"
    assert len(fake.writes) == 1
    assert (await faked.undo(write)).state == "undone"


async def test_a_part_that_the_shop_refuses_is_told_and_the_others_are_written(faked: Desk, fake: FakeShop) -> None:
    await faked.edit("Copper kettle", name="Kettle", price="110")
    write = await faked.preview()
    fake.faults.append("refused")
    partly = await faked.apply(write)
    assert (partly.state, states(partly)) == ("partial", ["stopped", "written"])
    assert (await faked.apply(write)).state == "applied"


async def test_a_shop_that_is_away_keeps_what_is_left_for_later(faked: Desk, fake: FakeShop) -> None:
    await faked.edit("Copper kettle", name="Kettle", price="110")
    write = await faked.preview()
    fake.read_faults.extend(("error",) * 5)
    away = await faked.apply(write)
    assert states(away) == ["pending", "pending"]
    assert (await faked.apply(write)).state == "applied"


async def _never(*_: object, **__: object) -> bool:
    return True

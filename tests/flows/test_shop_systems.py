"""A connected shop is imported by product-list: whole, then what changed, whatever is cut."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from flows.product_list import GOAL
from integrations.open import Ports, open_ports
from magicai.brain.planner import goal
from magicai.catalogue.entities import product_in
from magicai.catalogue.product import KIND, CatalogueProduct
from magicai.catalogue.product_list import WORKFLOW, ProductList
from magicai.catalogue.systems.connections import NewConnection, connect, connection_of
from magicai.errors import NotFound
from magicai.runs.run import JSON
from magicai.shops.product import Availability
from tests.contract.shop_systems.fakes import SECRET, FakeVendure
from tests.flows.cutting import carry_out, cut_once

IMPORT = goal(WORKFLOW, provides=("finished",), steps=GOAL.steps)


@pytest.fixture
async def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeVendure]:
    made = FakeVendure()
    await made.server.start_server()
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MAGICAI_WEBHOOK_ALLOW_HOSTS", made.host)
    yield made
    await made.server.close()


async def products(ports: Ports) -> dict[str, CatalogueProduct]:
    page = await ports.records.entities.listed("ann", KIND, limit=50)
    found = [product_in(item.entity) for item in page.items if item.entity is not None]
    return {product.values.name: product for product in found}


def gone_in(result: JSON) -> list[str]:
    return [one["what"] for one in result["problems"] if one["message"]["code"] == "shop_products_gone"]


async def test_a_shop_is_imported_whole_then_by_what_changed_and_what_is_gone_is_told(shop: FakeVendure) -> None:
    async with open_ports() as ports:
        new = NewConnection(
            name="main", kind="vendure", address=shop.address, user=shop.user, secret=SecretStr(SECRET),
            options={"storefront": "https://shop.example/p/{slug}"},
        )  # fmt: skip
        await connect(ports.records, ports.seal, new, owner_id="ann")
        request = ProductList(system="main")
        cut = {"read_list", "import_rows"}
        _, result = await carry_out(ports, cut_once(cut, IMPORT), request, "ann")
        assert (result["processed_count"], result["new"], gone_in(result)) == (5, 5, [])
        kettle = (await products(ports))["Copper kettle"]
        assert kettle.values.url == "https://shop.example/p/copper-kettle"
        assert (str(kettle.values.price), kettle.values.currency) == ("120", "EUR")
        shop.clock += 100
        await shop.edit("2", "4", "price", "125")
        await shop.remove("5")
        _, result = await carry_out(ports, IMPORT, request, "ann")
        assert (result["changed"], result["new"]) == (1, 0)
        found = await products(ports)
        assert str(found["Copper kettle"].values.price) == "125"
        assert found["Clay bowl"].values.availability is Availability.IN_STOCK  # nobody looked
        _, result = await carry_out(ports, IMPORT, ProductList(system="main", full=True), "ann")
        (problem,) = gone_in(result)
        assert "Clay bowl" in problem
        found = await products(ports)
        assert {name: product.values.availability for name, product in found.items()} == {
            **dict.fromkeys(("Linen shirt", "Copper kettle", "Oak stool", "Wool rug"), Availability.IN_STOCK),
            "Clay bowl": Availability.OUT_OF_STOCK,
        }


async def test_an_import_that_fails_is_read_again_from_where_the_last_one_ended(shop: FakeVendure) -> None:
    async with open_ports() as ports:
        new = NewConnection(
            name="main", kind="vendure", address=shop.address, user=shop.user, secret=SecretStr("wrong")
        )
        await connect(ports.records, ports.seal, new, owner_id="ann")
        with pytest.raises(AssertionError, match="credentials"):
            await carry_out(ports, IMPORT, ProductList(system="main"), "ann")
        assert (await connection_of(ports.records, "main", owner_id="ann")).cursor == ""
        with pytest.raises(NotFound):
            await connection_of(ports.records, "main", owner_id="bob")

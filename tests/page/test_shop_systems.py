"""A shop is connected on the page; what differs from it is previewed, applied and undone."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integrations.fetcher.addresses import AddressRules
from integrations.shop_systems.open import ShopSystems
from magicai.api.gateway import Gateway
from magicai.catalogue.editing import edit
from magicai.catalogue.systems.connections import connection_of, note_read
from magicai.catalogue.systems.reading import link, read, stated_by
from tests.contract.shop_systems.fakes import SECRET, FakeVendure
from tests.page.conftest import Open, Place, add_users, settings_of

pytestmark = pytest.mark.timeout(600)


class Served(Place):
    """A gateway with a shop beside it."""

    shop: FakeVendure


@pytest.fixture(scope="module")
def place(empty: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    home = tmp_path_factory.mktemp("systems") / "home"
    home.mkdir(mode=0o700)
    shutil.copy(empty, home / "records.sqlite3")
    with Served(settings_of(home)) as made:
        made.ask(add_users)
        made.shop = FakeVendure()
        made.do(made.shop.server.start_server())
        ports = made.gateway.ports
        vars(ports)["shop_systems"] = ShopSystems(AddressRules([made.shop.host]), lambda: ports.seal)
        yield made
        made.do(made.shop.server.close())


async def _imported(gateway: Gateway) -> None:
    """What product-list would do, and a price of the user's."""
    ports = gateway.ports
    connection = await connection_of(ports.records, "main", owner_id="id-bob")
    system = ports.shop_systems(connection)
    async for page in read(system, connection, full=True):
        stated = [stated_by(one, connection, at=1) for one in page.products]
        saved = await ports.catalogue.catalogue.save("id-bob", "r1", stated)
        await link(ports.records, "id-bob", "r1", stated, saved)
        for one, kept in zip(stated, saved, strict=True):
            if one.values.name == "Copper kettle":
                await edit(ports.catalogue, kept.product_id, {"price": "99"}, owner_id="id-bob")
    await note_read(ports.records, connection, cursor="", at=1)
    await system.close()


def test_a_shop_is_connected_compared_written_and_undone(show: Open, place: Any) -> None:
    shop: FakeVendure = place.shop
    with show("bob", "/products/systems") as page:
        page.get_by_label("Name").fill("main")
        page.locator("form select").select_option("vendure")
        page.get_by_label("Address").fill(shop.address)
        page.get_by_label("Administrator").fill(shop.user)
        page.get_by_label("Password or API key").fill(SECRET)
        page.get_by_role("button", name="Connect a shop").click()
        page.get_by_text("main works: default.").wait_for()
        assert page.get_by_role("link", name="Import", exact=True).get_attribute("href").endswith("?system=main")
        place.ask(_imported)
        page.reload()
        page.get_by_role("button", name="Preview changes").click()
        row = page.get_by_role("row", name="Copper kettle, CK-1")
        row.get_by_text("120").wait_for()
        row.get_by_text("99").wait_for()
        assert shop.goods["2"].variants["4"]["price"] == "120"
        page.get_by_role("button", name="Apply").click()
        page.get_by_text("Applied.", exact=True).wait_for()
        assert shop.goods["2"].variants["4"]["price"] == "99"
        page.get_by_role("button", name="Undo").click()
        page.get_by_text("Undone.", exact=True).wait_for()
        assert shop.goods["2"].variants["4"]["price"] == "120"

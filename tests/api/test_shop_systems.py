"""Connected shops and feeds of products over the API."""

from collections.abc import AsyncIterator

import pytest

from integrations.fetcher.addresses import AddressRules
from integrations.shop_systems.open import ShopSystems
from magicai.catalogue.product import Origin, OriginKind, SourceStatement, Values
from magicai.catalogue.systems import connections, reading
from tests.api.conftest import Api
from tests.contract.shop_systems.fakes import SECRET, FakeVendure


@pytest.fixture
async def shop() -> AsyncIterator[FakeVendure]:
    made = FakeVendure()
    await made.server.start_server()
    yield made
    await made.server.close()


async def test_a_shop_is_connected_compared_written_and_forgotten(
    api: Api, shop: FakeVendure, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ports = await api.bearer(), api.gateway.ports
    monkeypatch.setitem(vars(ports), "shop_systems", ShopSystems(AddressRules([shop.host]), lambda: ports.seal))
    given = {"name": "main", "kind": "vendure", "address": shop.address, "user": shop.user, "secret": SECRET}
    made = await api.http.post("/api/shop-systems", headers=ann, json=given)
    assert made.status_code == 201, made.text
    assert SECRET not in made.text
    assert SECRET not in (await api.http.get("/api/shop-systems", headers=ann)).text
    checked = await api.http.post("/api/shop-systems/main/check", headers=ann)
    assert checked.json() == {"shop": "default"}
    never = await api.http.post("/api/shop-systems/main/writes", headers=ann, json={})
    assert (never.status_code, never.json()["message"]["code"]) == (422, "shop_never_imported")

    connection = await connections.connection_of(ports.records, "main", owner_id="id-ann")
    system = ports.shop_systems(connection)
    async for page in reading.read(system, connection, full=True):
        stated = [reading.stated_by(one, connection, at=1) for one in page.products]
        saved = await ports.catalogue.catalogue.save("id-ann", "r", stated)
        await reading.link(ports.records, "id-ann", "r", stated, saved)
    await system.close()
    edits = [{"sku": "CK-1", "field": "price", "value": "111"}]
    write = (await api.http.post("/api/shop-systems/main/writes", headers=ann, json={"edits": edits})).json()
    (part,) = write["parts"]
    assert (part["before"], part["after"], part["state"]) == ({"price": "120"}, {"price": "111"}, "pending")
    path, body = f"/api/shop-writes/{write['write_id']}", {"digest": write["digest"]}
    assert (await api.http.post(f"{path}/apply", headers=ann, json={"digest": "0" * 64})).status_code == 409
    assert (await api.http.post(f"{path}/apply", headers=ann, json=body)).json()["state"] == "applied"
    assert await shop.value("2", "4", "price") == "111"
    assert (await api.http.post(f"{path}/undo", headers=ann, json=body)).json()["state"] == "undone"
    assert await shop.value("2", "4", "price") == "120"
    assert (await api.http.get(path, headers=ann)).json()["state"] == "undone"
    listed = await api.http.get("/api/shop-systems/main/writes", headers=ann)
    assert [one["write_id"] for one in listed.json()["items"]] == [write["write_id"]]
    assert (await api.http.delete("/api/shop-systems/main", headers=ann)).status_code == 204
    assert (await api.http.post(f"{path}/apply", headers=ann, json=body)).status_code == 404
    assert [one async for one in reading.links(ports.records, "id-ann", "main")] == []


async def test_a_feed_has_an_address_until_it_is_revoked_and_says_what_is_missing(api: Api) -> None:
    ann = await api.bearer()
    origin = Origin(kind=OriginKind.FILE, source="a.csv", place="a.csv, row 2", at=1)
    kettle = Values(name="Kettle", sku="K1", url="https://shop.example/k", price="12.5", currency="EUR")  # pyright: ignore[reportArgumentType]
    stated = [SourceStatement(values=one, origin=origin) for one in (kettle, Values(name="Pot", sku="P1"))]
    await api.gateway.ports.catalogue.catalogue.save("id-ann", "r", stated)
    made = (await api.http.post("/api/product-feeds", headers=ann, json={"name": "Austria"})).json()
    feed = await api.http.get(made["path"])
    assert feed.status_code == 200, feed.text
    assert feed.headers["content-type"].startswith("application/xml")
    assert feed.text.count("<item>") == 1
    assert "https://shop.example/k" in feed.text
    checked = (await api.http.get(f"/api/product-feeds/{made['feed_id']}/check", headers=ann)).json()
    assert checked["products"] == 2
    gaps = {gap["attribute"]: (gap["count"], gap["left_out"]) for gap in checked["gaps"]}
    assert gaps == {
        "availability": (2, False), "brand": (2, False), "description": (2, False), "image_link": (2, False),
        "link": (1, True), "price": (1, True),
    }  # fmt: skip
    listed = await api.http.get("/api/product-feeds", headers=ann)
    assert made["path"].split("/")[3] not in listed.text
    assert (await api.http.delete(f"/api/product-feeds/{made['feed_id']}", headers=ann)).status_code == 204
    assert (await api.http.get(made["path"])).status_code == 404

"""Products over the API: found, edited, undone, decided, exported; categories mapped."""

from collections import Counter
from typing import Any

from magicai.catalogue.categories.mapping import Mapping, Sample, mapping_entity, mapping_id
from magicai.catalogue.categories.taxonomy import install
from magicai.catalogue.listing import ProductFilter, all_products
from magicai.catalogue.product import Origin, OriginKind, SourceStatement, Values
from magicai.stores.relay import drain
from tests.api.conftest import Api

TAXONOMY = b"""# Shopify Product Taxonomy - Categories: 2026-02
gid://shopify/TaxonomyCategory/hg      : Home & Garden
gid://shopify/TaxonomyCategory/hg-11   : Home & Garden > Kitchen & Dining
gid://shopify/TaxonomyCategory/hg-11-6 : Home & Garden > Kitchen & Dining > Tea Kettles
"""


def stated(source: str, **values: Any) -> SourceStatement:
    origin = Origin(kind=OriginKind.FILE, source=source, place=f"{source}, row 2", at=1)
    return SourceStatement(values=Values(**values), origin=origin)


async def products(api: Api) -> dict[str, str]:
    """Two products of Ann's, of which sources contradict each other about one's price; ids by name."""
    given = {
        "sku": "K1",
        "brand": "Fira",
        "currency": "EUR",
        "category": ("Kitchen", "Kettles"),
        "shop": "shop.example",
    }
    saved = await api.gateway.ports.catalogue.catalogue.save(
        "id-ann",
        "r",
        [
            stated("a.csv", name="Kettle", price="20", **given),
            stated("b.csv", name="Kettle", price="25", **given),
            stated("a.csv", name="Pot", sku="P1", price="5", currency="EUR", availability="in_stock"),
        ],
    )
    return {"Kettle": saved[0].product_id, "Pot": saved[2].product_id}


async def test_products_are_found_edited_undone_and_decided(api: Api) -> None:
    ids, ann = await products(api), await api.bearer()
    listed = (await api.http.get("/api/products?state=review", headers=ann)).json()["items"]
    assert [(one["name"], one["price"]) for one in listed] == [("Kettle", "20")]
    path = f"/api/products/{ids['Kettle']}"
    row = listed[0]["row"]
    edited = await api.http.patch(path, headers=ann, json={"fields": {"name": "Tea kettle"}, "row": row})
    assert edited.json()["values"]["name"] == "Tea kettle"
    late = await api.http.patch(path, headers=ann, json={"fields": {"name": "Mine"}, "row": row})
    assert (late.status_code, "user:id-ann changed name" in late.json()["detail"]) == (409, True)
    branded = await api.http.patch(path, headers=ann, json={"fields": {"brand": "Havn"}})
    assert branded.json()["version"] == 3
    undone = (await api.http.post(f"{path}/undo", headers=ann, json={})).json()
    assert (undone["brand"], undone["changes"][-1]["note"]) == ("Fira", "undo 3")
    undone = (await api.http.post(f"{path}/undo", headers=ann, json={})).json()
    assert (undone["name"], undone["changes"][-1]["note"]) == ("Kettle", "undo 2"), "a second undo goes further back"
    assert (await api.http.post(f"{path}/undo", headers=ann, json={})).status_code == 404
    decided = (await api.http.post(f"{path}/decide", headers=ann, json={"field": "price", "choice": 1})).json()
    assert (decided["price"], decided["state"], decided["origins"]["price"]["kind"]) == ("25", "ready", "user")
    await products(api)
    again = (await api.http.get(path, headers=ann)).json()
    assert (again["price"], again["state"]) == ("25", "ready")


async def test_a_value_that_does_not_fit_is_named_and_nothing_changes(api: Api) -> None:
    ids, ann = await products(api), await api.bearer()
    wrong: tuple[tuple[dict[str, Any], str], ...] = (
        ({"price": "cheap"}, "price: 'cheap' does not fit"),
        ({"gtin": "4006381333932"}, "is not a GTIN"),
        ({"name": ""}, "needs a name"),
        ({"changes": []}, "can't be edited"),
    )
    for fields, said in wrong:
        answer = await api.http.patch(f"/api/products/{ids['Pot']}", headers=ann, json={"fields": fields})
        assert (answer.status_code, said in answer.text) == (422, True), answer.text
    body = {"product_ids": [*ids.values(), "nobody"], "fields": {"brand": "Havn"}}
    made = (await api.http.patch("/api/products", headers=ann, json=body)).json()
    assert (made["changed"], [one["product_id"] for one in made["not_changed"]]) == (2, ["nobody"])


async def test_a_bulk_edit_of_all_that_match_tells_which_failed_and_is_undone_but_for_later_changes(api: Api) -> None:
    ids, ann = await products(api), await api.bearer()

    async def shown(name: str) -> dict[str, Any]:
        return (await api.http.get(f"/api/products/{ids[name]}", headers=ann)).json()

    before = {name: (await shown(name))["brand"] for name in ids}
    priceless = {"fields": {"price": None, "currency": None}}
    assert (await api.http.patch(f"/api/products/{ids['Pot']}", headers=ann, json=priceless)).status_code == 200
    all_of_them = {"filter": {}, "fields": {"brand": "Havn"}}
    made = (await api.http.patch("/api/products", headers=ann, json=all_of_them)).json()
    assert (made["changed"], made["not_changed"]) == (2, [])
    again = (
        await api.http.patch("/api/products", headers=ann, json={"filter": {}, "fields": {"brand": "Havn"}})
    ).json()
    assert (again["changed"], again["versions"]) == (0, []), "what had the value already is no part of the edit"
    later = {"fields": {"brand": "Later"}}
    assert (await api.http.patch(f"/api/products/{ids['Pot']}", headers=ann, json=later)).status_code == 200
    undone = (await api.http.post("/api/products/undo", headers=ann, json={"versions": made["versions"]})).json()
    assert (undone["changed"], [one["name"] for one in undone["not_changed"]]) == (1, ["Pot"])
    assert ((await shown("Kettle"))["brand"], (await shown("Pot"))["brand"]) == (before["Kettle"], "Later")
    again = (await api.http.post("/api/products/undo", headers=ann, json={"versions": made["versions"]})).json()
    assert (again["changed"], [one["name"] for one in again["not_changed"]]) == (0, ["Pot"])
    mixed = {"product_ids": [ids["Pot"]], "filter": {}, "fields": {"brand": "Havn"}}
    assert (await api.http.patch("/api/products", headers=ann, json=mixed)).status_code == 422
    price = {"product_ids": [*ids.values()], "fields": {"currency": None}}
    failed = (await api.http.patch("/api/products", headers=ann, json=price)).json()
    assert [one["name"] for one in failed["not_changed"]] == ["Kettle"]


async def test_products_are_counted_and_narrowed_by_facets_and_exported(api: Api) -> None:
    await products(api)
    ports = api.gateway.ports
    await drain(api.records, {"search": ports.search}, limit_s=10)
    ann = await api.bearer()
    facets = (await api.http.get("/api/products/facets", headers=ann)).json()["facets"]
    assert facets["price_band"] == {"0-10 EUR": 1, "10-25 EUR": 1}
    assert facets["brand"] == {"Fira": 1}
    # A filter without words lists as many as its facets count.
    for chosen in ("brand=Fira", "category=Kettles", "shop=shop.example", "price_band=10-25 EUR", "brand=Fira&words= "):
        listed = (await api.http.get(f"/api/products?{chosen}", headers=ann)).json()["items"]
        assert [one["name"] for one in listed] == ["Kettle"], chosen
    found = (await api.http.get("/api/products?price_band=0-10 EUR&words=pot", headers=ann)).json()["items"]
    assert [one["name"] for one in found] == ["Pot"]
    file = await api.http.get("/api/products/export/products.csv", headers=ann)
    assert file.text.count("\n") == 3
    assert file.headers["Content-Length"] == str(len(file.content))
    assert file.headers["Content-Disposition"] == "attachment; filename*=utf-8''products.csv"
    feed = await api.http.get("/api/products/export/products.xml", headers=ann)
    assert feed.headers["X-Counts"] == "products=0, left_out=2", "a feed has no products without an address"
    assert (await api.http.get("/api/products/export/products.pdf", headers=ann)).status_code == 404


async def test_a_category_that_is_mapped_gives_its_products_theirs(api: Api) -> None:
    ids, ann = await products(api), await api.bearer()
    path = ("Kitchen", "Kettles")
    mapping = Mapping(
        mapping_id=mapping_id("id-ann", "shop.example", path), owner_id="id-ann", shop="shop.example", path=path,
        samples=(Sample(name="Kettle"),),
    )  # fmt: skip
    await api.records.entities.save([mapping_entity(mapping)])
    assert (await api.http.get("/api/taxonomy?words=kettle", headers=ann)).status_code == 404
    install(api.gateway.ports.settings.home, "en", TAXONOMY, "categories.txt")
    (found,) = (await api.http.get("/api/taxonomy?words=kettles", headers=ann)).json()["items"]
    body = {"category_id": found["id"]}
    made = await api.http.post(f"/api/categories/{mapping.mapping_id}/map", headers=ann, json=body)
    assert made.json()["changed"] == 1
    kettle = (await api.http.get(f"/api/products/{ids['Kettle']}", headers=ann)).json()
    assert kettle["category"] == ["Home & Garden", "Kitchen & Dining", "Tea Kettles"]
    assert kettle["origins"]["taxonomy"]["kind"] == "mapping"
    (shown,) = (await api.http.get("/api/categories?state=confirmed", headers=ann)).json()["items"]
    assert shown["category"]["id"] == "hg-11-6"


async def test_a_bulk_edit_of_thousands_names_the_few_that_fail_and_undo_restores_the_rest(api: Api) -> None:
    count, failing = 5_000, {7, 2_500, 4_999}
    catalogue, ann = api.gateway.ports.catalogue, await api.bearer()
    ids: list[str] = []
    for start in range(0, count, 500):
        rows = [
            stated("big.csv", name="" if number in failing else f"Pot {number}", sku=f"B{number}", brand="Fira")
            for number in range(start, start + 500)
        ]
        placed = [
            row.model_copy(update={"origin": row.origin.model_copy(update={"place": f"row {start + place}"})})
            for place, row in enumerate(rows)
        ]
        ids += [one.product_id for one in await catalogue.catalogue.save("id-ann", "r", placed)]
    body = {"filter": {}, "fields": {"brand": "Havn"}}
    made = (await api.http.patch("/api/products", headers=ann, json=body, timeout=120)).json()
    assert made["changed"] == len(made["versions"]) == count - len(failing)
    assert {one["product_id"] for one in made["not_changed"]} == {ids[number] for number in failing}
    assert {one["what"] for one in made["not_changed"]} == {"A product needs a name."}

    async def brands() -> dict[str | None, int]:
        counted = Counter[str | None]()
        async for part in all_products(catalogue, api.gateway.ports.search, ProductFilter(), owner_id="id-ann"):
            counted.update(kept.product.values.brand for kept in part)
        return dict(counted)

    assert await brands() == {"Havn": count - len(failing), "Fira": len(failing)}
    versions = {"versions": made["versions"]}
    undone = (await api.http.post("/api/products/undo", headers=ann, json=versions, timeout=120)).json()
    assert (undone["changed"], undone["not_changed"]) == (count - len(failing), [])
    assert await brands() == {"Fira": count}


async def test_products_are_listed_in_an_order_also_of_what_matches(api: Api) -> None:
    ids, ann = await products(api), await api.bearer()
    await drain(api.records, {"search": api.gateway.ports.search}, limit_s=10)

    async def names(query: str) -> list[str]:
        return [one["name"] for one in (await api.http.get(f"/api/products?{query}", headers=ann)).json()["items"]]

    assert (await names("sort=price"), await names("sort=-price")) == (["Pot", "Kettle"], ["Kettle", "Pot"])
    assert await names("sort=name&brand=Fira") == ["Kettle"]
    assert await names("sort=name&words=kettle") == await names("completeness=incomplete&words=kettle") == ["Kettle"]
    assert await names("completeness=complete") == []
    first = (await api.http.get("/api/products?sort=-updated&limit=1", headers=ann)).json()
    second = await names(f"sort=-updated&limit=1&cursor={first['next_cursor']}")
    assert sorted([*second, first["items"][0]["name"]]) == ["Kettle", "Pot"]
    family = {"requirements": [{"channel": "shop", "attributes": ["name", "price"]}]}
    assert (await api.http.put("/api/families/All", headers=ann, json=family)).status_code == 200
    assert await names("completeness=complete&sort=name") == ["Kettle", "Pot"]
    listed = (await api.http.get("/api/products?sort=name", headers=ann)).json()["items"]
    assert [(one["product_id"], one["completeness"]) for one in listed] == [(ids["Kettle"], 100), (ids["Pot"], 100)]
    for wrong in ("sort=colour", "sort=price&cursor=W10", "completeness=half"):
        assert (await api.http.get(f"/api/products?{wrong}", headers=ann)).status_code == 422, wrong

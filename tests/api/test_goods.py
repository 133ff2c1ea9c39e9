"""Images, reviews and recommendations over the API."""

from typing import Any

from magicai.catalogue.images.image import KeptRendition, ProductImage, ProductImages, ReadImage, images_entity
from magicai.catalogue.recommendations.choosing import Recommended
from magicai.catalogue.recommendations.similar import similar_entity
from tests.api.conftest import Api
from tests.api.test_walls import a_product


async def ask(api: Api, method: str, path: str, body: Any = None, *, who: str = "ann") -> Any:
    answer = await api.http.request(method, f"/api{path}", headers=await api.bearer(who), json=body)
    return answer.status_code, answer.json() if answer.content else None


async def test_an_image_is_shown_to_its_owner_alone(api: Api) -> None:
    await api.user()
    product = await a_product(api)
    (digest,) = await api.gateway.ports.files.put([b"webp"])
    kept = KeptRendition(format="webp", width=320, height=240, digest=digest, bytes=4)
    image = ProductImage(
        image=ReadImage(url="https://s.example/a.jpg", width=640, height=480, renditions=(kept,)),
        role="product",
        alt="Cup",
    )
    await api.records.entities.save(
        [images_entity(ProductImages(product_id=product, images=(image,)), owner_id="id-ann")]
    )
    status, found = await ask(api, "GET", f"/products/{product}/images")
    assert (status, found["images"][0]["alt"]) == (200, "Cup")
    path = found["images"][0]["renditions"][0]["path"]
    answer = await api.http.get(path, headers=await api.bearer())
    assert (answer.content, answer.headers["content-type"]) == (b"webp", "image/webp")
    assert (await ask(api, "GET", path.removeprefix("/api"), who="bob"))[0] == 404
    assert (await ask(api, "GET", f"/products/{product}/images/other"))[0] == 404


async def test_reviews_are_judged_as_they_are_saved(api: Api) -> None:
    await api.user()
    product = await a_product(api)
    assert (await ask(api, "GET", f"/products/{product}/reviews"))[0] == 404
    texts = ["质量很好，非常满意", "太差了，根本不能用，非常失望", "质量非常好，很喜欢"]
    status, said = await ask(api, "PUT", f"/products/{product}/reviews", {"reviews": texts})
    assert (status, said["reviews"]) == (200, 3)
    assert said["sentiment"]["aspects"]["quality"]["label"] == "positive"
    assert (await ask(api, "GET", f"/products/{product}/reviews"))[1] == said
    assert (await ask(api, "PUT", f"/products/{product}/reviews", {"reviews": []}, who="bob"))[0] == 404


async def test_what_goes_together_is_learned_from_events_and_forgotten(api: Api) -> None:
    def event(person: str, item: str, kind: str = "view") -> dict[str, str]:
        return {"key": f"{person}-{item}", "person": person, "item": item, "kind": kind}

    events = [event(f"p{n}", item, "purchase") for n in range(4) for item in ("tea", "pot")]
    for taken in (len(events), 0):
        status, said = await ask(api, "POST", "/interactions", {"events": events})
        assert (status, said["taken"]) == (200, taken)
    (found,) = (await ask(api, "GET", "/recommendations/together?item=tea"))[1]["recommended"]
    assert (found["item"], found["reason"], found["because"]) == ("pot", "bought_together", "tea")
    await ask(api, "POST", "/interactions", {"events": [event("ann", "tea")]})
    assert (await ask(api, "GET", "/recommendations/together?item=tea", who="bob"))[1]["recommended"] == []
    for person in ("p0", "p1", "p2", "p3"):
        assert (await ask(api, "DELETE", f"/interactions?person={person}"))[1] == {"removed": 2}
    assert (await ask(api, "GET", "/recommendations/together?item=tea"))[1]["recommended"] == []


async def test_similar_products_are_those_of_its_run(api: Api) -> None:
    await api.user()
    product = await a_product(api)
    other = await a_product(api, sku="POT-1")
    assert (await ask(api, "GET", f"/products/{product}/similar"))[1] == {"recommended": []}
    found = [Recommended(one, 1.0, "category", product) for one in ("deleted", other)]
    await api.records.entities.save([similar_entity(product, found, owner_id="id-ann")])
    (shown,) = (await ask(api, "GET", f"/products/{product}/similar"))[1]["recommended"]
    assert (shown["item"], shown["product"]["product_id"], shown["because"]) == (other, other, product)
    assert (await ask(api, "GET", f"/products/{product}/similar", who="bob"))[0] == 404


async def test_a_product_goes_with_others_whatever_an_event_calls_it(api: Api) -> None:
    """Shops send SKUs; the page asks by the product's id."""
    await api.user()
    tea, pot = await a_product(api, sku="TEA-1"), await a_product(api, sku="POT-1")
    events = [
        {"key": f"{n}{item}", "person": f"p{n}", "item": item, "kind": "purchase"}
        for n in range(4)
        for item in ("tea-1" if n % 2 else tea, "POT-1", "gift card")
    ]
    await ask(api, "POST", "/interactions", {"events": events})
    for item in (tea, "TEA-1"):
        found = (await ask(api, "GET", f"/recommendations/together?item={item}"))[1]["recommended"]
        shown = {one["item"]: one["product"] and one["product"]["product_id"] for one in found}
        assert shown == {pot: pot, "gift card": None}
    await ask(api, "POST", "/interactions", {"events": [events[0] | {"key": "x", "person": "bob", "item": "tea-1"}]})
    wanted = (await ask(api, "GET", "/recommendations/person?person=bob"))[1]["recommended"]
    assert {one["item"] for one in wanted} == {pot, "gift card"}


async def test_a_products_stock_is_that_of_its_sku(api: Api) -> None:
    await api.user()
    product = await a_product(api, sku="TEA-1")
    (none,) = (await ask(api, "GET", f"/products/{product}/stock"))[1]["stock"]
    assert (none["item"], none["available"]) == ("TEA-1", 0)
    line = {"item": "TEA-1", "quantity": 4}
    await ask(api, "POST", "/inventory/movements", {"key": "k", "kind": "receipt", "lines": [line]})
    assert (await ask(api, "GET", f"/products/{product}/stock"))[1]["stock"][0]["available"] == 4
    assert (await ask(api, "GET", f"/products/{product}/stock", who="bob"))[0] == 404

"""Shops over time: what one's own runs have read, by page, and what differs between two of them."""

import csv
import io
from dataclasses import replace
from typing import Any

from magicai.paging import cursor_at
from magicai.runs.run import RunStatus
from magicai.shops.crawl import Crawl, CrawlBatch, FrontierUrl, UrlKind, UrlState, Visit
from magicai.shops.product import Observation, Product, Source
from magicai.shops.references import products_of
from magicai.values.ids import new_id
from magicai.values.times import now_us
from tests.api.conftest import Api

SHOP = "shop.example:8443"


async def read(api: Api, headers: dict[str, str], *prices: str | None, shop: str = SHOP) -> str:
    """A run that has read a shop of numbered products at these prices; answers its id."""
    run_id = await api.start(headers)
    run = await api.row(run_id)
    crawl = Crawl(new_id(), run_id, run.owner_id, shop, f"https://{shop}/", now_us())
    await api.shops.crawls.open(crawl)
    products = [
        Product.model_validate({
            "id": f"product-{number:05}", "name": f"Tea {number}", "url": f"https://{shop}/{number}",
            "price": price, "currency": "EUR", "availability": "in_stock",
        })
        for number, price in enumerate(prices)
    ]  # fmt: skip
    await api.shops.products.save(crawl, products, [])
    await api.shops.crawls.close(replace(crawl, finished_at=now_us(), complete=True, coverage=1.0))
    return run_id


async def get(api: Api, path: str, headers: dict[str, str], **query: Any) -> Any:
    answer = await api.http.get(path, headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_prices_are_told_over_all_readings_of_a_shop(api: Api) -> None:
    ann = await api.bearer()
    runs = [await read(api, ann, price, "1.00") for price in ("5.00", "6.00", None, "4.50", "4.50")]
    assert [one["shop"] for one in (await get(api, "/api/shops", ann))["items"]] == [SHOP]
    told = await get(api, "/api/history", ann, shop=SHOP)
    assert [one["run_id"] for one in told["readings"]] == runs
    first, second = told["items"]
    assert [one["price"] for one in first["offers"]] == ["5.00", "6.00", None, "4.50", "4.50"]
    assert {one["price"] for one in second["offers"]} == {"1.00"}
    changed = await get(api, "/api/history", ann, shop=SHOP, changed=True, readings=3)
    assert changed["items"] == [], "in the latest three it has one price, and then none"
    assert len((await get(api, "/api/history", ann, shop=SHOP, words="tea 1"))["items"]) == 1


async def change(api: Api, headers: dict[str, str], **given: Any) -> Any:
    answer = await api.http.patch("/api/shops", headers=headers, json=given)
    return answer.json() if answer.status_code == 200 else (answer.status_code, answer.json()["message"]["code"])


async def test_a_shop_is_named_and_keeps_its_history_where_it_moves(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    await read(api, ann, "5.00")
    assert await change(api, ann, shop=SHOP, name=" Tern & Tallow ") == {
        "shop": SHOP, "name": "Tern & Tallow", "address": SHOP,
    }  # fmt: skip
    moved = await change(api, ann, shop=SHOP, address="new.example/en/")
    assert moved == {"shop": SHOP, "name": "Tern & Tallow", "address": "new.example/en"}
    (listed,) = (await get(api, "/api/shops", ann))["items"]
    assert (listed["name"], listed["addresses"]) == ("Tern & Tallow", [SHOP, "new.example/en"])
    for address in (SHOP, "new.example/en"):
        told = await get(api, "/api/history", ann, shop=address)
        assert (told["shop"], told["items"][0]["url"]) == (SHOP, "https://new.example/en/0")
    assert (await change(api, ann, shop="new.example/en", name=""))["name"] == ""
    assert await change(api, bob, shop=SHOP, name="Mine") == (404, "shop_not_crawled")
    await read(api, ann, "5.00", shop="other.example")
    taken = await change(api, ann, shop=SHOP, address="https://other.example")
    assert taken == (409, "shop_address_taken")
    for address in ("ftp://new.example", "https://a:b@new.example", " ", "http://["):
        assert (await change(api, ann, shop=SHOP, address=address))[0] == 422


async def test_product_pages_of_a_run_are_handed_out_as_markdown(api: Api) -> None:
    ann = await api.bearer()
    run_id = await read(api, ann, "5.00", "6.00", "7.00")
    (crawl,) = await api.shops.crawls.of_run(run_id)
    (digest,) = await api.gateway.ports.files.put([b"<nav>Menu</nav><h1>Tea</h1><p>First flush</p>"])
    visits: list[Visit] = []
    for number in range(3):
        url = f"https://{SHOP}/{number}"
        row = FrontierUrl(url, UrlKind.PRODUCT, 1.0, 1, state=UrlState.FETCHED, digest=digest)
        own = Observation(url, f"Tea {number}", Source.PAGE, page_url=url, digest=digest, own_page=number != 1)
        visits.append(Visit(row, [own]))
    await api.shops.crawls.commit(crawl.crawl_id, CrawlBatch(visits))
    first = await get(api, f"/api/runs/{run_id}/pages", ann, limit=1)
    rest = await get(api, f"/api/runs/{run_id}/pages", ann, limit=1, cursor=first["next_cursor"])
    shown = [*first["items"], *rest["items"]]
    assert [(one["name"], one["markdown"]) for one in shown] == [
        ("Tea 0", "# Tea\n\nFirst flush\n"), ("Tea 2", "# Tea\n\nFirst flush\n"),
    ]  # fmt: skip


async def test_all_readings_can_be_asked_for(api: Api) -> None:
    ann = await api.bearer()
    runs = [await read(api, ann, f"{number}.00") for number in range(1, 6)]
    seen: list[str] = []
    query: dict[str, Any] = {"shop": SHOP, "readings": 2}
    while True:
        page = await get(api, "/api/history", ann, **query)
        seen[:0] = [one["run_id"] for one in page["readings"]]
        assert len(page["items"][0]["offers"]) == len(page["readings"])
        if page["earlier"] is None:
            break
        query["before"] = page["earlier"]
    assert seen == runs


async def test_readings_are_told_from_before_a_run_that_has_read_the_shop_and_is_one_s_own(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    mine, elsewhere = await read(api, ann, "1.00"), await read(api, ann, "1.00", shop="other.example")
    theirs = await read(api, bob, "1.00")
    for run_id, status in ((mine, 200), (elsewhere, 404), (theirs, 404), ("0000", 404)):
        answer = await api.http.get("/api/history", headers=ann, params={"shop": SHOP, "before": run_id})
        assert answer.status_code == status, answer.text


async def test_products_and_differences_come_by_page(api: Api) -> None:
    ann = await api.bearer()
    older = await read(api, ann, *["5.00"] * 7)
    newer = await read(api, ann, *["4.00"] * 4, *["6.00"] * 3)
    seen: list[str] = []
    query: dict[str, Any] = {"shop": SHOP, "limit": 3}
    while True:
        page = await get(api, "/api/history", ann, **query)
        seen += [one["product_id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert seen == [f"product-{number:05}" for number in range(7)]
    kinds: list[str] = []
    query = {"older": newer, "newer": older, "limit": 3}  # the wrong way round
    while True:
        page = await get(api, "/api/comparison", ann, **query)
        assert (page["older"]["run_id"], page["counts"]) == (older, {"cheaper": 4, "dearer": 3})
        kinds += [one["kind"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert kinds == ["cheaper"] * 4 + ["dearer"] * 3


async def test_runs_of_different_shops_are_not_compared(api: Api) -> None:
    ann = await api.bearer()
    one, other = await read(api, ann, "1.00"), await read(api, ann, "1.00", shop="other.example")
    for pair in ({"older": one, "newer": other}, {"older": one, "newer": one}):
        answer = await api.http.get("/api/comparison", headers=ann, params=pair)
        assert answer.status_code == 422, answer.text
    answer = await api.http.get("/api/comparison", headers=ann, params={"older": one, "newer": one, "shop": "x"})
    assert answer.status_code == 422


async def test_anothers_readings_are_not_there(api: Api) -> None:
    ann, bob = await api.bearer(), await api.bearer("bob")
    theirs = [await read(api, ann, price) for price in ("5.00", "6.00")]
    assert (await get(api, "/api/shops", bob)) == {"items": [], "next_cursor": None}
    asked: list[tuple[str, dict[str, str]]] = [
        ("/api/history", {"shop": SHOP}),
        ("/api/comparison", {"older": theirs[0], "newer": theirs[1]}),
    ]
    for path, query in asked:
        answer = await api.http.get(path, headers=bob, params=query)
        assert answer.status_code == 404, answer.text
    own = await read(api, bob, "5.00")
    answer = await api.http.get("/api/comparison", headers=bob, params={"older": own, "newer": theirs[1]})
    assert answer.status_code == 404, answer.text
    mine = await get(api, "/api/history", bob, shop=SHOP)
    assert len(mine["readings"]) == 1


async def test_a_shop_of_thousands_is_told_a_page_at_a_time(api: Api) -> None:
    ann = await api.bearer()
    runs = [await read(api, ann, *[f"{day + n % 50}.00" for n in range(3000)]) for day in range(2)]
    page = await get(api, "/api/history", ann, shop=SHOP, changed=True)
    assert (len(page["items"]), page["items"][-1]["product_id"]) == (50, "product-00049")
    (last,) = (await get(api, "/api/history", ann, shop=SHOP, words="tea 2999"))["items"]
    assert last["product_id"] == "product-02999"
    told = await get(api, "/api/comparison", ann, older=runs[0], newer=runs[1], cursor=cursor_at(2990))
    assert (told["counts"], len(told["items"]), told["next_cursor"]) == ({"dearer": 3000}, 10, None)


async def test_a_result_and_its_files_have_the_products_that_stand_in_the_records(api: Api) -> None:
    ann = await api.bearer()
    run_id = await read(api, ann, "5.00", None)
    (crawl,) = await api.shops.crawls.of_run(run_id)
    attempt = await api.begin(run_id)
    pages = {"fetched": 1, "unchanged": 0, "refused": 0, "failed": 0}
    data = {"shop": SHOP, "coverage": 1.0, "pages": pages, "products": products_of(crawl.crawl_id)}
    kept: dict[str, Any] = {
        "run_id": run_id,
        "workflow": "crawl-analyze-generate",
        "status": "completed",
        "problems": [],
    }
    await api.records.runs.finish(attempt, RunStatus.COMPLETED, {**kept, "crawl_data": data})
    result = await get(api, f"/api/runs/{run_id}/result", ann)
    assert [(one["name"], one["price"]) for one in result["crawl_data"]["products"]] == [
        ("Tea 0", "5.00"),
        ("Tea 1", None),
    ]
    file = await api.http.get(f"/api/runs/{run_id}/files/products.csv", headers=ann)
    assert [row["price"] for row in csv.DictReader(io.StringIO(file.text.lstrip("\ufeff")))] == ["5.00", ""]


async def test_alert_rules_are_made_changed_and_deleted_and_viewers_only_look(api: Api) -> None:
    ann = await api.bearer()
    made = await api.http.post("/api/alert-rules", headers=ann, json={"kind": "undercut", "percent": 5})
    assert made.status_code == 201, made.text
    path = f"/api/alert-rules/{made.json()['rule_id']}"
    changed = await api.http.put(path, headers=ann, json={"kind": "price", "percent": 2.5, "shop": SHOP})
    assert changed.status_code == 200
    assert (await get(api, "/api/alert-rules", ann))["items"] == [changed.json()]
    assert (changed.json()["percent"], changed.json()["shop"]) == (2.5, SHOP)
    for wrong in ({"kind": "undercut"}, {"kind": "price", "percent": 0}, {"kind": "gone"}):
        assert (await api.http.post("/api/alert-rules", headers=ann, json=wrong)).status_code == 422, wrong
    bob = await api.bearer("bob")
    assert (await api.http.put(path, headers=bob, json={"kind": "new"})).status_code == 404
    assert (await api.http.delete(path, headers=ann)).status_code == 204
    assert (await get(api, "/api/alert-rules", ann))["items"] == []
    channels = await get(api, "/api/notification-channels", ann)
    assert {"name": "shops.weekly", "usual": False} in channels["events"]

"""Duplicates across sources are proposed with their reason; a person decides, and what was said stays."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from magicai.catalogue import duplicates
from magicai.shops.matching.deciding import Match
from magicai.shops.matching.item import Item
from tests.api.conftest import Api
from tests.api.test_catalogue import stated


async def kettles(api: Api) -> dict[str, str]:
    """A product of a shop, and two of a file that it may be; ids by name."""
    given = [
        ("a.csv", {"name": "Fira kettle KX-2000", "brand": "Fira", "sku": "1"}),
        ("a.csv", {"name": "Fira kettle KX-2000 steel", "brand": "Fira", "sku": "2"}),
        ("b.csv", {"name": "Kettle KX 2000 of Fira", "brand": "Fira", "shop": "b.example", "sku": "KX2000"}),
    ]
    catalogue = api.gateway.ports.catalogue.catalogue
    saved = await catalogue.save("id-ann", "r", [stated(source, **values) for source, values in given])
    return {values["name"]: one.product_id for one, (_, values) in zip(saved, given, strict=True)}


async def listed(api: Api, headers: Any, state: str = "open") -> list[tuple[str, str, str]]:
    answer = await api.http.get(f"/api/products/duplicates?state={state}", headers=headers)
    assert answer.status_code == 200, answer.text
    return [(pair["certainty"], pair["reason"]["code"], pair["other"]["name"]) for pair in answer.json()["items"]]


async def test_duplicates_across_sources_are_proposed_decided_and_never_merged(api: Api) -> None:
    ids, ann, bob = await kettles(api), await api.bearer(), await api.bearer("bob")
    assert (await api.http.post("/api/products/duplicates/find", headers=ann)).json()["open"] == 2
    found = (await api.http.get("/api/products/duplicates", headers=ann)).json()["items"]
    pairs = [{pair["one"]["name"], pair["other"]["name"]} for pair in found]
    assert {"Fira kettle KX-2000", "Fira kettle KX-2000 steel"} not in pairs
    assert {pair["reason"]["code"] for pair in found} == {"match_number"}
    one, other = found[0]["one"]["product_id"], found[0]["other"]["product_id"]
    said = {"one": other, "other": one, "same": False}
    assert (await api.http.post("/api/products/duplicates/decide", headers=bob, json=said)).status_code == 404
    decided = await api.http.post("/api/products/duplicates/decide", headers=ann, json=said)
    assert decided.json()["state"] == "different"
    assert (await api.http.post("/api/products/duplicates/find", headers=ann)).json()["open"] == 1
    assert len(await listed(api, ann, "different")) == 1
    assert await listed(api, bob) == []
    assert len((await api.http.get("/api/products", headers=ann)).json()["items"]) == len(set(ids.values()))


async def test_a_decision_that_is_made_while_duplicates_are_looked_for_stays(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await kettles(api)
    records = api.gateway.ports.records
    assert await duplicates.find_duplicates(records, owner_id="id-ann") == 2
    listing = duplicates.stored
    decided: list[duplicates.Duplicate] = []

    async def meanwhile(*given: Any, **more: Any) -> AsyncIterator[Any]:
        rows = [one async for one in listing(*given, **more)]
        if not decided:
            pair = rows[0][1]
            decided.append(await duplicates.decide(records, pair.one, pair.other, same=False, owner_id="id-ann"))
        for row in rows:
            yield row

    monkeypatch.setattr(duplicates, "stored", meanwhile)
    found = duplicates.among

    def of_another_likeness(places: Mapping[str, Sequence[Item]]) -> list[Match]:
        return [replace(one, likeness=one.likeness / 2) for one in found(places)]

    monkeypatch.setattr(duplicates, "among", of_another_likeness)
    assert await duplicates.find_duplicates(records, owner_id="id-ann") == 1
    kept = {(pair.one, pair.other): pair.state async for _, pair in listing(records, "id-ann")}
    assert sorted(kept.values()) == ["different", "open"]

"""Stock over the API."""

import base64
import hashlib
import hmac
from typing import Any

import pytest

from magicai.api import access
from magicai.catalogue.inventory.stock import Level
from magicai.settings import Settings
from tests.api.conftest import Api, serving

_SENT = b'{"id":1,"sku":"tea","manage_stock":true,"stock_quantity":3,"date_modified_gmt":"2026-11-28T10:00:00"}'


def _signed(body: bytes) -> dict[str, str]:
    signature = base64.b64encode(hmac.new(b"sign", body, hashlib.sha256).digest()).decode()
    return {"Content-Type": "application/json", "X-WC-Webhook-Signature": signature}


async def ask(api: Api, method: str, path: str, body: Any = None, *, who: str = "ann") -> Any:
    answer = await api.http.request(method, f"/api/inventory{path}", headers=await api.bearer(who), json=body)
    return answer.status_code, answer.json() if answer.content else None


async def test_stock_comes_in_is_reserved_and_sold(api: Api) -> None:
    lines = [{"item": "tea/1", "quantity": 5}]
    for _ in range(2):
        status, moved = await ask(api, "POST", "/movements", {"key": "r1", "kind": "receipt", "lines": lines})
        assert (status, moved["movements"][0]["on_hand"]) == (200, 5)
    await ask(api, "PUT", "/bundles", {"bundle": "set", "parts": [{"item": "tea/1", "quantity": 2}]})
    order = {"key": "o1", "lines": [{"item": "set", "quantity": 2}], "ttl_s": 60}
    status, held = await ask(api, "POST", "/reservations", order)
    assert (status, held["state"], held["lines"]) == (200, "open", [{"item": "tea/1", "quantity": 4}])
    status, said = await ask(api, "POST", "/movements", {"key": "s1", "kind": "sale", "lines": lines})
    assert (status, said["detail"]) == (409, "5 of 'tea/1' are wanted, and 1 are available.")
    status, sold = await ask(api, "POST", f"/reservations/{held['reservation_id']}/sale")
    assert (status, sold["state"]) == (200, "sold")
    status, found = await ask(api, "GET", "?limit=1")
    assert [(one["item"], one["available"]) for one in found["items"]] == [("set", 0)]
    status, found = await ask(api, "GET", f"?limit=1&cursor={found['next_cursor']}")
    assert [(one["item"], one["on_hand"]) for one in found["items"]] == [("tea/1", 1)]
    status, moves = await ask(api, "GET", "/ledger?item=tea/1&limit=2")
    assert [one["kind"] for one in moves["items"]] == ["sale", "reservation"]
    assert (await ask(api, "GET", f"/ledger?item=tea/1&cursor={moves['next_cursor']}"))[1]["items"][0]["number"] == 1


async def test_others_find_nothing(api: Api) -> None:
    lines = [{"item": "tea", "quantity": 5}]
    await ask(api, "POST", "/movements", {"key": "r1", "kind": "receipt", "lines": lines})
    _, held = await ask(api, "POST", "/reservations", {"key": "o1", "lines": lines})
    path = f"/reservations/{held['reservation_id']}"
    assert (await ask(api, "GET", "", who="bob"))[1]["items"] == []
    assert (await ask(api, "POST", f"{path}/sale", who="bob"))[0] == 404
    assert (await ask(api, "DELETE", path, who="bob"))[0] == 404
    assert (await ask(api, "DELETE", path))[1]["state"] == "released"


async def test_a_signed_webhook_needs_no_account_and_an_unsigned_one_gets_nothing(api: Api) -> None:
    source = {"name": "shop", "kind": "woocommerce", "url": "https://shop.example", "secret": "cs"}
    status, made = await ask(api, "POST", "/sources", source | {"signing_secret": "sign"})
    assert (status, "cs" in str(made), "sign" in str(made)) == (200, False, False)
    body, headers = _SENT, _signed(_SENT)
    for taken in ({"taken": 1}, {"repeated": 1}):
        answer = await api.http.post(made["webhook"], content=body, headers=headers)
        assert {name: n for name, n in answer.json().items() if n} == taken
    assert (await ask(api, "GET", ""))[1]["items"][0]["source"] == "shop"
    said = set[str]()
    for path, sent in ((made["webhook"], body + b" "), ("/api/inventory/webhooks/unknown", body)):
        answer = await api.http.post(path, content=sent, headers=headers)
        assert answer.status_code == 401
        said.add(answer.json()["detail"])
    assert len(said) == 1
    older = body.replace(b"28T10", b"27T10").replace(b":3,", b":9,")
    assert (await api.http.post(made["webhook"], content=older, headers=_signed(older))).json()["late"] == 1
    assert (await ask(api, "DELETE", "/sources/shop"))[0] == 204


async def test_webhooks_have_a_limit_of_their_own_for_each_source(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shop sends one for each change: its burst neither ends at the limit of runs, nor takes another's turn."""
    monkeypatch.setattr(access, "WEBHOOKS_PER_MINUTE", 8)
    few = settings.model_copy(update={"rate_run": 3})
    async with serving(few) as api:
        await api.user("ann")
        source = {"name": "shop", "kind": "woocommerce", "url": "https://shop.example", "secret": "cs"}
        _, made = await ask(api, "POST", "/sources", source | {"signing_secret": "sign"})
        _, other = await ask(api, "POST", "/sources", source | {"name": "other", "signing_secret": "sign"})
        answers = [await api.http.post(made["webhook"], content=_SENT, headers=_signed(_SENT)) for _ in range(9)]
        assert [answer.status_code for answer in answers] == [200] * 8 + [429]
        assert int(answers[-1].headers["Retry-After"]) > 0
        assert (await api.http.post(other["webhook"], content=_SENT, headers=_signed(_SENT))).status_code == 200


async def test_a_till_is_not_held_up_by_the_limit_of_runs_and_can_end_what_it_reserved(settings: Settings) -> None:
    """Of 1,000 requests a minute none is refused; past the limit a reservation can still be sold or released."""
    assert Settings().rate_stock >= 1_000
    async with serving(settings.model_copy(update={"rate_run": 1, "rate_stock": 3})) as api:
        lines = [{"item": "tea", "quantity": 1}]
        await ask(api, "POST", "/movements", {"key": "r", "kind": "receipt", "lines": [{"item": "tea", "quantity": 9}]})
        held = [await ask(api, "POST", "/reservations", {"key": f"o{n}", "lines": lines}) for n in range(3)]
        assert [status for status, _ in held] == [200, 200, 429]
        (first, second) = (one["reservation_id"] for _, one in held[:2])
        assert (await ask(api, "POST", f"/reservations/{first}/sale"))[1]["state"] == "sold"
        assert (await ask(api, "DELETE", f"/reservations/{second}"))[1]["state"] == "released"


async def test_a_contradiction_is_shown_until_it_is_resolved(api: Api) -> None:
    await api.user()
    inventory = api.gateway.ports.catalogue.inventory
    for quantity in (5, 3):
        await inventory.take_level("id-ann", "shop", Level("tea", quantity, 1))
    _, found = await ask(api, "GET", "/conflicts?resolved=false")
    (one,) = found["items"]
    assert (one["kind"], one["rule_message"]["params"]) == ("same_version", {"quantity": 3})
    assert (await ask(api, "POST", f"/conflicts/{one['conflict_id']}/resolve", who="bob"))[0] == 404
    assert (await ask(api, "POST", f"/conflicts/{one['conflict_id']}/resolve"))[0] == 204
    assert (await ask(api, "GET", "/conflicts?resolved=false"))[1]["items"] == []
    assert len((await ask(api, "GET", "/conflicts"))[1]["items"]) == 1

"""Stock in step with shops that count it themselves: by their APIs, and by what they send."""

import json
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from integrations.fetcher.addresses import AddressRules
from integrations.inventory.sources import HttpStockSources
from integrations.records import sqlite
from integrations.records.store import SqlRecords
from integrations.seal import SivSeal
from magicai.catalogue.inventory import syncing
from magicai.catalogue.inventory.stock import Line, Reservation, Source
from magicai.catalogue.inventory.syncing import add_source, synchronise, take_webhook
from magicai.catalogue.ports import Credentials
from magicai.errors import Invalid, Refused, Temporary, Unknown
from magicai.runs.effects import decide_effect
from tests.contract.inventory.shops import LOCATION, LocalShop

ANN = "ann"
SIGNING = "whsec_c2lnbmluZyBzZWNyZXQgb2YgYSBzaG9w"


@pytest.fixture
async def records(tmp_path: Path) -> AsyncIterator[SqlRecords]:
    opened = sqlite.open(tmp_path / "records.sqlite3")
    yield opened
    await opened.close()


@pytest.fixture(params=["shopify", "woocommerce"])
async def shop(request: pytest.FixtureRequest) -> AsyncIterator[LocalShop]:
    made = LocalShop(request.param, {"tea": 10, "cup": 5, "pot": 0, "lid": 3, "jar": 1})
    await made.server.start_server()
    yield made
    await made.server.close()


@pytest.fixture
def sources(tmp_path: Path, shop: LocalShop) -> HttpStockSources:
    seal = SivSeal(tmp_path / "key")
    return HttpStockSources(AddressRules([f"127.0.0.1:{shop.port}"]), lambda: seal)


@pytest.fixture
async def source(records: SqlRecords, sources: HttpStockSources, shop: LocalShop) -> Source:
    return await add_source(
        records, sources, owner_id=ANN, name="shop", kind=shop.kind, url=shop.url, location=str(LOCATION),
        credentials=Credentials(key="ck", secret="cs", signing="sign"),
    )  # fmt: skip


async def counted(records: SqlRecords) -> dict[str, tuple[int, int]]:
    assert await records.inventory.audit(ANN) == []
    return {one.item: (one.on_hand, one.reserved) for one in await records.inventory.listed(ANN)}


async def test_counts_come_in_page_by_page_and_sales_go_out_once(
    records: SqlRecords, sources: HttpStockSources, source: Source, shop: LocalShop
) -> None:
    done = await synchronise(records, sources, source)
    assert (done.counts, done.told, done.problems) == ({"taken": 5}, 0, ())
    assert await counted(records) == {"tea": (10, 0), "cup": (5, 0), "pot": (0, 0), "lid": (3, 0), "jar": (1, 0)}
    held = await records.inventory.reserve(ANN, "o1", [Line("tea", 3)], ttl_s=60)
    assert isinstance(held, Reservation)
    shop.sell("tea", 2)
    done = await synchronise(records, sources, source)
    assert (await counted(records))["tea"] == (8, 3)
    await records.inventory.sell_reserved(ANN, held.reservation_id)
    for told in (1, 0):
        assert (await synchronise(records, sources, source)).told == told
        assert (await counted(records))["tea"] == (5, 0)
        assert shop.counts["tea"] == 5


async def test_a_shop_that_compresses_is_read_and_told(
    records: SqlRecords, sources: HttpStockSources, source: Source, shop: LocalShop
) -> None:
    shop.gzips = True
    assert (await synchronise(records, sources, source)).counts == {"taken": 5}
    await records.inventory.sell(ANN, "s1", [Line("tea", 3)])
    done = await synchronise(records, sources, source)
    assert (done.told, done.problems, shop.counts["tea"]) == (1, (), 7)


async def test_an_item_that_the_shop_refuses_holds_up_no_other(
    records: SqlRecords, sources: HttpStockSources, source: Source, shop: LocalShop
) -> None:
    await synchronise(records, sources, source)
    await records.inventory.sell(ANN, "s1", [Line("tea", 3)])
    await records.inventory.sell(ANN, "s2", [Line("cup", 1)])
    shop.refuses = "tea"
    shop.sell("jar", 1)
    for told in (1, 0):
        done = await synchronise(records, sources, source)
        (problem,) = done.problems
        assert problem.startswith("tea: ")
        assert "422" in problem
        assert (done.told, shop.counts["tea"], shop.counts["cup"]) == (told, 10, 4)
    assert (await counted(records))["jar"] == (0, 0)
    shop.refuses = None
    done = await synchronise(records, sources, source)
    assert (done.told, done.problems, shop.counts["tea"]) == (1, (), 7)


async def test_an_answer_that_was_lost_changes_the_shop_once(
    records: SqlRecords, sources: HttpStockSources, source: Source, shop: LocalShop
) -> None:
    await synchronise(records, sources, source)
    await records.inventory.sell(ANN, "s1", [Line("tea", 3)])

    def lose() -> None:
        raise ConnectionError

    shop.fault = lose
    done = await synchronise(records, sources, source)
    assert done.told == 0
    assert "Whether it arrived is looked up" in done.problems[0]
    shop.fault = lambda: None
    await records.inventory.sell(ANN, "s2", [Line("tea", 1)])
    done = await synchronise(records, sources, source)
    if shop.kind == "shopify":  # whose API can't be asked: a person looks, and decides
        (problem,) = done.problems
        assert "magicai effects decide stock:" in problem
        assert shop.counts["tea"] == 7
        await decide_effect(records, problem.rpartition(" ")[2], owner_id=ANN, answer={})
        done = await synchronise(records, sources, source)
    assert (done.told, done.problems) == (1, ())
    await synchronise(records, sources, source)
    assert shop.counts["tea"] == 6
    assert (await counted(records))["tea"] == (6, 0)


@pytest.mark.parametrize(
    "said",
    [
        web.HTTPInternalServerError(), web.HTTPConflict(), web.HTTPRequestTimeout(), web.HTTPOk(text="<html>"),
        web.HTTPOk(text="{}", content_type="application/json"), web.HTTPOk(text="[]", content_type="application/json"),
    ],
    ids=lambda said: f"{said.status} {said.text}",
)  # fmt: skip
async def test_a_change_that_was_answered_oddly_is_never_made_twice(
    records: SqlRecords, sources: HttpStockSources, source: Source, shop: LocalShop, said: web.HTTPException
) -> None:
    await synchronise(records, sources, source)
    await records.inventory.sell(ANN, "s1", [Line("tea", 3)])

    def answer() -> None:
        raise said

    shop.fault = answer
    for _ in range(3):
        await synchronise(records, sources, source)
        assert shop.counts["tea"] == 7


async def test_an_item_without_a_sku_is_counted_once_though_the_shop_is_busy_afterwards(
    records: SqlRecords, tmp_path: Path
) -> None:
    shop = LocalShop("shopify", {"": 10})
    await shop.server.start_server()
    seal = SivSeal(tmp_path / "key")
    sources = HttpStockSources(AddressRules([f"127.0.0.1:{shop.port}"]), lambda: seal)
    source = await add_source(
        records, sources, owner_id=ANN, name="shop", kind="shopify", url=shop.url, location=str(LOCATION),
        credentials=Credentials(key="ck", secret="cs"),
    )  # fmt: skip
    await synchronise(records, sources, source)
    await records.inventory.sell(ANN, "s1", [Line("shopify:11", 3)])
    done = await synchronise(records, sources, source)
    adjusted = shop.asked.index("POST /admin/api/2026-01/inventory_levels/adjust.json")
    assert (done.told, shop.counts[""]) == (1, 7)
    assert shop.asked[adjusted + 1].endswith("inventory_levels.json")
    await shop.server.close()


async def test_webhooks_come_late_twice_and_in_any_order(
    records: SqlRecords, sources: HttpStockSources, source: Source, shop: LocalShop
) -> None:
    posted = [shop.webhook("tea", "sign")]
    for units in (1, 2, 3):
        shop.sell("tea", units)
        posted.append(shop.webhook("tea", "sign"))
    for seed in range(4):
        random.Random(seed).shuffle(posted)
        for body, headers in [*posted, posted[0]]:
            await take_webhook(records.inventory, sources, source.source_id, headers, body)
        assert (await counted(records))["tea"] == (4, 0)


async def test_a_webhook_with_another_signature_is_refused(
    records: SqlRecords, sources: HttpStockSources, source: Source, shop: LocalShop
) -> None:
    body, headers = shop.webhook("tea", "other")
    right_body, right = shop.webhook("tea", "sign")
    for sent, signed in ((body, headers), (body, {}), (right_body + b" ", right)):
        with pytest.raises(Unknown):
            await take_webhook(records.inventory, sources, source.source_id, signed, sent)
    assert await counted(records) == {}


async def test_a_shop_that_refuses_or_fails_changes_nothing(
    records: SqlRecords, sources: HttpStockSources, source: Source, shop: LocalShop
) -> None:
    await synchronise(records, sources, source)
    before = await counted(records)
    wrong = await add_source(
        records, sources, owner_id=ANN, name="shop", kind=shop.kind, url=shop.url, location=str(LOCATION),
        credentials=Credentials(key="ck", secret="wrong"),
    )  # fmt: skip
    with pytest.raises(Refused, match="refuses the credentials"):
        await synchronise(records, sources, wrong)
    await shop.server.close()
    with pytest.raises(Temporary):
        await synchronise(records, sources, source)
    assert await counted(records) == before


async def test_a_source_that_only_sends_signs_as_standard_webhooks_says(
    records: SqlRecords, sources: HttpStockSources
) -> None:
    till = await add_source(
        records, sources, owner_id=ANN, name="till", kind="webhook", credentials=Credentials(signing=SIGNING)
    )
    said = [
        {"type": "change", "item": "tea", "quantity": 5, "key": "e1"},
        {"type": "level", "item": "cup", "quantity": 2, "version": 1},
    ]
    body, now = json.dumps(said), datetime.now(UTC)
    signed = {
        "webhook-id": "m1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SIGNING).sign("m1", now, body),
    }
    for counts in ({"taken": 2}, {"repeated": 2}):
        taken = await take_webhook(records.inventory, sources, till.source_id, signed, body.encode())
        assert dict(taken) == counts
    assert await counted(records) == {"tea": (5, 0), "cup": (2, 0)}
    with pytest.raises(Unknown):
        await take_webhook(records.inventory, sources, till.source_id, signed, body.encode() + b" ")
    with pytest.raises(Invalid, match="only sends"):
        await synchronise(records, sources, till)


async def test_secrets_are_sealed_in_the_records(records: SqlRecords, source: Source) -> None:
    kept = await records.inventory.source(source.source_id)
    assert '"' not in kept.sealed
    assert "sign" not in kept.sealed


@pytest.mark.parametrize(
    "instead",
    [
        {"available": 1e400, "stock_quantity": 1e400},
        {"available": 10**30, "stock_quantity": 10**30},
        {"available": "many", "stock_quantity": "many"},
        {"available": [1], "stock_quantity": {"a": 1}},
        {"updated_at": "9999-12-31T23:59:59-23:59", "date_modified_gmt": "tomorrow"},
        {"inventory_item_id": None, "sku": "x" * 5_000},
        {"inventory_item_id": 1e400, "sku": "\ud800"},
    ],
)
async def test_no_answer_of_a_shop_is_a_fault_of_ours(
    records: SqlRecords, sources: HttpStockSources, source: Source, shop: LocalShop, instead: dict[str, Any]
) -> None:
    shop.instead = instead
    with pytest.raises(Invalid):
        await synchronise(records, sources, source)
    body, headers = shop.webhook("tea", "sign")
    with pytest.raises(Invalid):
        await take_webhook(records.inventory, sources, source.source_id, headers, body)
    assert await counted(records) == {}


async def test_a_shop_that_always_has_one_page_more_comes_to_an_end(
    records: SqlRecords, sources: HttpStockSources, source: Source, shop: LocalShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "_LIMIT_S", 0.5)
    shop.endless = True
    with pytest.raises(Temporary, match="more counts than can be read"):
        await synchronise(records, sources, source)

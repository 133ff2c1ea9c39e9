"""Channels are told of alerts, each change once, and of a week's changes where there are any."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from integrations.open import Ports, open_ports
from magicai.accounts.identity import Role, User
from magicai.errors import Invalid, NotFound
from magicai.ports import Channel, Notification
from magicai.runs.notifications.channel_events import message_of
from magicai.runs.notifications.channels import NewChannel, due_at, save_channel
from magicai.runs.requests.accept import accept
from magicai.runs.run import Origin
from magicai.settings import Settings
from magicai.shops import alerts
from magicai.shops.alert_news import announce_alerts
from magicai.shops.alerts import AlertKind
from magicai.shops.analysis import Analysis, ShopAnalysis
from magicai.shops.crawl import Crawl
from magicai.shops.crawl_analyze_generate import CrawlAnalyzeGenerate
from magicai.shops.own_comparison import Pair, summed_up
from magicai.shops.product import Product
from magicai.shops.weekly import announce_weeks
from magicai.values.ids import new_id
from magicai.values.times import to_us
from tests.unit.shops.test_alerts import CHANGED, SHOP, pair

ANN, PAGE = "id-ann", "https://magicai.example"
QUIET = Analysis(shops=(ShopAnalysis(shop=SHOP, products=1, stats=()),))


@pytest.fixture
async def ports(tmp_path: Path) -> AsyncIterator[Ports]:
    settings = Settings(home=tmp_path, public_url=PAGE, owner=ANN)
    async with open_ports(settings) as opened:
        await opened.records.identities.add_user(User(user_id=ANN, name="ann", role=Role.ADMIN, created_at=1))
        yield opened


async def channel_of(ports: Ports, *events: str) -> Channel:
    new = NewChannel("Team", "slack", "https://hooks.slack.com/services/T000/B000/XXXX", events)
    return await save_channel(ports.records, ports.seal, ports.messenger, new, owner_id=ANN)


async def told(ports: Ports, channel: Channel, language: str = "en") -> list[tuple[str, str]]:
    found = await ports.records.channels.notifications(channel.channel_id, owner_id=ANN)
    return [await message_of(ports.records, channel, [one], page=PAGE, language=language) for one in reversed(found)]


async def test_rules_are_added_changed_listed_and_deleted_by_their_workspace_alone(ports: Ports) -> None:
    records = ports.records
    made = await alerts.save_rule(records, AlertKind.UNDERCUT, 5.0, "", owner_id=ANN)
    await alerts.save_rule(records, AlertKind.NEW, 7.0, f" {SHOP} ", owner_id=ANN)
    changed = await alerts.save_rule(records, AlertKind.PRICE, 2.5, SHOP, owner_id=ANN, rule_id=made.rule_id)
    listed = await alerts.rules_of(records, owner_id=ANN)
    assert [(one.kind, one.percent, one.shop) for one in listed] == [("price", 2.5, SHOP), ("new", None, SHOP)]
    assert listed[0] == changed
    with pytest.raises(Invalid):
        await alerts.save_rule(records, AlertKind.UNDERCUT, None, "", owner_id=ANN)
    for work in (
        alerts.delete_rule(records, made.rule_id, owner_id="id-bob"),
        alerts.delete_rule(records, "x", owner_id=ANN),
    ):
        with pytest.raises(NotFound):
            await work
    assert await alerts.rules_of(records, owner_id="id-bob") == []
    await alerts.delete_rule(records, made.rule_id, owner_id=ANN)
    assert len(await alerts.rules_of(records, owner_id=ANN)) == 1


async def test_channels_are_told_of_what_rules_look_for_with_a_link_in_their_language(ports: Ports) -> None:
    channel = await channel_of(ports, "shops.alert")
    for run_id in ("r0", "r1"):
        await announce_alerts(ports.shops, Analysis(shops=(CHANGED,)), [], owner_id=ANN, run_id=run_id)
        await alerts.save_rule(ports.records, AlertKind.SOLD_OUT, None, "", owner_id=ANN)
    await alerts.save_rule(ports.records, AlertKind.PRICE, 5.0, SHOP, owner_id=ANN)
    for _ in range(2):  # as after a crash
        await announce_alerts(ports.shops, Analysis(shops=(CHANGED,)), [], owner_id=ANN, run_id="r2")
    single, several = await told(ports, channel)
    assert single == (f"{SHOP}: Pot: sold out", f"https://{SHOP}/Pot\n{PAGE}/runs/r1")
    assert several[0] == f"{SHOP}: 2 alerts"
    assert f"Kettle: 42.00 EUR, was 40.00 (+5.0%)\nhttps://{SHOP}/Kettle" in several[1]
    assert several[1].endswith(f"{PAGE}/runs/r2")
    assert (await told(ports, channel, "zh"))[0][0] == f"{SHOP}：Pot：售罄"


async def test_a_shop_that_moved_is_told_of_by_its_name_and_found_by_its_new_address(ports: Ports) -> None:
    channel = await channel_of(ports, "shops.alert", "shops.weekly")
    await read(ports, "2026-11-20T10:00", "5.00")
    await read(ports, "2026-11-24T10:00", "4.00")
    await ports.shops.shop_identities.move(ANN, SHOP, "new.example", "https://new.example")
    await ports.shops.shop_identities.rename(ANN, SHOP, "Havn Tea")
    await alerts.save_rule(ports.records, AlertKind.SOLD_OUT, None, "https://www.new.example/", owner_id=ANN)
    await announce_alerts(ports.shops, Analysis(shops=(CHANGED,)), [], owner_id=ANN, run_id="r1")
    await announce_weeks(ports.shops, ports.settings_of, now=at("2026-11-30T12:00"), announced=set())
    alert, weekly = await told(ports, channel)
    assert alert[0] == "Havn Tea: Pot: sold out"
    assert "Havn Tea: 1 price cut" in weekly[1], weekly


async def test_an_undercut_is_told_again_only_once_a_price_is_another_one_or_it_was_over(ports: Ports) -> None:
    channel = await channel_of(ports, "shops.alert")
    await alerts.save_rule(ports.records, AlertKind.UNDERCUT, 5.0, "", owner_id=ANN)

    async def crawl(run_id: str, *pairs: Pair) -> int:
        own = summed_up(SHOP, 1, pairs, 0)
        return await announce_alerts(ports.shops, QUIET, [own], owner_id=ANN, run_id=run_id)

    prices = ("9.00", "9.00", "8.50", "12.00", "8.50", "8.50")
    counts = [await crawl(f"r{number}", pair("Mug", "10.00", price)) for number, price in enumerate(prices)]
    assert counts == [1, 0, 1, 0, 1, 0]
    assert (await told(ports, channel))[0][0] == f"{SHOP}: Mug: 9.00 EUR, 10.0% below my 10.00 EUR"


def at(moment: str) -> int:
    return to_us(datetime.fromisoformat(moment).replace(tzinfo=UTC))


async def read(ports: Ports, moment: str, *prices: str, shop: str = SHOP) -> None:
    request = CrawlAnalyzeGenerate(competitor_url=(shop,))
    run = await accept(ports.records, "crawl-analyze-generate", request, owner_id=ANN, origin=Origin.CLI)
    crawl = Crawl(new_id(), run.run_id, ANN, shop, f"https://{shop}/", at(moment))
    await ports.shops.crawls.open(crawl)
    products = [
        Product.model_validate({"id": f"{shop} {number}", "url": f"https://{shop}/{number}", "name": f"Tea {number}"})
        .model_copy(update={"price": Decimal(price), "currency": "EUR"})
        for number, price in enumerate(prices)
    ]  # fmt: skip
    await ports.shops.products.save(crawl, products, [])
    await ports.shops.crawls.close(replace(crawl, finished_at=at(moment), complete=True, coverage=1.0))


async def test_a_week_s_changes_are_told_once_and_only_where_there_are_any(ports: Ports) -> None:
    channel = await channel_of(ports, "shops.weekly")
    await read(ports, "2026-11-20T10:00", "5.00", "7.00")
    await read(ports, "2026-11-24T10:00", "4.00", "7.00")
    await read(ports, "2026-11-29T10:00", "4.50", "8.00")
    await read(ports, "2026-11-30T10:00", "1.00", "1.00")  # the week after
    for moment in ("2026-11-20T10:00", "2026-11-24T10:00"):
        await read(ports, moment, "3.00", shop="same.example")

    async def look(moment: str) -> list[tuple[str, str]]:
        await announce_weeks(ports.shops, ports.settings_of, now=at(moment), announced=set())
        return await told(ports, channel)

    assert await look("2026-11-29T23:00") == [], "the week before had one crawl"
    await look("2026-11-30T12:00")
    ((title, body),) = await look("2026-11-30T12:00")
    assert title == "Changes in shops, 2026-11-23 to 2026-11-29"
    assert body.startswith(f"{SHOP}: 1 price cut, 1 price increase\nTea 0: 4.50 EUR, was 5.00 (-10.0%)")
    assert "same.example" not in body
    assert body.endswith(f"{PAGE}/shops")


def test_a_week_is_not_told_at_night() -> None:
    channel = Channel("c", ANN, "c", "slack", "", "", (), None, "", enabled=True, created_at=0)
    one = Notification("c", "e", ANN, "shops.weekly", {}, created_at=at("2026-11-29T23:00"))
    assert due_at(channel, one, "Europe/Berlin", one.created_at) == at("2026-11-30T07:00")
    daily = replace(channel, digest_hour=6)
    assert due_at(daily, one, "Europe/Berlin", one.created_at) == at("2026-11-30T05:00")

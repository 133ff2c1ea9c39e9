"""Tells notification channels what alert rules have found in a crawl, each change once."""

from collections.abc import Sequence

from magicai.errors import NotFound
from magicai.messages import Message, plain, say
from magicai.ports import Records
from magicai.runs.notifications.channel_events import ChannelEvent, said
from magicai.shops.alerts import Alert, alerts_of, rules_of, undercuts_of
from magicai.shops.analysis import Analysis
from magicai.shops.identity import shop_at
from magicai.shops.own_comparison import OwnComparison
from magicai.shops.ports import ShopRecords
from magicai.stores.entity import Entity
from magicai.values.digest import digest_of

ALERT = "shops.alert"
CHANNEL_EVENTS = (ChannelEvent(ALERT, usual=True),)
# The undercuts of a shop that channels were told of, as long as they last.
_TOLD = "told_undercuts"
_MOST = 20


async def announce_alerts(
    records: ShopRecords, analysis: Analysis, comparisons: Sequence[OwnComparison], *, owner_id: str, run_id: str
) -> int:
    """Tell channels what the rules of a workspace look for; answers how many alerts these were."""
    identities = await records.shop_identities.of(owner_id)
    names = {one.shop: one.called for one in identities}
    rules = [
        rule.model_copy(update={"shop": shop_at(identities, rule.shop)})
        for rule in await rules_of(records, owner_id=owner_id)
    ]
    own, count = {comparison.shop: comparison for comparison in comparisons}, 0
    for shop in analysis.shops if rules else ():
        alerts = list(alerts_of(rules, shop))
        compared = own.get(shop.shop)
        undercuts = list(undercuts_of(rules, compared)) if compared else []
        if undercuts:
            told = await _told(records, owner_id, shop.shop)
            alerts = [*(one for one in undercuts if one.key not in told), *alerts]
        if alerts:
            title, lines = _words(names.get(shop.shop, shop.shop), alerts)
            event_id = f"alert_{run_id}_{digest_of(shop.shop)[:16]}"
            params = {**said(title, lines), "path": f"/runs/{run_id}"}
            await records.channels.announce(owner_id, ALERT, event_id, params)
        if compared:
            await _keep_told(records, owner_id, shop.shop, [one.key for one in undercuts])
        count += len(alerts)
    return count


def _words(shop: str, alerts: Sequence[Alert]) -> tuple[Message, list[Message]]:
    """The title and the lines of a message about alerts of a shop."""
    if len(alerts) == 1:
        return say("news_of_shop_alert", shop=shop, what=alerts[0].said), [plain(alerts[0].url)]
    lines = [line for alert in alerts[:_MOST] for line in (alert.said, plain(alert.url))]
    if len(alerts) > _MOST:
        lines.append(say("more_alerts", n=len(alerts) - _MOST))
    return say("news_of_shop_alerts", shop=shop, n=len(alerts)), lines


async def _told(records: Records, owner_id: str, shop: str) -> set[str]:
    try:
        row = await records.entities.get(_TOLD, _id(owner_id, shop), owner_id=owner_id)
    except NotFound:
        return set()
    return set(row.entity.data["keys"]) if row.entity else set()


async def _keep_told(records: Records, owner_id: str, shop: str, keys: Sequence[str]) -> None:
    data = {"schema_version": 1, "keys": list(keys)}
    await records.entities.save([Entity(_TOLD, _id(owner_id, shop), owner_id, shop, text="", data=data, stores=())])


def _id(owner_id: str, shop: str) -> str:
    return digest_of([owner_id, shop])[:32]

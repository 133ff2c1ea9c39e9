"""Tells notification channels once a week what has changed in each shop."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from functools import reduce
from typing import Protocol

from magicai.messages import Message, say
from magicai.runs.background_loop import keep_doing
from magicai.runs.notifications.channel_events import ChannelEvent, said
from magicai.settings import Settings
from magicai.shops.alerts import change_line
from magicai.shops.analysis import ChangeKind
from magicai.shops.history import Comparison, Reading
from magicai.shops.ports import HistoryRecords, ShopRecords
from magicai.values.times import DAY_US, now_us, to_datetime, to_us
from magicai.values.zones import zone_of

WEEKLY = "shops.weekly"
# A week ends at midnight; nobody is told at night.
CHANNEL_EVENTS = (ChannelEvent(WEEKLY, quiet="00:00-08:00"),)
_NAMED = 3
_AT_ONCE = 100
_EVERY_S = 60.0
# A week that nobody could be told of for so long is no news any more.
_NEWS_US = 3 * DAY_US
_log = logging.getLogger(__name__)


class Ports(Protocol):
    """The ports that are needed to tell of weeks."""

    @property
    def shops(self) -> ShopRecords:
        """Where crawls are."""
        ...

    async def settings_of(self, owner_id: str, /) -> Settings:
        """What holds for a workspace."""
        ...


async def announce_weeks(
    records: ShopRecords,
    settings_of: Callable[[str], Awaitable[Settings]],
    *,
    now: int,
    announced: set[tuple[str, int]],
) -> None:
    """Tell channels what has changed in shops in the last week, Monday to Sunday in their workspace's time zone.

    Args:
        now: UTC microseconds.
        announced: workspaces with the ends of weeks that were looked at; grows.
    """
    for owner_id in await records.channels.wanting([WEEKLY]):
        begin, end = _last_week(now, (await settings_of(owner_id)).time_zone)
        since, until = to_us(begin), to_us(end)
        if now - until > _NEWS_US or (owner_id, until) in announced:
            continue
        if lines := await _changes(records, owner_id, since, until):
            last_day = end - timedelta(days=1)
            title = say("news_of_shops_weekly", begin=f"{begin:%Y-%m-%d}", end=f"{last_day:%Y-%m-%d}")
            event_id = f"shops_weekly_{end:%Y-%m-%d}"
            await records.channels.announce(owner_id, WEEKLY, event_id, {**said(title, lines), "path": "/shops"})
        announced.add((owner_id, until))


async def keep_telling(ports: Ports, _page: Callable[[], str]) -> None:
    """Tell for ever of weeks that are over."""
    announced = set[tuple[str, int]]()

    async def do() -> None:
        await announce_weeks(ports.shops, ports.settings_of, now=now_us(), announced=announced)

    await keep_doing(do, log=_log, waits="weekly changes of shops", pause_s=lambda: _EVERY_S)


LOOPS = (keep_telling,)


def _last_week(now: int, zone: str) -> tuple[datetime, datetime]:
    """The Mondays at whose midnights the last week that is over begins and ends."""
    here = to_datetime(now).astimezone(zone_of(zone))
    monday = datetime.combine(here.date() - timedelta(days=here.weekday()), time(), here.tzinfo)
    return monday - timedelta(days=7), monday


async def _changes(records: ShopRecords, owner_id: str, since: int, until: int) -> list[Message]:
    """Lines of each shop in which something has changed, by address: how much, and a few of the changes."""
    histories, lines, after = records.histories, list[Message](), ""
    names = {one.shop: one.called for one in await records.shop_identities.of(owner_id)}
    while shops := await histories.shops(owner_id, limit=_AT_ONCE, after=after):
        for shop in shops:
            if sides := await _sides(histories, owner_id, shop.shop, since, until):
                lines += _lines(names.get(shop.shop, shop.shop), await histories.compare(*sides, limit=_NAMED))
        after = shops[-1].shop
    return lines


async def _sides(
    histories: HistoryRecords, owner_id: str, shop: str, since: int, until: int
) -> tuple[Reading, Reading] | None:
    """The last crawl before a week, else the first one in it, and the last one in it; None where these are not two."""
    found: list[Reading] = []
    before: str | None = None
    while part := await histories.readings(owner_id, shop, limit=_AT_ONCE, before=before):
        found = [*part, *found]
        if part[0].at < since:
            break
        before = part[0].crawl_id
    inside = [reading for reading in found if since <= reading.at < until]
    sides = [*[reading for reading in found if reading.at < since][-1:], *inside]
    return (sides[0], sides[-1]) if inside and len(sides) > 1 else None


def _lines(shop: str, compared: Comparison) -> list[Message]:
    counts = [_count(kind, n) for kind, n in compared.counts.items() if n]
    if not counts:
        return []
    named = [
        change_line(
            one.kind,
            one.name,
            one.before.price if one.before else None,
            one.after.price if one.after else None,
            one.after.currency if one.after else None,
        )
        for one in compared.differences
    ]
    changes = reduce(lambda some, more: say("counted_both", some=some, more=more), counts)
    return [say("week_of_shop", shop=shop, changes=changes), *named]


def _count(kind: ChangeKind, n: int) -> Message:
    match kind:
        case ChangeKind.CHEAPER:
            return say("counted_cuts", n=n)
        case ChangeKind.DEARER:
            return say("counted_increases", n=n)
        case ChangeKind.NEW:
            return say("counted_new", n=n)
        case ChangeKind.GONE:
            return say("counted_gone", n=n)
        case ChangeKind.SOLD_OUT:
            return say("counted_sold_out", n=n)
        case ChangeKind.BACK:
            return say("counted_back", n=n)

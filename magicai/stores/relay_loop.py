"""Feeds the stores for as long as somebody stays: for ever beside `magicai up`, else until they have caught up."""

import asyncio
import time
from collections.abc import Mapping

from magicai.errors import MagicError
from magicai.ports import Projection, Records
from magicai.stores.entity import Store
from magicai.stores.relay import OnDown, drain

_EVERY_S = 3.0
_LIMIT_S = 120.0


async def relay_forever(records: Records, projections: Mapping[Store, Projection], *, on_down: OnDown) -> None:
    """Feed every store for ever, each by itself: one that does not answer delays no other.

    Args:
        records: where the outbox is.
        projections: the stores to feed.
        on_down: told of a store that can't be fed, and why; again only once that is another reason.
    """
    reported: dict[Store, str] = {}

    def report(store: Store, why: MagicError) -> None:
        if reported.get(store) != str(why):
            reported[store] = str(why)
            on_down(store, why)

    async def relay_one(store: Store, port: Projection) -> None:
        while True:
            try:
                if not (await drain(records, {store: port}, limit_s=_LIMIT_S, on_down=report))[store]:
                    reported.pop(store, None)
            except MagicError as exc:
                report(store, exc)
            await asyncio.sleep(_EVERY_S)

    await asyncio.gather(*(relay_one(store, port) for store, port in projections.items()))


async def catch_up(records: Records, projections: Mapping[Store, Projection], *, give_up_s: float) -> dict[Store, int]:
    """Feed every store until it has caught up; answers how many entries each is behind in the end.

    Args:
        records: where the outbox is.
        projections: the stores to feed.
        give_up_s: a store that takes nothing for so long is left to the next who feeds it.
    """

    async def feed(store: Store, port: Projection) -> int:
        behind, moved = -1, time.monotonic()
        while time.monotonic() - moved < give_up_s:
            try:
                now = (await drain(records, {store: port}, limit_s=_LIMIT_S))[store]
            except MagicError:
                now = behind
            if not now:
                return 0
            if now < behind:
                moved = time.monotonic()
            behind = now
            await asyncio.sleep(min(_EVERY_S, give_up_s))
        return behind

    found = await asyncio.gather(*(feed(store, port) for store, port in projections.items()))
    return dict(zip(projections, found, strict=True))

"""A process of buyers, who say what was acknowledged: `python -m benchmarks.catalogue.buyer ADDRESS FIRST N WISH`."""

import asyncio
import os
import random
import sys
from pathlib import Path

from integrations.records import postgresql, sqlite
from integrations.records.store import SqlRecords
from magicai.catalogue.inventory.stock import Line, Reservation

OWNER = "shop"
_AT_ONCE = 8


def open_at(address: str) -> SqlRecords:
    """Records at `sqlite:PATH` or `postgresql:SCHEMA URL`."""
    kind, _, place = address.partition(":")
    if kind == "sqlite":
        return sqlite.open(Path(place))
    schema, _, server = place.partition(" ")
    return postgresql.open(server, schema)


def acknowledge(*words: object) -> None:
    """Say it in one system call, so that it is whole and outlives this process."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


async def buy(records: SqlRecords, buyer: int, wish: str) -> None:
    """Buy once, as this buyer always would: in one go, or by a reservation, which may expire while it is paid."""
    inventory, dice = records.inventory, random.Random(f"{buyer} {wish}")  # noqa: S311 - wishes
    item, units = (wish, 1) if wish != "bundles" else (dice.choice(("set", "box", "a", "b")), dice.randint(1, 2))
    lines = [Line(item, units)]
    if dice.random() < 0.3:  # noqa: PLR2004 - some buy in one go
        if isinstance(await inventory.sell(OWNER, f"sale-{buyer}", lines), list):
            acknowledge("sold", buyer, item, units)
        return
    late = dice.random() < 0.3  # noqa: PLR2004 - some pay late
    held = await inventory.reserve(OWNER, f"order-{buyer}", lines, ttl_s=0.05 if late else 60)
    if not isinstance(held, Reservation):
        return
    await asyncio.sleep(0.1 if late else 0)
    if isinstance(await inventory.sell_reserved(OWNER, held.reservation_id), Reservation):
        acknowledge("sold", buyer, item, units)


async def main() -> None:
    """Buy for COUNT buyers from number FIRST on."""
    address, first, count, wish = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    records, places = open_at(address), asyncio.Semaphore(_AT_ONCE)

    async def one(buyer: int) -> None:
        async with places:
            await buy(records, buyer, wish)

    await asyncio.gather(*(one(buyer) for buyer in range(first, first + count)))
    await records.close()
    acknowledge("done")


if __name__ == "__main__":
    asyncio.run(main())

"""Many buyers in many processes, some of them killed: what was sold too often, and what was lost."""

import argparse
import asyncio
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from benchmarks.catalogue.buyer import OWNER, open_at
from magicai.catalogue.inventory.stock import Line, Movement
from magicai.values.ids import new_id

_PROCESSES = 6
_PARTS = {"set": {"a": 2, "b": 1}, "box": {"b": 3}}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came out.

    Attributes:
        oversold: units sold above those that there were, and items whose ledger does not add up.
        lost: acknowledged sales that the ledger does not have exactly once.
        left: units that nobody could buy though they were there, where buyers wanted more than there was.
    """

    buyers: int
    sold: int
    oversold: int
    lost: int
    left: int
    kills: int
    seconds: float


async def trade(address: str, wish: str, *, buyers: int, units: int, kills: int = 0) -> Outcome:
    """Let buyers of one wish (an item, or `bundles`) buy at once; killed processes start over with the same orders."""
    records = open_at(address)
    stocked = ["a", "b"] if wish == "bundles" else [wish]
    await records.inventory.receive(OWNER, new_id(), [Line(item, units) for item in stocked])
    if wish == "bundles":
        for bundle, parts in _PARTS.items():
            await records.inventory.set_bundle(OWNER, bundle, [Line(item, n) for item, n in parts.items()])
    began, said, killed = time.monotonic(), list[str](), 0
    each = -(-buyers // _PROCESSES)
    pending: list[int] = [start * each for start in range(_PROCESSES)]
    dice = random.Random(7)  # noqa: S311 - which process is killed
    while pending:
        left = kills - killed
        processes = [(first, _start(address, first, each, wish)) for first in pending]
        if left > 0:
            await asyncio.sleep(dice.uniform(1.0, 2.5))
            for _, victim in dice.sample(processes, min(left, 2)):
                if victim.poll() is None:
                    victim.kill()
                    killed += 1
        lines = await asyncio.gather(*(asyncio.to_thread(process.communicate) for _, process in processes))
        said += [line for out, _ in lines for line in out.splitlines()]
        pending = [first for (first, _), (out, _) in zip(processes, lines, strict=True) if "done" not in out.split()]
    seconds = time.monotonic() - began
    await asyncio.sleep(0.1)  # until the last short reservation is over
    moves = [move for item in stocked for move in await records.inventory.ledger(OWNER, item, limit=1_000_000)]
    wrong = await records.inventory.audit(OWNER)
    stands = await records.inventory.stock(OWNER, stocked)
    await records.close()
    sold = -sum(move.change for move in moves if move.kind == "sale")
    acknowledged = _acknowledged(said)
    lost = sum((_units(acknowledged) - _sold(moves)).values())
    free = 0 if wish == "bundles" else sum(stand.available for stand in stands)
    oversold = max(0, sold - units * len(stocked)) + len(wrong) + sum(stand.on_hand < 0 for stand in stands)
    return Outcome(buyers, sold, oversold, lost, free, killed, seconds)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What is asked for."""
    parser.add_argument("--postgresql", metavar="URL", help="inventory: a server to trade on, too")


def measure(options: argparse.Namespace) -> bool:
    """Trade on every store."""
    rows: list[tuple[str, ...]] = []
    met = True
    for store in ("sqlite", *(("postgresql",) if options.postgresql else ())):
        for name, wish, buyers, units, kills in _cases(quick=options.quick):
            outcome = asyncio.run(_on(store, options.postgresql, wish, buyers=buyers, units=units, kills=kills))
            met = met and not (outcome.oversold or outcome.lost or outcome.left)
            print(f"{store}: {name}: {outcome}", file=sys.stderr, flush=True)
            counts = (outcome.kills, outcome.sold, outcome.oversold, outcome.lost)
            rows.append((store, name, *map(str, counts), f"{outcome.buyers / outcome.seconds:.0f}"))
    head = ("store", "inventory", "kills", "units sold", "oversold", "lost", "buyers a second")
    print("\n".join(f"| {' | '.join(cells)} |" for cells in (head, ("---",) * len(head), *rows)))
    return met


async def _on(store: str, server: str | None, wish: str, *, buyers: int, units: int, kills: int) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        schema = f"bench_{new_id().replace('-', '')[:16]}"
        address = f"sqlite:{Path(folder) / 'records.sqlite3'}" if store == "sqlite" else f"postgresql:{schema} {server}"
        records = open_at(address)
        await records.check()
        try:
            return await trade(address, wish, buyers=buyers, units=units, kills=kills)
        finally:
            if store == "postgresql":
                from sqlalchemy import text

                await records.database.write(lambda c: c.execute(text(f'DROP SCHEMA "{schema}" CASCADE')).close())
            await records.close()


def _cases(*, quick: bool) -> list[tuple[str, str, int, int, int]]:
    many = 240 if quick else 1000
    return [
        ("120 buyers of the last unit", "last", 120, 1, 0),
        (f"{many} buyers of ten", "ten", many, 10, 0),
        (f"{many} buyers of bundles, reservations that expire while they are paid", "bundles", many, 60, 0),
        (f"{many} buyers of bundles, killed with -9", "bundles", many, 600, 4 if quick else 10),
    ]


def _start(address: str, first: int, count: int, wish: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.catalogue.buyer", address, str(first), str(count), wish]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def _acknowledged(said: list[str]) -> set[tuple[str, str, int]]:
    """Sales by buyer: one who was killed and came again has bought once."""
    found = [line.split() for line in said if line.startswith("sold ")]
    return {(buyer, item, int(units)) for _, buyer, item, units in found}


def _units(acknowledged: set[tuple[str, str, int]]) -> Counter[str]:
    units = Counter[str]()
    for _, item, bought in acknowledged:
        for part, n in _PARTS.get(item, {item: 1}).items():
            units[part] += n * bought
    return units


def _sold(moves: list[Movement]) -> Counter[str]:
    units = Counter[str]()
    for move in moves:
        if move.kind == "sale":
            units[move.item] -= move.change
    return units

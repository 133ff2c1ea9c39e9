"""Processes that spend one workspace's budget at once, until nothing is left; test_budgets_of_processes.py counts.

    python -m tests.contract.records.spender ADDRESS PROCESSES

Forks them, lets all begin together, and prints what each has settled, in billionths of a US dollar.
"""

import asyncio
import os
import random
import sys
from collections.abc import Callable
from pathlib import Path

from integrations.records import postgresql, sqlite
from magicai.ports import Budget, Limits, Records, Spender

LIMITS = Limits(workspace=1.0)
# What a call may cost, and what it does, in billionths.
_MOST = 10_000_000
_COSTS = (4_000_000, 7_345_679, _MOST)
_BILLION = 1_000_000_000


def open_at(address: str) -> Records:
    kind, _, place = address.partition(":")
    if kind == "sqlite":
        return sqlite.open(Path(place))
    schema, _, server = place.partition(" ")
    return postgresql.open(server, schema, pool=1)


async def spend(records: Records, number: int) -> int:
    """Call until the budget refuses; answers what was settled."""
    spender, settled = Spender("shop", f"run-{number}", 1, person=f"person-{number % 5}"), 0
    chance = random.Random(number)
    while True:
        got = await records.budgets.reserve(spender, _MOST / _BILLION, LIMITS, ttl_s=600)
        if isinstance(got, Budget):
            if got.spent + _MOST / _BILLION > 1.0:
                return settled
            await asyncio.sleep(chance.uniform(0.05, 0.3))
            continue
        cost = chance.choice(_COSTS)
        await records.budgets.settle(got, cost / _BILLION)
        settled += cost


async def become(address: str, number: int, wait: Callable[[], object]) -> None:
    records = open_at(address)
    await records.budgets.budgets(Spender("shop"), LIMITS)  # open before all begin
    wait()
    settled = await spend(records, number)
    os.write(1, f"{settled}\n".encode())  # one system call: lines stay whole
    await records.close()


def main(address: str, processes: int) -> int:
    begins, begin = os.pipe()
    children: list[int] = []
    for number in range(processes):
        pid = os.fork()
        if not pid:
            os.close(begin)
            asyncio.run(become(address, number, lambda: os.read(begins, 1)))
            os._exit(0)
        children.append(pid)
    os.close(begin)  # whoever reads now sees the end of the pipe
    return sum(os.waitpid(pid, 0)[1] for pid in children)


if __name__ == "__main__":
    sys.exit(min(1, main(sys.argv[1], int(sys.argv[2]))))

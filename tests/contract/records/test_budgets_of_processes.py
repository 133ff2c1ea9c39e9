import asyncio
import os
import sys
from pathlib import Path

import pytest

from magicai.ports import Records, Spender
from magicai.values.times import now_us
from tests.contract.records.example_rows import Place
from tests.contract.records.spender import LIMITS

# A team's processes are on PostgreSQL; of SQLite, all writers wait for one lock, however many they are.
PROCESSES = {"postgresql": 50, "sqlite": 20}
SHOP = Spender("shop")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the spenders are forked, to start at once")


async def test_fifty_processes_spend_one_budget_and_not_more_and_each_alert_comes_once(place: Place) -> None:
    records: Records = place.open(now_us)
    processes = PROCESSES[place.address.partition(":")[0]]
    command = [sys.executable, "-m", "tests.contract.records.spender", place.address, str(processes)]
    root = Path(__file__).parents[3]
    spenders = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, cwd=root)
    saying = asyncio.create_task(spenders.communicate())
    seen: list[float] = []
    while not saying.done():
        (workspace, _) = await records.budgets.budgets(SHOP, LIMITS)
        seen.append(workspace.spent + workspace.reserved)
        await asyncio.sleep(0.05)
    said, _ = await saying
    assert spenders.returncode == 0
    settled = [int(line) for line in said.split()]
    assert len(settled) == processes
    workspace, everybody = await records.budgets.budgets(SHOP, LIMITS)
    assert round(workspace.spent * 1e9) == round(everybody.spent * 1e9) == sum(settled)
    assert workspace.reserved == 0
    assert max(seen) <= 1.0
    assert 0.99 < workspace.spent <= 1.0, "what is left is less than a call may cost"
    alerts = await records.budgets.alerts(since=0, limit=100)
    assert [(one.scope, one.owner_id, one.threshold) for one in alerts] == [
        ("workspace", "shop", 80),
        ("workspace", "shop", 100),
    ]
    persons = [await records.budgets.budgets(Spender("shop", person=f"person-{n}"), LIMITS) for n in range(5)]
    assert round(sum(budgets[0].spent for budgets in persons) * 1e9) == sum(settled)
    await records.close()

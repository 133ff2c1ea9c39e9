"""What somebody's runs have used."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from magicai.accounts.account import Usage, WorkflowUsage
from magicai.ports import Records, Spent
from magicai.values.money import Money
from magicai.values.times import now_us

_DAY_US = 86_400_000_000
_SMALLEST = Decimal("0.000001")


async def usage_of(records: Records, owner_id: str, *, days: int) -> Usage:
    """What an owner's runs of the last days have used, however they ended."""
    since = now_us() - days * _DAY_US
    found = await records.runs.spent(owner_id=owner_id, since=since)
    ended = [one for one in found if one.status.ended]
    workflows = [
        WorkflowUsage(workflow=name, runs=len(its), **_used(its))
        for name in sorted({one.workflow for one in ended})
        if (its := [one for one in ended if one.workflow == name])
    ]
    runs = dict(Counter(one.status for one in found))
    return Usage(since=since, runs=runs, workflows=workflows, **_used(ended))


def _used(runs: Iterable[Spent]) -> dict[str, Any]:
    runs = list(runs)
    cost = sum((run.cost.amount for run in runs), Decimal(0))
    return {
        "duration_s": round(sum(run.seconds for run in runs), 3),
        "cost": Money(amount=cost.quantize(_SMALLEST).normalize() + 0),
        "prompt_tokens": sum(run.cost.prompt_tokens for run in runs),
        "completion_tokens": sum(run.cost.completion_tokens for run in runs),
    }

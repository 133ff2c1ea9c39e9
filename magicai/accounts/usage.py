"""What somebody's runs have used."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from statistics import median
from typing import Any

from magicai.accounts.account import MonthsBudget, Usage, WorkflowUsage
from magicai.ports import Limits, Records, Spender, Spent
from magicai.runs.run import RunStatus
from magicai.values.money import Money
from magicai.values.times import DAY_US, now_us

_SMALLEST = Decimal("0.000000001")


async def usage_of(records: Records, owner_id: str, *, days: int, limit: float | None) -> Usage:
    """What an owner's runs of the last days have used, however they ended.

    Args:
        limit: what the workspace may spend in a month, in US dollars.
    """
    since = now_us() - days * DAY_US
    found = await records.runs.spent(owner_id=owner_id, since=since)
    ended = [one for one in found if one.status.ended]
    workflows = [
        WorkflowUsage(
            workflow=name,
            runs=len(its),
            completed=sum(one.status is RunStatus.COMPLETED for one in its),
            usual_s=round(median(one.seconds for one in its), 3),
            **_used(its),
        )
        for name in sorted({one.workflow for one in ended})
        if (its := [one for one in ended if one.workflow == name])
    ]
    runs = dict(Counter(one.status for one in found))
    this_month, *_ = await months_budgets(records, Spender(owner_id), Limits(workspace=limit))
    return Usage(since=since, runs=runs, workflows=workflows, this_month=this_month, **_used(ended))


async def months_budgets(records: Records, spender: Spender, limits: Limits) -> list[MonthsBudget]:
    """How the budgets of this month stand: the person's where one is named, the workspace's, everybody's."""
    found = await records.budgets.budgets(spender, limits)
    return [
        MonthsBudget(
            scope=one.scope,
            spent=_dollars(Decimal(str(one.spent))),
            reserved=_dollars(Decimal(str(one.reserved))),
            limit=None if one.limit is None else _dollars(Decimal(str(one.limit))),
        )
        for one in found
        if one.scope != "run"
    ]


def _used(runs: Iterable[Spent]) -> dict[str, Any]:
    runs = list(runs)
    cost = sum((run.cost.amount for run in runs), Decimal(0))
    return {
        "duration_s": round(sum(run.seconds for run in runs), 3),
        "cost": _dollars(cost),
        "prompt_tokens": sum(run.cost.prompt_tokens for run in runs),
        "completion_tokens": sum(run.cost.completion_tokens for run in runs),
    }


def _dollars(amount: Decimal) -> Money:
    return Money(amount=amount.quantize(_SMALLEST).normalize() + 0)

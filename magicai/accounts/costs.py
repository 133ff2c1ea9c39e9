"""What an owner's calls of language models have cost, grouped, by run, and as a CSV file."""

import csv
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Mapping
from typing import IO

from magicai.accounts.cost_period import Period
from magicai.errors import NotFound
from magicai.ports import CostGrouping, CostOfDay, CostOfRun, CostSum, Identities, Records
from magicai.values.cells import harmless
from magicai.values.times import to_iso

_AT_ONCE = 1000
COLUMNS = (
    *("run", "workflow", "started", "person", "models", "calls", "prompt_tokens", "completion_tokens"),
    *("amount", "currency", "estimated"),
)


async def costs_by_day(
    records: Records, owner_id: str, by: CostGrouping, period: Period
) -> tuple[list[CostOfDay], dict[str, CostSum]]:
    """What was spent each day, and in each group, of which the first cost most; keys of people are their ids."""
    days = await records.costs.by_day(owner_id, by, period.bounds)
    groups = defaultdict[str, CostSum](CostSum)
    for one in days:
        groups[one.key] += one.sum
    return days, dict(sorted(groups.items(), key=lambda group: (-group[1].amount, -group[1].calls, group[0])))


async def costs_by_run(
    records: Records, owner_id: str, period: Period, *, before: str | None = None, limit: int
) -> list[CostOfRun]:
    """What each run has spent in these days, the newest first."""
    bounds = period.bounds
    return await records.costs.by_run(owner_id, bounds[0], bounds[-1], before=before, limit=limit)


async def names_of(identities: Identities, user_ids: Collection[str]) -> dict[str, str]:
    """What people are called; who is gone, by their id."""
    found: dict[str, str] = {}
    for user_id in set(user_ids) - {""}:
        try:
            found[user_id] = (await identities.user(user_id)).name
        except NotFound:
            found[user_id] = user_id
    return found


async def write_csv(records: Records, owner_id: str, period: Period, file: IO[str]) -> int:
    """Write the costs of all runs as CSV, without formulas; answers of how many."""
    writer, count = csv.writer(file), 0
    writer.writerow(COLUMNS)
    names: dict[str, str] = {}
    async for page in _pages(records, owner_id, period):
        names |= await names_of(records.identities, {one.person for one in page} - names.keys())
        writer.writerows(_row(one, names) for one in page)
        count += len(page)
    return count


async def _pages(records: Records, owner_id: str, period: Period) -> AsyncIterator[list[CostOfRun]]:
    before = None
    while page := await costs_by_run(records, owner_id, period, before=before, limit=_AT_ONCE):
        yield page
        before = page[-1].run_id


def _row(one: CostOfRun, names: Mapping[str, str]) -> tuple[object, ...]:
    started = "" if one.created_at is None else to_iso(one.created_at)
    person, called = harmless(names.get(one.person, "")), harmless("; ".join(one.models))
    tokens = (one.sum.prompt_tokens, one.sum.completion_tokens)
    amount, estimated = f"{one.sum.amount.normalize():f}", "yes" if one.sum.inexact else "no"
    return one.run_id, one.workflow, started, person, called, one.sum.calls, *tokens, amount, "USD", estimated

"""What one's calls of language models have cost."""

from io import TextIOWrapper
from tempfile import TemporaryFile
from typing import Annotated

from pydantic import Field

from magicai.accounts.cost_period import period_of
from magicai.accounts.costs import costs_by_day, costs_by_run, names_of, write_csv
from magicai.operations.lists import USUAL, Cursor, Day, Limit
from magicai.operations.operation import Context, Download, operation
from magicai.paging import cut, place_of
from magicai.ports import LONGEST_COST_DAYS, CostGrouping, CostSum
from magicai.shapes.costs import CostGroup, Costs, CostShown, DayCost, RunCostList, cost_fields, run_cost
from magicai.values.times import now_us

TAG = "costs"

_From = Annotated[Day | None, Field(description="First day. Default: `days` before the end.")]
_To = Annotated[Day | None, Field(description="Last day. Default: today.")]
_Days = Annotated[int, Field(ge=1, le=LONGEST_COST_DAYS, description="Number of days, without `from_day`.")]
_Zone = Annotated[str, Field(max_length=100, description="Time zone of the days, such as Europe/Oslo.")]


@operation("GET", "/api/costs")
async def show_costs(
    context: Context,
    *,
    from_day: _From = None,
    to_day: _To = None,
    days: _Days = 30,
    zone: _Zone = "UTC",
    by: CostGrouping = "workflow",
) -> Costs:
    """Costs of your calls of language models by day, and by workflow, model or person, however the runs ended."""
    asked = period_of(from_day, to_day, days, zone, now_us())
    found, groups = await costs_by_day(context.records, context.owner_id, by, asked)
    people = await names_of(context.records.identities, groups) if by == "person" else {}
    dates = asked.days
    return Costs(
        from_day=asked.from_day,
        to_day=asked.to_day,
        zone=zone,
        by=by,
        total=CostShown.model_validate(cost_fields(sum(groups.values(), CostSum()))),
        groups=[
            CostGroup.model_validate({**cost_fields(cost), "key": key, "name": people.get(key, key)})
            for key, cost in groups.items()
        ],
        days=[DayCost.model_validate({**cost_fields(one.sum), "day": dates[one.day], "key": one.key}) for one in found],
    )


@operation("GET", "/api/costs/runs")
async def list_run_costs(
    context: Context,
    *,
    from_day: _From = None,
    to_day: _To = None,
    days: _Days = 30,
    zone: _Zone = "UTC",
    limit: Limit = USUAL,
    cursor: Cursor = "",
) -> RunCostList:
    """Costs by run, newest first: what its calls in these days have cost, however it ended."""
    (before,) = place_of(cursor, str) or (None,)
    found = await costs_by_run(
        context.records,
        context.owner_id,
        period_of(from_day, to_day, days, zone, now_us()),
        before=before,
        limit=limit + 1,
    )
    shown, next_cursor = cut(found, limit, lambda one: (one.run_id,))
    people = await names_of(context.records.identities, {one.person for one in shown})
    return RunCostList(items=[run_cost(one, people.get(one.person, "")) for one in shown], next_cursor=next_cursor)


@operation("GET", "/api/costs/runs.csv", patience_s=600, audited="data.costs_exported")
async def export_run_costs(
    context: Context, *, from_day: _From = None, to_day: _To = None, days: _Days = 30, zone: _Zone = "UTC"
) -> Download:
    """Costs by run as a CSV file."""
    asked = period_of(from_day, to_day, days, zone, now_us())
    body = TemporaryFile("w+b")  # noqa: SIM115 - whoever takes it closes it
    # With a byte order mark: without one, Excel misreads everything but English.
    text = TextIOWrapper(body, "utf-8-sig", newline="", write_through=True)
    count = await write_csv(context.records, context.owner_id, asked, text)
    text.detach()
    body.seek(0)
    name = f"costs-{asked.from_day}-{asked.to_day}.csv"
    return Download(name, "text/csv; charset=utf-8", body, {"runs": count})

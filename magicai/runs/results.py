"""A run's result as contracts.md publishes it.

The row keeps references where products belong (`{"$products_of": [CRAWL, ...]}`), since a shop may have thousands.
"""

from typing import Any, cast

from magicai.ports import Records
from magicai.runs.run import JSON, Run, RunResult
from magicai.values.times import to_iso

REFERENCE = "$products_of"


def products_of(*crawl_ids: str) -> JSON:
    """What stands in a kept result for the products of crawls."""
    return {REFERENCE: list(crawl_ids)}


async def whole_result(records: Records, run: Run) -> JSON:
    """A run's result with its products; of a run that has not ended, what is known of it."""
    if run.result is not None:
        return await filled(records, run.result)
    if not run.status.ended or run.finished_at is None:
        return {"run_id": run.run_id, "workflow": run.workflow, "status": run.status, "problems": []}
    # Cancelled before any attempt began.
    return RunResult(
        run_id=run.run_id,
        workflow=run.workflow,
        status=run.status,
        started_at=to_iso(run.created_at),
        finished_at=to_iso(run.finished_at),
        execution_time=0.0,
    ).model_dump(mode="json")


async def filled(records: Records, value: Any) -> Any:
    """A kept value with each reference replaced by the products that it means."""
    if isinstance(value, dict):
        parts = cast("JSON", value)
        if set(parts) == {REFERENCE}:
            return [
                product.model_dump(mode="json")
                for crawl_id in parts[REFERENCE]
                async for product in records.products.of_crawl(crawl_id)
            ]
        return {name: await filled(records, part) for name, part in parts.items()}
    if isinstance(value, list):
        return [await filled(records, part) for part in cast("list[Any]", value)]
    return value

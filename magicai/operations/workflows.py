"""Workflows: which there are."""

from pydantic import BaseModel

from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import sliced
from magicai.runs import registry
from magicai.shapes.runs import WorkflowList, WorkflowShown

TAG = "workflows"


@operation("GET", "/api/workflows", polled=True)
async def list_workflows(_context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> WorkflowList:
    """All workflows, with their parameters and results as JSON Schemas."""
    names, next_cursor = sliced(registry.names(), limit, cursor)
    return WorkflowList(items=[workflow_shown(name) for name in names], next_cursor=next_cursor)


def workflow_shown(name: str) -> WorkflowShown:
    """A workflow by its name."""
    shape: type[BaseModel] = registry.workflow(name).request
    schema, sample = shape.model_json_schema(), registry.workflow(name).sample
    return WorkflowShown(
        name=name,
        title=schema.get("title", name),
        description=shape.__doc__ or "",
        parameters=schema,
        result=registry.workflow(name).result.model_json_schema(mode="serialization"),
        sample=sample.title if sample else None,
        links={"start": f"/api/workflows/{name}", "plan": f"/api/plans/{name}"},
    )

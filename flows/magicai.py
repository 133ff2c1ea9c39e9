"""Run an action, which combines verbs of one or more workflows."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from integrations.prefect.walk import walk
from magicai.runs.composing.composed import WORKFLOW, Composed
from magicai.runs.composing.composition import compose


@flow(name=WORKFLOW.name, persist_result=False)
async def magicai(request: Composed) -> State[Any]:
    """Run an action, which combines verbs of one or more workflows.

    Args:
        request: What to do, and with which parameters.
    """
    return await walk(compose(request), request)

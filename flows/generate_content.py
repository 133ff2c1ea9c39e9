"""Write texts from a template and variables. What they contradict or lack is marked."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from integrations.prefect.walk import walk
from magicai.brain.planner import goal
from magicai.content.generate_content import WORKFLOW, GenerateContent
from tasks.generate_content.file_texts import file_texts
from tasks.generate_content.read_template import read_template
from tasks.generate_content.write_texts import write_texts
from tasks.shared.index_stores import index_stores

GOAL = goal(
    WORKFLOW,
    provides=("written", "filed", "indexed"),
    steps=(read_template, write_texts, file_texts, index_stores.after("filed")),
)


@flow(name=WORKFLOW.name, persist_result=False)
async def generate_content(request: GenerateContent) -> State[Any]:
    """Write one text or many, each from a row of variables.

    Args:
        request: What to write, and from what.
    """
    return await walk(GOAL, request)

"""Add documents, from which questions are answered."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from integrations.prefect.walk import walk
from magicai.brain.planner import goal
from magicai.knowledge.add_documents import WORKFLOW, AddDocuments
from tasks.add_documents.keep_documents import keep_documents
from tasks.add_documents.read_sites import read_sites
from tasks.shared.index_stores import index_stores

GOAL = goal(WORKFLOW, provides=("kept", "indexed"), steps=(read_sites, keep_documents, index_stores.after("kept")))


@flow(name=WORKFLOW.name, persist_result=False)
async def add_documents(request: AddDocuments) -> State[Any]:
    """Read documents, and keep their passages for search and answers.

    Args:
        request: What to add.
    """
    return await walk(GOAL, request)

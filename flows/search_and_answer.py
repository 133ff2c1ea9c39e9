"""Answer a question from documents, with sources."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from integrations.prefect.walk import walk
from magicai.brain.planner import goal
from magicai.knowledge.search_and_answer import WORKFLOW, SearchAndAnswer
from tasks.search_and_answer.note_answer import note_answer
from tasks.search_and_answer.rank_context import rank_context
from tasks.search_and_answer.read_question import read_question
from tasks.search_and_answer.search_full_text import search_full_text
from tasks.search_and_answer.search_semantic import search_semantic
from tasks.search_and_answer.write_answer import write_answer

GOAL = goal(
    WORKFLOW,
    provides=("answered", "noted"),
    steps=(read_question, search_semantic, search_full_text, rank_context, write_answer, note_answer),
)


@flow(name=WORKFLOW.name, persist_result=False)
async def search_and_answer(request: SearchAndAnswer) -> State[Any]:
    """Answer a question from documents, with sources; without a language model, show the closest passages.

    Args:
        request: The question.
    """
    return await walk(GOAL, request)

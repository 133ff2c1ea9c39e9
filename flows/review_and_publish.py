"""Check a piece, have it approved by a person, and publish it exactly once."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State

from integrations.prefect.walk import walk
from magicai.brain.planner import goal
from magicai.publishing.review_and_publish import WORKFLOW, ReviewAndPublish
from tasks.review_and_publish.check_content import check_content
from tasks.review_and_publish.publish_posts import publish_posts
from tasks.review_and_publish.request_review import request_review
from tasks.review_and_publish.take_submission import take_submission

GOAL = goal(
    WORKFLOW,
    provides=("submitted", "checked", "reviewed", "published"),
    steps=(take_submission, check_content, request_review.after("checked"), publish_posts),
)


@flow(name=WORKFLOW.name, persist_result=False)
async def review_and_publish(request: ReviewAndPublish) -> State[Any]:
    """Check a piece, have it approved by a person, and publish it exactly once.

    A person is never waited for: the run ends, and the decision starts the next one.

    Args:
        request: The piece, and where to publish it.
    """
    return await walk(GOAL, request)

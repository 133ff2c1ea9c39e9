"""A piece about the sample shop that waits for review, as sample data."""

from collections.abc import Collection

from pydantic import BaseModel

from magicai.errors import NotFound
from magicai.operations.operation import Context
from magicai.operations.sample_data import SampleData
from magicai.publishing.posts import KIND, PUBLIC, posts_of
from magicai.publishing.review_and_publish import ReviewAndPublish
from magicai.runs.run import Run

TAG = "publishing"
_TEXT = """Our carbon steel skillets are back in three sizes.

## What is new

- A lid that fits all three
- A handle that stays cool for ten minutes
- Re-seasoning in our workshop for 18 USD

Each pan arrives with its first coat of linseed oil baked in. The best pan in the world? Try it for 30 days.
"""


async def _request(_context: Context) -> BaseModel:
    return ReviewAndPublish(title="The carbon steel skillets are back", text=_TEXT, tags=("kitchen", "pans"))


async def _remove(context: Context, run: Run) -> bool:
    """What somebody has edited, commented, decided about or let be posted stays."""
    if await posts_of(context.records, run.run_id, owner_id=context.owner_id):
        return True
    try:
        kept = await context.ports.publishing.submissions.get(run.run_id, owner_id=context.owner_id)
    except NotFound:  # the run failed before it was submitted
        return False
    submission = kept.submission
    if len(submission.versions) > 1 or submission.comments or submission.decisions:
        return True
    await context.ports.publishing.known_texts.forget(context.owner_id, "published", run.run_id)
    return False


async def _has_post(context: Context, _samples: Collection[str]) -> bool:
    entities = context.records.entities
    return any([await entities.count(context.owner_id, KIND, state) for state in PUBLIC])


SAMPLE_DATA = (SampleData("review-and-publish", _request, _remove),)
FIRST_STEPS = {"publish": _has_post}

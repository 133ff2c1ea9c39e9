from pydantic import BaseModel

from magicai.brain.steps import StepRun, step
from magicai.messages import say
from magicai.publishing.ports import PublishingRecords
from magicai.publishing.review_and_publish import ReviewAndPublish
from magicai.publishing.review_messages import Notify, tell_reviewers
from magicai.publishing.review_settings import rules_in, telling_of
from magicai.publishing.reviewing import open_review
from magicai.publishing.submission import Status
from magicai.runs.run import Problem
from magicai.settings import Settings
from tasks.review_and_publish.take_submission import Submitted


class Reviewed(BaseModel):
    """Whether a person must decide."""

    status: str


@step(provides="reviewed", retries=2)
async def request_review(
    run: StepRun,
    request: ReviewAndPublish,
    submitted: Submitted,
    *,
    publishing: PublishingRecords,
    settings: Settings,
    notify: Notify,
    page: str,
) -> Reviewed:
    """Approve the piece if the policy allows it, else ask people to decide; the run does not wait for them."""
    if request.action == "withdraw":
        return Reviewed(status=submitted.status)
    rules = await rules_in(publishing, settings, run.owner_id)
    after = await open_review(publishing, submitted.content_id, rules)
    if after.status is Status.PENDING_REVIEW:
        what = say("submission_waits", title=after.title, content_id=after.content_id)
        kept = await publishing.submissions.get(submitted.content_id, owner_id=run.owner_id)
        if not kept.submission.told:
            await tell_reviewers(publishing, after.content_id, rules, telling_of(settings, notify, page))
        problem = Problem.saying("review", what)
        await publishing.runs.need_review(run.run_id, problem.model_dump(mode="json", exclude={"temporary"}))
    return Reviewed(status=after.status.value)

from pydantic import BaseModel

from magicai.brain.steps import StepRun, step
from magicai.publishing.checks import check
from magicai.publishing.checks.context import COUNTRIES, Context
from magicai.publishing.ports import PublishingRecords
from magicai.publishing.review_and_publish import FindingShown
from magicai.publishing.reviewing import keep_findings
from magicai.publishing.submission import Submission
from tasks.review_and_publish.take_submission import Submitted


class Checked(BaseModel):
    """What the checks found."""

    findings: tuple[FindingShown, ...]


@step(provides="checked", retries=2)
async def check_content(run: StepRun, submitted: Submitted, *, publishing: PublishingRecords) -> Checked:
    """Check the piece, unless it was checked as it is."""
    kept = await publishing.submissions.get(submitted.content_id, owner_id=run.owner_id)
    if not kept.submission.is_checked:
        found = await check(kept.submission.latest.draft.piece, context_of(kept.submission))
        await keep_findings(publishing, submitted.content_id, submitted.digest, found)
        kept = await publishing.submissions.get(submitted.content_id, owner_id=run.owner_id)
    shown = [
        FindingShown(
            rule=one.rule,
            severity=one.severity,
            place=one.place.model_dump(),
            suggestion=one.suggestion,
            confidence=one.confidence,
            message=one.message,
            text=one.text,
        )
        for one in kept.submission.findings.found
    ]
    return Checked(findings=tuple(shown))


def context_of(submission: Submission) -> Context:
    """What a submission is checked against."""
    country = submission.country.upper()
    return Context(owner_id=submission.owner_id, countries=tuple(one for one in COUNTRIES if one == country))

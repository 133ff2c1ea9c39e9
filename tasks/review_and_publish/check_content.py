from collections.abc import Mapping

from pydantic import BaseModel

from magicai.brain.steps import StepRun, step
from magicai.publishing.checking import check_submission, house_of
from magicai.publishing.checks.check import Looks
from magicai.publishing.ports import PublishingRecords
from magicai.publishing.review_and_publish import FindingShown
from magicai.publishing.reviewing import keep_findings
from magicai.settings import Settings
from tasks.review_and_publish.take_submission import Submitted


class Checked(BaseModel):
    """What the checks found."""

    findings: tuple[FindingShown, ...]


@step(provides="checked", retries=2)
async def check_content(
    run: StepRun,
    submitted: Submitted,
    *,
    publishing: PublishingRecords,
    checks: Mapping[str, Looks],
    settings: Settings,
) -> Checked:
    """Check the piece, unless it was checked as it is."""
    kept = await publishing.submissions.get(submitted.content_id, owner_id=run.owner_id)
    if not kept.submission.is_checked:
        house = house_of(settings.brands, settings.sensitive_words)
        found = await check_submission(kept.submission, publishing, checks, house)
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

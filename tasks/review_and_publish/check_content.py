from collections.abc import Awaitable, Callable, Mapping

from pydantic import BaseModel

from magicai.brain.steps import StepRun, step
from magicai.errors import MagicError
from magicai.messages import say
from magicai.ports import TextModel
from magicai.publishing.checking import check_submission, house_of
from magicai.publishing.checks.check import Looks
from magicai.publishing.checks.moderation import JUDGED, Moderation
from magicai.publishing.findings import Finding, Findings, NotChecked
from magicai.publishing.ports import PublishingRecords
from magicai.publishing.review_and_publish import ReviewAndPublish
from magicai.publishing.reviewing import keep_findings
from magicai.publishing.submission import UNDECIDED
from magicai.settings import Settings
from tasks.review_and_publish.take_submission import Submitted


class Checked(BaseModel):
    """What the checks found, and what was not checked."""

    findings: tuple[Finding, ...]
    not_checked: tuple[NotChecked, ...] = ()


@step(provides="checked", text_role="moderator", retries=2)
async def check_content(
    run: StepRun,
    request: ReviewAndPublish,
    submitted: Submitted,
    *,
    publishing: PublishingRecords,
    checks: Mapping[str, Looks],
    text_model: Callable[..., Awaitable[TextModel | None]],
    settings: Settings,
) -> Checked:
    """Check the piece, unless it was checked as it is and nobody asks for it again."""
    kept = await publishing.submissions.get(submitted.content_id, owner_id=run.owner_id)
    again = request.action == "check" and kept.submission.status in UNDECIDED
    if not kept.submission.is_checked or again:
        house = house_of(settings.brands, settings.sensitive_words, settings.review_unchecked)
        moderation = Moderation(await _moderator(run, text_model), publishing.entities, run.reporter.spent)
        found = await check_submission(kept.submission, publishing, {**checks, "moderation": moderation}, house)
        await _tell(run, moderation, found)
        await keep_findings(publishing, submitted.content_id, submitted.digest, found, again=again)
        kept = await publishing.submissions.get(submitted.content_id, owner_id=run.owner_id)
    found = kept.submission.findings
    return Checked(findings=found.found, not_checked=found.not_checked)


async def _tell(run: StepRun, moderation: Moderation, found: Findings) -> None:
    """Say at the run's end why a moderator that was chosen judged nothing."""
    if moderation.model is None:
        return
    unjudged = {one.what: one for one in found.not_checked if one.check in JUDGED}
    for one in unjudged.values():
        await run.reporter.problem(
            "moderator", say("not_all_moderated", why=one.message or one.what), one.way, missing=False
        )


async def _moderator(
    run: StepRun, text_model: Callable[..., Awaitable[TextModel | None]]
) -> TextModel | MagicError | None:
    """The model that judges; the reason where it can't be used."""
    try:
        return await text_model(run.spender)
    except MagicError as error:
        return error

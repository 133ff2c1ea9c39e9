"""The checks of a submission, run again: a moderator was chosen since, or answers now."""

from magicai.accounts.identity import Caller
from magicai.errors import Conflict, NotFound
from magicai.publishing.audit import NewEntry
from magicai.publishing.changing import Change, change
from magicai.publishing.ports import PublishingRecords, StoredSubmission
from magicai.publishing.reviewing import next_run, reviewed
from magicai.publishing.rules import why_closed
from magicai.publishing.submission import UNDECIDED, Submission
from magicai.runs.run import RunStatus


async def recheck(records: PublishingRecords, content_id: str, *, by: Caller) -> StoredSubmission:
    """Queue the run that checks a submission again as it is; while one is under way, it is that one.

    What the checks found before stands, and may be decided about, until the run has replaced it. Decisions, overrides
    and comments stay.

    Raises:
        NotFound: there is no such submission.
        Conflict: somebody has decided about it, or it was withdrawn.
    """
    kept = await reviewed(records, content_id, by=by)
    _must_be_undecided(kept.submission)
    if await is_under_way(records, kept.submission):
        return kept

    async def changed(before: Submission) -> Change:
        _must_be_undecided(before)
        return before, [NewEntry("check", content_id, before.owner_id, by.user.user_id, {"digest": before.digest})]

    kept = await change(records, content_id, changed)
    await next_run(records, kept.submission, f"recheck:{kept.submission.digest}", action="check")
    return kept


async def is_under_way(records: PublishingRecords, submission: Submission) -> bool:
    """Whether the latest run about a submission, or one that follows it, has not ended."""
    unended = [status for status in RunStatus if not status.ended]
    try:
        run = await records.runs.get(submission.run_id)
    except NotFound:
        return False
    if not run.status.ended:
        return True
    return bool(await records.runs.listed(owner_id=run.owner_id, follows=run.run_id, statuses=unended, limit=1))


def _must_be_undecided(submission: Submission) -> None:
    if submission.status not in UNDECIDED:
        raise Conflict(why_closed(submission), way_out="edit_or_submit_again")

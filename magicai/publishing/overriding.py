"""Findings that people override: one that is none, or those of a piece that is approved in spite of them."""

from magicai.accounts.identity import Caller, User
from magicai.errors import Invalid
from magicai.publishing.audit import NewEntry
from magicai.publishing.changing import Change, change
from magicai.publishing.ports import PublishingRecords, StoredSubmission
from magicai.publishing.rules import Rules, may_decide
from magicai.publishing.submission import Override, Submission
from magicai.publishing.submitting import changed_meanwhile
from magicai.values.times import now_us


async def override(
    records: PublishingRecords, content_id: str, number: int, *, by: Caller, rules: Rules, row: int | None = None
) -> StoredSubmission:
    """Say that a finding is none; kept, so that thresholds can learn from it.

    Args:
        number: of the finding; the first is 1.
        row: of what they looked at.

    Raises:
        NotFound: there is no such finding.
        Refused: they may not decide about the submission.
        Conflict: it has other findings than those they looked at.
    """
    user, owner_id = by.user, by.owner_id
    seen = await records.submissions.get(content_id, owner_id=owner_id)
    if row not in (None, seen.row):
        raise changed_meanwhile()

    async def changed(before: Submission) -> Change:
        may_decide(before, by, rules)
        if before.findings != seen.submission.findings:
            raise changed_meanwhile()
        found = before.findings.numbered(number)
        one = Override(by=user.user_id, at=now_us(), rule=found.rule, text=found.text)
        entry = NewEntry("override", content_id, before.owner_id, user.user_id, {"rule": one.rule, "text": one.text})
        return before.model_copy(update={"overrides": (*before.overrides, one)}), [entry]

    return await change(records, content_id, changed, owner_id=owner_id)


def overridden_by(before: Submission, reason: str, user: User, now: int) -> list[Override]:
    """The findings that somebody approves a piece in spite of, beside those that were overridden before.

    Raises:
        Invalid: findings block, and they don't say why it is approved nevertheless.
    """
    blocking = before.findings.blocking
    if not blocking:
        return []
    if not reason.strip():
        raise Invalid("override_reason_missing", count=len(blocking))
    known = {(one.rule, one.text) for one in before.overrides}
    open_ = dict.fromkeys((one.rule, one.text) for one in blocking if (one.rule, one.text) not in known)
    return [Override(by=user.user_id, at=now, rule=rule, text=text, reason=reason) for rule, text in open_]

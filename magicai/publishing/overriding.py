"""Findings that people override: one that is none, or those of a piece that is approved in spite of them."""

from magicai.accounts.identity import Role, User
from magicai.errors import Invalid, NotFound
from magicai.publishing.audit import NewEntry
from magicai.publishing.changing import Change, change
from magicai.publishing.ports import Kept, PublishingRecords
from magicai.publishing.rules import Rules, may_decide
from magicai.publishing.submission import Override, Submission
from magicai.values.times import now_us


async def override(records: PublishingRecords, content_id: str, number: int, *, user: User, rules: Rules) -> Kept:
    """Say that a finding is none; kept, so that thresholds can learn from it.

    Raises:
        NotFound: there is no such finding.
        Refused: they may not decide about the submission.
    """

    async def changed(before: Submission) -> Change:
        may_decide(before, user, rules)
        found = before.findings.found
        if not 0 <= number < len(found):
            raise NotFound(f"There is no finding {number}.", way_out=f"There are {len(found)}.")
        one = Override(by=user.user_id, at=now_us(), rule=found[number].rule, text=found[number].text)
        entry = NewEntry("override", content_id, before.owner_id, user.user_id, {"rule": one.rule, "text": one.text})
        return before.model_copy(update={"overrides": (*before.overrides, one)}), [entry]

    return await change(
        records, content_id, changed, owner_id=None if user.role.covers(Role.REVIEWER) else user.user_id
    )


def overridden_by(before: Submission, reason: str, user: User, now: int) -> list[Override]:
    """The findings that somebody approves a piece in spite of, beside those that were overridden before.

    Raises:
        Invalid: findings block, and they don't say why it is approved nevertheless.
    """
    blocking = before.findings.blocking
    if not blocking:
        return []
    if not reason.strip():
        raise Invalid(
            f"A reason is missing: findings that block: {len(blocking)}.",
            way_out="Say why it is published in spite of them, or correct the text.",
        )
    known = {(one.rule, one.text) for one in before.overrides}
    open_ = dict.fromkeys((one.rule, one.text) for one in blocking if (one.rule, one.text) not in known)
    return [Override(by=user.user_id, at=now, rule=rule, text=text, reason=reason) for rule, text in open_]

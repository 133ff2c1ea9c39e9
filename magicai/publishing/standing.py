"""Whether what was approved is still what would happen: targets are looked at again before each effect."""

from collections.abc import Sequence

from magicai.errors import Conflict
from magicai.messages import Message, say
from magicai.publishing.differences import differences
from magicai.publishing.draft import Account, Payload
from magicai.publishing.ports import PublishingRecords
from magicai.publishing.posts import Post
from magicai.publishing.submission import LIVE, Status, Submission
from magicai.publishing.submitting import targets_of_submission
from magicai.publishing.target import Target


async def must_stand(records: PublishingRecords, content_id: str, digest: str, name: str) -> Target:
    """The target for whose post an approval still holds: what it was given for is what would happen now.

    Args:
        digest: that was approved.
        name: of the target.

    Raises:
        Conflict: the piece was edited or withdrawn, or one of its targets has changed; says what.
        NotFound: one of its targets was removed.
    """
    now = (await records.submissions.get(content_id, owner_id=None)).submission
    if now.status is Status.WITHDRAWN:
        raise Conflict("submission_withdrawn", title=now.title)
    if now.digest != digest or now.status not in LIVE:
        raise Conflict("approved_submission_changed")
    targets = {target.name: target for target in await targets_of_submission(records, now)}
    if why := _differences(now, list(targets.values())):
        raise Conflict("submission_targets_changed", differences=why)
    return targets[name]


async def what_changed(records: PublishingRecords, submission: Submission) -> list[Message]:
    """What has changed at a submission's targets since its digest was made.

    Raises:
        NotFound: one of its targets was removed.
    """
    return _differences(submission, await targets_of_submission(records, submission))


def must_be_at(post: Post, target: Target | Payload) -> None:
    """Let pass what concerns a post where its target still leads: elsewhere, its id may be another post's.

    Raises:
        Conflict: the target leads to another server or account than when the post was made.
    """
    user = target.user if isinstance(target, Target) else (target.account or Account()).user
    # Posts of earlier versions don't say where they were made.
    if post.address and (post.platform, post.address, post.user) != (target.platform, target.address, user):
        where = post.address
        if post.user:
            where = say("address_of_user", user=post.user, address=post.address)
        raise Conflict("post_target_changed", title=post.title, where=where, target=post.target)


def _differences(submission: Submission, targets: Sequence[Target]) -> list[Message]:
    by_name = {target.name: target for target in targets}
    payloads = submission.latest.payloads
    return differences(payloads, [_bound(one, by_name[one.target]) for one in payloads if one.target in by_name])


def _bound(payload: Payload, target: Target) -> Payload:
    """What a target as it is now would get of what was approved."""
    return payload.model_copy(
        update={"platform": target.platform, "address": target.address, "account": target.account}
    )

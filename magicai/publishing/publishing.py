"""The states of a submission while its posts are made."""

from collections.abc import Sequence

from magicai.publishing.audit import NewEntry
from magicai.publishing.changing import Change, change
from magicai.publishing.ports import PublishingRecords, StoredSubmission
from magicai.publishing.posts import PUBLIC, Post
from magicai.publishing.submission import Status, Submission
from magicai.values.times import now_us

# Minutes until a target that could not be reached is tried again, by a run of its own; then a person decides.
PAUSES_MIN = (5, 15, 60, 180, 720, 1440)
_MINUTE_US = 60_000_000
_WATCHED_US = 60 * _MINUTE_US
_BEGUN = (Status.PUBLISHING, Status.PUBLISHED, Status.PARTIAL)


async def begin(records: PublishingRecords, content_id: str, digest: str, *, run_id: str) -> Submission | None:
    """Take an approved submission for publishing; None if it is not approved as it is, or not due yet."""

    async def begun(before: Submission) -> Change | None:
        if before.digest != digest or before.status not in (Status.APPROVED, *_BEGUN):
            return None
        if before.publish_at is not None and before.publish_at > now_us():
            return None
        if before.status in _BEGUN:
            return before, []
        # A run that never ends it, nor is resumed, is followed by another one.
        later = now_us() + _WATCHED_US
        update = {"status": Status.PUBLISHING, "run_id": run_id, "due_at": later, "changed_at": now_us()}
        entry = NewEntry("publish", content_id, before.owner_id, "", {"digest": digest, "run": run_id})
        return before.model_copy(update=update), [entry]

    kept = await change(records, content_id, begun)
    return None if kept is None else kept.submission


async def withdrawn(records: PublishingRecords, content_id: str, *, by: str, reason: str = "") -> StoredSubmission:
    """Say that a submission is withdrawn, whose posts are about to be taken down."""

    async def ended(before: Submission) -> Change:
        if before.status is Status.WITHDRAWN:
            return before, []
        update = {"status": Status.WITHDRAWN, "due_at": None, "changed_at": now_us()}
        entry = NewEntry("withdraw", content_id, before.owner_id, by, {"reason": reason})
        return before.model_copy(update=update), [entry]

    return await change(records, content_id, ended)


async def end(records: PublishingRecords, content_id: str, digest: str, posts: Sequence[Post], failed: int) -> Status:
    """Say what became of a submission's posts; of one that was edited meanwhile, nothing."""

    async def ended(before: Submission) -> Change:
        if before.digest != digest or before.status not in _BEGUN:
            return before, []
        public = [post for post in posts if post.state in PUBLIC]
        tries = before.tries + 1 if failed else 0
        again = None
        if failed and tries <= len(PAUSES_MIN):
            again = now_us() + PAUSES_MIN[tries - 1] * _MINUTE_US
        status = Status.PUBLISHED if not failed else Status.PARTIAL
        update = {"status": status, "tries": tries, "due_at": again, "changed_at": now_us()}
        more = {"posts": {one.target: one.url for one in public}, "failed": failed}
        entry = NewEntry("published" if not failed else "partial", content_id, before.owner_id, "", more)
        return before.model_copy(update=update), [entry]

    return (await change(records, content_id, ended)).submission.status

"""What is due without anybody asking: scheduled posts, targets to try again, reminders, escalation, expiry."""

import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from magicai.errors import MagicError
from magicai.publishing.performance import look_at_due
from magicai.publishing.ports import OpenPublisher, PublishingRecords, StoredSubmission
from magicai.publishing.review_messages import Notify, tell_reviewers
from magicai.publishing.review_settings import rules_in, telling_of
from magicai.publishing.reviewing import expire, proceed, start_publishing
from magicai.publishing.submission import Status
from magicai.runs.background_loop import keep_doing
from magicai.settings import Settings
from magicai.values.times import HOUR_US, now_us

_log = logging.getLogger(__name__)
_EVERY_S = 5.0


class Ports(Protocol):
    """The ports that are needed for what is due."""

    @property
    def publishing(self) -> PublishingRecords:
        """Where submissions are."""
        ...

    async def settings_of(self, owner_id: str, /) -> Settings:
        """What holds for the submissions of an owner."""
        ...

    @property
    def publishers(self) -> OpenPublisher:
        """Opens targets."""
        ...

    @property
    def notify(self) -> Notify:
        """Tells reviewers."""
        ...


async def attend(
    records: PublishingRecords,
    settings_of: Callable[[str], Awaitable[Settings]],
    publishers: OpenPublisher,
    notify: Notify,
    *,
    page: str = "",
) -> int:
    """Do once what is due; returns how many submissions that was. One that fails holds up no other.

    Args:
        settings_of: finds the settings of an owner.
    """
    count = 0
    for kept in await records.submissions.due():
        try:
            await _attend(records, kept, await settings_of(kept.submission.owner_id), notify, page)
            count += 1
        except MagicError as exc:
            _log.warning("submission %s waits: %s", kept.submission.content_id, exc)
        except Exception:  # noqa: BLE001 - a fault of one must not hold up the others
            _log.exception("submission %s waits", kept.submission.content_id)
            # Else it would be among the first of each time, and enough of them would be all that is looked at.
            await _put_off(records, kept, now_us() + HOUR_US)
    await look_at_due(records, publishers)
    return count


async def keep_attending(ports: Ports, page: Callable[[], str]) -> None:
    """Do for ever what becomes due: scheduled posts, retries, reminders."""

    async def do() -> int:
        return await attend(ports.publishing, ports.settings_of, ports.publishers, ports.notify, page=page())

    await keep_doing(do, log=_log, waits="reviews", pause_s=lambda: _EVERY_S)


# What the gateway does all the time, beside answering.
LOOPS = (keep_attending,)


async def _attend(
    records: PublishingRecords, kept: StoredSubmission, settings: Settings, notify: Notify, page: str
) -> None:
    submission, now = kept.submission, now_us()
    if submission.status is Status.APPROVED:
        await start_publishing(records, submission)
        # Once it is queued, its run says what becomes of it; if that fails before it begins, this is looked at again.
        await _put_off(records, kept, now + HOUR_US)
    elif submission.status is Status.PUBLISHING and not (await records.runs.get(submission.run_id)).status.ended:
        await _put_off(records, kept, now + HOUR_US)
    elif submission.status in (Status.PARTIAL, Status.PUBLISHING):
        await proceed(records, submission, f"again:{submission.digest}:{submission.tries}:{submission.due_at}")
        await _put_off(records, kept, now + HOUR_US if submission.status is Status.PUBLISHING else None)
    elif submission.status is not Status.PENDING_REVIEW:
        await _put_off(records, kept, None)
    elif submission.expires_at is not None and submission.expires_at <= now:
        await expire(records, submission.content_id)
    else:
        telling = telling_of(settings, notify, page)
        rules = await rules_in(records, settings, submission.owner_id)
        await tell_reviewers(records, submission.content_id, rules, telling)


async def _put_off(records: PublishingRecords, kept: StoredSubmission, until: int | None) -> None:
    await records.submissions.replace(kept, kept.submission.model_copy(update={"due_at": until}), [])

"""What is due without anybody asking: scheduled posts, targets to try again, reminders, escalation, expiry."""

import asyncio
import logging
from collections.abc import Callable

from magicai.errors import MagicError
from magicai.publishing.performance import look_at_due
from magicai.publishing.ports import Kept, OpenPublisher, PublishingRecords
from magicai.publishing.review_settings import rules_of, telling_of
from magicai.publishing.reviewing import expire, proceed, start_publishing
from magicai.publishing.rules import Rules
from magicai.publishing.submission import Status
from magicai.publishing.telling import Notify, Telling, tell_reviewers
from magicai.settings import Settings
from magicai.values.times import HOUR_US, now_us

_log = logging.getLogger(__name__)
_EVERY_S = 5.0


async def attend(
    records: PublishingRecords,
    settings: Settings,
    publishers: OpenPublisher,
    notify: Notify,
    *,
    page: str = "",
) -> int:
    """Do once what is due; returns how many submissions that was."""
    rules, count = rules_of(settings), 0
    telling = telling_of(settings, notify, page)
    for kept in await records.submissions.due():
        try:
            await _attend(records, kept, rules, telling)
            count += 1
        except MagicError as exc:
            _log.warning("submission %s waits: %s", kept.submission.content_id, exc)
    await look_at_due(records, publishers)
    return count


async def keep_attending(
    records: Callable[[], PublishingRecords],
    settings: Settings,
    publishers: OpenPublisher,
    notify: Notify,
    page: Callable[[], str],
) -> None:
    """Do for ever what becomes due."""
    while True:
        try:
            await attend(records(), settings, publishers, notify, page=page())
        except MagicError as exc:
            _log.warning("reviews wait: %s", exc)
        except Exception:  # noqa: BLE001 - one bad row must not hold up the others for ever
            _log.exception("reviews wait")
        await asyncio.sleep(_EVERY_S)


async def _attend(records: PublishingRecords, kept: Kept, rules: Rules, telling: Telling) -> None:
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
        await expire(records, kept)
    else:
        await tell_reviewers(records, submission.content_id, rules, telling)


async def _put_off(records: PublishingRecords, kept: Kept, until: int | None) -> None:
    await records.submissions.replace(kept, kept.submission.model_copy(update={"due_at": until}), [])

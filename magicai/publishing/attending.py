"""What is due without anybody asking: scheduled posts, targets to try again, reminders, escalation, expiry."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from magicai.errors import MagicError
from magicai.publishing.audit import NewEntry
from magicai.publishing.performance import look_at_due
from magicai.publishing.ports import Kept, OpenPublisher, PublishingRecords
from magicai.publishing.review_settings import rules_of
from magicai.publishing.reviewing import WORKFLOW_NAME, expire, start_publishing
from magicai.publishing.rules import Rules, after_quiet, next_due
from magicai.publishing.submission import Status, Submission
from magicai.runs.follow_ups import follow_up
from magicai.runs.run import JSON
from magicai.settings import Settings
from magicai.values.times import HOUR_US, now_us
from magicai.values.units import so_many

_log = logging.getLogger(__name__)
Notify = Callable[..., Awaitable[JSON]]
_EVERY_S = 5.0
# A message that could not be sent is tried again after so long.
_AGAIN_US = 5 * 60_000_000


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
    for kept in await records.submissions.due():
        try:
            await _attend(records, kept, rules, notify if settings.notify_url is not None else None, page)
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


async def tell_reviewers(
    records: PublishingRecords, kept: Kept, rules: Rules, notify: Notify | None, page: str
) -> None:
    """Tell reviewers that a submission waits, that it still does, or that nobody decides; not in quiet hours.

    The link opens a page, on which whoever is signed in decides: opening it decides nothing. A message that can't be
    sent is tried again.

    Args:
        notify: sends a title and a body; None where settings name no channel.
    """
    before, now = kept.submission, now_us()
    if before.status is not Status.PENDING_REVIEW or before.asked_at is None:
        return
    if (later := after_quiet(now, rules)) > now:
        await _put_off(records, kept, later)
        return
    escalates = not before.escalated and now >= before.asked_at + round(rules.escalate_hours * HOUR_US)
    if not before.told:
        update, action, why = {"told": True}, "tell", "a review waits"
    elif escalates:
        hours = f"{rules.escalate_hours:g}"
        update, action, why = {"escalated": True}, "escalate", f"nobody has decided for {hours} hours"
    else:
        update, action, why = {"reminded": before.reminded + 1}, "remind", "a review still waits"
    # First the row: of several processes one sends the message.
    after = before.model_copy(update=update)
    after = after.model_copy(update={"due_at": max(next_due(after, rules, now) or 0, now + _AGAIN_US)})
    entries = [NewEntry(action, before.content_id, before.owner_id)] if notify is not None else []
    changed = await records.submissions.replace(kept, after, entries)
    if (
        changed is not None
        and notify is not None
        and not await _sent(notify, before, page, why, urgent=action == "escalate")
    ):
        back = before.model_copy(update={"due_at": now + _AGAIN_US})
        await records.submissions.replace(changed, back, [])


async def _sent(notify: Notify, submission: Submission, page: str, why: str, *, urgent: bool) -> bool:
    where = f"{page}/reviews/{submission.content_id}" if page else f"magicai review show {submission.content_id}"
    blocking = len(submission.findings.blocking)
    lines = [
        submission.title,
        f"{so_many(blocking, 'findings')} {'needs' if blocking == 1 else 'need'} a decision." if blocking else "",
        where,
    ]
    try:
        await notify(title=f"MagicAI: {why}", body="\n".join(line for line in lines if line), urgent=urgent)
    except MagicError as exc:
        _log.warning("reviewers of %s were not told: %s", submission.content_id, exc)
        return False
    return True


async def _attend(records: PublishingRecords, kept: Kept, rules: Rules, notify: Notify | None, page: str) -> None:
    submission, now = kept.submission, now_us()
    if submission.status is Status.APPROVED:
        await start_publishing(records, submission)
        # Once it is queued, its run says what becomes of it; if that fails before it begins, this is looked at again.
        await _put_off(records, kept, now + HOUR_US)
    elif submission.status is Status.PUBLISHING and not (await records.runs.get(submission.run_id)).status.ended:
        await _put_off(records, kept, now + HOUR_US)
    elif submission.status in (Status.PARTIAL, Status.PUBLISHING):
        await follow_up(
            records,
            WORKFLOW_NAME,
            {"content_id": submission.content_id},
            owner_id=submission.owner_id,
            after=submission.run_id,
            key=f"again:{submission.digest}:{submission.tries}:{submission.due_at}",
        )
        await _put_off(records, kept, now + HOUR_US if submission.status is Status.PUBLISHING else None)
    elif submission.status is not Status.PENDING_REVIEW:
        await _put_off(records, kept, None)
    elif submission.expires_at is not None and submission.expires_at <= now:
        await expire(records, kept)
    else:
        await tell_reviewers(records, kept, rules, notify, page)


async def _put_off(records: PublishingRecords, kept: Kept, until: int | None) -> None:
    await records.submissions.replace(kept, kept.submission.model_copy(update={"due_at": until}), [])

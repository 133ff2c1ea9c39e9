"""Messages to reviewers: that a review waits, still does, is theirs, or that nobody decides; each to its own channel.

A message is kept in the submission before it is sent, and leaves it once it has arrived: what can't be sent is tried
again, and what falls into somebody's quiet hours waits for their end.
"""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from magicai.accounts.identity import User
from magicai.errors import MagicError
from magicai.publishing.audit import NewEntry
from magicai.publishing.changing import Change, change
from magicai.publishing.channels import ReviewChannel, channels
from magicai.publishing.ports import PublishingRecords, StoredSubmission
from magicai.publishing.rules import Rules, after_quiet, next_due
from magicai.publishing.submission import MessageKind, ReviewerMessage, Status, Submission
from magicai.runs.run import JSON
from magicai.values.quiet_hours import quiet_hours
from magicai.values.times import HOUR_US, now_us
from magicai.values.units import so_many

_log = logging.getLogger(__name__)
Notify = Callable[..., Awaitable[JSON]]
# Until a message that could not be sent is tried again; after the last pause it is given up.
_PAUSES_US = tuple(minutes * 60_000_000 for minutes in (5, 5, 15, 60, 180))


@dataclass(frozen=True)
class ReviewNotifier:
    """How reviewers are told.

    Attributes:
        notify: sends a title and a body, to a channel or to where settings say.
        common: the messages that go to whom settings name, too.
        page: address of the page, if it is known.
    """

    notify: Notify
    common: tuple[MessageKind, ...] = ()
    page: str = ""


async def tell_reviewers(records: PublishingRecords, content_id: str, rules: Rules, telling: ReviewNotifier) -> None:
    """Send what is to be said about an open review now.

    The link opens a page, on which whoever is signed in decides: opening it decides nothing.
    """
    owner_id = (await records.submissions.get(content_id, owner_id=None)).submission.owner_id
    of_people = await channels(records, owner_id)
    kept = await _with_new(records, content_id, rules, telling, of_people)
    if kept is None:
        return
    hours = {user.user_id: (one, _own(rules, one)) for user, one in of_people}
    for message in kept.submission.messages:
        if message.due_at > now_us():
            continue
        channel, own = hours.get(message.to, (None, rules))
        if message.to and channel is None:
            await _replace(records, content_id, rules, message, None)  # they are told nothing any more
        elif (later := after_quiet(now_us(), own)) > now_us():
            await _replace(records, content_id, rules, message, message.model_copy(update={"due_at": later}))
        else:
            await _send(records, content_id, rules, message, telling, channel)


def with_message(submission: Submission, to: str, kind: MessageKind, now: int) -> Submission:
    """A submission with a message to somebody, instead of one that has not been sent yet."""
    left = tuple(message for message in submission.messages if message.to != to)
    return submission.model_copy(update={"messages": (*left, ReviewerMessage(to=to, kind=kind, due_at=now))})


async def _with_new(
    records: PublishingRecords,
    content_id: str,
    rules: Rules,
    telling: ReviewNotifier,
    of_people: list[tuple[User, ReviewChannel]],
) -> StoredSubmission | None:
    """The submission with the messages that have become due; None if nobody waits for a decision."""

    async def with_new(before: Submission) -> Change | None:
        now = now_us()
        if before.status is not Status.PENDING_REVIEW or before.asked_at is None:
            return None
        kind, update = _event(before, rules, now)
        if kind is None:
            return before, []
        to = _recipients(before, kind, rules, telling, [one for _, one in of_people])
        after = before.model_copy(update=update)
        for one in to:
            after = with_message(after, one, kind, now)
        after = after.model_copy(update={"due_at": next_due(after, rules, now)})
        return after, [NewEntry(kind, content_id, before.owner_id, "", {"to": to})] if to else []

    return await change(records, content_id, with_new)


def _event(submission: Submission, rules: Rules, now: int) -> tuple[MessageKind | None, dict[str, object]]:
    """What is to be said now, and how the submission remembers that it was."""
    asked_at = submission.asked_at or now
    reminded = int((now - asked_at) / (rules.remind_hours * HOUR_US))
    if not submission.told:
        return "tell", {"told": True}
    if not submission.escalated and now >= asked_at + round(rules.escalate_hours * HOUR_US):
        return "escalate", {"escalated": True, "reminded": reminded}
    return ("remind", {"reminded": reminded}) if reminded > submission.reminded else (None, {})


def _recipients(
    submission: Submission, kind: MessageKind, rules: Rules, telling: ReviewNotifier, found: list[ReviewChannel]
) -> list[str]:
    """Whom it is said to; "" are those whom settings name."""
    to = [""] if kind in telling.common else []
    authors = () if rules.own else submission.authors
    for one in found:
        mine = submission.assigned_to == one.user_id
        wanted = {"all": kind == "escalate" or submission.assigned_to in (None, one.user_id), "assigned": mine}
        if one.user_id not in authors and wanted.get(one.only, kind == "escalate"):
            to.append(one.user_id)
    return to


async def _send(
    records: PublishingRecords,
    content_id: str,
    rules: Rules,
    message: ReviewerMessage,
    telling: ReviewNotifier,
    channel: ReviewChannel | None,
) -> None:
    # First the row: of several processes one sends the message, and one that dies leaves it to the next.
    last = message.tries >= len(_PAUSES_US)
    pause = _PAUSES_US[min(message.tries, len(_PAUSES_US) - 1)]
    claimed = message.model_copy(update={"tries": message.tries + 1, "due_at": now_us() + pause})
    kept = await _replace(records, content_id, rules, message, claimed)
    if kept is None:
        return
    title, body = _words(kept.submission, message.kind, rules, telling.page)
    to = {} if channel is None else {"to": channel.address, "owner_id": channel.user_id}
    try:
        await telling.notify(title=title, body=body, urgent=message.kind == "escalate", **to)
    except MagicError as exc:
        _log.warning("a reviewer of %s was not told: %s", content_id, exc)
        if not last:
            return
        entry = NewEntry("not told", content_id, kept.submission.owner_id, "", {"to": message.to, "why": exc.what})
        await records.audit.append([entry])
    await _replace(records, content_id, rules, claimed, None)


async def _replace(
    records: PublishingRecords, content_id: str, rules: Rules, message: ReviewerMessage, to: ReviewerMessage | None
) -> StoredSubmission | None:
    """Put a message in place of another; None if that is gone, or another process has it."""

    async def replaced(before: Submission) -> Change | None:
        if message not in before.messages or before.status is not Status.PENDING_REVIEW:
            return None
        messages = tuple(new for one in before.messages if (new := to if one == message else one) is not None)
        after = before.model_copy(update={"messages": messages})
        return after.model_copy(update={"due_at": next_due(after, rules, now_us())}), []

    return await change(records, content_id, replaced)


def _words(submission: Submission, kind: MessageKind, rules: Rules, page: str) -> tuple[str, str]:
    why = {
        "tell": "a review waits",
        "remind": "a review still waits",
        "escalate": f"nobody has decided for {rules.escalate_hours:g} hours",
        "assign": "a review is assigned to you",
    }[kind]
    where = f"{page}/reviews/{submission.content_id}" if page else f"magicai review show {submission.content_id}"
    waiting = len(submission.findings.waiting)
    need = "needs" if waiting == 1 else "need"
    lines = [submission.title, f"{so_many(waiting, 'findings')} {need} a decision." if waiting else "", where]
    return f"MagicAI: {why}", "\n".join(line for line in lines if line)


def _own(rules: Rules, channel: ReviewChannel) -> Rules:
    """The quiet hours of a channel."""
    return replace(rules, quiet=quiet_hours(channel.quiet), zone=channel.zone)

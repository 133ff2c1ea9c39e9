"""Webhooks: made for an owner and told of events of their runs, each until it has arrived or was tried for long."""

import asyncio
import base64
import json
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from uuid import NAMESPACE_URL, uuid5

from magicai.errors import Invalid, MagicError, Refused, reused_key
from magicai.ports import Delivery, Records, Webhook, WebhookRecords, WebhookSender
from magicai.runs.background_loop import keep_doing
from magicai.runs.notifications.webhook_events import EVENTS
from magicai.values.ids import new_id
from magicai.values.times import now_us, to_iso

_log = logging.getLogger(__name__)
TEST = "webhook.test"
MOST = 20
# Seconds until the next try. Source: Standard Webhooks, "Deliverability and reliability"; a day and a half together.
PAUSES_S = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0)
_LONGEST_PAUSE_S = 86_400.0
# 410 so often in a row disables a webhook.
GONE_AFTER = 3
# A try that has not said by then how it went was cut, and is made again.
_HOLD_S = 60.0
_AT_ONCE = 16
_EVERY_S = 1.0
_SECRET_BYTES = 32
_OK = range(200, 300)


async def add_webhook(
    webhooks: WebhookRecords,
    sender: WebhookSender,
    url: str,
    events: Sequence[str] = (),
    *,
    owner_id: str,
    once: str | None = None,
) -> tuple[Webhook, str | None]:
    """Make a webhook; answers it with the secret that it signs by, which nobody shows again.

    Args:
        webhooks: where it is kept.
        sender: knows which addresses may be posted to.
        url: its target.
        events: what it is told of; everything where none is named.
        owner_id: whose runs it is told of.
        once: the same again gives the first one back, without its secret.

    Raises:
        Invalid: the address or an event is none, or `once` came with something else before.
        Refused: the address is private, or the owner has as many as one may have.
    """
    sender.check(url)
    made = Webhook(
        webhook_id=str(uuid5(NAMESPACE_URL, f"webhook:{owner_id}:{once}")) if once else new_id(),
        owner_id=owner_id,
        url=url,
        events=_checked(events),
        secret="whsec_" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode(),
        created_at=now_us(),
    )
    known = await webhooks.listed(owner_id)
    if len(known) >= MOST and made.webhook_id not in [one.webhook_id for one in known]:
        raise Refused("too_many_webhooks", count=len(known), limit=MOST)
    kept = await webhooks.add(made)
    if kept == made:
        return kept, kept.secret
    if (kept.url, kept.events) != (made.url, made.events):
        raise reused_key(once)
    return kept, None


def _checked(events: Sequence[str]) -> tuple[str, ...]:
    unknown = [event for event in events if event not in EVENTS]
    if unknown:
        raise Invalid("unknown_webhook_event", unknown=unknown[0], names=", ".join(EVENTS))
    return tuple(event for event in EVENTS if event in events or not events)


async def send_test(records: Records, sender: WebhookSender, webhook: Webhook) -> Delivery:
    """Tell a webhook of a test event now, once; answers how that went."""
    event_id = f"msg_test_{new_id()}"
    payload = {"type": TEST, "timestamp": to_iso(now_us()), "data": {"webhook_id": webhook.webhook_id}}
    made = await records.webhooks.add_delivery(webhook, event_id, TEST, payload, hold_s=_HOLD_S)
    await _deliver(records, sender, webhook, made)
    deliveries = await records.webhooks.deliveries(webhook.webhook_id, owner_id=webhook.owner_id)
    return next(delivery for delivery in deliveries if delivery.event_id == event_id)


async def deliver_due(records: Records, sender: WebhookSender, *, limit_s: float) -> int:
    """Deliver what is due now, for so long at most; answers how many tries that were."""
    until, tried = time.monotonic() + limit_s, 0
    while time.monotonic() < until:
        due = await records.webhooks.claim(limit=_AT_ONCE, hold_s=_HOLD_S)
        if not due:
            break
        tried += len(due)
        await asyncio.gather(*(_deliver(records, sender, hook, one) for hook, one in due))
    return tried


async def keep_delivering(records: Callable[[], Records], sender: WebhookSender) -> None:
    """Deliver for ever what becomes due; a target that is slow holds up no other."""
    under_way = set[asyncio.Task[None]]()

    async def deliver() -> None:
        under_way.difference_update([task for task in under_way if task.done()])
        room = _AT_ONCE - len(under_way)
        due = await records().webhooks.claim(limit=room, hold_s=_HOLD_S) if room else []
        under_way.update(asyncio.create_task(_deliver(records(), sender, hook, one)) for hook, one in due)

    try:
        await keep_doing(deliver, log=_log, waits="webhooks", pause_s=lambda: _EVERY_S)
    finally:
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _deliver(records: Records, sender: WebhookSender, webhook: Webhook, delivery: Delivery) -> None:
    """One try; how it went is kept, whatever went wrong."""
    status, wait_s = None, None
    try:
        body = json.dumps(delivery.payload, ensure_ascii=False, separators=(",", ":")).encode()
        answered = await sender.send(webhook.url, secret=webhook.secret, event_id=delivery.event_id, body=body)
        status, wait_s = answered.status, answered.retry_after_s
        error = "" if status in _OK else f"The address answered {status} {_phrase(status)}".strip() + "."
    except MagicError as exc:
        error = str(exc)
    try:
        await records.webhooks.record_attempt(
            delivery, status=status, error=error, again_s=_pause_s(delivery, wait_s), gone_after=GONE_AFTER
        )
    except MagicError as exc:  # it is taken up again once its time is over
        _log.warning("the delivery to webhook %s was not logged: %s", webhook.webhook_id, exc)


def _pause_s(delivery: Delivery, wait_s: float | None) -> float | None:
    """Seconds until the next try; None where there is none."""
    if delivery.type == TEST or delivery.attempts > len(PAUSES_S):
        return None
    return min(_LONGEST_PAUSE_S, max(PAUSES_S[delivery.attempts - 1], wait_s or 0.0))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""

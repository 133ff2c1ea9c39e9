"""Webhooks: who is told of one's runs, and how that went."""

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from magicai.accounts.callers import require
from magicai.accounts.identity import Scope
from magicai.api.access import At, Holder
from magicai.api.answers import leads_to, problems
from magicai.api.bodies import body_of, described
from magicai.api.routes import router_of
from magicai.api.routes.account import Once
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.paging import cut, place_of, sliced
from magicai.runs.notifications.webhooks import add_webhook, send_test
from magicai.shapes.webhooks import DeliveryList, DeliveryShown, NewWebhook, WebhookList, WebhookMade, WebhookShown

router = router_of("webhooks")
_NEW = {"url": "https://hooks.example/magicai", "events": ["run.completed", "run.failed"]}
_MADE = leads_to(201, "webhook_id", "show_webhook", "test_webhook", "list_deliveries", "remove_webhook")


@router.get("/api/webhooks", responses=problems())
async def list_webhooks(gateway: At, caller: Holder, limit: Limit = USUAL, cursor: Cursor = "") -> WebhookList:
    """Your webhooks, oldest first."""
    hooks, next_cursor = sliced(await gateway.records.webhooks.listed(caller.owner_id), limit, cursor)
    return WebhookList(items=[WebhookShown.of(hook) for hook in hooks], next_cursor=next_cursor)


@router.post(
    "/api/webhooks",
    status_code=201,
    responses={**problems(body=True), **_MADE},
    openapi_extra=described(NewWebhook, _NEW),
)
async def make_webhook(
    gateway: At,
    caller: Holder,
    response: Response,
    given: Annotated[NewWebhook, Depends(body_of(NewWebhook))],
    once: Once = None,
) -> WebhookMade:
    """Add a webhook. Its signing secret is shown only once."""
    require(caller, scope=Scope.READ)  # what is told is read there
    hook, secret = await add_webhook(
        gateway.records.webhooks,
        gateway.ports.webhooks,
        given.url,
        given.events,
        owner_id=caller.owner_id,
        once=once,
    )
    response.headers["Location"] = f"/api/webhooks/{hook.webhook_id}"
    return WebhookMade(**WebhookShown.of(hook).model_dump(), secret=secret)


@router.get("/api/webhooks/{webhook_id}", responses=problems(404))
async def show_webhook(gateway: At, caller: Holder, webhook_id: str) -> WebhookShown:
    """One of your webhooks."""
    return WebhookShown.of(await gateway.records.webhooks.get(webhook_id, owner_id=caller.owner_id))


@router.delete("/api/webhooks/{webhook_id}", status_code=204, responses=problems(404))
async def remove_webhook(gateway: At, caller: Holder, webhook_id: str) -> None:
    """Remove a webhook and its log. Pending deliveries are dropped."""
    await gateway.records.webhooks.remove(webhook_id, owner_id=caller.owner_id)


@router.post("/api/webhooks/{webhook_id}/test", responses=problems(404))
async def test_webhook(gateway: At, caller: Holder, webhook_id: str) -> DeliveryShown:
    """Send an event of type `webhook.test` once, and return the outcome."""
    hook = await gateway.records.webhooks.get(webhook_id, owner_id=caller.owner_id)
    return DeliveryShown.of(await send_test(gateway.records, gateway.ports.webhooks, hook))


@router.get("/api/webhooks/{webhook_id}/deliveries", responses=problems(404))
async def list_deliveries(
    gateway: At, caller: Holder, webhook_id: str, limit: Limit = USUAL, cursor: Cursor = ""
) -> DeliveryList:
    """Deliveries of a webhook, latest first: attempts, statuses, errors, the next attempt."""
    found = await gateway.records.webhooks.deliveries(
        webhook_id, owner_id=caller.owner_id, before=place_of(cursor, int, str), limit=limit + 1
    )
    deliveries, next_cursor = cut(found, limit, lambda one: (one.created_at, one.event_id))
    return DeliveryList(items=[DeliveryShown.of(one) for one in deliveries], next_cursor=next_cursor)

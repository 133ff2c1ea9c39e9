"""Webhooks: who is told of one's runs, and how that went."""

from urllib.parse import urlsplit

from magicai.accounts.callers import require
from magicai.accounts.identity import Scope, WorkspaceRole
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, IdempotencyKey, operation
from magicai.paging import cut, place_of, sliced
from magicai.runs.notifications.webhooks import add_webhook, send_test
from magicai.shapes.webhooks import DeliveryList, DeliveryShown, NewWebhook, WebhookList, WebhookMade, WebhookShown

TAG = "webhooks"


# Whoever knows some addresses can send there: they are for those who set them.
@operation("GET", "/api/webhooks", scope=Scope.ACCOUNT, member=WorkspaceRole.ADMIN)
async def list_webhooks(context: Context, limit: Limit = USUAL, cursor: Cursor = "") -> WebhookList:
    """Your webhooks, oldest first."""
    hooks, next_cursor = sliced(await context.records.webhooks.listed(context.owner_id), limit, cursor)
    return WebhookList(items=[WebhookShown.of(hook) for hook in hooks], next_cursor=next_cursor)


@operation(
    "POST",
    "/api/webhooks",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    status=201,
    created=("webhook_id", "show_webhook", "test_webhook", "list_deliveries", "remove_webhook"),
    example={"url": "https://hooks.example/magicai", "events": ["run.completed", "run.failed"]},
    audited="webhook.created",
)
async def make_webhook(context: Context, given: NewWebhook, once: IdempotencyKey = None) -> WebhookMade:
    """Add a webhook. Its signing secret is shown only once."""
    require(context.caller, scope=Scope.READ)  # what is told is read there
    context.noted.params["host"] = urlsplit(given.url).hostname
    hook, secret = await add_webhook(
        context.records.webhooks,
        context.ports.webhooks,
        given.url,
        given.events,
        owner_id=context.owner_id,
        once=once,
    )
    return WebhookMade.of(hook, secret=secret)


@operation("GET", "/api/webhooks/{webhook_id}", scope=Scope.ACCOUNT, member=WorkspaceRole.ADMIN, problems=(404,))
async def show_webhook(context: Context, webhook_id: str) -> WebhookShown:
    """One of your webhooks."""
    return WebhookShown.of(await context.records.webhooks.get(webhook_id, owner_id=context.owner_id))


@operation(
    "DELETE",
    "/api/webhooks/{webhook_id}",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    status=204,
    problems=(404,),
    audited="webhook.removed",
)
async def remove_webhook(context: Context, webhook_id: str) -> None:
    """Remove a webhook and its log. Pending deliveries are dropped."""
    hook = await context.records.webhooks.get(webhook_id, owner_id=context.owner_id)
    context.noted.params["host"] = urlsplit(hook.url).hostname
    await context.records.webhooks.remove(webhook_id, owner_id=context.owner_id)


@operation("POST", "/api/webhooks/{webhook_id}/test", scope=Scope.ACCOUNT, member=WorkspaceRole.ADMIN, problems=(404,))
async def test_webhook(context: Context, webhook_id: str) -> DeliveryShown:
    """Send an event of type `webhook.test` once, and return the outcome."""
    hook = await context.records.webhooks.get(webhook_id, owner_id=context.owner_id)
    return DeliveryShown.of(await send_test(context.records, context.ports.webhooks, hook))


@operation(
    "GET",
    "/api/webhooks/{webhook_id}/deliveries",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    problems=(404,),
)
async def list_deliveries(context: Context, webhook_id: str, limit: Limit = USUAL, cursor: Cursor = "") -> DeliveryList:
    """Deliveries of a webhook, latest first: attempts, statuses, errors, the next attempt."""
    found = await context.records.webhooks.deliveries(
        webhook_id, owner_id=context.owner_id, before=place_of(cursor, int, str), limit=limit + 1
    )
    deliveries, next_cursor = cut(found, limit, lambda one: (one.created_at, one.event_id))
    return DeliveryList(items=[DeliveryShown.of(delivery) for delivery in deliveries], next_cursor=next_cursor)

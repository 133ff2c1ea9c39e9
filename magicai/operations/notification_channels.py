"""Where a workspace is notified: Slack, mail, other chats."""

from magicai.accounts.identity import Scope, WorkspaceRole
from magicai.operations.lists import USUAL, Cursor, Limit
from magicai.operations.operation import Context, operation
from magicai.paging import cut, place_of, sliced
from magicai.runs.notifications.channel_events import events
from magicai.runs.notifications.channels import save_channel
from magicai.shapes.notification_channels import (
    ChannelEventShown,
    ChannelGiven,
    ChannelTested,
    NotificationChannelList,
    NotificationChannelShown,
    NotificationList,
    NotificationShown,
)

TAG = "notices"
_EXAMPLE = {
    "name": "Shop team",
    "kind": "slack",
    "address": "https://hooks.slack.com/services/T000/B000/XXXX",
    "events": ["run.failed", "run.needs_review"],
    "quiet": "22:00-07:00",
}


@operation("GET", "/api/notification-channels", scope=Scope.ACCOUNT)
async def list_notification_channels(
    context: Context, limit: Limit = USUAL, cursor: Cursor = ""
) -> NotificationChannelList:
    """Notification channels of the workspace, oldest first."""
    found, next_cursor = sliced(await context.records.channels.listed(context.owner_id), limit, cursor)
    items = [NotificationChannelShown.said(one, context.say) for one in found]
    known = [ChannelEventShown.of(event) for event in events().values()]
    return NotificationChannelList(items=items, next_cursor=next_cursor, events=known)


@operation(
    "POST",
    "/api/notification-channels",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    status=201,
    example=_EXAMPLE,
    audited="channel.added",
)
async def add_notification_channel(context: Context, given: ChannelGiven) -> NotificationChannelShown:
    """Add a notification channel. Its address is never shown again."""
    return await _saved(context, given)


@operation(
    "PUT",
    "/api/notification-channels/{channel_id}",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    problems=(404,),
    example={**_EXAMPLE, "address": ""},
    audited="channel.changed",
)
async def change_notification_channel(
    context: Context, channel_id: str, given: ChannelGiven
) -> NotificationChannelShown:
    """Change a notification channel. Turned off, it drops what waits for it."""
    return await _saved(context, given, channel_id)


@operation(
    "DELETE",
    "/api/notification-channels/{channel_id}",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    status=204,
    problems=(404,),
    audited="channel.removed",
)
async def remove_notification_channel(context: Context, channel_id: str) -> None:
    """Remove a notification channel, with what waits for it."""
    await context.records.channels.remove(channel_id, owner_id=context.owner_id)


@operation(
    "POST",
    "/api/notification-channels/{channel_id}/test",
    scope=Scope.ACCOUNT,
    member=WorkspaceRole.ADMIN,
    problems=(404,),
)
async def test_notification_channel(context: Context, channel_id: str) -> ChannelTested:
    """Send a test message now, and return the outcome."""
    channel = await context.records.channels.get(channel_id, owner_id=context.owner_id)
    answer, error = await context.ports.channel_sender.send_test(channel, name=context.caller.user.name)
    return ChannelTested.said(answer, error, context.say)


@operation(
    "GET",
    "/api/notification-channels/{channel_id}/notifications",
    scope=Scope.ACCOUNT,
    problems=(404,),
)
async def list_channel_notifications(
    context: Context, channel_id: str, limit: Limit = USUAL, cursor: Cursor = ""
) -> NotificationList:
    """Notifications of a channel, latest first: attempts, errors, the next attempt."""
    found = await context.records.channels.notifications(
        channel_id, owner_id=context.owner_id, before=place_of(cursor, int, str), limit=limit + 1
    )
    told, next_cursor = cut(found, limit, lambda one: (one.created_at, one.event_id))
    return NotificationList(items=[NotificationShown.said(one, context.say) for one in told], next_cursor=next_cursor)


async def _saved(context: Context, given: ChannelGiven, channel_id: str = "") -> NotificationChannelShown:
    ports = context.ports
    saved = await save_channel(
        context.records, ports.seal, ports.messenger, given.wanted, owner_id=context.owner_id, channel_id=channel_id
    )
    return NotificationChannelShown.said(saved, context.say)

"""Publishing: where a reviewer gets notifications."""

from magicai.accounts.identity import Scope
from magicai.errors import MagicError, NotFound
from magicai.operations.operation import Context, operation
from magicai.publishing import channels
from magicai.shapes.notification_channels import ChannelTested
from magicai.shapes.subjects.publishing_channels import ChannelShown, SetChannel

TAG = "publishing"


@operation("GET", "/api/review-channel", scope=Scope.ACCOUNT)
async def show_channel(context: Context) -> ChannelShown:
    """Whether you have a channel of your own, and your quiet hours."""
    return ChannelShown.of(await channels.channel_of(context.records, context.caller.user.user_id))


@operation(
    "PUT",
    "/api/review-channel",
    scope=Scope.ACCOUNT,
    own_account=True,
    example={"address": "discord://1234567890/TOKEN", "quiet": "22:00-07:00"},
    audited="connection.channel_saved",
    audited_in="account",
)
async def set_channel(context: Context, given: SetChannel) -> ChannelShown:
    """Set your channel for notifications of reviews, and your quiet hours. The address is never shown."""
    if address := given.address.get_secret_value().strip():
        context.ports.messenger.check("other", address)
    made = await channels.set_channel(context.records, context.ports.seal, given, user=context.caller.user)
    return ChannelShown.of(made)


@operation("POST", "/api/review-channel/test", scope=Scope.ACCOUNT, own_account=True, problems=(404,))
async def test_channel(context: Context) -> ChannelTested:
    """Send a message to your channel now, and return the outcome."""
    found = await channels.channel_of(context.records, context.caller.user.user_id)
    if found is None:
        raise NotFound("channel_not_found")
    title, body = "MagicAI", f"A test by {context.caller.user.name}."
    error: MagicError | None = None
    try:
        await context.ports.notify(title=title, body=body, to=found.address, owner_id=found.user_id)
    except MagicError as exc:
        error = exc
    return ChannelTested.said("", error, context.say)


@operation(
    "DELETE",
    "/api/review-channel",
    scope=Scope.ACCOUNT,
    own_account=True,
    status=204,
    audited="connection.channel_removed",
    audited_in="account",
)
async def remove_channel(context: Context) -> None:
    """Remove your channel."""
    await channels.remove_channel(context.records, context.caller.user.user_id)

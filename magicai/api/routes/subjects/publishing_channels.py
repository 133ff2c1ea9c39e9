"""Publishing: where a reviewer is told."""

from typing import Annotated

from fastapi import Depends

from magicai.accounts.identity import Caller, Role, Scope
from magicai.api.access import At, requires
from magicai.api.answers import problems
from magicai.api.bodies import body_of, described
from magicai.api.routes import router_of
from magicai.errors import NotFound
from magicai.publishing import channels
from magicai.shapes.subjects.publishing_channels import ChannelShown, SetChannel

router = router_of("publishing")
BODIES = (SetChannel,)
Reviewer = Annotated[Caller, Depends(requires(Scope.ACCOUNT, Role.REVIEWER))]
_EXAMPLE = {"address": "mailtos://USER:PASSWORD@mail.example?to=rita@mail.example", "quiet": "22:00-07:00"}


@router.get("/api/review-channel", responses=problems())
async def show_channel(gateway: At, caller: Reviewer) -> ChannelShown:
    """Whether you have a channel of your own, and your quiet hours."""
    return ChannelShown.of(await channels.channel_of(gateway.records, caller.owner_id))


@router.put("/api/review-channel", responses=problems(body=True), openapi_extra=described(SetChannel, {**_EXAMPLE}))
async def set_channel(
    gateway: At, caller: Reviewer, given: Annotated[SetChannel, Depends(body_of(SetChannel))]
) -> ChannelShown:
    """Set your channel for notifications of reviews, and your quiet hours. The address is never shown."""
    return ChannelShown.of(await channels.set_channel(gateway.records, gateway.ports.seal, given, user=caller.user))


@router.post("/api/review-channel/test", status_code=204, responses=problems(404, 409))
async def test_channel(gateway: At, caller: Reviewer) -> None:
    """Send a message to your channel now."""
    found = await channels.channel_of(gateway.records, caller.owner_id)
    if found is None:
        raise NotFound("channel_not_found")
    title, body = "MagicAI", f"A test by {caller.user.name}."
    await gateway.ports.notify(title=title, body=body, to=found.address, owner_id=found.user_id)


@router.delete("/api/review-channel", status_code=204, responses=problems())
async def remove_channel(gateway: At, caller: Reviewer) -> None:
    """Remove your channel."""
    await channels.remove_channel(gateway.records, caller.owner_id)

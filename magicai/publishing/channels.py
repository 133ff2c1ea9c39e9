"""Where each reviewer is told of reviews, of which ones, and in which hours not."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from magicai.accounts.identity import User, WorkspaceRole
from magicai.accounts.workspaces import people_of
from magicai.errors import Invalid
from magicai.ports import Records, Seal
from magicai.stores.entity import Entity
from magicai.values.quiet_hours import quiet_hours
from magicai.values.sealed import SEALED
from magicai.values.times import Moment, now_us
from magicai.values.zones import zone_of

KIND = "review-channel"
Only = Literal["all", "assigned", "urgent"]


class ReviewChannel(BaseModel):
    """Where a reviewer is told.

    Attributes:
        address: in Apprise's format, sealed.
        quiet: hours in which nothing is sent, such as `22:00-07:00`, in `zone`; "" for none.
        only: which reviews: all, those assigned to them, or those that nobody decides.
    """

    model_config = ConfigDict(frozen=True)

    user_id: str
    address: str = Field(repr=False)
    quiet: str = ""
    zone: str = "UTC"
    only: Only = "all"
    created_at: Moment


class NewChannel(BaseModel):
    """Where a reviewer wants to be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: Annotated[SecretStr, Field(description="Address of a chat in Apprise's format.")]
    quiet: Annotated[str, Field(max_length=20, description="Hours in which nothing is sent: 22:00-07:00.")] = ""
    zone: Annotated[str, Field(max_length=60, description="Time zone of those hours, such as Europe/Berlin.")] = "UTC"
    only: Annotated[Only, Field(description="all, assigned (to you), or urgent (nobody decides).")] = "all"


async def set_channel(records: Records, seal: Seal, new: NewChannel, *, user: User) -> ReviewChannel:
    """Set where a reviewer is told, instead of what it was before.

    Raises:
        Invalid: the hours or the zone are none.
    """
    address = new.address.get_secret_value().strip()
    if not address:
        raise Invalid("channel_address_empty")
    try:
        quiet_hours(new.quiet)
    except ValueError as exc:
        raise Invalid("quiet_hours_invalid", quiet=new.quiet) from exc
    zone_of(new.zone)
    made = ReviewChannel(
        user_id=user.user_id,
        address=SEALED + seal.seal(address, owner_id=user.user_id),
        quiet=new.quiet.strip(),
        zone=new.zone,
        only=new.only,
        created_at=now_us(),
    )
    data = {"schema_version": 1, "channel": made.model_dump(mode="json")}
    await records.entities.save([Entity(KIND, user.user_id, user.user_id, title="", text="", data=data, stores=())])
    return made


async def channel_of(records: Records, user_id: str) -> ReviewChannel | None:
    """Where a reviewer is told; None if nowhere of their own."""
    return (await _channels(records, [user_id])).get(user_id)


async def channels(records: Records, workspace_id: str) -> list[tuple[User, ReviewChannel]]:
    """The channels of all who may decide now in a workspace."""
    users = {user.user_id: user for user in await people_of(records, workspace_id, WorkspaceRole.REVIEWER)}
    return [(users[user_id], one) for user_id, one in (await _channels(records, list(users))).items()]


async def remove_channel(records: Records, user_id: str) -> None:
    """Tell a reviewer nothing any more; the same again does no harm."""
    await records.entities.delete(KIND, [user_id])


async def _channels(records: Records, user_ids: list[str]) -> dict[str, ReviewChannel]:
    found = await records.entities.present([(KIND, one) for one in user_ids])
    made = [ReviewChannel.model_validate(one.entity.data["channel"]) for one in found if one.entity is not None]
    return {one.user_id: one for one in made}

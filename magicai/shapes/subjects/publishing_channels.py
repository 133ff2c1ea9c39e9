"""What goes in and out of operations on reviewers' channels."""

from pydantic import BaseModel, Field

from magicai.publishing.channels import NewChannel, Only, ReviewChannel
from magicai.shapes.base import Body


class SetChannel(NewChannel, Body):
    """Your channel for notifications of reviews, and your quiet hours."""


class ChannelShown(BaseModel):
    """Your channel for notifications of reviews; the address is never shown."""

    set: bool = Field(description="Whether you have a channel of your own.")
    quiet: str
    zone: str
    only: Only

    @classmethod
    def of(cls, one: ReviewChannel | None) -> "ChannelShown":
        """The shape of a channel, also of none."""
        if one is None:
            return cls(set=False, quiet="", zone="UTC", only="all")
        return cls(set=True, quiet=one.quiet, zone=one.zone, only=one.only)

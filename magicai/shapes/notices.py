"""Being told when a run ends."""

from typing import Literal

from pydantic import BaseModel, Field

from magicai.ports import Notice


class Channels(BaseModel):
    """Where notifications go beside open pages."""

    messages: bool = Field(description="Whether MAGICAI_NOTIFY_URL names a chat, mailbox or other address.")
    urgent: bool = Field(description="Whether MAGICAI_REVIEW_ESCALATE_URL names another one for urgent messages.")
    webhooks: int = Field(description="Your webhooks that are not disabled.")


class NoticeShown(BaseModel):
    """A notification of a run's end."""

    run_id: str
    state: Literal["none", "pending", "sent", "failed"] = Field(
        description="`none`: nobody asked for it. Else the message's; webhooks have deliveries of their own."
    )
    error: str = Field(description="Why the message could not be sent; else empty.")
    channels: Channels

    @classmethod
    def of(cls, run_id: str, notice: Notice | None, channels: Channels) -> "NoticeShown":
        """The shape of a notice, or of none."""
        state, error = ("none", "") if notice is None else (notice.state, notice.error)
        return cls(run_id=run_id, state=state, error=error, channels=channels)

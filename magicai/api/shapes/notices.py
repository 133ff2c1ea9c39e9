"""Being told when a run ends."""

from pydantic import BaseModel, Field

from magicai.ports import Notice
from magicai.ports.notice_records import NoticeState
from magicai.values.times import Moment


class Channels(BaseModel):
    """Where notifications go beside open pages."""

    messages: bool = Field(description="Whether MAGICAI_NOTIFY_URL names a chat, mailbox or other address.")
    webhooks: int = Field(description="Your webhooks that are not disabled.")


class NoticeShown(BaseModel):
    """A notification of a run's end."""

    run_id: str
    created_at: Moment
    state: NoticeState = Field(description="Of the message; webhooks have deliveries of their own.")
    error: str = Field(description="Why the message could not be sent; else empty.")

    @classmethod
    def of(cls, notice: Notice) -> "NoticeShown":
        """The shape of a notice."""
        return cls(run_id=notice.run_id, created_at=notice.created_at, state=notice.state, error=notice.error)

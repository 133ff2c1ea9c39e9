"""What goes out of the routes about readers."""

from typing import Literal

from pydantic import BaseModel, Field

from magicai.paging import Page
from magicai.publishing.readers import ReaderReply
from magicai.values.times import Moment


class ReplyShown(BaseModel):
    """What a reader said."""

    target: str
    at: Moment
    text: str
    helpful: Literal["yes", "no"] | None = Field(description="Their answer; null of a reply on a platform.")
    url: str

    @classmethod
    def of(cls, one: ReaderReply) -> "ReplyShown":
        """The shape of what a reader said."""
        return cls(target=one.target, at=one.at, text=one.text, helpful=one.vote, url=one.url)


class ReplyList(Page[ReplyShown]):
    """What readers said, the latest first."""

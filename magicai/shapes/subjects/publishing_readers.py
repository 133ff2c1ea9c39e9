"""What goes out of operations on readers."""

from pydantic import AliasChoices, Field

from magicai.paging import Page
from magicai.publishing.readers import Vote
from magicai.shapes.base import Shown
from magicai.values.times import Moment


class ReplyShown(Shown):
    """What a reader said."""

    target: str
    at: Moment
    text: str
    helpful: Vote | None = Field(
        description="Their answer; null of a reply on a platform.", validation_alias=AliasChoices("helpful", "vote")
    )
    url: str


class ReplyList(Page[ReplyShown]):
    """What readers said, the latest first."""

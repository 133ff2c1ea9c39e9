"""What goes in and out of the routes about feedback on answers."""

from pydantic import BaseModel, Field

from magicai.knowledge import feedback
from magicai.knowledge.feedback import State, StoredFeedback
from magicai.knowledge.interactions import Interaction
from magicai.messages import Message
from magicai.paging import Page
from magicai.shapes.base import Body


class Feedback(feedback.Feedback, Body):
    """What somebody says of an answer; at least one of these."""


class FeedbackGiven(BaseModel):
    """Feedback on an answer."""

    interaction_id: str
    state: State
    helpful: bool | None
    rating: int | None
    right_source: str | None = Field(description="The id of a passage.")
    corrected_answer: str | None
    note: str = Field(description="What it could not change.")
    notes: tuple[Message, ...] = Field(default=(), description="The codes of `note`.")
    query: str = Field(description="The question.")

    @classmethod
    def of(cls, given: StoredFeedback, asked: Interaction) -> "FeedbackGiven":
        """The shape of feedback."""
        return cls(**given.model_dump(exclude={"votes", "at", "struck_by"}), query=asked.query)


class FeedbackList(Page[FeedbackGiven]):
    """Feedback, oldest answer first."""

"""What goes in and out of the routes about conversations."""

from typing import Annotated

from pydantic import BaseModel, Field

from magicai.knowledge.conversations import AskedQuestion, Conversation
from magicai.paging import Page
from magicai.shapes.base import Body


class ConversationShown(BaseModel):
    """Questions that belong together."""

    conversation_id: str
    name: str = Field(description="The name it was given, or its first question.")
    questions: tuple[AskedQuestion, ...] = Field(description="Oldest first.")

    @classmethod
    def of(cls, one: Conversation) -> "ConversationShown":
        """The shape of a conversation."""
        return cls(**dict(one))


class ConversationList(Page[ConversationShown]):
    """A page of conversations."""

    note: str = Field(description="What stands below answers (`MAGICAI_ANSWER_NOTE`); empty: nothing.")


class ConversationName(Body):
    """What a conversation is called."""

    name: Annotated[str, Field(max_length=200)]

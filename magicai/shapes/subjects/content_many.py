"""What goes in and out of operations on many texts."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from magicai.content.choosing import MOST
from magicai.content.rewriting import Rewriting, TargetLanguage
from magicai.messages import Message
from magicai.shapes.base import Body
from magicai.shapes.subjects.content import DESPITE

# A language model is asked for each, and whoever asks waits.
MOST_REWRITTEN = 20
# So short that as many as there may be at once are no more than a body may have.
_Id = Annotated[str, Field(max_length=64)]
ContentIds = Annotated[list[_Id], Field(max_length=MOST)]


class ChosenTexts(Body):
    """Texts by their ids."""

    content_ids: Annotated[ContentIds, Field(min_length=1, description="All that match: from GET /api/content-ids.")]

    @property
    def distinct(self) -> list[str]:
        """Each of them once."""
        return [*dict.fromkeys(self.content_ids)]


class TextsDecision(ChosenTexts):
    """What becomes of several texts."""

    decision: Literal["accept", "reject"]
    reason: Annotated[str, Field(max_length=500, description="Of a rejection.")] = ""
    despite_findings: Annotated[bool, Field(description=DESPITE)] = False


class ContentIdList(BaseModel):
    """Texts by their ids."""

    content_ids: list[str]


class TextsRewriting(Body):
    """How several texts are to be rewritten."""

    content_ids: Annotated[list[_Id], Field(min_length=1, max_length=MOST_REWRITTEN)]
    wish: Annotated[
        Literal["shorter", "warmer", "plainer", "translate"],
        Field(description="translate: into another language, as texts of their own."),
    ]
    language: TargetLanguage = ""
    model: Annotated[str, Field(max_length=200, description="Of GET /api/models; empty: the installation's.")] = ""

    @property
    def rewriting(self) -> Rewriting:
        """What the use case takes."""
        return Rewriting(wish=self.wish, language=self.language, model=self.model)


class TextRow(Body):
    """A text as a change has left it."""

    content_id: _Id
    row: Annotated[int, Field(ge=1)]


class TextDecided(Body):
    """A text whose decision is taken back."""

    content_id: _Id
    row: Annotated[int | None, Field(ge=1, description="Refused where the text has changed since.")] = None


class TextsUndone(Body):
    """Decisions that are taken back: `done` of the answer to them."""

    items: Annotated[list[TextDecided], Field(min_length=1, max_length=MOST)]


class TextFailed(BaseModel):
    """A text that nothing was done with."""

    content_id: str
    title: str
    problem: str = Field(description="Why not.")
    problem_message: Message | None = Field(description="What `problem` says.")


class TextsDone(BaseModel):
    """What became of several texts; one that fails holds up no other."""

    done: list[TextRow]
    failed: list[TextFailed]

"""A document as it was read: its parts in order, each with its place."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal["pdf", "docx", "pptx", "xlsx", "html", "markdown", "text", "csv", "faq"]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Place(_Model):
    """Where something stands in its document: what there is of it, from 1."""

    page: int | None = None
    slide: int | None = None
    sheet: str | None = None
    row: int | None = None


class Block(_Model):
    """A part of a document.

    Attributes:
        level: 1 and more of a heading, 0 of text.
        whole: a passage of its own, such as a question with its answer: `title` is the question.
    """

    text: str
    level: int = 0
    place: Place = Place()
    title: str = ""
    whole: bool = False


class Parsed(_Model):
    """A document.

    Attributes:
        title: as the document states it; "" where it does not.
    """

    kind: Kind
    title: str
    blocks: tuple[Block, ...]

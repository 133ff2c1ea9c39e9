"""A document as it was read: its parts in order, each with its place.

Dataclasses, as a process for each document reads it, and would take longer to import models than to read.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, Self

Kind = Literal["pdf", "docx", "pptx", "xlsx", "html", "markdown", "text", "csv", "faq"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in its document: what there is of it, from 1."""

    page: int | None = None
    slide: int | None = None
    sheet: str | None = None
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A part of a document.

    Attributes:
        level: 1 and more of a heading, 0 of text.
        whole: a passage of its own, such as a question with its answer: `title` is the question.
        item: an item of a list, a row of a table, code: no passage begins with it, but with its `lead`.
        lead: what stands before it, outermost first: the paragraph before its list, the items that it is part of.
    """

    text: str
    level: int = 0
    place: Place = Place()
    title: str = ""
    whole: bool = False
    item: bool = False
    lead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A document.

    Attributes:
        title: as the document states it; "" where it does not.
    """

    kind: Kind
    title: str
    blocks: tuple[Block, ...]

    def as_json(self) -> dict[str, Any]:
        """All of it, by name."""
        return asdict(self)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """What `as_json` has made."""
        blocks = (
            replace(Block(**one), place=Place(**one["place"]), lead=tuple(one["lead"])) for one in given["blocks"]
        )
        return cls(kind=given["kind"], title=given["title"], blocks=tuple(blocks))

"""What goes in and out of the routes about the drafts of a text."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from magicai.content.content import ClaimShown, Content, FactsShown, QualityShown, Version
from magicai.content.text import Block, written
from magicai.messages import Message
from magicai.shapes.base import Body
from magicai.values.money import DecimalString


class DraftShown(BaseModel):
    """One of the drafts of a text."""

    number: int
    by: str = Field(description="A model's name, or composer.")
    text: str = Field(description="As it is edited: # before a heading, - before an item.")
    blocks: list[Block]
    claims: list[ClaimShown]
    quality: QualityShown
    facts: FactsShown = Field(description="How many of the facts that were given it states.")
    flags: list[str] = Field(description="What is wrong with it.")
    flag_messages: list[Message] = Field(description="The codes of `flags`, in their order; empty if they have none.")
    cost: DecimalString | None = Field(description="Of its calls; null where it is unknown.")
    currency: str
    used: bool = Field(description="Whether the text is this draft as it is now.")

    @classmethod
    def of(cls, draft: Version, content: Content) -> "DraftShown":
        """The shape of a draft."""
        return cls(
            number=draft.number,
            by=draft.by,
            text=written(draft.blocks),
            blocks=[*draft.blocks],
            claims=[*draft.claims],
            quality=draft.quality,
            facts=draft.facts,
            flags=[*draft.flags],
            flag_messages=[*draft.flag_messages],
            cost=None if draft.cost is None else Decimal(str(draft.cost)),
            currency="USD",
            used=draft.blocks == content.latest.blocks,
        )


class DraftList(BaseModel):
    """All drafts of a text, in the order in which they were written."""

    drafts: list[DraftShown]


class DraftWanted(Body):
    """The draft that is to be used."""

    draft: Annotated[int, Field(ge=1)]
    row: Annotated[int | None, Field(ge=1, description="Refused where the text has changed since.")] = None

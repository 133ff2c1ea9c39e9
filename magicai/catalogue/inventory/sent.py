"""What a source sends: a count as of a version, or a change under a key."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from magicai.catalogue.inventory.stock import Change, Level

_MOST = 1_000_000_000
_LARGEST = 2**53
_Item = Annotated[str, Field(min_length=1, max_length=200, title="Item")]
_Quantity = Annotated[int, Field(ge=-_MOST, le=_MOST)]


class SentLevel(BaseModel):
    """How many units there are, as of a version that grows with each change."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["level"]
    item: _Item
    quantity: _Quantity
    version: Annotated[int, Field(ge=1, le=_LARGEST)]

    @property
    def value(self) -> Level:
        """As the inventory takes it."""
        return Level(self.item, self.quantity, self.version)


class SentChange(BaseModel):
    """By how many units stock changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["change"]
    item: _Item
    quantity: _Quantity
    key: Annotated[str, Field(min_length=1, max_length=100)]
    version: Annotated[int, Field(ge=0, le=_LARGEST)] = 0

    @property
    def value(self) -> Change:
        """As the inventory takes it."""
        return Change(self.item, self.quantity, self.key, self.version)


Sent = Annotated[SentLevel | SentChange, Field(discriminator="type")]

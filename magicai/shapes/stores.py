"""The stores that follow the records."""

from typing import Literal

from pydantic import BaseModel, Field

from magicai.paging import Page
from magicai.stores.entity import Store
from magicai.stores.status import StoreStatus


class StoreShown(BaseModel):
    """A store that follows the records."""

    store: Store
    place: Literal["embedded", "server"]
    behind: int = Field(description="Changes that it has not seen yet.")
    refused: int = Field(description="Changes that it could not take.")
    down: bool = Field(description="Whether it did not answer lately.")

    @classmethod
    def of(cls, one: StoreStatus, *, embedded: bool) -> "StoreShown":
        """The shape of a store's status."""
        place = "embedded" if embedded else "server"
        return cls(store=one.store, place=place, behind=one.behind, refused=one.refused, down=one.down)


class StoreList(Page[StoreShown]):
    """The stores that follow the records."""

"""The stores that follow the records."""

from typing import Literal

from pydantic import Field

from magicai.paging import Page
from magicai.shapes.base import Shown
from magicai.stores.entity import Store


class StoreShown(Shown):
    """A store that follows the records."""

    store: Store
    place: Literal["embedded", "server"]
    behind: int = Field(description="Changes that it has not seen yet.")
    refused: int = Field(description="Changes that it could not take.")
    down: bool = Field(description="Whether it did not answer lately.")


class StoreList(Page[StoreShown]):
    """The stores that follow the records."""

"""What is shown first, and what stores do."""

from typing import Literal

from pydantic import BaseModel, Field

from magicai.accounts.account import MonthsBudget
from magicai.api.shapes.effects import EffectShown
from magicai.api.shapes.runs import RunListed
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


class ModelShown(BaseModel):
    """The local language model."""

    title: str
    size: int = Field(description="Bytes of its download.")
    installed: bool
    done: int | None = Field(description="Bytes that are here while it is downloaded, else null.")
    problem: str = Field(description="Why the last download failed; else empty.")


class HomeShown(BaseModel):
    """What needs you, active runs, and the latest findings."""

    attention: list[RunListed] = Field(
        description="Runs that wait for you, and those of the last two weeks that failed or are partial, unless a "
        "later one about the same has ended."
    )
    running: list[RunListed]
    latest: list[RunListed] = Field(description="The last run about each subject that has findings.")
    effects: list[EffectShown] = Field(description="Those of which nobody knows whether they happened.")
    stores: list[StoreShown] = Field(description="Of operators: those that are behind, or did not answer lately.")
    budget: MonthsBudget | None = Field(description="Where four fifths of it are used, or more.")

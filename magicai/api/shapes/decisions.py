"""Decisions of the brain, and what people tell about them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from magicai.paging import Page
from magicai.runs.views.decisions import DecisionShown


class DecisionList(Page[DecisionShown]):
    """Your decisions, newest first."""


class NewReward(BaseModel):
    """A reward of a decision. Sending the same kind again replaces the value.

    `accepted`, `edited` and `rejected` replace each other.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"kind": "rating", "value": 0.75}]})

    kind: Literal["rating", "accepted", "edited", "rejected", "clicked", "sold"]
    value: float = Field(
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="0 to 1. For a rating, (stars - 1) / 4; for an edit, 1 minus the share that was changed; for a "
        "rejection, 1 if the text was rejected.",
    )


class Rewarded(BaseModel):
    """The number of decisions that were rewarded."""

    decisions: int


class Forgotten(BaseModel):
    """The number of decisions that were deleted, with what was learned from them."""

    decisions: int

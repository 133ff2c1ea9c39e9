"""Decisions of the brain, and what people tell about them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from magicai.paging import Page
from magicai.runs.decisions_shown import DecisionShown


class DecisionList(Page[DecisionShown]):
    """Your decisions, newest first."""


class NewReward(BaseModel):
    """What you have learnt about a decision; the same kind again corrects what you said."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"kind": "rating", "value": 0.75}]})

    kind: Literal["rating", "accepted", "edited", "rejected", "clicked", "sold"]
    value: float = Field(
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="0 to 1. For a rating, (stars - 1) / 4; for an edit, 1 minus the share that was changed.",
    )


class Rewarded(BaseModel):
    """How many decisions of a run have got the reward."""

    decisions: int


class Forgotten(BaseModel):
    """How many decisions were removed, with what was learnt from them."""

    decisions: int

"""Decisions of the brain, and what people tell about them."""

from pydantic import BaseModel, ConfigDict

from magicai.paging import Page
from magicai.runs.views.decisions import DecisionShown
from magicai.values.rewards import ToldKind, ToldValue


class DecisionList(Page[DecisionShown]):
    """Your decisions, newest first."""


class NewReward(BaseModel):
    """A reward of a decision. Sending the same kind again replaces the value.

    `accepted`, `edited` and `rejected` replace each other.
    """

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"kind": "rating", "value": 0.75}]})

    kind: ToldKind
    value: ToldValue


class Rewarded(BaseModel):
    """The number of decisions that were rewarded."""

    decisions: int


class Forgotten(BaseModel):
    """The number of decisions that were deleted, with what was learned from them."""

    decisions: int

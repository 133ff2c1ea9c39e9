"""Effects of runs on the world, and what a person decides about them."""

from typing import Literal

from pydantic import BaseModel, Field

from magicai.paging import Page
from magicai.runs.run import JSON
from magicai.shapes.base import Body

EffectState = Literal["begun", "cut", "failed", "done"]


class EffectShown(BaseModel):
    """An effect of a run."""

    effect: str = Field(description="Its id: kind, colon, key.")
    kind: str
    state: EffectState = Field(description="`cut`: nobody knows whether it happened.")
    run_id: str | None
    answer: JSON | None = Field(description="What the other side returned.")

    @classmethod
    def of(cls, effect: JSON) -> "EffectShown":
        """The shape of an effect as magicai/runs/effects.py tells it."""
        return cls(kind=effect["effect"].partition(":")[0], **effect)


class EffectList(Page[EffectShown]):
    """Effects, by id."""


class EffectDecision(Body):
    """What a person found out about an effect that was interrupted."""

    happened: bool = Field(description="If it did not, the resumed run tries again.")
    answer: JSON | None = Field(None, description="What the other side returned, such as an address.")

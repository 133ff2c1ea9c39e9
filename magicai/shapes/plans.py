"""What runs are to do, how far they are, and what was decided."""

from typing import Any

from pydantic import BaseModel, Field

from magicai.messages import Message
from magicai.paging import Page
from magicai.ports import ItemState
from magicai.runs.plan import Decision, PerItem, PlannedStep
from magicai.runs.run import Problem
from magicai.shapes.base import Shown


class PlanShown(Shown):
    """The plan of a run, with a reason for every choice."""

    revision: int
    reason: str
    message: Message | None = Field(None, description="The code of `reason`.")
    decision: Decision
    steps: list[PlannedStep]


class PlanList(Page[PlanShown]):
    """Revisions of a run's plan, oldest first."""


class WouldDo(PlanShown):
    """A plan without a run."""

    workflow: str
    most_calls: int | None = Field(None, description="Maximum calls of language models; null if nobody knows before.")
    per_item: PerItem | None = Field(None, description="The most that each item may take; null if it is not limited.")


class StepItemsShown(BaseModel):
    """The number of items of a step in each state."""

    step: str
    pending: int
    running: int
    done: int
    failed: int


class ItemShown(Shown):
    """One of the items that a step works on. `problem` is why it failed, or has to be tried again."""

    step: str
    key: str
    state: ItemState
    attempts: int
    problem: Problem | None
    input: Any = Field(None, description="What it works on; with `values`.")
    result: Any = Field(None, description="What came of it, once it is done; with `values`.")


class ItemList(Page[ItemShown]):
    """Items by step and in order, and the number in each state."""

    steps: list[StepItemsShown]

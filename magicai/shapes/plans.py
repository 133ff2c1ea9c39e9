"""What runs are to do, how far they are, and what was decided."""

from typing import Annotated

from pydantic import BaseModel, Field

from magicai.paging import Page
from magicai.ports import ItemState
from magicai.runs.composing.goals import LONGEST
from magicai.runs.plan import Decision, PerItem, PlannedStep
from magicai.runs.run import JSON, Problem
from magicai.shapes.base import Body, Shown


class PlanShown(Shown):
    """The plan of a run, with a reason for every choice."""

    revision: int
    reason: str
    decision: Decision
    steps: list[PlannedStep]


class PlanList(Page[PlanShown]):
    """Revisions of a run's plan, oldest first."""


class WouldDo(PlanShown):
    """A plan without a run."""

    workflow: str
    most_calls: int | None = Field(None, description="Maximum calls of language models; null if nobody knows before.")
    per_item: PerItem | None = Field(None, description="The most that each item may take; null if it is not limited.")


class GoalAsked(Body):
    """A goal in words, or an action with its parameters."""

    goal: Annotated[str | None, Field(min_length=1, max_length=LONGEST)] = None
    action: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    params: JSON = {}  # noqa: RUF012 - a field


class GoalPlanned(WouldDo):
    """The plan for a goal.

    Attributes:
        request: what to start `links.start` with.
        understood, unclear: of a goal in words, what was understood, and parts that nothing here can do.
    """

    request: JSON
    understood: list[str]
    unclear: list[str]
    links: dict[str, str]


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


class ItemList(Page[ItemShown]):
    """Items by step and in order, and the number in each state."""

    steps: list[StepItemsShown]

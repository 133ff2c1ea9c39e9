"""What runs are to do, how far they are, and what was decided."""

from pydantic import BaseModel

from magicai.api.paging import Page
from magicai.ports import ItemState
from magicai.runs.plan import Decision, PlannedStep
from magicai.runs.run import Problem


class PlanShown(BaseModel):
    """What a run does, or would do, with a reason for every choice."""

    revision: int
    reason: str
    decision: Decision
    steps: list[PlannedStep]


class PlanList(Page[PlanShown]):
    """Revisions of a run's plan, oldest first."""


class WouldDo(PlanShown):
    """A plan of a run that there is not."""

    workflow: str


class StepItemsShown(BaseModel):
    """Where the items of a step stand."""

    step: str
    pending: int
    running: int
    done: int
    failed: int


class ItemShown(BaseModel):
    """One of many things that a step works on; `problem` is why it failed, or has to be tried again."""

    step: str
    key: str
    state: ItemState
    attempts: int
    problem: Problem | None


class ItemList(Page[ItemShown]):
    """Items by step and in their order, and where those of each step stand."""

    steps: list[StepItemsShown]

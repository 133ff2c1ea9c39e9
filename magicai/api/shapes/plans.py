"""What runs are to do, how far they are, and what was decided."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from magicai.ports import ItemState
from magicai.runs.goals import LONGEST
from magicai.runs.plan import Decision, PlannedStep
from magicai.runs.run import JSON, Problem, RunStatus


class PlanShown(BaseModel):
    """What a run does, or would do, with a reason for every choice."""

    revision: int
    reason: str
    decision: Decision
    steps: list[PlannedStep]


class PlanList(BaseModel):
    """All revisions of a run's plan, oldest first."""

    plans: list[PlanShown]


class WouldDo(PlanShown):
    """A plan of a run that there is not."""

    workflow: str


class GoalAsked(BaseModel):
    """What somebody wants: in words, or as an action with its parameters."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"goal": "compare https://a.example and https://b.example, write a report"}]},
    )

    goal: Annotated[str | None, Field(min_length=1, max_length=LONGEST)] = None
    action: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    params: JSON = {}


class GoalPlanned(WouldDo):
    """What would be done for a goal.

    Attributes:
        request: what to start `links.start` with.
        understood, unclear: of a goal in words, what was understood, and parts that nothing here can do.
    """

    request: JSON
    understood: list[str]
    unclear: list[str]
    links: dict[str, str]


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


class ItemList(BaseModel):
    """Items by step and in their order; `next` is the `after` of the next page."""

    steps: list[StepItemsShown]
    items: list[ItemShown]
    next: str | None


class DecisionShown(BaseModel):
    """What the brain decided about a run, and what came of it."""

    run_id: str
    workflow: str
    at: str
    status: RunStatus
    quality: float
    reward: float
    cost: float
    seconds: float
    decision: Decision | None


class DecisionList(BaseModel):
    """Decisions about your runs, newest first."""

    decisions: list[DecisionShown]

"""What calls of language models have cost."""

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, Field

from magicai.paging import Page
from magicai.ports import CostGrouping, CostOfRun, CostSum
from magicai.values.money import Money
from magicai.values.times import Moment


class CostShown(BaseModel):
    """What calls have taken together."""

    calls: int
    prompt_tokens: int
    completion_tokens: int
    cost: Money = Field(description="Exact. Calls of models on this machine cost 0.")
    estimated: bool = Field(
        description="Whether some calls count as the maximum they may have cost, or as 0, since their cost is unknown:"
        " failed and cancelled calls, and models without a price."
    )


class CostGroup(CostShown):
    """What a workflow, a model or a person has cost."""

    key: str = Field(description='A workflow, a model, or the id of a user; "" for calls outside of runs.')
    name: str


class DayCost(CostShown):
    """What a group has cost on a day."""

    day: date
    key: str


class Costs(BaseModel):
    """Costs of a period."""

    from_day: date
    to_day: date
    zone: str
    by: CostGrouping
    total: CostShown
    groups: list[CostGroup] = Field(description="The most expensive first.")
    days: list[DayCost] = Field(description="By day and group. Without calls there is none.")


class RunCost(CostShown):
    """What a run has cost."""

    run_id: str | None = Field(description="Null for all calls outside of runs, which come last.")
    workflow: str | None
    started: Moment | None = Field(description="When the run was accepted.")
    person: str = Field(description="Name of the user.")
    models: list[str]


class RunCostList(Page[RunCost]):
    """Costs by run, newest first."""


def cost_fields(of: CostSum) -> dict[str, object]:
    """The fields of a sum."""
    return {
        "calls": of.calls,
        "prompt_tokens": of.prompt_tokens,
        "completion_tokens": of.completion_tokens,
        "cost": Money(amount=of.amount.normalize() if of.amount else Decimal(0)),
        "estimated": of.inexact > 0,
    }


def run_cost(one: CostOfRun, person: str) -> RunCost:
    """A run's costs as a list shows them."""
    return RunCost.model_validate(
        {
            **cost_fields(one.sum),
            "run_id": one.run_id or None,
            "workflow": one.workflow or None,
            "started": one.created_at,
            "person": person,
            "models": list(one.models),
        }
    )

"""What is shown first."""

from pydantic import BaseModel, Field

from magicai.accounts.account import MonthsBudget
from magicai.shapes.effects import EffectShown
from magicai.shapes.runs import RunListed
from magicai.shapes.sample_data import SampleDataShown
from magicai.shapes.stores import StoreShown


class WaitingThing(BaseModel):
    """One of the things that wait."""

    id: str
    title: str


class Waiting(BaseModel):
    """Things of one kind that wait for you."""

    kind: str = Field(description="Such as `texts_flagged`.")
    count: int
    first: list[WaitingThing] = Field(description="Some of them.")


class FirstStep(BaseModel):
    """Something that a new workspace does first."""

    name: str = Field(description="Such as `shop`.")
    done: bool


class HomeShown(BaseModel):
    """What needs you, active runs, and the latest findings."""

    waiting: list[Waiting] = Field(description="What subjects have for you to decide, by kind.")
    first_steps: list[FirstStep] = Field(description="What a new workspace does first; of editors.")
    sample_data: SampleDataShown
    attention: list[RunListed] = Field(
        description="Runs that wait for you, and those of the last two weeks that failed or are partial, unless they "
        "were dismissed, or a later one about the same has ended."
    )
    running: list[RunListed]
    latest: list[RunListed] = Field(description="The last run about each subject that has findings.")
    effects: list[EffectShown] = Field(description="Those of which nobody knows whether they happened.")
    stores: list[StoreShown] = Field(description="Of operators: those that are behind, or did not answer lately.")
    budgets: list[MonthsBudget] = Field(
        description="Of this month, those of which four fifths are used, or more; that of all workspaces for admins."
    )

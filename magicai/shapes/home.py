"""What is shown first."""

from pydantic import BaseModel, Field

from magicai.accounts.account import MonthsBudget
from magicai.shapes.effects import EffectShown
from magicai.shapes.runs import RunListed
from magicai.shapes.stores import StoreShown


class HomeShown(BaseModel):
    """What needs you, active runs, and the latest findings."""

    attention: list[RunListed] = Field(
        description="Runs that wait for you, and those of the last two weeks that failed or are partial, unless a "
        "later one about the same has ended."
    )
    running: list[RunListed]
    latest: list[RunListed] = Field(description="The last run about each subject that has findings.")
    effects: list[EffectShown] = Field(description="Those of which nobody knows whether they happened.")
    stores: list[StoreShown] = Field(description="Of operators: those that are behind, or did not answer lately.")
    budgets: list[MonthsBudget] = Field(
        description="Of this month, those of which four fifths are used, or more; that of all workspaces for admins."
    )

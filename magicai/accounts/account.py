"""What somebody is to an installation, and what their runs have used."""

from typing import Literal

from pydantic import Field, computed_field

from magicai.accounts.identity import Caller, Role, Scope
from magicai.ports import ALERTS
from magicai.runs.run import RunStatus
from magicai.values.frozen import Frozen
from magicai.values.money import Money
from magicai.values.times import Moment

_NEARLY = min(ALERTS)


class Me(Frozen):
    """Who asks."""

    user_id: str
    name: str
    role: Role
    scopes: list[Scope]
    created_at: Moment
    email: str | None = Field(description="For a new password by mail; null if none was verified.")

    @classmethod
    def of(cls, caller: Caller) -> "Me":
        """Who somebody is, and what they may do."""
        user, scopes = caller.user, sorted(caller.scopes)
        email = user.email if user.email_verified_at is not None else None
        return cls(
            user_id=user.user_id,
            name=user.name,
            role=user.role,
            scopes=scopes,
            created_at=user.created_at,
            email=email,
        )


class WorkflowUsage(Frozen):
    """What one workflow has used."""

    workflow: str
    runs: int
    completed: int = Field(description="Those that left nothing out.")
    duration_s: float
    usual_s: float = Field(description="Half of them took no longer.")
    cost: Money
    prompt_tokens: int = 0
    completion_tokens: int = 0


class MonthsBudget(Frozen):
    """What was spent this month (UTC) on paid models."""

    scope: Literal["person", "workspace", "month"] = Field(
        description="Whose: the `workspace`'s, the caller's in it (`person`), or that of all workspaces (`month`)."
    )
    spent: Money
    reserved: Money = Field(description="Reserved for calls in progress.")
    limit: Money | None = Field(description="Null if unset.")

    @computed_field(description="Of the limit, spent or reserved, rounded down; null without a limit, or if it is 0.")
    @property
    def percent(self) -> int | None:
        """How much of it is used, in per cent."""
        if self.limit is None or not self.limit.amount:
            return None
        return min(100, int(100 * (self.spent.amount + self.reserved.amount) / self.limit.amount))

    @property
    def is_nearly_used(self) -> bool:
        """Whether little of it is left."""
        return self.percent is not None and self.percent >= _NEARLY


class Usage(Frozen):
    """What your runs have used; time, tokens and cost are those of runs that have ended."""

    since: Moment
    runs: dict[RunStatus, int]
    duration_s: float
    cost: Money
    prompt_tokens: int = Field(0, description="Tokens that models have read, paid or not.")
    completion_tokens: int = Field(0, description="Tokens that they have written.")
    workflows: list[WorkflowUsage]
    this_month: MonthsBudget

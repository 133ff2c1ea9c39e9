"""What somebody is to an installation, and what their runs have used."""

from decimal import Decimal

from pydantic import Field

from magicai.accounts.identity import Caller, Role, Scope
from magicai.runs.run import RunStatus
from magicai.values.frozen import Frozen
from magicai.values.money import Money
from magicai.values.times import Moment

_NEARLY = Decimal("0.8")


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
    """What you have spent this month (UTC) on paid models."""

    spent: Money
    reserved: Money = Field(description="Reserved for calls in progress.")
    limit: Money | None = Field(description="MAGICAI_BUDGET_USER_MONTH of the installation; null if unset.")

    @property
    def is_nearly_used(self) -> bool:
        """Whether little of it is left."""
        return self.limit is not None and self.spent.amount + self.reserved.amount >= _NEARLY * self.limit.amount


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

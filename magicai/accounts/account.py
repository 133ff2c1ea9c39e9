"""What somebody is to an installation, and what their runs have used."""

from pydantic import BaseModel, ConfigDict, Field

from magicai.accounts.identity import Caller, Role, Scope
from magicai.runs.run import RunStatus
from magicai.values.times import to_iso


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class Me(_Model):
    """Who asks."""

    user_id: str
    name: str
    role: Role
    scopes: list[Scope]
    created_at: str

    @classmethod
    def of(cls, caller: Caller) -> "Me":
        """Who somebody is, and what they may do."""
        user, scopes = caller.user, sorted(caller.scopes)
        created_at = to_iso(user.created_at)
        return cls(user_id=user.user_id, name=user.name, role=user.role, scopes=scopes, created_at=created_at)


class WorkflowUsage(_Model):
    """What one workflow has used."""

    workflow: str
    runs: int
    seconds: float
    cost: str
    prompt_tokens: int = 0
    completion_tokens: int = 0


class MonthsBudget(_Model):
    """What you have spent this month (UTC) on paid models, in US dollars."""

    spent: str
    reserved: str = Field(description="Put aside for calls under way.")
    limit: str | None = Field(description="MAGICAI_BUDGET_USER_MONTH of the installation; null where there is none.")


class Usage(_Model):
    """What your runs have used; time, tokens and cost are those of runs that have ended."""

    since: str
    runs: dict[RunStatus, int]
    seconds: float
    cost: str = Field(description="US dollars.")
    prompt_tokens: int = Field(0, description="What models have read, whether or not it was paid for.")
    completion_tokens: int = Field(0, description="What they have written.")
    workflows: list[WorkflowUsage]
    this_month: MonthsBudget

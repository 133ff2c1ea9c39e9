"""What may be spent, and what has been: of a run, and in a month of a person, a workspace, the installation."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

Scope = Literal["run", "person", "workspace", "month"]
# Per cent of a month's budget at which people are told.
ALERTS = (80, 100)


@dataclass(frozen=True, slots=True)
class Spender:
    """Who spends.

    Attributes:
        run_id: "" where it is for no run.
        attempt: number of the run's attempt. What an earlier one put aside is free again: its process is dead.
        step: which of the run's steps spends; for the log of calls, not for any budget.
        budget: the most that the run may cost; None where only settings say.
        role: whose language model is used, such as `answerer`; "" uses the default one.
        again: whether answers that other runs have paid for are asked for anew.
        person: the user who started the run, or asks; "" where nobody is known.
    """

    owner_id: str
    run_id: str = ""
    attempt: int = 0
    step: str = field(default="", compare=False)
    budget: float | None = field(default=None, compare=False)
    role: str = field(default="", compare=False)
    again: bool = field(default=False, compare=False)
    person: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """Most that may be spent, in US dollars; None where there is no limit."""

    run: float | None = None
    person: float | None = None
    workspace: float | None = None
    month: float | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """How one of the budgets stands, in US dollars.

    Attributes:
        scope: whose: the run's, and this month (UTC) the person's in the workspace, the workspace's, everybody's.
        limit: None where there is none.
        spent: what settled calls have cost.
        reserved: put aside for calls that have not settled.
    """

    scope: Scope
    limit: float | None
    spent: float
    reserved: float

    @property
    def left(self) -> float | None:
        """What can still be put aside; None where there is no limit."""
        return None if self.limit is None else max(0.0, self.limit - self.spent - self.reserved)


@dataclass(frozen=True, slots=True)
class Reservation:
    """Money that was put aside for one call.

    Attributes:
        limits: the budgets at that time, which decide whether its cost is told to anybody.
    """

    reservation_id: str
    amount: float
    limits: Limits = Limits()


@dataclass(frozen=True, slots=True)
class BudgetAlert:
    """That much of a month's budget is used: there is one for each budget, month, threshold and limit.

    Attributes:
        owner_id: the workspace; "" of everybody's budget.
        person: the user whose budget it is; "" of others.
        threshold: one of `ALERTS`; at 100, no call gets anything from it any more.
        spent: when it was noticed, like `limit` in US dollars.
        at: when that was, in UTC microseconds.
    """

    scope: Scope
    owner_id: str
    person: str
    month: str
    threshold: int
    limit: float
    spent: float
    at: int

    @property
    def key(self) -> str:
        """What no other one has."""
        return f"{self.scope} {self.owner_id} {self.person} {self.month} {self.threshold} {self.limit:.9f}"


@dataclass(frozen=True, slots=True)
class PaidAnswer:
    """What a language model answered to a run, which has paid for it.

    Attributes:
        asked: a digest of the question.
        number: how many answers to it the run's attempt had before.
    """

    asked: str
    number: int
    text: str


class BudgetRecords(Protocol):
    """What may be spent, held for everybody who spends: steps side by side, processes, machines."""

    async def reserve(self, spender: Spender, amount: float, limits: Limits, *, ttl_s: float) -> Reservation | Budget:
        """Put aside what a call may cost at most; answers the budget that has less left, where one has.

        It is free again after `ttl_s`, if its process died before it settled. A month's budget that refuses it, and of
        which four fifths are spent, is used up: an alert in the same transaction.

        Raises:
            Invalid: the amount is no sum of money.
        """
        ...

    async def settle(self, reservation: Reservation, cost: float, answer: PaidAnswer | None = None) -> None:
        """Turn what was put aside into what the call did cost, once; the month is that in which it was put aside.

        A cost that is no sum of money is taken for all that was put aside. An alert that is due by it is kept in the
        same transaction.

        Args:
            answer: kept with it for a day, of a run the latest 10,000: both are there after a crash, or neither.
        """
        ...

    async def answered(self, spender: Spender, asked: str, number: int, *, of_any_run: bool = False) -> str | None:
        """What the spender's run was answered, or any run of theirs, where it was kept."""
        ...

    async def budgets(self, spender: Spender, limits: Limits) -> list[Budget]:
        """How each of the spender's budgets stands now; the run's and the person's only where there is one."""
        ...

    async def alerts(self, *, since: int, limit: int) -> list[BudgetAlert]:
        """Alerts since then, in UTC microseconds, that nobody was told of, the oldest first."""
        ...

    async def alert_told(self, alert: BudgetAlert) -> None:
        """Let an alert be told no more."""
        ...

"""What may be spent, and what has been: by run, by user and month, by month."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

Scope = Literal["run", "user", "month"]


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
    """

    owner_id: str
    run_id: str = ""
    attempt: int = 0
    step: str = field(default="", compare=False)
    budget: float | None = field(default=None, compare=False)
    role: str = field(default="", compare=False)
    again: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Limits:
    """Most that may be spent, in US dollars; None where there is no limit."""

    run: float | None = None
    user: float | None = None
    month: float | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """How one of the budgets stands, in US dollars.

    Attributes:
        scope: whose: the run's, the user's this month, everybody's this month (UTC).
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
    """Money that was put aside for one call."""

    reservation_id: str
    amount: float


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

        It is free again after `ttl_s`, if its process died before it settled.

        Raises:
            Invalid: the amount is no sum of money.
        """
        ...

    async def settle(self, reservation: Reservation, cost: float, answer: PaidAnswer | None = None) -> None:
        """Turn what was put aside into what the call did cost, once; the month is that in which it was put aside.

        A cost that is no sum of money is taken for all that was put aside.

        Args:
            answer: kept with it for a day, of a run the latest 10,000: both are there after a crash, or neither.
        """
        ...

    async def answered(self, spender: Spender, asked: str, number: int, *, of_any_run: bool = False) -> str | None:
        """What the spender's run was answered, or any run of theirs, where it was kept."""
        ...

    async def budgets(self, spender: Spender, limits: Limits) -> list[Budget]:
        """How each of the spender's budgets stands now; the run's only where there is one."""
        ...

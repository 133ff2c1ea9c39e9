"""The cap on what paid calls cost: money is put aside before each, so that no limit is ever exceeded."""

from typing import Protocol

from integrations.text import names
from integrations.text.names import ModelName
from integrations.text.prices import how_to_state
from magicai.errors import Invalid, OverBudget, Temporary
from magicai.ports import Budget, BudgetRecords, Limits, Reservation, Spender
from magicai.settings import Settings

# Longer than any call takes, asked again in another way included: then its process is dead.
_LONGEST_CALL_S = 900.0


class Purse(Protocol):
    """What a paid model asks before each call."""

    async def reserve(self, most: float | None, model: str) -> Reservation | None:
        """Put aside what a call may cost at most (None: nobody knows); None where nothing needs to be.

        Raises:
            Invalid: nobody knows what it costs, so that no budget can be kept.
            OverBudget: that could exceed a budget.
            Temporary: it could, because of calls that have not settled.
        """
        ...

    async def settle(self, reservation: Reservation | None, cost: float) -> None:
        """Turn what was put aside into what the call did cost."""
        ...


class SharedPurse:
    """The budgets of the records, which all processes share."""

    def __init__(self, records: BudgetRecords, spender: Spender, limits: Limits) -> None:
        self._records, self._spender, self._limits = records, spender, limits

    async def reserve(self, most: float | None, model: str) -> Reservation | None:
        """Put aside what a call may cost at most (None: nobody knows); None where nothing needs to be.

        Raises:
            Invalid: nobody knows what it costs, so that no budget can be kept.
            OverBudget: that could exceed a budget.
            Temporary: it could, because of calls that have not settled.
        """
        if most is None:
            if self._limits == Limits():
                return None
            raise unpriced(names.read(model))
        if most == 0:
            return None
        got = await self._records.reserve(self._spender, most, self._limits, ttl_s=_LONGEST_CALL_S)
        if isinstance(got, Reservation):
            return got
        raise _refusal(got, most, model)

    async def settle(self, reservation: Reservation | None, cost: float) -> None:
        """Turn what was put aside into what the call did cost."""
        if reservation is not None:
            await self._records.settle(reservation, cost)


def limits_of(settings: Settings) -> Limits:
    """What settings allow."""
    return Limits(settings.budget, settings.budget_user_month, settings.budget_month)


def unpriced(name: ModelName) -> Invalid:
    """Why a model of unknown price is not asked within a budget."""
    return Invalid(
        f"The price of the model {name} is unknown, so its cost can't be limited.", way_out=how_to_state(name)
    )


def _refusal(budget: Budget, most: float, model: str) -> OverBudget | Temporary:
    limit, left = budget.limit or 0.0, budget.left or 0.0
    if budget.spent + most <= limit:
        return Temporary(
            f"A call of {model} may cost up to ${most:.4f}; ${left:.4f} of a budget of ${limit:.2f} is left while"
            f" ${budget.reserved:.4f} is reserved for calls in progress."
        )
    match budget.scope:
        case "run":
            return OverBudget(
                f"A call of {model} may cost up to ${most:.4f}; ${left:.4f} of the run's budget of ${limit:.2f}"
                " is left.",
                way_out="Raise MAGICAI_BUDGET (US dollars per run), or use a local model.",
            )
        case "user":
            return OverBudget(
                f"A call of {model} may cost up to ${most:.4f}; ${left:.4f} of your budget of"
                f" ${limit:.2f} for this month is left.",
                way_out="Raise MAGICAI_BUDGET_USER_MONTH (US dollars), wait for the next month, or use a local model.",
            )
        case "month":
            return OverBudget(
                f"A call of {model} may cost up to ${most:.4f}; ${left:.4f} of this installation's budget of"
                f" ${limit:.2f} for this month is left.",
                way_out="Raise MAGICAI_BUDGET_MONTH (US dollars), wait for the next month, or use a local model.",
            )

"""Budgets of paid calls: the cost of each is reserved before it is made, so that no limit is ever exceeded."""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Protocol

from magicai.errors import BudgetReserved, Invalid, MagicError, OverBudget
from magicai.ports import (
    Budget,
    BudgetRecords,
    CallOutcome,
    Limits,
    ModelCall,
    ModelCallRecords,
    PaidAnswer,
    Reservation,
    Spender,
    Usage,
)
from magicai.settings import Settings
from magicai.values.ids import new_id
from magicai.values.money import in_words

_log = logging.getLogger(__name__)
# No call takes longer, its repetition in another form included: after it, its process is dead.
_LONGEST_CALL_S = 900.0
# How often a call that waits for others looks whether they have settled.
_LOOK_S = 0.25
# A run's first attempt has no earlier one.
_FIRST, _SECOND = 1, 2
# Roles whose answers another run of the same owner need not pay for again: the same text from the same facts.
_ALIKE = ("writer", "verifier")


# Budgets that may change while a run goes on.
FindLimits = Callable[[], Awaitable[Limits]]


class Purse(Protocol):
    """What a paid model asks before each call."""

    async def reserve(self, most: float | None, model: str) -> Reservation | None:
        """Reserve the maximum cost of a call (None: unknown); None if nothing needs to be reserved.

        Raises:
            Invalid: its price is unknown, so no budget can be kept.
            OverBudget: it could exceed a budget.
            BudgetReserved: it could, as long as other calls are in progress.
        """
        ...

    async def settle(self, reservation: Reservation | None, cost: float, answer: PaidAnswer | None = None) -> None:
        """Replace a reservation by what the call did cost, and keep what it brought with it."""
        ...

    async def asks(self, asked: str) -> tuple[int, str | None]:
        """The number of the next answer to that in this attempt of a run, and what an earlier one has paid for as it.

        Args:
            asked: a digest of the question.
        """
        ...

    def gave_up(self, asked: str, number: int) -> None:
        """Let the next who asks that have this number: no answer came of it."""
        ...

    async def log(self, model: str, usage: Usage, outcome: CallOutcome, *, at: int, duration_s: float) -> None:
        """Keep a call that is no conversation in the log of calls; the others are kept by who asks."""
        ...


class SharedPurse:
    """The budgets of the records, which all processes share.

    Args:
        limits: the budgets, or what finds them before each call.
        patience_s: how long a call waits for others that have reserved what it needs.
        calls: the log of calls.
    """

    def __init__(
        self,
        records: BudgetRecords,
        spender: Spender,
        limits: Limits | FindLimits,
        *,
        patience_s: float = 0.0,
        calls: ModelCallRecords | None = None,
    ) -> None:
        self._records, self._spender, self._limits, self._patience_s = records, spender, limits, patience_s
        self._calls = calls
        self._numbers = defaultdict[str, set[int]](set)  # of answers, had or under way, by their question

    async def reserve(self, most: float | None, model: str) -> Reservation | None:
        """Reserve the maximum cost of a call (None: unknown); None if nothing needs to be reserved.

        Raises:
            Invalid: its price is unknown, so no budget can be kept.
            OverBudget: it could exceed a budget.
            BudgetReserved: it could, as long as other calls are in progress.
        """
        if most == 0:
            return None
        limits = self._limits if isinstance(self._limits, Limits) else await self._limits()
        if most is None:
            if limits == Limits():
                return None
            raise unpriced(model)
        ends = time.monotonic() + self._patience_s
        while True:
            got = await self._records.reserve(self._spender, most, limits, ttl_s=_LONGEST_CALL_S)
            if isinstance(got, Reservation):
                return got
            refusal = _refusal(got, most, model)
            if isinstance(refusal, OverBudget) or time.monotonic() >= ends:
                raise refusal
            await asyncio.sleep(_LOOK_S)

    async def settle(self, reservation: Reservation | None, cost: float, answer: PaidAnswer | None = None) -> None:
        """Replace a reservation by what the call did cost, and keep what it brought with it."""
        if reservation is not None:
            await self._records.settle(reservation, cost, answer)

    async def asks(self, asked: str) -> tuple[int, str | None]:
        """The number of the next answer to that in this attempt of a run, and what an earlier one has paid for as it.

        Who asks the same while another waits for an answer has a number of its own. A text and its check may be what
        another run of the same owner has paid for.

        Args:
            asked: a digest of the question.
        """
        taken = self._numbers[asked]
        number = next(number for number in count() if number not in taken)
        taken.add(number)
        alike = self._spender.role in _ALIKE and not self._spender.again
        if not self._spender.run_id or self._spender.attempt < (_FIRST if alike else _SECOND):
            return number, None
        try:
            return number, await self._records.answered(self._spender, asked, number, of_any_run=alike)
        except BaseException:
            self.gave_up(asked, number)
            raise

    def gave_up(self, asked: str, number: int) -> None:
        """Let the next who asks that have this number: no answer came of it."""
        self._numbers[asked].discard(number)

    async def log(self, model: str, usage: Usage, outcome: CallOutcome, *, at: int, duration_s: float) -> None:
        """Keep a call that is no conversation in the log of calls; the answer that it brought is worth more."""
        if self._calls is None:
            return
        whose, tokens = self._spender, (usage.prompt_tokens, usage.completion_tokens)
        call = ModelCall(
            new_id(), whose.owner_id, whose.run_id, whose.step, model, at, *tokens, usage.cost, duration_s, outcome
        )
        try:
            await self._calls.add(call)
        except MagicError as exc:
            _log.warning("A call of %s is not in the records: %s", model, exc)


def limits_of(settings: Settings, spender: Spender | None = None) -> Limits:
    """The limits in the settings; a run may have a smaller one of its own."""
    own = settings.budget if spender is None or spender.budget is None else min(settings.budget, spender.budget)
    return Limits(own, settings.budget_person_month, settings.budget_workspace_month, settings.budget_month)


def unpriced(model: str) -> Invalid:
    """Why a model of unknown price, such as `openai:NAME`, is not called within a budget."""
    name = model.partition(":")[2]
    return Invalid("model_price_unknown", model=model, name=name)


def _refusal(budget: Budget, most: float, model: str) -> OverBudget | BudgetReserved:
    limit, left = in_words(budget.limit or 0.0), in_words(budget.left or 0.0)
    costs, reserved = in_words(most), in_words(budget.reserved)
    if budget.spent + most <= (budget.limit or 0.0):
        return BudgetReserved("budget_reserved", model=model, costs=costs, left=left, limit=limit, reserved=reserved)
    match budget.scope:
        case "run":
            return OverBudget("run_budget_exceeded", model=model, costs=costs, left=left, limit=limit)
        case "person":
            return OverBudget("person_budget_exceeded", model=model, costs=costs, left=left, limit=limit)
        case "workspace":
            return OverBudget("workspace_budget_exceeded", model=model, costs=costs, left=left, limit=limit)
        case "month":
            return OverBudget("installation_budget_exceeded", model=model, costs=costs, left=left, limit=limit)

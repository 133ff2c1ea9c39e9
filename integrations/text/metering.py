"""A call that may cost something and is no conversation: its cost is reserved before, and settled after."""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from magicai.brain.budgets import Purse
from magicai.errors import Cancelled, Invalid, MagicError, Refused, Temporary
from magicai.models.consents import Consents
from magicai.ports import CallOutcome, OnUsage, Price, Usage, unheard
from magicai.values.times import now_us

Allowed = Callable[[], Awaitable[None]]


async def everywhere() -> None:
    """Texts may be sent."""


def allowed_at(host: str, name: str, consents: Consents | None) -> Allowed:
    """See before each call that texts may be sent to a model; consents are read each time."""

    async def check() -> None:
        if consents is not None:
            await consents.check(host, name)

    return check


@dataclass(slots=True)
class Metered:
    """What a call took.

    Attributes:
        tokens: that the server counted; None where nobody knows whether it has worked: then all that was reserved is
            counted.
        outcome: as the log of calls has it.
    """

    tokens: int | None = None
    outcome: CallOutcome = "cancelled"


@dataclass(frozen=True, slots=True)
class Meter:
    """What pays the calls of one model.

    Args:
        price: None where it is unknown; then no call is made within a budget.
        allowed: raises Refused where texts may not be sent to it.
        on_usage: hears what each call took.
    """

    name: str
    price: Price | None
    purse: Purse
    allowed: Allowed = everywhere
    on_usage: OnUsage = unheard

    @asynccontextmanager
    async def call(self, texts: Sequence[str]) -> AsyncGenerator[Metered]:
        """A call with these texts.

        Raises:
            OverBudget, BudgetReserved: it could exceed a budget; or could while other calls are in progress.
            Invalid: the price is unknown.
            Refused: texts may not be sent to it.
        """
        await self.allowed()
        # A byte-level tokeniser makes at most one token of a byte.
        most = None if self.price is None else self.price.of(sum(len(text.encode()) + 16 for text in texts), 0)
        reserved = await self.purse.reserve(most, self.name)
        metered, at, began = Metered(), now_us(), time.monotonic()
        try:
            yield metered
        except MagicError as exc:
            metered.outcome = outcome_of(exc)
            raise
        finally:
            cost = most  # where it stays open whether the server has worked, it has
            if metered.tokens is not None and self.price is not None:
                cost = self.price.of(metered.tokens, 0)
            await asyncio.shield(self.purse.settle(reserved, cost or 0.0))
            if most != 0:  # what is free may be called for every document
                took = Usage(metered.tokens or 0, 0, cost)
                duration_s = time.monotonic() - began
                await asyncio.shield(self.purse.log(self.name, took, metered.outcome, at=at, duration_s=duration_s))
        if cost != 0 or metered.tokens:
            await self.on_usage(Usage(metered.tokens or 0, 0, cost))


def outcome_of(error: MagicError) -> CallOutcome:
    """What the log of calls says of a call that failed."""
    match error:
        case Temporary():
            return "temporary"
        case Refused():
            return "refused"
        case Invalid():
            return "invalid"
        case _:
            return "cancelled" if isinstance(error, Cancelled) else "permanent"

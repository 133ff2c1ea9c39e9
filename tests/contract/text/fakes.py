"""Models without weights: what they say, and the servers that say it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from integrations.text.server_on_demand import Wanted
from magicai.errors import OverBudget
from magicai.ports import CallOutcome, Message, PaidAnswer, Reservation, Usage


def toy(messages: Sequence[Message]) -> str:
    """What they all say."""
    asked = messages[-1].content
    if "JSON" in asked:
        return '{"city": "Paris", "country": "France", "is_capital": true}'
    return f"你说：{asked}" if "中文" in asked else f"You said: {asked}"


def fake(folder: Path, kind: str = "", **changes: Any) -> Wanted:
    """A model server in `folder`, whose engine does what `kind` says (fake_engine.py)."""
    model = folder / "fake.gguf"
    model.write_text(kind)
    made = Wanted(str(folder / "server"), str(model), engine="tests.contract.text.fake_engine:load", idle_s=60)
    return replace(made, **changes)


class FakePurse:
    """A purse of one process; `spent` US dollars are gone, for the calls that are `logged`."""

    def __init__(self, limit: float = 1.0) -> None:
        self.limit, self.spent, self.reserved = limit, 0.0, 0.0
        self.logged: list[tuple[CallOutcome, float | None]] = []

    async def reserve(self, most: float | None, model: str) -> Reservation | None:
        if most is None:
            return None
        if self.spent + self.reserved + most > self.limit:
            raise OverBudget(f"{model} may cost up to {most}.")
        self.reserved += most
        return Reservation("one", most)

    def gave_up(self, asked: str, number: int) -> None:
        """Nothing is numbered here."""

    async def asks(self, asked: str) -> tuple[int, str | None]:
        del asked
        return 0, None

    async def settle(self, reservation: Reservation | None, cost: float, answer: PaidAnswer | None = None) -> None:
        del answer
        if reservation is None:
            return
        self.reserved -= reservation.amount
        self.spent += cost

    async def log(self, model: str, usage: Usage, outcome: CallOutcome, *, at: int, duration_s: float) -> None:
        del model, at, duration_s
        self.logged.append((outcome, usage.cost))

"""What is said of a batch's cost before it starts, beside what it has cost afterwards."""

import asyncio
import random
from collections.abc import Sequence
from statistics import median

from pydantic import BaseModel

from benchmarks.content.desk import GOAL, OWNER, Desk, desk
from benchmarks.content.kills import row_of, say
from benchmarks.content.provider import data_of
from integrations.text.chat import Answer
from magicai.brain.estimates import estimate
from magicai.brain.recall import recall
from magicai.brain.situation import Machine, Situation
from magicai.content.content_types import built_in
from magicai.ports import Message, OnText, Price, Usage
from tests.scripted import ScriptedText

BATCHES = 60
_PRICE = Price(2.0, 8.0)
_MODEL = "openai:priced"
_BUDGET = 1.0


class Priced(ScriptedText):
    """Writes true texts, needs a second call for some of them, and tells what each call has cost."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(self._said, name=_MODEL)
        self._chance = chance

    def _said(self, messages: Sequence[Message]) -> str:
        text = say(data_of([one.content for one in messages if one.role == "user"]))
        return f"{text} Sold since {self._chance.randint(1950, 1999)}." if self._chance.random() < 0.3 else text  # noqa: PLR2004

    async def ask(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        shape: type[BaseModel] | None,
        on_text: OnText | None,
    ) -> Answer:
        """One exchange, at its price."""
        self.asked.clear()
        made = await super().ask(messages, max_tokens=max_tokens, temperature=temperature, shape=shape, on_text=on_text)
        used = made.usage
        cost = _PRICE.of(used.prompt_tokens, used.completion_tokens)
        return Answer(made.text, Usage(used.prompt_tokens, used.completion_tokens, cost))


class _Here(Desk):
    def machine(self) -> Machine:
        """One whose model has a price."""
        return Machine(2, 8_000, kind="here", prices={_MODEL: _PRICE})


def measure(batches: int = BATCHES, seed: int = 11) -> tuple[int, int, float]:
    """In how many of how many batches the interval held the cost, and the median of its width by its middle."""
    return asyncio.run(_measured(batches, seed))


async def _measured(batches: int, seed: int) -> tuple[int, int, float]:
    chance = random.Random(seed)  # noqa: S311 - batches, not secrets
    built_in()
    held, widths = 0, list[float]()
    async with desk(lambda _: Priced(chance)) as opened:
        here = _Here(opened.ports, opened.open_model)
        for _ in range(batches):
            count = round(10 ** chance.uniform(0, 1.5))
            request = {
                "content_type": "product-description",
                "variables": [row_of(number) for number in range(count)],
                "models": [_MODEL],
            }
            knowledge = await recall(here.records, GOAL.workflow.name, OWNER)
            situation = Situation(GOAL.workflow.name, OWNER, request, here.machine())
            said = estimate(GOAL.workflow, situation, knowledge.outcomes, budget=_BUDGET).cost
            _, _, result = await here.write(request)
            cost = float(result["cost"]["amount"])
            held += float(said.low) <= cost <= float(said.high)
            widths.append(float(said.high - said.low) / cost)
    return held, batches, median(widths)

"""How often a language model may be asked for one question (MAGICAI_ANSWER_CALLS), and what that may cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from magicai.brain.situation import Machine
from magicai.models.choices import TEXT_MODEL
from magicai.ports import Price

# From how many calls on each is made; the first is the answer.
_SECOND_TRY, _REWRITING, _RERANKING = 2, 3, 4
# Prompt and answer in tokens: a question with one passage, and the longest with about 6,000 tokens of passages.
_SHORT_CALL, _LONG_CALL = (700, 60), (8_000, 1_500)


@dataclass(frozen=True, slots=True)
class Calls:
    """What calls are made for, beside the answer itself.

    Attributes:
        second_try: once more, with the reason, where the answer is not valid, or a quote or a number is not in its
            passage.
        rewriting: the question is put in other words too, and made to stand alone in a conversation.
        reranking: passages are put in order.
    """

    second_try: bool
    rewriting: bool
    reranking: bool

    @property
    def most(self) -> int:
        """All of them, and the answer."""
        return 1 + self.second_try + self.rewriting + self.reranking


def allowed(most: int) -> Calls:
    """What at most so many calls are made for: first the answer, then what it needs most."""
    return Calls(second_try=most >= _SECOND_TRY, rewriting=most >= _REWRITING, reranking=most >= _RERANKING)


def calls_for(request: Mapping[str, Any], machine: Machine) -> Calls | None:
    """What calls may be made for a question; None where no model is asked."""
    if request.get("model") == "none" or machine.model_of("answerer") is None:
        return None
    within = allowed(machine.answer_calls)
    return Calls(
        second_try=within.second_try,
        rewriting=within.rewriting,
        reranking=within.reranking and machine.models.get("reranker") == TEXT_MODEL,
    )


def most_calls(request: Mapping[str, Any], machine: Machine) -> int:
    """The most calls for a question."""
    calls = calls_for(request, machine)
    return 0 if calls is None else calls.most


def models(request: Mapping[str, Any], machine: Machine) -> tuple[str, ...]:
    """The language models that may be asked."""
    model = machine.model_of("answerer")
    return () if model is None or request.get("model") == "none" else (model,)


def cost(request: Mapping[str, Any], prices: Sequence[Price], machine: Machine) -> tuple[float, float]:
    """US dollars: from one short call to as many long ones as may be made."""
    most = most_calls(request, machine)
    return min(price.of(*_SHORT_CALL) for price in prices), most * max(price.of(*_LONG_CALL) for price in prices)

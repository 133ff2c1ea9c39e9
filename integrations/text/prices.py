"""What paid models cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from magicai.errors import Invalid

_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens."""

    prompt: float
    completion: float

    def of(self, prompt_tokens: int, completion_tokens: int) -> float:
        """US dollars."""
        return (prompt_tokens * self.prompt + completion_tokens * self.completion) / _MILLION


# OpenAI's own list as it stood in 2025-08. MAGICAI_MODEL_PRICES goes before it.
OPENAI = {
    "gpt-4.1": Price(2.00, 8.00),
    "gpt-4.1-mini": Price(0.40, 1.60),
    "gpt-4.1-nano": Price(0.10, 0.40),
    "gpt-4o": Price(2.50, 10.00),
    "gpt-4o-mini": Price(0.15, 0.60),
    "gpt-5": Price(1.25, 10.00),
    "gpt-5-mini": Price(0.25, 2.00),
    "gpt-5-nano": Price(0.05, 0.40),
}


def price_of(model: str, stated: Sequence[str], *, official: bool) -> Price:
    """The price of a model.

    Args:
        model: as its provider names it.
        stated: MAGICAI_MODEL_PRICES: `NAME=PROMPT/COMPLETION` each, US dollars per million tokens.
        official: whether OpenAI's own list holds for the server that will be asked.

    Raises:
        Invalid: a stated price can't be read, or nobody knows the price.
    """
    prices = {**(OPENAI if official else {}), **dict(_read(entry) for entry in stated)}
    if model not in prices:
        raise Invalid(
            f"The price of the model {model!r} is unknown, so its cost can't be limited.",
            way_out=f"Set MAGICAI_MODEL_PRICES={model}=PROMPT/COMPLETION (US dollars per million tokens; 0/0 if free).",
        )
    return prices[model]


def _read(entry: str) -> tuple[str, Price]:
    name, _, price = entry.rpartition("=")
    prompt, _, completion = price.partition("/")
    try:
        read = Price(float(prompt), float(completion))
    except ValueError:
        read = None
    if not name or read is None or not 0 <= read.prompt < _MILLION or not 0 <= read.completion < _MILLION:
        raise Invalid(
            f"MAGICAI_MODEL_PRICES contains {entry!r}, which is not a price.",
            way_out="Use NAME=PROMPT/COMPLETION, for example gpt-4o-mini=0.15/0.60.",
        )
    return name, read

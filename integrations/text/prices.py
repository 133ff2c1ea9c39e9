"""What paid models cost: what the user says, else the list that comes with genai-prices, which is never updated."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from integrations.text.names import ModelName
from magicai.errors import Invalid
from magicai.ports import Price

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo

_MILLION = 1_000_000
# The providers' own names in the list.
_LISTED_AS = {
    "openai": "openai",
    "anthropic": "anthropic",
    "vertex": "google",
    "google": "google",
    "cohere": "cohere",
    "voyage": "voyageai",
    "mistral": "mistral",
    "deepseek": "deepseek",
    "openrouter": "openrouter",
}


def price_of(
    name: ModelName, stated: Sequence[str], *, base_url: str | None = None, answers: bool = True
) -> Price | None:
    """The price of a model; None where nobody knows it.

    Args:
        name: which model.
        stated: MAGICAI_MODEL_PRICES: `NAME=PROMPT/COMPLETION` each, US dollars per million tokens.
        base_url: of a server that is not the provider's own: its price is in the list only under its address.
        answers: whether it writes; what an embedding model reads is all that it costs.

    Raises:
        Invalid: a stated price can't be read.
    """
    prices = dict(_read(entry) for entry in stated)
    found = prices.get(str(name)) or prices.get(name.model)
    if found is not None:
        return found
    listed = _listed(name, base_url)
    return None if listed is None else _price(listed, answers=answers)


def context_of(name: ModelName, *, base_url: str | None = None) -> int | None:
    """How many tokens a listed model's prompt may have; None where nobody knows."""
    listed = _listed(name, base_url)
    return None if listed is None else listed.context_window


def _listed(name: ModelName, base_url: str | None) -> "ModelInfo | None":
    try:
        from genai_prices.data_snapshot import get_snapshot
    except ImportError:
        return None
    provider = None if base_url else _LISTED_AS.get(name.provider)
    if provider is None and not base_url:
        return None
    try:
        return get_snapshot().find_provider_model(name.model, None, provider, base_url)[1]
    except (LookupError, re.error):
        return None


def _price(listed: "ModelInfo", *, answers: bool) -> Price | None:
    prices: dict[str, Any] = vars(listed.get_prices(datetime.now(UTC)))
    prompt, completion, cached = (_tiers(prices.get(key)) for key in ("input_mtok", "output_mtok", "cache_read_mtok"))
    if not answers:
        completion = {0: 0.0}
    if not prompt or not completion:
        return None
    starts = sorted({*prompt, *completion, *cached} - {0})
    source = f"genai-prices {version('genai-prices')}"

    def at(start: int) -> tuple[float, float, float | None]:
        return _at(prompt, start), _at(completion, start), _at(cached, start) if cached else None

    longer = tuple((start, Price(*at(start))) for start in starts)
    return Price(*at(0), longer=longer, source=source)


def _tiers(price: Any) -> dict[int, float]:
    """The number of tokens above which each price holds."""
    if price is None:
        return {}
    tiers = getattr(price, "tiers", None)
    if tiers is None:
        return {0: float(price)}
    return {0: float(price.base), **{tier.start: float(tier.price) for tier in tiers}}


def _at(tiers: dict[int, float], start: int) -> float:
    return tiers[max(tier for tier in tiers if tier <= start)]


def _read(entry: str) -> tuple[str, Price]:
    name, _, price = entry.rpartition("=")
    prompt, _, completion = price.partition("/")
    try:
        read = Price(float(prompt), float(completion), source="MAGICAI_MODEL_PRICES")
    except ValueError:
        read = None
    if not name or read is None or not 0 <= read.prompt < _MILLION or not 0 <= read.completion < _MILLION:
        raise Invalid("model_price_invalid", entry=entry)
    return name, read

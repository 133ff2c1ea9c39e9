"""Whether a setting that somebody wants to set can be used with all others; a value alone is checked before."""

import asyncio

from integrations.notices import check_address
from integrations.text import model_registry, names
from magicai.settings import Settings

# Any model whose price is looked up in what settings say, too.
_PRICED = "openai:any"


async def check_together(settings: Settings, name: str, value: object) -> None:
    """See that settings with this value can be used.

    Args:
        settings: those that hold for whoever sets it.

    Raises:
        Invalid: they can't; names the setting.
    """
    tried = settings.model_copy(update={name: value})
    if name in ("models", "model_prices"):
        await asyncio.to_thread(model_registry.models_at_hand, tried)
        model_registry.price_of(tried, names.read(_PRICED))
    for url in ("notify_url", "review_escalate_url"):
        if url == name and (address := getattr(tried, url)) is not None:
            await asyncio.to_thread(check_address, address.get_secret_value(), f"MAGICAI_{url.upper()}")

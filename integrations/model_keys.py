"""Which models a key is for."""

from collections.abc import Sequence

from integrations.text.servers import SERVERS
from magicai.models.choices import TEXT_ROLES, Chosen, split
from magicai.settings import Settings

_OWN = ("anthropic", "google", "cohere", "voyage", "openai")


def key_of(one: Chosen, settings: Settings) -> str:
    """The setting with the key of a role's model; "" where it needs none."""
    provider, _ = split(one.name)
    if one.role == "reranker":
        return "reranker_api_key" if provider == "server" else ""
    if one.role == "embedder" and provider == "compatible" and settings.embedder_url:
        return "embedder_api_key"
    if (one.role in TEXT_ROLES or provider == "compatible") and provider in SERVERS:
        return SERVERS[provider].key_setting
    return f"{provider}_api_key" if provider in _OWN else ""


def models_of_key(setting: str, roles: Sequence[Chosen], settings: Settings) -> list[Chosen]:
    """The roles whose models a key is for."""
    return [one for one in roles if key_of(one, settings) == setting]

"""Opens embedding models by their names."""

from typing import Protocol, Self

from pydantic import SecretStr

from integrations.embedder.local import LocalEmbedder
from integrations.embedder.onnx import OnnxEmbedder
from integrations.embedder.remote import RemoteEmbedder
from integrations.onnx_models import Place
from integrations.text import models, prices
from integrations.text.metering import Meter, allowed_at
from integrations.text.names import ModelName
from integrations.text.remote import GOOGLE_URL, OPENAI_URL, Remote
from integrations.text.server_on_demand import wanted
from magicai.brain.budgets import Purse
from magicai.errors import Invalid
from magicai.models.choices import EMBEDDED, checked, split
from magicai.models.consents import Consents
from magicai.ports import Embedder, OnUsage, Price
from magicai.settings import Settings

COHERE_URL = "https://api.cohere.com"
VOYAGE_URL = "https://api.voyageai.com/v1"
_HERE = ("local", "fastembed", EMBEDDED)
_FREE = Price(0, 0, source="it runs on this machine")


class OtherEmbedder(Embedder, Protocol):
    """An embedding model that is not the embedded one."""

    async def digest(self) -> str:
        """What tells it from another model of the same name."""
        ...

    def paid_by(self, purse: Purse, on_usage: OnUsage) -> Self:
        """The same model for somebody else: `purse` pays its calls, `on_usage` hears what they took."""
        ...

    async def close(self) -> None:
        """Let go of what it holds."""
        ...


def open_embedder(
    settings: Settings,
    name: str,
    purse: Purse,
    *,
    dimension: int = 0,
    download: bool = False,
    consents: Consents | None = None,
) -> OtherEmbedder:
    """An embedding model. Nothing is loaded or called yet.

    Args:
        name: as `magicai models set embedder` takes it; not the embedded one.
        purse: what a paid one spends from.
        dimension: of the vectors that it must make; 0: whatever its first answer has.
        download: whether a model's file may be downloaded.
        consents: which hosts texts may be sent to; any where None.

    Raises:
        Invalid: nothing is named so, or a key or an address is missing.
        Missing: the model's file is not here.
    """
    provider, model = split(checked("embedder", name))
    if provider == "fastembed":
        return OnnxEmbedder(name, Place.of(settings), dimension=dimension, download=download)
    if provider == "local":
        found = models.local(model, settings.home)
        return LocalEmbedder(name, wanted(found, idle_s=settings.idle_seconds, embeds=True), dimension=dimension)
    remote = remote_of(settings, name)
    meter = Meter(name, price_of(settings, name), purse, allowed_at(host_of(settings, name), name, consents))
    return RemoteEmbedder(remote, meter, answer_s=settings.model_seconds, dimension=dimension)


def price_of(settings: Settings, name: str) -> Price | None:
    """What a model costs; None where nobody knows.

    Raises:
        Invalid: MAGICAI_MODEL_PRICES can't be read.
    """
    provider, model = split(name)
    if provider in _HERE:
        return _FREE
    base_url = _base_url(settings, provider)
    own = base_url if provider == "compatible" or base_url != _OFFICIAL.get(provider) else None
    return prices.price_of(ModelName(provider, model), settings.model_prices, base_url=own, answers=False)


def host_of(settings: Settings, name: str) -> str:
    """The host that texts are sent to; "" where they stay on this machine.

    Raises:
        Invalid: a key or an address is missing.
    """
    if split(name)[0] in _HERE:
        return ""
    provider, model = split(name)
    address = _base_url(settings, provider)
    if not address:
        remote_of(settings, name)  # says what is missing
    remote = Remote(ModelName(provider, model), address)
    return remote.host if remote.leaves_machine else ""


def remote_of(settings: Settings, name: str) -> Remote:
    """How an embedding model behind a server is reached.

    Raises:
        Invalid: a key or an address is missing.
    """
    provider, model = split(name)
    base_url = _base_url(settings, provider)
    if not base_url:
        raise Invalid("setting_not_set", name=name, setting="MAGICAI_EMBEDDER_URL", way_out="set_embedder_url")
    setting, key = _key(settings, provider)
    official = base_url == _OFFICIAL.get(provider)
    if official and not key:
        raise Invalid("setting_not_set", name=name, setting=setting)
    return Remote(
        ModelName(provider, model), base_url, key, official=official, chosen_in="MAGICAI_EMBEDDER", let_in_by=setting
    )


_OFFICIAL = {"openai": OPENAI_URL, "cohere": COHERE_URL, "voyage": VOYAGE_URL, "google": GOOGLE_URL}


def _base_url(settings: Settings, provider: str) -> str:
    if provider == "compatible":
        return settings.embedder_url or settings.compatible_base_url or ""
    if provider == "openai" and settings.openai_base_url:
        return settings.openai_base_url
    return _OFFICIAL[provider]


def _key(settings: Settings, provider: str) -> tuple[str, str]:
    """The setting that lets in, and its value."""
    own = settings.embedder_url is not None
    keys: dict[str, tuple[str, SecretStr | None]] = {
        "openai": ("OPENAI_API_KEY", settings.openai_api_key),
        "cohere": ("COHERE_API_KEY", settings.cohere_api_key),
        "voyage": ("VOYAGE_API_KEY", settings.voyage_api_key),
        "google": ("GOOGLE_API_KEY", settings.google_api_key),
        # The key of one server is never sent to another.
        "compatible": ("MAGICAI_EMBEDDER_API_KEY", settings.embedder_api_key)
        if own
        else ("MAGICAI_COMPATIBLE_API_KEY", settings.compatible_api_key),
    }
    setting, given = keys[provider]
    return setting, given.get_secret_value() if given else ""

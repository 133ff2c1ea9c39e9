"""How a language model is named: `composer`, `local:NAME`, `openai:NAME` and the like."""

from dataclasses import dataclass
from typing import Literal, get_args

from magicai.errors import Invalid

Provider = Literal["local", "llama-cpp-python", "openai", "anthropic", "vertex", "compatible"]
PROVIDERS: tuple[Provider, ...] = get_args(Provider)
# Their models answer elsewhere, as far as we know.
REMOTE: tuple[Provider, ...] = ("openai", "anthropic", "vertex", "compatible")
# The composer writes without any model.
COMPOSER, NONE, AUTO = "composer", "none", "auto"

_FORMS = f"{', '.join(f'{provider}:NAME' for provider in PROVIDERS)}"


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model by provider and the provider's own name for it."""

    provider: Provider
    model: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.model}"


def read(name: str, *, setting: str = "MAGICAI_MODEL") -> ModelName:
    """What a name means.

    Raises:
        Invalid: nothing is named so.
    """
    provider, _, model = name.strip().partition(":")
    for known in PROVIDERS:
        if provider == known and model:
            return ModelName(known, model)
    others = "auto, none or " if setting == "MAGICAI_MODEL" else "composer or "
    raise Invalid(f"{setting} is {name!r}, which is not a model.", way_out=f"Use {others}{_FORMS}.")

"""How a language model is named: `composer`, `local:NAME`, `openai:NAME` and the like."""

from dataclasses import dataclass

from magicai.errors import Invalid
from magicai.models.choices import AUTO, HERE, NONE, TEXT_PROVIDERS

__all__ = ["AUTO", "COMPOSER", "NONE", "PROVIDERS", "REMOTE", "ModelName", "read"]

PROVIDERS = TEXT_PROVIDERS
# Their models answer elsewhere, as far as we know.
REMOTE = tuple(provider for provider in PROVIDERS if provider not in HERE)
# The composer writes without any model.
COMPOSER = "composer"

_FORMS = f"{', '.join(f'{provider}:NAME' for provider in PROVIDERS)}"


@dataclass(frozen=True, slots=True)
class ModelName:
    """A model by provider and the provider's own name for it.

    Attributes:
        provider: of language models, one of PROVIDERS; embedding models and rerankers have others beside.
    """

    provider: str
    model: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.model}"


def read(name: str, *, setting: str = "MAGICAI_MODEL") -> ModelName:
    """What a name means.

    Raises:
        Invalid: nothing is named so.
    """
    provider, _, model = name.strip().partition(":")
    if provider in PROVIDERS and model:
        return ModelName(provider, model)
    others = "auto, none or " if setting == "MAGICAI_MODEL" else "composer or "
    raise Invalid("model_setting_invalid", setting=setting, name=name, others=others, forms=_FORMS)

"""One block type a provider of language models: what lets in, kept by Prefect.

Blocks named `magicai` are what our own flow runs take where the environment says nothing
(integrations/prefect/blocks.py). A key alone makes no paid call: MAGICAI_MODEL and MAGICAI_MODELS name the models that
may be asked.
"""

from typing import ClassVar

from prefect.blocks.core import Block
from pydantic import Field, SecretStr

from magicai.settings import Settings


class ProviderBlock(Block):
    """What a provider wants to know.

    Attributes:
        settings: the setting that says the same, by field.
    """

    _documentation_url = None
    settings: ClassVar[dict[str, str]]

    def into(self, settings: Settings) -> Settings:
        """Settings with what this block says where they say nothing."""
        said = {setting: getattr(self, field) for field, setting in self.settings.items()}
        missing = {name: value for name, value in said.items() if value and name not in settings.model_fields_set}
        return settings.model_copy(update=missing)


class MagicaiOpenAI(ProviderBlock):
    """A key of OpenAI's."""

    _block_type_name = "MagicAI OpenAI"
    _block_type_slug = "magicai-openai"
    _description = "The key for models that are named openai:NAME (OPENAI_API_KEY)."
    settings: ClassVar[dict[str, str]] = {"api_key": "openai_api_key"}

    api_key: SecretStr = Field(description="Kept encrypted by Prefect, and shown to nobody.")


class MagicaiAnthropic(ProviderBlock):
    """A key of Anthropic's."""

    _block_type_name = "MagicAI Anthropic"
    _block_type_slug = "magicai-anthropic"
    _description = "The key for models that are named anthropic:NAME (ANTHROPIC_API_KEY)."
    settings: ClassVar[dict[str, str]] = {"api_key": "anthropic_api_key"}

    api_key: SecretStr = Field(description="Kept encrypted by Prefect, and shown to nobody.")


class MagicaiVertex(ProviderBlock):
    """A project of Google Cloud."""

    _block_type_name = "MagicAI Vertex AI"
    _block_type_slug = "magicai-vertex"
    _description = "The project for models that are named vertex:NAME (VERTEX_AI_PROJECT)."
    settings: ClassVar[dict[str, str]] = {"project": "vertex_ai_project", "location": "vertex_ai_location"}

    project: str = Field(description="Id of the Google Cloud project.", min_length=1)
    location: str = Field(default="global", description="Where Vertex AI computes, like europe-west4.")


class MagicaiCompatible(ProviderBlock):
    """An OpenAI-compatible server."""

    _block_type_name = "MagicAI OpenAI-compatible server"
    _block_type_slug = "magicai-compatible"
    _description = "A server for models that are named compatible:NAME (MAGICAI_COMPATIBLE_BASE_URL)."
    settings: ClassVar[dict[str, str]] = {"base_url": "compatible_base_url", "api_key": "compatible_api_key"}

    base_url: str = Field(description="Its address, like http://127.0.0.1:11434/v1.", min_length=1)
    api_key: SecretStr | None = Field(default=None, description="What lets in, where it asks for a key.")


class MagicaiGoogle(ProviderBlock):
    """A key of Google AI's."""

    _block_type_name = "MagicAI Google AI"
    _block_type_slug = "magicai-google"
    _description = "The key for models that are named google:NAME (GOOGLE_API_KEY)."
    settings: ClassVar[dict[str, str]] = {"api_key": "google_api_key"}

    api_key: SecretStr = Field(description="Kept encrypted by Prefect, and shown to nobody.")


class MagicaiMistral(ProviderBlock):
    """A key of Mistral's."""

    _block_type_name = "MagicAI Mistral"
    _block_type_slug = "magicai-mistral"
    _description = "The key for models that are named mistral:NAME (MISTRAL_API_KEY)."
    settings: ClassVar[dict[str, str]] = {"api_key": "mistral_api_key"}

    api_key: SecretStr = Field(description="Kept encrypted by Prefect, and shown to nobody.")


class MagicaiDeepSeek(ProviderBlock):
    """A key of DeepSeek's."""

    _block_type_name = "MagicAI DeepSeek"
    _block_type_slug = "magicai-deepseek"
    _description = "The key for models that are named deepseek:NAME (DEEPSEEK_API_KEY)."
    settings: ClassVar[dict[str, str]] = {"api_key": "deepseek_api_key"}

    api_key: SecretStr = Field(description="Kept encrypted by Prefect, and shown to nobody.")


class MagicaiQwen(ProviderBlock):
    """A key of Qwen's."""

    _block_type_name = "MagicAI Qwen"
    _block_type_slug = "magicai-qwen"
    _description = "The key for models that are named qwen:NAME (DASHSCOPE_API_KEY)."
    settings: ClassVar[dict[str, str]] = {"api_key": "dashscope_api_key"}

    api_key: SecretStr = Field(description="Kept encrypted by Prefect, and shown to nobody.")


class MagicaiOpenRouter(ProviderBlock):
    """A key of OpenRouter's."""

    _block_type_name = "MagicAI OpenRouter"
    _block_type_slug = "magicai-openrouter"
    _description = "The key for models that are named openrouter:VENDOR/NAME (OPENROUTER_API_KEY)."
    settings: ClassVar[dict[str, str]] = {"api_key": "openrouter_api_key"}

    api_key: SecretStr = Field(description="Kept encrypted by Prefect, and shown to nobody.")


class MagicaiAzure(ProviderBlock):
    """A resource of Azure OpenAI."""

    _block_type_name = "MagicAI Azure OpenAI"
    _block_type_slug = "magicai-azure"
    _description = "The resource for models that are named azure:DEPLOYMENT (AZURE_OPENAI_ENDPOINT)."
    settings: ClassVar[dict[str, str]] = {"endpoint": "azure_openai_endpoint", "api_key": "azure_openai_api_key"}

    endpoint: str = Field(description="Its address, like https://NAME.openai.azure.com.", min_length=1)
    api_key: SecretStr = Field(description="Kept encrypted by Prefect, and shown to nobody.")


class MagicaiOllama(ProviderBlock):
    """A server of Ollama."""

    _block_type_name = "MagicAI Ollama"
    _block_type_slug = "magicai-ollama"
    _description = "The server for models that are named ollama:NAME (OLLAMA_BASE_URL)."
    settings: ClassVar[dict[str, str]] = {"base_url": "ollama_base_url", "api_key": "ollama_api_key"}

    base_url: str = Field(description="Its address, like http://127.0.0.1:11434/v1.", min_length=1)
    api_key: SecretStr | None = Field(default=None, description="What lets in, where it asks for a key.")


TYPES: tuple[type[ProviderBlock], ...] = (
    MagicaiOpenAI,
    MagicaiAnthropic,
    MagicaiVertex,
    MagicaiCompatible,
    MagicaiAzure,
    MagicaiDeepSeek,
    MagicaiGoogle,
    MagicaiMistral,
    MagicaiOllama,
    MagicaiOpenRouter,
    MagicaiQwen,
)

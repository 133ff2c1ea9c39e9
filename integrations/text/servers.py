"""The providers whose servers speak OpenAI's protocol: an address and a key each."""

from dataclasses import dataclass

from pydantic import SecretStr

from magicai.settings import Settings


@dataclass(frozen=True, slots=True)
class OpenAIServer:
    """A provider.

    Attributes:
        url: of its own server; "" where each customer has another.
        url_setting, key_setting: fields of the settings.
        client: pydantic-ai's provider, MODULE:CLASS: it knows what its models can do.
        needs_key: whether its own server answers nobody without one.
        newer_limit: whether it knows a limit by OpenAI's newer name only.
        asked_to_count: whether it counts the tokens of a stream only if asked; else it refuses to be asked.
    """

    url: str
    url_setting: str
    key_setting: str
    client: str = "openai:OpenAIProvider"
    needs_key: bool = True
    newer_limit: bool = False
    asked_to_count: bool = True

    def address(self, settings: Settings) -> str:
        """Of the server that is used; "" where none is set."""
        own: str | None = getattr(settings, self.url_setting)
        return own or self.url

    def key(self, settings: Settings) -> str:
        """What lets in; "" where none is set."""
        given: SecretStr | None = getattr(settings, self.key_setting)
        return "" if given is None else given.get_secret_value()


SERVERS = {
    "openai": OpenAIServer("https://api.openai.com/v1", "openai_base_url", "openai_api_key", newer_limit=True),
    "azure": OpenAIServer("", "azure_openai_endpoint", "azure_openai_api_key", "azure:AzureProvider", newer_limit=True),
    "mistral": OpenAIServer("https://api.mistral.ai/v1", "mistral_base_url", "mistral_api_key", asked_to_count=False),
    "deepseek": OpenAIServer(
        "https://api.deepseek.com", "deepseek_base_url", "deepseek_api_key", "deepseek:DeepSeekProvider"
    ),
    "qwen": OpenAIServer(
        "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
        "dashscope_base_url",
        "dashscope_api_key",
        "alibaba:AlibabaProvider",
    ),
    "openrouter": OpenAIServer(
        "https://openrouter.ai/api/v1", "openrouter_base_url", "openrouter_api_key", "openrouter:OpenRouterProvider"
    ),
    "ollama": OpenAIServer(
        "http://127.0.0.1:11434/v1", "ollama_base_url", "ollama_api_key", "ollama:OllamaProvider", needs_key=False
    ),
    "compatible": OpenAIServer("", "compatible_base_url", "compatible_api_key", needs_key=False),
}


def variable_of(field: str) -> str:
    """The environment variable of a setting."""
    alias = Settings.model_fields[field].validation_alias
    return field.upper() if alias else f"MAGICAI_{field.upper()}"

"""Servers that answer for a language model: which there are, and how pydantic-ai reaches them."""

import importlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from integrations.text.names import ModelName
from integrations.text.servers import SERVERS, variable_of
from magicai.errors import Missing
from magicai.loopback import is_loopback
from magicai.values.masked import masked

if TYPE_CHECKING:
    from pydantic_ai.models import Model

OPENAI_URL = SERVERS["openai"].url
ANTHROPIC_URL = "https://api.anthropic.com"
GOOGLE_URL = "https://generativelanguage.googleapis.com"
# What is set where, for errors that tell what to correct.
KEY_SETTINGS = {
    **{provider: variable_of(server.key_setting) for provider, server in SERVERS.items()},
    "anthropic": "ANTHROPIC_API_KEY",
    "google": "GOOGLE_API_KEY",
    "vertex": "VERTEX_AI_PROJECT and Google's credentials",
}
# They tell at the level DEBUG what was asked, and with which headers.
_TALKATIVE = ("openai", "anthropic", "google_genai", "google.auth", "httpx", "httpx2", "httpcore", "httpcore2")


@dataclass(frozen=True, slots=True)
class Remote:
    """A model behind a server.

    Attributes:
        base_url: "" for Vertex AI's own, which follows from the location.
        official: whether it is the provider's own server.
        credentials: Google's, where they are not found by Google's own ways.
        chosen_in: the setting that names the model, and let_in_by: the one that lets in; "": the provider's.
    """

    name: ModelName
    base_url: str
    key: str = ""
    official: bool = True
    project: str = ""
    location: str = ""
    credentials: Any = None
    chosen_in: str = "MAGICAI_MODEL"
    let_in_by: str = ""

    @property
    def where(self) -> str:
        """The server, for people."""
        return masked(self.base_url) or f"Vertex AI in {self.location}"

    @property
    def secret(self) -> str:
        """What must not be quoted."""
        return self.key or getattr(self.credentials, "token", "") or ""

    @property
    def key_setting(self) -> str:
        """The setting that lets in."""
        return self.let_in_by or KEY_SETTINGS[self.name.provider]

    @property
    def host(self) -> str:
        """The server's host."""
        region = "" if self.location == "global" else f"{self.location}-"
        return urlsplit(self.base_url).hostname or f"{region}aiplatform.googleapis.com"

    @property
    def leaves_machine(self) -> bool:
        """Whether what it is asked leaves this machine."""
        return not is_loopback(self.host)


@dataclass(frozen=True, slots=True)
class Connection:
    """A model as pydantic-ai has it, and how its connections are let go of."""

    model: "Model[Any]"
    close: Callable[[], Awaitable[None]]


def connect(remote: Remote, *, answer_s: float, limit_name: str = "") -> Connection:
    """Get ready to ask; nothing is asked yet. Tasks own retries, so that the clients' own are off.

    Args:
        remote: which model.
        answer_s: how long the server may say nothing.
        limit_name: `max_tokens` or `max_completion_tokens`, by which an OpenAI-compatible server knows the limit.

    Raises:
        Missing: the packages are not installed.
    """
    try:
        import httpx2
        import pydantic_ai.models  # noqa: F401  # pyright: ignore[reportUnusedImport]

        from integrations.text.capped import CappedClient

        http = CappedClient(
            headers={"Accept-Encoding": "identity"},
            trust_env=remote.leaves_machine,
            follow_redirects=False,  # a key is for the server that is named
            timeout=httpx2.Timeout(answer_s, connect=min(answer_s, 10.0)),
        )
        match remote.name.provider:
            case "anthropic":
                model = _anthropic(remote, http)
            case "vertex" | "google":
                model = _google(remote, http, answer_s)
            case _:
                model = _openai(remote, http, limit_name)
    except ImportError as exc:
        raise Missing(
            "provider_client_not_usable", way_out="install_providers", provider=remote.name.provider, reason=exc
        ) from exc
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))
    return Connection(model, http.aclose)


def _openai(remote: Remote, http: Any, limit_name: str) -> "Model[Any]":
    from openai import AsyncOpenAI, omit
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.profiles.openai import OpenAIModelProfile
    from pydantic_ai.settings import ModelSettings

    server = SERVERS[remote.name.provider]
    module, _, provider = server.client.partition(":")
    made: Any = getattr(importlib.import_module(f"pydantic_ai.providers.{module}"), provider)
    client = AsyncOpenAI(
        api_key=remote.key or "none",  # a server that wants no key gets a placeholder: the package insists on one
        base_url=remote.base_url,
        max_retries=0,
        http_client=http,
    )
    # OpenAI's newer models know the first name of the limit only, most other servers the second.
    newer = limit_name == "max_completion_tokens" if limit_name else remote.official and server.newer_limit
    profile = OpenAIModelProfile(
        openai_chat_supports_max_completion_tokens=newer, openai_chat_streaming_requires_finish_reason=True
    )
    # pydantic-ai always asks; what is omitted here is taken out again.
    settings = None if server.asked_to_count else ModelSettings(extra_body={"stream_options": omit})
    return OpenAIChatModel(remote.name.model, provider=made(openai_client=client), profile=profile, settings=settings)


def _anthropic(remote: Remote, http: Any) -> "Model[Any]":
    from anthropic import AsyncAnthropic
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    client = AsyncAnthropic(api_key=remote.key, base_url=remote.base_url, max_retries=0, http_client=http)
    return AnthropicModel(remote.name.model, provider=AnthropicProvider(anthropic_client=client))


def _google(remote: Remote, http: Any, answer_s: float) -> "Model[Any]":
    from google.genai.client import Client
    from google.genai.types import HttpOptions, HttpRetryOptions
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider
    from pydantic_ai.providers.google_cloud import GoogleCloudProvider

    options = HttpOptions(
        base_url=remote.base_url or None,
        timeout=round(answer_s * 1000),
        retry_options=HttpRetryOptions(attempts=1),
        httpx_async_client=http,
    )
    if remote.name.provider == "google":
        client = Client(vertexai=False, api_key=remote.key, http_options=options)
        return GoogleModel(remote.name.model, provider=GoogleProvider(client=client))
    client = Client(
        vertexai=True,
        project=remote.project,
        location=remote.location,
        credentials=remote.credentials,
        http_options=options,
    )
    return GoogleModel(remote.name.model, provider=GoogleCloudProvider(client=client))

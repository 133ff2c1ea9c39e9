"""Embedding models behind servers, by pydantic-ai's embedders. Paid calls are within a budget."""

import asyncio
import copy
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Self

from integrations.embedder.checked import CheckedEmbedder
from integrations.text import faults
from integrations.text.metering import Meter, outcome_of
from integrations.text.remote import Remote
from magicai.brain.budgets import Purse
from magicai.errors import MagicError, Missing, Temporary
from magicai.ports import OnUsage

if TYPE_CHECKING:
    from pydantic_ai.embeddings import EmbeddingModel, EmbeddingSettings

# Texts that each provider takes in one call, from their documentation; of a compatible server, what TEI does.
_MOST = {"openai": 256, "cohere": 96, "voyage": 128, "google": 100}
_MOST_COMPATIBLE = 32
_LONGEST, _BATCH = 6_000, 60_000
# A text that is longer than the model reads is cut in half, and again, until it is as short as this.
_SHORTEST = 400
_TOO_LONG = (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY)
_TALKATIVE = ("cohere", "openai", "google_genai", "httpx", "httpx2", "httpcore", "httpcore2")

Close = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Connection:
    """A model as pydantic-ai has it, what it is told with each call, and how its connections are let go of."""

    model: "EmbeddingModel"
    settings: "Callable[[bool], EmbeddingSettings]"
    close: Close


class _Connecting:
    """A connection that is made when it is first needed."""

    def __init__(self, remote: Remote, answer_s: float) -> None:
        self._remote, self._answer_s = remote, answer_s
        self._made: _Connection | None = None
        self._making = asyncio.Lock()

    async def opened(self) -> _Connection:
        """The connection."""
        async with self._making:
            if self._made is None:
                # Importing takes seconds, during which the process must keep working.
                self._made = await asyncio.to_thread(_connect, self._remote, self._answer_s)
            return self._made

    async def close(self) -> None:
        """Let go of it; the next call makes another."""
        made, self._made = self._made, None
        if made is not None:
            await made.close()


class RemoteEmbedder(CheckedEmbedder):
    """A model of OpenAI, Cohere, Voyage, Google, or of any server that speaks OpenAI's embeddings.

    Args:
        answer_s: for each call.
        dimension: of the vectors that it must make; 0: whatever its first answer has.
    """

    def __init__(self, remote: Remote, meter: Meter, *, answer_s: float, dimension: int = 0) -> None:
        most = _MOST.get(remote.name.provider, _MOST_COMPATIBLE)
        super().__init__(str(remote.name), dimension=dimension, most=most, longest=_LONGEST, batch=_BATCH)
        self._remote, self._meter, self._answer_s = remote, meter, answer_s
        self._connection = _Connecting(remote, answer_s)
        self._readable = _LONGEST + 200  # characters that the model has read so far, its prefix included

    def paid_by(self, purse: Purse, on_usage: OnUsage) -> Self:
        """The same model, by the same connection, for somebody else."""
        made = copy.copy(self)
        made._meter = replace(self._meter, purse=purse, on_usage=on_usage)  # noqa: SLF001 - its own class
        return made

    async def encode(self, texts: Sequence[str], *, as_queries: bool) -> Any:
        """One call, or a few where texts are longer than the model reads.

        Raises:
            OverBudget, BudgetReserved: it could exceed a budget; or could while other calls are in progress.
            Refused: the account has no credit.
            Temporary: no answer, too many requests, a fault of the server's.
            Invalid: the server refuses the key, the model or the request; the price is unknown.
            Missing: what asks the provider is not installed.
        """
        connection = await self._connection.opened()
        while True:
            cut = [text[: self._readable] for text in texts]
            try:
                return await self._exchange(connection, cut, as_queries=as_queries)
            except _TooLongError as exc:
                longest = max(len(text) for text in cut)
                if longest <= _SHORTEST:
                    raise exc.meaning from None
                self._readable = max(_SHORTEST, longest // 2)

    async def digest(self) -> str:
        """Of what is known of the model: its server and its name."""
        return sha256(f"{self._remote.base_url} {self._remote.name}".encode()).hexdigest()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._connection.close()

    async def _exchange(self, connection: _Connection, texts: Sequence[str], *, as_queries: bool) -> Any:
        failure: MagicError | _TooLongError
        async with self._meter.call(texts) as metered:
            try:
                async with asyncio.timeout(self._answer_s):
                    got = await connection.model.embed(
                        texts,
                        input_type="query" if as_queries else "document",
                        settings=connection.settings(as_queries),
                    )
            except TimeoutError:
                metered.outcome = "temporary"
                failure = Temporary("service_timed_out", server=self._remote.where, limit_s=f"{self._answer_s:g}")
            except Exception as exc:
                if isinstance(exc, MagicError) or not faults.is_vendors(exc):
                    raise
                if faults.was_answered(exc):
                    metered.tokens = 0
                failure = self._translated(exc, texts)
                metered.outcome = outcome_of(failure)
                if getattr(exc, "status_code", None) in _TOO_LONG:
                    failure = _TooLongError(failure)
            else:
                metered.tokens, metered.outcome = got.usage.input_tokens or None, "ok"
                return got.embeddings
        # Raised out here, so that no vendor's error, which may quote the texts, is its context.
        raise failure

    def _translated(self, error: Exception, texts: Sequence[str]) -> MagicError:
        from pydantic_ai.exceptions import ModelAPIError

        if isinstance(error, ModelAPIError):
            return faults.translated(error, self._remote, tuple(texts))
        return Temporary("embedder_answer_invalid", where=self._remote.where)


class _TooLongError(Exception):
    """The server refuses the request, perhaps because a text is too long."""

    def __init__(self, meaning: MagicError) -> None:
        super().__init__(str(meaning))
        self.meaning = meaning


def _connect(remote: Remote, answer_s: float) -> _Connection:
    provider = remote.name.provider
    try:
        if provider == "cohere":
            made = _cohere(remote, answer_s)
        elif provider == "google":
            made = _google(remote, answer_s)
        else:
            made = _openai(remote, answer_s)
    except ImportError as exc:
        extra = "cohere" if provider == "cohere" else "providers"
        raise Missing("provider_client_not_usable", provider=provider, reason=exc, extra=extra) from exc
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.setLevel(max(logger.level, logging.WARNING))
    return made


def _http(remote: Remote, answer_s: float) -> Any:
    import httpx2

    return httpx2.AsyncClient(
        trust_env=remote.leaves_machine,
        follow_redirects=False,  # a key is for the server that is named
        timeout=httpx2.Timeout(answer_s, connect=min(answer_s, 10.0)),
    )


def _openai(remote: Remote, answer_s: float) -> _Connection:
    from openai import AsyncOpenAI
    from pydantic_ai.embeddings.openai import OpenAIEmbeddingModel
    from pydantic_ai.providers.openai import OpenAIProvider

    http = _http(remote, answer_s)
    client = AsyncOpenAI(
        api_key=remote.key or "none",  # a server that wants no key gets a placeholder: the package insists on one
        base_url=remote.base_url,
        max_retries=0,
        http_client=http,
    )
    model = OpenAIEmbeddingModel(remote.name.model, provider=OpenAIProvider(openai_client=client))

    def settings(as_queries: bool) -> "EmbeddingSettings":  # noqa: FBT001 - its one argument
        if remote.name.provider != "voyage":
            return {}
        return {"extra_body": {"input_type": "query" if as_queries else "document"}}

    return _Connection(model, settings, http.aclose)


def _google(remote: Remote, answer_s: float) -> _Connection:
    from google.genai.client import Client
    from google.genai.types import HttpOptions, HttpRetryOptions
    from pydantic_ai.embeddings.google import GoogleEmbeddingModel
    from pydantic_ai.providers.google import GoogleProvider

    http = _http(remote, answer_s)
    client = Client(
        vertexai=False,
        api_key=remote.key,
        http_options=HttpOptions(
            base_url=remote.base_url or None,
            timeout=round(answer_s * 1000),
            retry_options=HttpRetryOptions(attempts=1),
            httpx_async_client=http,
        ),
    )
    model = GoogleEmbeddingModel(remote.name.model, provider=GoogleProvider(client=client))
    return _Connection(model, lambda _: {}, http.aclose)


def _cohere(remote: Remote, answer_s: float) -> _Connection:
    import httpx
    from cohere import AsyncClientV2
    from pydantic_ai.embeddings.cohere import CohereEmbeddingModel
    from pydantic_ai.providers.cohere import CohereProvider

    http = httpx.AsyncClient(trust_env=remote.leaves_machine, follow_redirects=False, timeout=answer_s)
    client = AsyncClientV2(api_key=remote.key, base_url=remote.base_url, httpx_client=http, max_retries=0)
    model = CohereEmbeddingModel(remote.name.model, provider=CohereProvider(cohere_client=client))
    return _Connection(model, lambda _: {"truncate": True}, http.aclose)

"""Any server that speaks OpenAI's chat completions, by the `openai` package. Paid calls are within a budget."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import BaseModel

from integrations.text.budget import Purse
from integrations.text.chat import Answer, ChatModel, as_turns, held_to
from integrations.text.prices import Price
from magicai.errors import Invalid, MagicError, Missing, Permanent, Refused, Temporary
from magicai.loopback import is_loopback
from magicai.ports import Message, Usage
from magicai.settings import masked

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI, OpenAIError

OFFICIAL = "https://api.openai.com/v1"
_ANSWER_S = 180.0
_LONGEST_QUOTE = 200
# A byte-level tokeniser makes at most one token of a byte; roles and separators take a few more.
_TOKENS_BESIDE_A_MESSAGE = 16
# OpenAI's newer models know the first name of the limit only, most other servers the second.
_LIMIT_NAMES = ("max_completion_tokens", "max_tokens")


class OpenAIText(ChatModel):
    """A model behind an OpenAI-compatible interface."""

    def __init__(self, model: str, *, key: str, base_url: str | None, price: Price, purse: Purse) -> None:
        super().__init__(f"openai:{model}")
        self._model = model
        self._key = key
        self._url = base_url or OFFICIAL
        self._where = masked(self._url)
        self._price = price
        self._purse = purse
        self._client: AsyncOpenAI | None = None
        self._limit_names = _LIMIT_NAMES[::-1] if base_url else _LIMIT_NAMES
        self._unknown: set[str] = set()  # parameters that this model has refused

    async def ask(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float, shape: type[BaseModel] | None
    ) -> Answer:
        """One exchange.

        Raises:
            OverBudget: it could exceed a budget.
            Refused: the account has no credit.
            Temporary: no answer, too many requests, a fault of the server's.
            Invalid: the server refuses the key, the model or the request.
            Missing: the `openai` package is not installed.
        """
        import_openai()
        extra: dict[str, Any] = {}
        if shape is not None:
            from openai import pydantic_function_tool

            # The package's one public way to the strict dialect of JSON schema that the interface takes.
            schema: dict[str, Any] = dict(pydantic_function_tool(shape)["function"].get("parameters", {}))
            extra["response_format"] = held_to(shape, schema)
        most = self._price.of(_at_most(messages, extra), max_tokens)
        reserved = await self._purse.reserve(most, self.name)
        cost = most  # where it stays open whether the server has worked, it has
        try:
            answer = await self._create(messages, max_tokens, temperature, extra, most)
            cost = answer.usage.cost
        except _Answered as exc:
            cost = 0.0
            raise exc.error from exc.cause
        finally:
            # A run that is stopped meanwhile has spent what it spent.
            await asyncio.shield(self._purse.settle(reserved, cost))
        return answer

    async def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _create(
        self, messages: Sequence[Message], max_tokens: int, temperature: float, extra: dict[str, Any], most: float
    ) -> Answer:
        import openai

        while True:
            limit = next(name for name in self._limit_names if name not in self._unknown)
            arguments: dict[str, Any] = {limit: max_tokens, **extra}
            if "temperature" not in self._unknown:
                arguments["temperature"] = temperature
            create: Any = self._connected().chat.completions.create  # its overloads know no computed arguments
            try:
                got = await create(model=self._model, messages=as_turns(messages), **arguments)
            except openai.BadRequestError as exc:
                if self._adapted(exc.param):
                    continue
                raise _Answered(_translated(exc, self._where), exc) from exc
            except openai.APIStatusError as exc:
                raise _Answered(_translated(exc, self._where), exc) from exc
            except openai.APIConnectionError as exc:
                raise Temporary(f"{self._where}: {exc.__cause__ or exc}") from exc
            except openai.OpenAIError as exc:
                raise Permanent(f"{self._where}: {exc}") from exc
            except ValueError as exc:  # the package lets a body that is no JSON through
                raise Temporary(
                    f"{self._where} returned no completion, but something that can't be parsed: {exc}"
                ) from exc
            return self._answer(got, most)

    def _adapted(self, refused: str | None) -> bool:
        """Whether asking in another way can help, now that a parameter was refused."""
        if refused is None or refused not in ("temperature", *_LIMIT_NAMES) or refused in self._unknown:
            return False
        if self._unknown | {refused} >= set(_LIMIT_NAMES):  # without a limit there is no budget
            return False
        self._unknown.add(refused)
        return True

    def _answer(self, got: Any, most: float) -> Answer:
        # The package takes whatever comes with a status of 200 for a completion, a page that asks to log in included.
        try:
            choice, usage = got.choices[0], got.usage
            content, refusal = choice.message.content, choice.message.refusal
        except (AttributeError, IndexError, TypeError) as exc:
            raise Temporary(f"{self._where} returned no completion, but {str(got)[:_LONGEST_QUOTE]!r}.") from exc
        if content is None and refusal:
            raise Permanent(f"{self.name} refuses: {refusal}")
        if usage:
            prompt, completion = usage.prompt_tokens, usage.completion_tokens
            used = Usage(prompt, completion, self._price.of(prompt, completion))
        else:
            used = Usage(cost=most)  # a server that does not count is taken to have used all that it might
        return Answer(content or "", used, cut=choice.finish_reason == "length")

    def _connected(self) -> "AsyncOpenAI":
        if self._client is None:
            from openai import AsyncOpenAI, DefaultAsyncHttpxClient

            # Tasks own retries. A server that wants no key gets a placeholder: the package insists on one.
            self._client = AsyncOpenAI(
                api_key=self._key or "none",
                base_url=self._url,
                max_retries=0,
                timeout=_ANSWER_S,
                http_client=DefaultAsyncHttpxClient(trust_env=not is_loopback(urlsplit(self._url).hostname or "")),
            )
        return self._client


class _Answered(Exception):  # noqa: N818 - never leaves this module
    """The server has answered with a status, so that the call was not charged."""

    def __init__(self, error: MagicError, cause: "OpenAIError") -> None:
        super().__init__(str(error))
        self.error = error
        self.cause = cause


def import_openai() -> None:
    """See that the package is there.

    Raises:
        Missing: it is not; names the extra that brings it.
    """
    try:
        import openai  # noqa: F401  # pyright: ignore[reportUnusedImport]
    except ImportError as exc:
        raise Missing(
            f"The openai package can't be used: {exc}.", way_out="To install it: python3 start.py install openai"
        ) from exc


def _translated(error: "APIStatusError", where: str) -> MagicError:
    import openai

    what = f"{where} answered {error.status_code}: {error.message}"
    if error.code == "insufficient_quota":
        return Refused(what, way_out="The provider's account has no credit left.")
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return Invalid(what, way_out="Correct OPENAI_API_KEY.")
    if isinstance(error, openai.NotFoundError):
        return Invalid(what, way_out="Set MAGICAI_MODEL=openai:NAME to a model of this server.")
    if isinstance(error, openai.RateLimitError | openai.InternalServerError | openai.ConflictError):
        wait = error.response.headers.get("Retry-After", "")
        return Temporary(what, retry_after_s=float(wait) if wait.isdecimal() else None)
    return Invalid(what)


def _at_most(messages: Sequence[Message], extra: dict[str, Any]) -> int:
    said = sum(len(message.content.encode()) + _TOKENS_BESIDE_A_MESSAGE for message in messages)
    return said + len(str(extra).encode())

"""A model behind a server, by pydantic-ai's direct interface. Paid calls are within a budget."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from integrations.text import faults
from integrations.text.chat import Answer, ChatModel, closed_schema, is_worth_keeping
from integrations.text.remote import Connection, Remote, connect
from magicai.brain.budgets import Purse
from magicai.errors import MagicError, Permanent, Temporary
from magicai.ports import Message, OnText, PaidAnswer, Price, Usage

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.settings import ModelSettings

# A byte-level tokeniser makes at most one token of a byte; roles and separators take a few more.
_TOKENS_BESIDE_A_MESSAGE = 16
# gpt-4o-mini counts most: 2,833, and 5,667 for each of the four tiles of 768 by 768 pixels.
_TOKENS_OF_A_PICTURE = 2_833 + 4 * 5_667
_KEY = 48  # characters of the key of a call
# The longest tokens are runs of spaces and words of other scripts; those of a text are 4 bytes in the mean.
_MOST_BYTES_A_TOKEN = 32
_BYTES_BESIDE = 1_000
_NOTHING = Answer("", Usage())
_LIMIT_NAMES = ("max_completion_tokens", "max_tokens")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a call may take, in seconds: as a whole, and while nothing comes of a stream."""

    answer_s: float = 180.0
    stall_s: float = 60.0


class RemoteText(ChatModel):
    """A model of OpenAI, Anthropic, Vertex AI, or of any server that speaks OpenAI's chat completions."""

    def __init__(
        self,
        remote: Remote,
        *,
        price: Price | None,
        purse: Purse,
        patience: Patience = Patience(),
        run_id: str = "",
    ) -> None:
        super().__init__(str(remote.name))
        self.identity = f"{remote.name} at {remote.base_url} {remote.project} {remote.location}"
        self.may_cost = price is None or not price.free
        self._remote, self._price, self._purse, self._patience = remote, price, purse, patience
        self._run_id, self._keys = run_id, set[str]()  # of calls under way
        self._failed = Counter[str]()  # failures that the server told, by the digest of the question
        self._connection: Connection | None = None
        self._left: list[Connection] = []  # of an earlier way of asking; calls may be under way there
        self._connecting = asyncio.Lock()
        self._unknown: set[str] = set()  # parameters that this model has refused

    async def ask(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        shape: type[BaseModel] | None,
        on_text: OnText | None,
    ) -> Answer:
        """One exchange.

        Raises:
            OverBudget, BudgetReserved: it could exceed a budget; or could while other calls are in progress.
            Refused: the account has no credit.
            Temporary: no answer, too many requests, a fault of the server's, a stream that broke off.
            Invalid: the server refuses the key, the model or the request; the price is unknown.
            Permanent: the model refuses.
            Missing: what asks the provider is not installed.
        """
        asked = _digest(self.identity, messages, max_tokens, temperature, shape)
        number, paid = await self._purse.asks(asked)
        if paid is not None:  # by an attempt whose process ended before it used it
            if on_text is not None:
                on_text(paid)
            return Answer(paid, Usage(), kept=True)
        bought: PaidAnswer | None = None
        try:
            got, bought = await self._bought(asked, number, messages, max_tokens, temperature, shape, on_text)
        finally:
            if bought is None:
                self._purse.gave_up(asked, number)
        if got.failure is not None:
            got.failure.cost = got.cost
            raise got.failure
        return got.answer

    async def _bought(
        self,
        asked: str,
        number: int,
        messages: Sequence[Message],
        max_tokens: int,
        temperature: float,
        shape: type[BaseModel] | None,
        on_text: OnText | None,
    ) -> "tuple[_Got, PaidAnswer | None]":
        """What came of asking, and what of it is kept."""
        key = self._key(asked, number)
        connection = await self._connected()
        most = None if self._price is None else self._price.of(_at_most(messages, shape), max_tokens)
        reserved = await self._purse.reserve(most, self.name)
        got = _Got(cost=most)  # where it stays open whether the server has worked, it has
        bought: PaidAnswer | None = None
        try:
            self._keys.add(key)
            got = await self._exchange(connection, messages, max_tokens, temperature, shape, on_text, most, key)
        finally:
            self._keys.discard(key)
            # A run that is stopped meanwhile has spent what it spent, and has what it bought.
            good = got.failure is None and not got.answer.cut and is_worth_keeping(got.answer.text, shape)
            bought = PaidAnswer(asked, number, got.answer.text) if good else None
            await asyncio.shield(self._purse.settle(reserved, got.cost or 0.0, bought))
        if got.failure is not None:
            self._failed[asked] += got.cost != most  # what is known to have failed is asked anew
        return got, bought

    def _key(self, asked: str, number: int) -> str:
        """What tells a server that this is a call which it may have answered already, to a process that was killed.

        The same for the same answer of a run in each of its attempts. A server that does not know the header ignores
        it. "" where there is no such key: outside of runs, and while a call with this key is under way.
        """
        if not self._run_id or self._remote.name.provider in ("vertex", "google"):
            return ""
        told = f"{self._run_id} {asked} {number} {self._failed[asked]}"
        key = sha256(told.encode()).hexdigest()[:_KEY]
        return "" if key in self._keys else key

    async def close(self) -> None:
        """Let go of the connections."""
        connections, self._left = [*self._left, self._connection], []
        self._connection = None
        for connection in connections:
            if connection is not None:
                await connection.close()

    async def _exchange(
        self,
        connection: Connection,
        messages: Sequence[Message],
        max_tokens: int,
        temperature: float,
        shape: type[BaseModel] | None,
        on_text: OnText | None,
        most: float | None,
        key: str,
    ) -> "_Got":
        """What came of asking; failures are raised by the caller, outside of any vendor's error."""
        asked = tuple(message.content for message in messages)
        while True:
            try:
                async with asyncio.timeout(self._patience.answer_s):
                    got = await self._request(connection, messages, max_tokens, temperature, shape, on_text, key)
            except TimeoutError:
                waited = f"{self._patience.answer_s:g} s"
                return _Got(Temporary("model_timed_out", where=self._remote.where, waited=waited), most)
            except Exception as exc:
                if isinstance(exc, MagicError) or not faults.is_vendors(exc):
                    raise
                if isinstance(exc.__cause__, MagicError):  # of the client, as it read the answer
                    raise exc.__cause__ from None
                if self._adapted(exc):
                    key = ""  # another request
                    connection = await self._connected()
                    continue
                return _Got(faults.translated(exc, self._remote, asked), 0.0 if faults.was_answered(exc) else most)
            answer = self._answer(got, most)
            self._check_size(len(answer.text.encode()), max_tokens)
            if got.finish_reason is None:
                return _Got(Temporary("completion_incomplete", where=self._remote.where), most)
            if got.finish_reason == "content_filter":
                details: dict[str, Any] = got.provider_details or {}
                why = str(details.get("refusal") or details.get("finish_reason") or "")
                return _Got(faults.refusal(self._remote, why, asked), answer.usage.cost)
            return _Got(None, answer.usage.cost, answer)

    async def _request(
        self,
        connection: Connection,
        messages: Sequence[Message],
        max_tokens: int,
        temperature: float,
        shape: type[BaseModel] | None,
        on_text: OnText | None,
        key: str,
    ) -> "ModelResponse":
        from pydantic_ai import direct

        model = connection.model
        settings: ModelSettings = {"max_tokens": max_tokens}
        if "temperature" not in self._unknown:
            settings["temperature"] = temperature
        if key:
            settings["extra_headers"] = {"Idempotency-Key": key}
        turns, parameters = _parameters(connection, messages, shape)
        if on_text is None:
            return await direct.model_request(
                model, turns, model_settings=settings, model_request_parameters=parameters, instrument=False
            )
        async with direct.model_request_stream(
            model, turns, model_settings=settings, model_request_parameters=parameters, instrument=False
        ) as stream:
            events, heard = aiter(stream), 0
            while True:
                try:
                    async with asyncio.timeout(self._patience.stall_s):
                        event = await anext(events)
                except StopAsyncIteration:
                    return stream.get()
                except TimeoutError:
                    waited = f"{self._patience.stall_s:g} s"
                    raise Temporary("model_stream_timed_out", where=self._remote.where, waited=waited) from None
                if piece := _piece(event):
                    heard += len(piece.encode())
                    self._check_size(heard, max_tokens)
                    on_text(piece)

    def _check_size(self, size: int, max_tokens: int) -> None:
        """See that an answer, in bytes, is no longer than what it was limited to.

        Raises:
            Permanent: the server ignores the limit.
        """
        if size > max_tokens * _MOST_BYTES_A_TOKEN + _BYTES_BESIDE:
            raise Permanent(
                "token_limit_ignored", where=self._remote.where, limit=max_tokens, name=self.name, size=size
            )

    def _answer(self, got: "ModelResponse", most: float | None) -> Answer:
        from pydantic_ai.messages import TextPart

        text = "".join(part.content for part in got.parts if isinstance(part, TextPart))
        prompt, completion = got.usage.input_tokens, got.usage.output_tokens
        cost = most  # of a server that does not count: it is taken to have used all that it might
        if self._price is not None and prompt + completion:
            cost = self._price.of(prompt, completion, got.usage.cache_read_tokens)
        return Answer(text, Usage(prompt, completion, cost), cut=got.finish_reason == "length")

    def _adapted(self, error: Exception) -> bool:
        """Whether asking in another way can help, now that a parameter was refused."""
        body: Any = getattr(error, "body", None)
        refused: Any = body.get("param") if isinstance(body, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
        if getattr(error, "status_code", None) != 400 or refused not in ("temperature", *_LIMIT_NAMES):  # noqa: PLR2004
            return False
        if refused in self._unknown or self._unknown | {refused} >= set(_LIMIT_NAMES):  # no limit, no budget
            return False
        self._unknown.add(refused)
        if refused in _LIMIT_NAMES and self._connection is not None:
            self._left.append(self._connection)
            self._connection = None
        return True

    async def _connected(self) -> Connection:
        async with self._connecting:
            if self._connection is None:
                refused = [name for name in _LIMIT_NAMES if name in self._unknown]
                limit = next((name for name in _LIMIT_NAMES if name not in refused), "") if refused else ""
                # Importing takes seconds, during which the process must keep working.
                self._connection = await asyncio.to_thread(
                    connect, self._remote, answer_s=self._patience.answer_s, limit_name=limit
                )
            return self._connection


@dataclass(frozen=True, slots=True)
class _Got:
    """What came of asking: an answer or a failure, and what that has cost; None where nobody knows."""

    failure: MagicError | None = None
    cost: float | None = None
    answer: Answer = _NOTHING


def _digest(
    model: str, messages: Sequence[Message], max_tokens: int, temperature: float, shape: type[BaseModel] | None
) -> str:
    """Of all that makes an answer; nobody can read any of it out of it."""
    said = [message.identity for message in messages]
    wanted = [] if shape is None else [closed_schema(shape)]
    return sha256(json.dumps([model, said, max_tokens, temperature, *wanted]).encode()).hexdigest()


def _parameters(
    connection: Connection, messages: Sequence[Message], shape: type[BaseModel] | None
) -> "tuple[list[ModelMessage], ModelRequestParameters]":
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.output import OutputObjectDefinition

    if shape is None:
        return _turns(messages), ModelRequestParameters()
    schema = closed_schema(shape)
    if connection.model.profile.get("supports_json_schema_output"):
        wanted = OutputObjectDefinition(json_schema=schema, name=shape.__name__, strict=True)
        return _turns(messages), ModelRequestParameters(output_mode="native", output_object=wanted)
    fits = json.dumps(schema, ensure_ascii=False, separators=(",", ":"))
    told = Message("user", f"Answer with nothing but JSON that fits {fits}")
    return _turns([*messages, told]), ModelRequestParameters()


def _turns(messages: Sequence[Message]) -> "list[ModelMessage]":
    from pydantic_ai.messages import (
        BinaryContent,
        ModelRequest,
        ModelResponse,
        SystemPromptPart,
        TextPart,
        UserPromptPart,
    )

    turns: list[ModelMessage] = []
    for message in messages:
        if message.role == "assistant":
            turns.append(ModelResponse(parts=[TextPart(message.content)]))
            continue
        shown = [BinaryContent(picture.body, media_type=picture.media_type) for picture in message.pictures]
        if message.role == "system":
            part = SystemPromptPart(message.content)
        else:
            part = UserPromptPart([message.content, *shown] if shown else message.content)
        if turns and isinstance(turns[-1], ModelRequest):
            turns[-1] = ModelRequest(parts=[*turns[-1].parts, part])
        else:
            turns.append(ModelRequest(parts=[part]))
    return turns


def _piece(event: object) -> str:
    from pydantic_ai.messages import PartDeltaEvent, PartStartEvent, TextPart, TextPartDelta

    match event:
        case PartStartEvent(part=TextPart(content=words)):
            return words
        case PartDeltaEvent(delta=TextPartDelta(content_delta=words)):
            return words
        case _:
            return ""


def _at_most(messages: Sequence[Message], shape: type[BaseModel] | None) -> int:
    said = sum(len(message.content.encode()) + _TOKENS_BESIDE_A_MESSAGE for message in messages)
    said += sum(len(message.pictures) for message in messages) * _TOKENS_OF_A_PICTURE
    return said + (0 if shape is None else 2 * len(json.dumps(closed_schema(shape)).encode()))

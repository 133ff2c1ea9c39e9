"""What lies around a model: a log of its calls, a cache of identical ones, and others that answer in its place."""

import asyncio
import hashlib
import json
import logging
import time
from collections.abc import Sequence
from contextlib import suppress

from pydantic import BaseModel

from integrations.text.chat import Answer, ChatModel, closed_schema, is_worth_keeping
from integrations.text.metering import outcome_of
from magicai.errors import BudgetReserved, Busy, Invalid, MagicError, Missing, OverBudget, Refused, Temporary
from magicai.messages import say
from magicai.ports import Cache, CallOutcome, Message, ModelCall, ModelCallRecords, OnText, Spender, Usage
from magicai.values.ids import new_id
from magicai.values.times import now_us

_log = logging.getLogger(__name__)
_CACHED_S = 3600.0


class LoggedText(ChatModel):
    """A model whose calls are kept in the records: what they took, never what was said."""

    def __init__(self, inner: ChatModel, calls: ModelCallRecords, spender: Spender) -> None:
        super().__init__(inner.name)
        self.identity, self.may_cost = inner.identity, inner.may_cost
        self._inner, self._calls, self._spender = inner, calls, spender

    async def ask(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        shape: type[BaseModel] | None,
        on_text: OnText | None,
    ) -> Answer:
        """One exchange."""
        at, began = now_us(), time.monotonic()
        outcome: CallOutcome = "cancelled"
        usage = Usage(cost=None if self.may_cost else 0.0)
        try:
            answer = await self._inner.ask(
                messages, max_tokens=max_tokens, temperature=temperature, shape=shape, on_text=on_text
            )
            usage = answer.usage
            at = 0 if answer.kept else at
            outcome = "cut" if answer.cut else "ok"
        except (OverBudget, BudgetReserved):  # it was not made
            at = 0
            raise
        except MagicError as exc:
            outcome = outcome_of(exc)
            usage = usage if exc.cost is None else Usage(cost=exc.cost)
            raise
        finally:
            if at:
                call = ModelCall(
                    new_id(), self._spender.owner_id, self._spender.run_id, self._spender.step, self.name, at,
                    usage.prompt_tokens, usage.completion_tokens, usage.cost, time.monotonic() - began, outcome,
                )  # fmt: skip
                await asyncio.shield(self._keep(call))
        return answer

    async def _keep(self, call: ModelCall) -> None:
        """Keep a call; the answer that it brought is worth more than its row."""
        try:
            await self._calls.add(call)
        except MagicError as exc:
            _log.warning("A call of %s is not in the records: %s", call.model, exc)

    async def close(self) -> None:
        """Let go of connections."""
        await self._inner.close()


class CachedText(ChatModel):
    """A model that is not asked the same thing twice by one owner within an hour.

    Only at temperature 0: at others, whoever asks again wants another answer. What the model said to a shape is kept
    where it fits the shape.
    """

    def __init__(self, inner: ChatModel, cache: Cache, owner_id: str, *, always: bool = False) -> None:
        super().__init__(inner.name)
        self.identity, self.may_cost = inner.identity, inner.may_cost
        self._inner, self._cache, self._owner_id, self._always = inner, cache, owner_id, always

    async def ask(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        shape: type[BaseModel] | None,
        on_text: OnText | None,
    ) -> Answer:
        """One exchange, or what an earlier one gave: that takes no tokens and costs nothing."""
        key = "" if temperature and not self._always else self._key(messages, max_tokens, temperature, shape)
        if key and (kept := await self._kept(key)) is not None:
            if on_text is not None and kept.text:
                on_text(kept.text)
            return kept
        answer = await self._inner.ask(
            messages, max_tokens=max_tokens, temperature=temperature, shape=shape, on_text=on_text
        )
        if key and (shape is None or is_worth_keeping(answer.text, shape, cut=answer.cut)):
            value = json.dumps({"text": answer.text, "cut": answer.cut}).encode()
            with suppress(MagicError):  # a cache that is away keeps nobody from an answer
                await self._cache.put(key, value, ttl_s=_CACHED_S)
        return answer

    async def close(self) -> None:
        """Let go of connections."""
        await self._inner.close()

    async def _kept(self, key: str) -> Answer | None:
        try:
            kept = await self._cache.get(key)
        except MagicError:
            return None
        if kept is None:
            return None
        value = json.loads(kept)
        return Answer(value["text"], Usage(), cut=value["cut"], kept=True)

    def _key(
        self, messages: Sequence[Message], max_tokens: int, temperature: float, shape: type[BaseModel] | None
    ) -> str:
        """Of everything that makes the answer, and of whose it is; nobody can read any of it out of it."""
        asked = [
            self._owner_id, self.identity, [message.identity for message in messages], max_tokens, temperature,
            None if shape is None else closed_schema(shape),
        ]  # fmt: skip
        return f"text:{hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()}"


class FallbackText(ChatModel):
    """The first of several models that answers.

    The next one is asked where that can help: not where the model refuses to say it, and not once some of the text has
    been heard.

    Attributes:
        name: of the model that answered last; of the first before.
    """

    def __init__(self, models: Sequence[ChatModel]) -> None:
        super().__init__(models[0].name)
        self.may_cost = any(model.may_cost for model in models)
        self._models = models

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
            Temporary: none of them answers, and one of them may the next time.
            Permanent: none of them answers, for the reasons that each gives.
        """
        heard = _TextRelay(on_text)
        failures: list[MagicError] = []
        for model in self._models:
            try:
                answer = await model.ask(
                    messages,
                    max_tokens=max_tokens,
                    temperature=temperature,
                    shape=shape,
                    on_text=None if on_text is None else heard,
                )
            except (Temporary, Refused, Invalid, Missing) as exc:
                if heard.anything:
                    raise
                failures.append(exc)
                continue
            self.name = model.name
            return answer
        raise _together(failures)

    async def close(self) -> None:
        """Let go of all their connections."""
        for model in self._models:
            await model.close()


class _TextRelay:
    """Hands pieces on, and knows whether there were any."""

    def __init__(self, on_text: OnText | None) -> None:
        self._on_text, self.anything = on_text, False

    def __call__(self, piece: str) -> None:
        self.anything = True
        if self._on_text is not None:
            self._on_text(piece)


def _together(failures: Sequence[MagicError]) -> MagicError:
    if len(failures) == 1:
        return failures[0]
    what = say("all_models_failed", reasons=[failure.message for failure in failures])
    passing = [failure for failure in failures if isinstance(failure, Temporary)]
    if passing:
        waits = [failure.retry_after_s for failure in passing if failure.retry_after_s is not None]
        kind = Busy if all(isinstance(failure, Busy) for failure in passing) else Temporary
        return kind(what, way_out=passing[0].way, retry_after_s=min(waits, default=None))
    first = failures[0]
    return type(first)(what, way_out=first.way)

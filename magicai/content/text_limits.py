"""The most that one text may take: calls of models, and US dollars; planned before, and kept to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from magicai.brain.situation import Machine
from magicai.content.content_types import built_in_template
from magicai.content.drafting import (
    COMPOSER,
    LONGEST_ANSWER,
    MOST_VERIFIER_CALLS,
    MOST_WRITER_CALLS,
    SHORTEST_ANSWER,
    most_tokens,
)
from magicai.errors import Busy, OverBudget, Refused, Temporary
from magicai.ports import Message, OnText, Price, TextModel, UnusableAnswer, Usage
from magicai.runs.workflow import models_here
from magicai.values.money import in_words
from magicai.verifier import LONGEST_RECORD, MAX_TOKENS

Shape = TypeVar("Shape", bound=BaseModel)
# Bytes, each of which is at most a token: of a row that is in a file, or taken from a product or a run; of what a
# writer is told beside it, with template, voice and shape; of what a verifier is told beside text and data.
_ROW, _BESIDE, _BESIDE_A_CHECK = 8_000, 12_000, 4_000
_BYTES_OF_A_TOKEN = 4
_BESIDE_A_MESSAGE, _SCHEMAS = 16, 3


@dataclass(frozen=True, slots=True)
class TextLimit:
    """What one text may take, all of its drafts together.

    Attributes:
        calls: of writers and verifier that are answered.
        cost: in US dollars; None where a price is unknown.
    """

    calls: int
    cost: float | None


def writers_of(request: Mapping[str, Any], machine: Machine) -> tuple[str, ...]:
    """The models that may write: those that the request allows, else the installation's own."""
    wanted = dict.fromkeys(request.get("models") or models_here(request, machine, role="writer"))
    return tuple(name for name in wanted if name != COMPOSER)


def verifier_here(machine: Machine) -> str | None:
    """The model that judges what others write, where one is chosen."""
    return machine.models.get("verifier")


def limit_of(request: Mapping[str, Any], machine: Machine) -> TextLimit:
    """What each text of a request may take; what its `text_budget` says instead of the cost that follows from it."""
    writers, judge = writers_of(request, machine), verifier_here(machine)
    if not writers:
        return TextLimit(0, 0.0)
    drafts, calls = int(request.get("variants") or 1), MOST_WRITER_CALLS
    each = [_written(request, machine.prices.get(name)) for name in writers]
    cost = None if None in each else max(one for one in each if one is not None)
    if judge:
        calls += MOST_VERIFIER_CALLS
        checked = _checked(request, machine.prices.get(judge))
        cost = None if cost is None or checked is None else cost + checked
    own: float | None = request.get("text_budget")
    if own is None and cost is not None:
        own = cost * drafts
    return TextLimit(calls * drafts, own)


def _written(request: Mapping[str, Any], price: Price | None) -> float | None:
    """What a model that writes a text and corrects it may cost."""
    if price is None:
        return None
    asked, answer = _row_bytes(request) + _BESIDE, _answer_tokens(request)
    return price.of(asked, answer) + price.of(asked + _BYTES_OF_A_TOKEN * answer, answer)


def _checked(request: Mapping[str, Any], price: Price | None) -> float | None:
    """What a verifier may cost that judges a text, and its correction."""
    if price is None:
        return None
    record = min(_row_bytes(request), _BYTES_OF_A_TOKEN * LONGEST_RECORD)
    text = _BYTES_OF_A_TOKEN * _answer_tokens(request)
    return MOST_VERIFIER_CALLS * price.of(record + text + _BESIDE_A_CHECK, MAX_TOKENS)


def _row_bytes(request: Mapping[str, Any]) -> int:
    """Of the longest row, as a prompt has it."""
    given: Any = request.get("variables")
    if isinstance(given, str):
        return _ROW
    rows = cast("Sequence[Any]", given if isinstance(given, list | tuple) else [given])
    longest = max(len(json.dumps(row, ensure_ascii=False, indent=1).encode(errors="replace")) for row in rows)
    return longest + (_ROW if request.get("about") else 0)


def _answer_tokens(request: Mapping[str, Any]) -> int:
    """The longest answer that is asked for; of a template that is not known here, the longest of all."""
    template = built_in_template(str(request.get("content_type")), str(request.get("language") or "en"))
    return LONGEST_ANSWER if template is None else most_tokens(template, SHORTEST_ANSWER)


class OverTextLimit(Refused):
    """A call would be more than one text may take."""


@dataclass(slots=True)
class Account:
    """What a text has taken so far of what it may."""

    limit: TextLimit
    calls: int = 0
    cost: float = 0.0

    def reserve(self, most: float | None, model: str) -> None:
        """Begin a call that costs at most that, in US dollars; None where nobody knows.

        Raises:
            OverTextLimit: it would be more than the text may take.
        """
        if self.calls >= self.limit.calls:
            raise OverTextLimit("text_calls_used_up", limit=self.limit.calls)
        if most is not None and self.limit.cost is not None and self.cost + most > self.limit.cost:
            left, limit = in_words(max(0.0, self.limit.cost - self.cost)), in_words(self.limit.cost)
            raise OverTextLimit("text_budget_exceeded", model=model, costs=in_words(most), left=left, limit=limit)
        self.calls += 1

    def settle(self, cost: float | None, *, answered: bool) -> None:
        """End a call; one that nobody answered is none."""
        self.calls -= not answered
        self.cost += cost or 0.0


class Limited:
    """A model whose calls are within what a text may take."""

    def __init__(self, model: TextModel, account: Account, price: Price | None) -> None:
        self._model, self._account, self._price = model, account, price

    @property
    def name(self) -> str:
        """The model that answers."""
        return self._model.name

    async def text(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 256,
        temperature: float = 0.0,
        on_text: OnText | None = None,
    ) -> tuple[str, Usage]:
        """As the model's own."""
        return await self._model.text(messages, max_tokens=max_tokens, temperature=temperature, on_text=on_text)

    async def typed(
        self,
        messages: Sequence[Message],
        shape: type[Shape],
        *,
        max_tokens: int = 512,
        temperature: float = 0.0,
        on_text: OnText | None = None,
        exchanges: int = 1,
    ) -> tuple[Shape, Usage]:
        """As the model's own.

        Raises:
            OverTextLimit: it would be more than the text may take.
        """
        most = None if self._price is None else exchanges * self._price.of(_at_most(messages, shape), max_tokens)
        self._account.reserve(most, self.name)
        cost, answered = most, True
        try:
            value, usage = await self._model.typed(
                messages,
                shape,
                max_tokens=max_tokens,
                temperature=temperature,
                on_text=on_text,
                exchanges=exchanges,
            )
        except UnusableAnswer as exc:
            cost = exc.usage.cost
            raise
        except (Busy, OverBudget):
            cost, answered = 0.0, False
            raise
        except Temporary:
            answered = False  # yet it may have cost something
            raise
        else:
            cost = usage.cost
            return value, usage
        finally:
            self._account.settle(cost, answered=answered)

    async def close(self) -> None:
        """The model stays: others have it too."""


def _at_most(messages: Sequence[Message], shape: type[BaseModel]) -> int:
    """Tokens of a prompt, at most."""
    said = sum(len(message.content.encode(errors="replace")) + _BESIDE_A_MESSAGE for message in messages)
    return said + _SCHEMAS * len(json.dumps(shape.model_json_schema()).encode())

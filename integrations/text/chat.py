"""What every language model does alike: counting what was used, and turning an answer into a typed value."""

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ValidationError

from integrations.text.quoting import quoted
from magicai.errors import Invalid
from magicai.messages import Message as Reason
from magicai.messages import say
from magicai.ports import Message, OnText, UnusableAnswer, Usage

Model = TypeVar("Model", bound=BaseModel)

# How often a model is asked for a value: what is not valid is shown to it once.
_EXCHANGES = 2
_FENCED = re.compile(r"```\w*\n(.*?)\n?```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said.

    Attributes:
        cut: whether it had more to say than `max_tokens`.
        kept: whether it was given before, so that the model was not asked.
    """

    text: str
    usage: Usage
    cut: bool = False
    kept: bool = False


class ChatModel(ABC):
    """A TextModel whose implementations only know how to ask.

    Attributes:
        name: as MAGICAI_MODEL spells it.
        identity: what tells it from all other models, on other servers or of other files, under the same name.
        may_cost: whether its calls cost money, as far as is known.
        used: by all calls so far, those that ended in an error included.
    """

    name: str
    may_cost = False

    def __init__(self, name: str) -> None:
        self.name = self.identity = name
        self.used = Usage()

    @abstractmethod
    async def ask(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        shape: type[BaseModel] | None,
        on_text: OnText | None,
    ) -> Answer:
        """One exchange; where `shape` is given, the model is held to its JSON schema as far as it can be.

        `on_text` hears the answer while it is written, or as a whole from a model that can't do that.
        """

    async def text(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int = 256,
        temperature: float = 0.0,
        on_text: OnText | None = None,
    ) -> tuple[str, Usage]:
        """What the model says next."""
        answer = await self._asked(messages, max_tokens=max_tokens, temperature=temperature, on_text=on_text)
        return answer.text.strip(), replace(answer.usage, cut=answer.cut)

    async def typed(
        self,
        messages: Sequence[Message],
        shape: type[Model],
        *,
        max_tokens: int = 512,
        temperature: float = 0.0,
        on_text: OnText | None = None,
        exchanges: int = _EXCHANGES,
    ) -> tuple[Model, Usage]:
        """A value of that shape; what is not valid is shown to the model, to be corrected.

        Args:
            exchanges: how often the model may be asked; the usage says how often it was.

        Raises:
            UnusableAnswer: what came back was cut off, empty or not of the shape.
        """
        conversation, used, said, wrong, code = list(messages), Usage(), "", say("answer_empty"), ""
        for _ in range(exchanges):
            answer = await self._asked(
                conversation, max_tokens=max_tokens, temperature=temperature, shape=shape, on_text=on_text
            )
            on_text = None
            used, said = used + replace(answer.usage, exchanges=0 if answer.kept else 1), answer.text
            try:
                return value_of(said, shape, cut=answer.cut), used
            except ValidationError as exc:
                code = "cut" if answer.cut else "malformed" if said.strip() else "empty"
                wrong = _wrong(code, exc, max_tokens)
            schema = json.dumps(closed_schema(shape), ensure_ascii=False, separators=(",", ":"))
            conversation += [
                Message("assistant", said),
                Message("user", f"That is not valid: {wrong}. Answer again, with nothing but JSON that fits {schema}"),
            ]
        begins = quoted(said, asked=(message.content for message in messages))
        raise UnusableAnswer(
            "model_answer_unusable",
            fault=code,
            answer=said,
            usage=used,
            model=self.name,
            reason=wrong,
            answer_begins=begins,
        )

    async def close(self) -> None:
        """Let go of connections."""
        return

    async def _asked(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        shape: type[BaseModel] | None = None,
        on_text: OnText | None = None,
    ) -> Answer:
        answer = await self.ask(messages, max_tokens=max_tokens, temperature=temperature, shape=shape, on_text=on_text)
        self.used = self.used + answer.usage
        return answer


def value_of(said: str, shape: type[Model], *, cut: bool = False) -> Model:
    """The value that an answer is, in a code fence or not; or in prose, where the shape reads that (`from_prose`).

    Args:
        cut: whether the answer had not ended, which shows in JSON and not in prose.

    Raises:
        ValidationError: it is none of that shape.
    """
    try:
        return shape.model_validate_json(_unfenced(said))
    except ValidationError:
        from_prose: Callable[[str], Model | None] | None = getattr(shape, "from_prose", None)
        if from_prose is None or cut or (value := from_prose(said)) is None:
            raise
        return value


def is_worth_keeping(said: str, shape: type[BaseModel] | None, *, cut: bool = False) -> bool:
    """Whether an answer need not be asked for again: something was said, and it is of the shape."""
    if shape is None:
        return bool(said)
    try:
        value_of(said, shape, cut=cut)
    except ValidationError:
        return False
    return True


def closed_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a shape, without room for fields that it does not name."""
    schema = shape.model_json_schema()
    _close(schema)
    return schema


def as_turns(messages: Sequence[Message]) -> list[dict[str, str]]:
    """Messages as the models that run here take them.

    Raises:
        Invalid: one shows a picture.
    """
    if any(message.pictures for message in messages):
        raise Invalid("local_vision_unsupported")
    return [{"role": message.role, "content": message.content} for message in messages]


def held_to(shape: type[BaseModel], schema: dict[str, Any]) -> dict[str, Any]:
    """The `response_format` that holds a model to a schema."""
    return {"type": "json_schema", "json_schema": {"name": shape.__name__, "schema": schema, "strict": True}}


def _close(schema: dict[str, Any]) -> None:
    if "properties" in schema:
        schema.setdefault("additionalProperties", False)
    below: list[Any] = [part for key in ("properties", "$defs") for part in schema.get(key, {}).values()]
    below += [part for key in ("anyOf", "oneOf", "allOf", "prefixItems") for part in schema.get(key, [])]
    below += [schema.get(key) for key in ("items", "additionalProperties")]
    for part in below:
        if isinstance(part, dict):
            _close(cast("dict[str, Any]", part))


def _unfenced(text: str) -> str:
    """JSON without the words and the code fence that a model may put around it."""
    if text.lstrip().startswith(("{", "[")):
        return text
    if fenced := _FENCED.search(text):
        return fenced[1]
    # Models that aren't held to the schema say something before and after it.
    begin, end = text.find("{"), text.rfind("}")
    return text[begin : end + 1] if 0 <= begin < end else text


def _wrong(code: str, error: ValidationError, max_tokens: int) -> Reason:
    if code == "cut":
        return say("answer_cut_off", limit=max_tokens)
    if code == "empty":
        return say("answer_empty")
    return say("answer_malformed", reason=_first_faults(error))


def _first_faults(error: ValidationError) -> str:
    faults = [f"{'.'.join(map(str, e['loc'])) or 'the value'}: {e['msg']}" for e in error.errors()[:3]]
    return "; ".join(faults)

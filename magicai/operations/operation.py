"""An operation: what is asked, who may ask it, what it answers, and the use case behind it.

    @operation("GET", "/api/targets/{name}", problems=(404,))
    async def show_target(context: Context, name: str) -> TargetShown:
        ...

Parameters that the path names are in the path, a model is the body, an `IdempotencyKey` is a header, and the others
are in the query. The gateway makes the route from it, and a command calls it in process or over HTTPS.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import ModuleType
from typing import IO, Annotated, Any, Concatenate, Generic, Literal, ParamSpec, TypeVar, cast
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from integrations.open import Ports
from magicai.accounts.identity import Caller, Role, Scope
from magicai.errors import invalid
from magicai.ports import Records
from magicai.runs.requests.fields import in_clear
from magicai.settings import Settings
from magicai.told import HERE, Said

P = ParamSpec("P")
Answer = TypeVar("Answer", covariant=True)  # noqa: PLC0105 - one name, as of the other parameter

_IN_PATH = re.compile(r"\{(\w+)(?::path)?\}")
FEW_BYTES = 16_000  # of a body: a few short fields
IdempotencyKey = Annotated[
    str | None,
    Field(
        min_length=1,
        max_length=128,
        pattern=r"^[!-~]+$",
        description="Sending the same key again returns what was created first.",
    ),
]


@dataclass(frozen=True, slots=True)
class Context:
    """Who asks, and everything outside.

    Attributes:
        say: says problems and reasons in the words of who asks.
    """

    ports: Ports
    caller: Caller
    say: Said = HERE

    @property
    def records(self) -> Records:
        """The truth."""
        return self.ports.records

    @property
    def settings(self) -> Settings:
        """Those of this process."""
        return self.ports.settings

    @property
    def owner_id(self) -> str:
        """Whose things these are."""
        return self.caller.owner_id


@dataclass(frozen=True, slots=True)
class Download:
    """A file as an answer, which whoever takes it closes."""

    name: str
    media_type: str
    body: IO[bytes]


@dataclass(frozen=True)
class Operation(Generic[P, Answer]):
    """Declared by `operation`.

    Attributes:
        act: the use case; its name is the operation's id, its docstring the description.
        scope: which an API key needs.
        role: which a user needs.
        in_person: whether API keys may not.
        status: of an answer over HTTP.
        problems: other statuses that it may end in.
        example: of the body.
        most_bytes: of the body.
        polled: whether callers ask again and again; unchanged, the answer is not sent again.
        created: the field of the answer that names what was made, and the operations that take it.
        location: the path of what was made, from fields of the answer; by default that field behind the path.
        described: of the answer in the API's description, where its type says little: a description and a model.
    """

    act: Callable[Concatenate[Context, P], Awaitable[Answer]]
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    scope: Scope
    role: Role = Role.USER
    in_person: bool = False
    status: int = 200
    problems: Sequence[int] = ()
    example: Mapping[str, Any] = field(default_factory=dict[str, Any])
    most_bytes: int = FEW_BYTES
    polled: bool = False
    created: Sequence[str] = ()
    location: str = ""
    described: Mapping[str, Any] = field(default_factory=dict[str, Any])

    async def __call__(self, context: Context, *args: P.args, **given: P.kwargs) -> Answer:
        """Do it."""
        return await self.act(context, *args, **given)

    @property
    def name(self) -> str:
        """Its id."""
        return self.act.__name__

    @cached_property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """What it takes, beside its context."""
        return dict(list(inspect.signature(self.act).parameters.items())[1:])

    @property
    def answer(self) -> Any:
        """The type of what it answers."""
        return inspect.signature(self.act).return_annotation

    @cached_property
    def body(self) -> tuple[str, type[BaseModel]] | None:
        """The parameter that is the body, and its type."""
        for name, one in self.parameters.items():
            if isinstance(one.annotation, type) and issubclass(one.annotation, BaseModel):
                return name, one.annotation
        return None

    @cached_property
    def key(self) -> str:
        """The parameter that is the idempotency key, or ""."""
        return next((name for name, one in self.parameters.items() if one.annotation == IdempotencyKey), "")

    async def run(self, context: Context, given: Mapping[str, Any]) -> Answer:
        """Do it, with arguments by parameter."""
        act: Callable[..., Awaitable[Answer]] = self.act
        return await act(context, **given)

    def in_path(self, name: str) -> bool:
        """Whether a parameter is in the path."""
        return name in _IN_PATH.findall(self.path)

    @cached_property
    def _shape(self) -> type[BaseModel]:
        fields: Any = {
            name: (one.annotation, ... if one.default is inspect.Parameter.empty else one.default)
            for name, one in self.parameters.items()
        }
        return create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields)

    def bind(self, *args: P.args, **given: P.kwargs) -> dict[str, Any]:
        """Arguments by parameter, checked as the gateway checks them.

        Raises:
            Invalid: a value is wrong.
        """
        positional = dict(zip(self.parameters, args, strict=False))
        try:
            shape = self._shape.model_validate({**positional, **given})
        except ValidationError as exc:
            raise invalid(exc) from exc
        return {name: getattr(shape, name) for name in self.parameters}

    def dumped(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments as JSON, by parameter, without those that are as by default."""
        body = self.body[0] if self.body else ""
        shape = self._shape.model_construct(**given)
        shown = shape.model_dump(mode="json", exclude_none=True, exclude_defaults=True, exclude={body})
        return {**shown, body: in_clear(given[body], only_given=True)} if body else shown

    def read(self, body: Any) -> Answer:
        """An answer from its JSON."""
        return TypeAdapter(self.answer).validate_python(body)


def operation(
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"], path: str, *, scope: Scope | None = None, **more: Any
) -> Callable[[Callable[Concatenate[Context, P], Awaitable[Answer]]], Operation[P, Answer]]:
    """Declare an operation; without a scope, GET reads and all else starts or stops something.

    Args:
        method: of its route.
        path: likewise.
        scope: which an API key needs.
        more: other attributes of Operation.
    """
    wanted = scope or (Scope.READ if method == "GET" else Scope.RUN)
    return lambda act: Operation(act, method, path, wanted, **more)


def filled(path: str, values: Mapping[str, Any]) -> str:
    """A path with its parameters."""
    return _IN_PATH.sub(lambda place: quote(str(values[place[1]]), safe=""), path)


def operations_of(module: ModuleType) -> list[Operation[..., Any]]:
    """Those that a module declares, in its order."""
    found = (cast("Operation[..., Any]", one) for one in vars(module).values() if isinstance(one, Operation))
    return [one for one in found if one.act.__module__ == module.__name__]

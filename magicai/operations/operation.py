"""An operation: what is asked, who may ask it, what it answers, and the use case behind it.

    @operation("GET", "/api/targets/{name}", problems=(404,))
    async def show_target(context: Context, name: str) -> TargetShown:
        ...

Parameters that the path names are in the path, a model is the body, an `IdempotencyKey` is a header, and the others
are in the query, where a GET has a model's fields. The gateway makes the route from it, and a command calls it in
process or over HTTPS.
"""

import inspect
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import ModuleType
from typing import (
    IO,
    TYPE_CHECKING,
    Annotated,
    Any,
    Concatenate,
    Generic,
    Literal,
    ParamSpec,
    TypedDict,
    TypeVar,
    Unpack,
    cast,
    get_type_hints,
)
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, create_model

from magicai.accounts.audit import COMMANDS, Noted, Source, code_of, record
from magicai.accounts.identity import Caller, Role, Scope, WorkspaceRole
from magicai.errors import invalid
from magicai.messages import names_in
from magicai.ports import Records, Spender, TextModel
from magicai.runs.execution.planners import Planner, plan_here
from magicai.runs.requests.fields import in_clear
from magicai.runs.run import Origin
from magicai.settings import Settings
from magicai.surfaces import TERMINAL, SurfaceWords

if TYPE_CHECKING:  # a command that asks a gateway opens no ports
    from integrations.open import Ports

P = ParamSpec("P")
AuditedIn = Literal["workspace", "account", "installation"]
Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
Answer_co = TypeVar("Answer_co", covariant=True)
Act = TypeVar("Act", bound=Callable[..., Any])

_IN_PATH = re.compile(r"\{(\w+)(?::path)?\}")
FEW_BYTES = 16_000  # of a body: a few short fields
MANY_BYTES = 1_000_000  # of a workflow's parameters
MODEL_S = 900  # patience with what asks a language model
# In which workspace somebody asks, by its id; without it, in their personal one.
WORKSPACE_HEADER = "X-Workspace"
COMMAND_LINE = "magicai/"  # how the command line's User-Agent begins
COUNTS = "X-Counts"  # of a file that was downloaded: `products=2, left_out=1`
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
        origin: of runs that are started: a gateway begins those of the API, a command its own.
        names_paths: whether files of a request may be paths of this machine. Elsewhere they are uploads only.
        plan: makes plans.
        source: from where they ask.
        noted: what an operation adds to its event in the audit log.
    """

    ports: "Ports"
    caller: Caller
    say: SurfaceWords = TERMINAL
    origin: Origin = Origin.CLI
    names_paths: bool = False
    plan: Planner = plan_here
    source: Source = COMMANDS
    noted: Noted = field(default_factory=Noted)

    @property
    def records(self) -> Records:
        """The truth."""
        return self.ports.records

    @property
    def settings(self) -> Settings:
        """Those of this process."""
        return self.ports.settings

    async def text_model(self, spender: Spender, *, models: tuple[str, ...] = ()) -> TextModel | None:
        """A language model whose calls the caller pays for; else as `Ports.text_model`."""
        return await self.ports.text_model(replace(spender, person=self.caller.user.user_id), models=models)

    @property
    def owner_id(self) -> str:
        """The workspace, whose things these are."""
        return self.caller.owner_id


@dataclass(frozen=True, slots=True)
class Download:
    """A file as an answer, which whoever takes it closes.

    Attributes:
        counts: of what it has, or can't have, by name.
    """

    name: str
    media_type: str
    body: IO[bytes]
    counts: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True)
class Operation(Generic[P, Answer_co]):
    """Declared by `operation`.

    Attributes:
        act: the use case; its name is the operation's id, its docstring the description.
        scope: which an API key needs.
        role: which a user needs in the installation.
        member: which they need in the workspace.
        own_account: whether it is about the account of whoever asks, from whatever workspace.
        in_person: whether API keys may not.
        status: of an answer over HTTP.
        problems: other statuses that it may end in.
        example: of the body.
        most_bytes: of the body.
        polled: whether callers ask again and again; unchanged, the answer is not sent again.
        created: the field of the answer that names what was made, and the operations that take it.
        location: the path of what was made, from fields of the answer; by default that field behind the path.
        described: of the answer in the API's description, where its type says little: a description and a model.
        queues: the workflow whose runs it may queue. A gateway starts them; in process, whoever asked does.
        patience_s: how long a caller waits for the answer, in seconds.
        rate: what its requests are counted as; "": as those of its scope.
        summary: its title in the API's description; by default made from its name.
        hidden: whether the API's description leaves it out.
        audited: the action that the audit log gets once it is done, such as `key.created`. Its words take their
            parameters from what the operation notes, answers and is given, by name.
        audited_in: whose it is: of the workspace, of whoever asks, or of the installation.
    """

    act: Callable[Concatenate[Context, P], Awaitable[Answer_co]]
    method: Method
    path: str
    scope: Scope
    role: Role = Role.USER
    member: WorkspaceRole = WorkspaceRole.VIEWER
    own_account: bool = False
    in_person: bool = False
    status: int = 200
    problems: Sequence[int] = ()
    example: Mapping[str, Any] = field(default_factory=dict[str, Any])
    most_bytes: int = FEW_BYTES
    polled: bool = False
    created: Sequence[str] = ()
    location: str = ""
    queues: str = ""
    patience_s: float = 60
    rate: str = ""
    described: Mapping[str, Any] = field(default_factory=dict[str, Any])
    summary: str = ""
    hidden: bool = False
    audited: str = ""
    audited_in: AuditedIn = "workspace"

    async def __call__(self, context: Context, *args: P.args, **given: P.kwargs) -> Answer_co:
        """Do it."""
        return await self.act(context, *args, **given)

    @property
    def name(self) -> str:
        """Its id."""
        return self.act.__name__

    @cached_property
    def _declared(self) -> Mapping[str, inspect.Parameter]:
        return dict(list(inspect.signature(self.act).parameters.items())[1:])

    @cached_property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """What it takes, beside its context: of a model in the query, its fields."""
        taken: dict[str, inspect.Parameter] = {}
        for name, parameter in self._declared.items():
            if self.query is not None and name == self.query[0]:
                taken |= {field: _parameter_of(self.query[1], field) for field in self.query[1].model_fields}
            else:
                taken[name] = parameter
        return taken

    @property
    def answer(self) -> Any:
        """The type of what it answers."""
        return inspect.signature(self.act).return_annotation

    @property
    def body(self) -> tuple[str, type[BaseModel]] | None:
        """The parameter that is the body, and its type."""
        return None if self.method == "GET" else self._model

    @property
    def query(self) -> tuple[str, type[BaseModel]] | None:
        """The parameter whose fields are in the query, and its type."""
        return self._model if self.method == "GET" else None

    @cached_property
    def _model(self) -> tuple[str, type[BaseModel]] | None:
        for name, parameter in self._declared.items():
            if isinstance(parameter.annotation, type) and issubclass(parameter.annotation, BaseModel):
                return name, parameter.annotation
        return None

    @cached_property
    def idempotency_key(self) -> str:
        """The parameter that is the idempotency key, or ""."""
        names = (name for name, parameter in self.parameters.items() if parameter.annotation == IdempotencyKey)
        return next(names, "")

    async def run(self, context: Context, given: Mapping[str, Any]) -> Answer_co:
        """Do it, with arguments by parameter."""
        act: Callable[..., Awaitable[Answer_co]] = self.act
        if self.query is not None:
            name, shape = self.query
            rest = {parameter: value for parameter, value in given.items() if parameter not in shape.model_fields}
            given = {**rest, name: shape(**{field: given[field] for field in shape.model_fields if field in given})}
        answer = await act(context, **given)
        if self.audited and not context.noted.nothing:
            await self._audit(context, given, answer)
        return answer

    async def _audit(self, context: Context, given: Mapping[str, Any], answer: object) -> None:
        noted, caller = context.noted, context.caller
        action = noted.action or self.audited
        models = (answer, given.get(self.body[0]) if self.body else None)
        known: dict[str, Any] = {}
        for name in names_in(code_of(action)):
            found = (getattr(one, name) for one in models if hasattr(one, name))
            known[name] = noted.params[name] if name in noted.params else next(found, given.get(name))
        installation = noted.installation or self.audited_in == "installation"
        workspace_id = noted.workspace_id or context.owner_id
        if self.audited_in == "account":
            workspace_id = caller.user.user_id
        await record(
            context.records,
            action,
            known,
            context.source,
            by=caller.user,
            key_id=caller.key_id,
            workspace_id=None if installation else workspace_id,
            installation=installation or self.audited_in == "account",
        )

    def in_path(self, name: str) -> bool:
        """Whether a parameter is in the path."""
        return name in _IN_PATH.findall(self.path)

    @cached_property
    def _arguments(self) -> type[BaseModel]:
        """What checks arguments, and writes them as JSON."""
        fields: Any = {
            name: (parameter.annotation, ... if parameter.default is inspect.Parameter.empty else parameter.default)
            for name, parameter in self.parameters.items()
        }
        return create_model(self.name, __config__=ConfigDict(extra="forbid"), **fields)

    def bind(self, *args: P.args, **given: P.kwargs) -> dict[str, Any]:
        """Arguments by parameter, checked as the gateway checks them.

        Raises:
            Invalid: a value is wrong.
        """
        positional = dict(zip(self.parameters, args, strict=False))
        try:
            arguments = self._arguments.model_validate({**positional, **given})
        except ValidationError as exc:
            raise invalid(exc) from exc
        return {name: getattr(arguments, name) for name in self.parameters}

    def to_json(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments as JSON, by parameter, without defaults; secrets of the body in clear."""
        body = self.body[0] if self.body else ""
        arguments = self._arguments.model_construct(**given)
        values = arguments.model_dump(mode="json", exclude_none=True, exclude_defaults=True, exclude={body})
        return {**values, body: in_clear(given[body], only_given=True)} if body else values

    def from_json(self, body: Any) -> Answer_co:
        """An answer from its JSON."""
        return TypeAdapter(self.answer).validate_python(body)


class Attributes(TypedDict, total=False):
    """Attributes of an operation that have a default."""

    role: Role
    member: WorkspaceRole
    own_account: bool
    in_person: bool
    status: int
    problems: Sequence[int]
    example: Mapping[str, Any]
    most_bytes: int
    polled: bool
    created: Sequence[str]
    location: str
    queues: str
    patience_s: float
    rate: str
    described: Mapping[str, Any]
    summary: str
    hidden: bool
    audited: str
    audited_in: AuditedIn


def operation(
    method: Method, path: str, *, scope: Scope | None = None, **more: Unpack[Attributes]
) -> Callable[[Callable[Concatenate[Context, P], Awaitable[Answer_co]]], Operation[P, Answer_co]]:
    """Declare an operation; without a scope, GET reads and all else starts or stops something.

    What is not read is an editor's by default, since it changes the workspace. What is of the caller's own account is
    not, and what is of the installation alone says so by `member`.

    Args:
        method: of its route.
        path: likewise.
        scope: which an API key needs.
        more: other attributes.
    """
    wanted = scope or (Scope.READ if method == "GET" else Scope.RUN)
    apart = method == "GET" or more.get("own_account", False)
    more.setdefault("member", WorkspaceRole.VIEWER if apart else WorkspaceRole.EDITOR)
    return lambda act: Operation(act, method, path, wanted, **more)


def _parameter_of(shape: type[BaseModel], field: str) -> inspect.Parameter:
    default = inspect.Parameter.empty if shape.model_fields[field].is_required() else shape.model_fields[field].default
    annotation = get_type_hints(shape, include_extras=True)[field]
    return inspect.Parameter(field, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


def filled(path: str, values: Mapping[str, Any]) -> str:
    """A path with its parameters."""
    return _IN_PATH.sub(lambda place: quote(str(values[place[1]]), safe=""), path)


def operations_of(module: ModuleType) -> list[Operation[..., Any]]:
    """Those that a module declares, in its order; behind them those of each workflow, `of_workflows()`."""
    found = (cast("Operation[..., Any]", value) for value in vars(module).values() if isinstance(value, Operation))
    own = (operation for operation in found if operation.act.__module__ == module.__name__)
    return [*own, *(module.of_workflows() if hasattr(module, "of_workflows") else ())]


def taking(shape: type[BaseModel], act: Act) -> Act:
    """A function whose `parameters` have the type of a workflow's parameters, which is known at run time only."""
    signature = inspect.signature(act)
    given = [
        one.replace(annotation=shape) if name == "parameters" else one for name, one in signature.parameters.items()
    ]
    act.__signature__ = signature.replace(parameters=given)  # pyright: ignore[reportFunctionMemberAccess] - inspect reads it
    return act

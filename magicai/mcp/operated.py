"""An operation as a tool: its parameters and the fields of its body go in, what it answers comes out."""

from collections.abc import Mapping
from typing import Any

from mcp import types
from pydantic import BaseModel, ConfigDict, create_model

from magicai.accounts.callers import require
from magicai.mcp.backend import Backend
from magicai.operations.operation import Operation
from magicai.runs.requests.accept import check_request

_LOOKS = types.ToolAnnotations(read_only_hint=True, open_world_hint=False)
_TELLS = types.ToolAnnotations(
    read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)


class _Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def tool_of(
    operation: Operation[..., Any],
    answers: type[BaseModel] | None = None,
    annotations: types.ToolAnnotations | None = None,
) -> types.Tool:
    """The tool of an operation.

    Args:
        operation: one that answers a model.
        answers: what an assistant is given of it, where that is something else.
        annotations: hints for clients, where it is neither a look nor a change that can be repeated.
    """
    shape = answers or operation.answer
    return types.Tool(
        name=operation.name,
        title=operation.name.replace("_", " ").capitalize(),
        description=operation.act.__doc__ or "",
        input_schema=_parameters(operation, operation.body[1] if operation.body else _Arguments).model_json_schema(),
        output_schema=shape.model_json_schema(mode="serialization"),
        annotations=annotations or (_LOOKS if operation.method == "GET" else _TELLS),
    )


async def answered(operation: Operation[..., Any], backend: Backend, given: Mapping[str, Any]) -> Any:
    """What an operation answers to a tool's arguments.

    Raises:
        Invalid: a value is wrong.
        MagicError: why not.
    """
    arguments = arguments_of(operation, given)
    context = await backend.context(operation.scope)
    require(
        context.caller,
        scope=operation.scope,
        role=operation.role,
        member=operation.member,
        in_person=operation.in_person,
    )
    return await operation.run(context, arguments)


def arguments_of(operation: Operation[..., Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """A tool's arguments as an operation's, by parameter.

    Raises:
        Invalid: a value is wrong.
    """
    if operation.body is None:
        return dict(check_request(_parameters(operation), given))
    names, (name, body) = _names(operation), operation.body
    beside = check_request(_parameters(operation), {one: value for one, value in given.items() if one in names})
    return {**dict(beside), name: check_request(body, {one: given[one] for one in given if one not in names})}


def _names(operation: Operation[..., Any]) -> list[str]:
    """The parameters that are neither the body nor a key."""
    body = operation.body[0] if operation.body else ""
    return [name for name in operation.parameters if name not in (body, operation.idempotency_key)]


def _parameters(operation: Operation[..., Any], base: type[BaseModel] = _Arguments) -> type[BaseModel]:
    fields: Any = {
        name: (one.annotation, ... if one.default is one.empty else one.default)
        for name, one in operation.parameters.items()
        if name in _names(operation)
    }
    return create_model(operation.name, __base__=base, **fields)

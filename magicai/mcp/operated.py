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


def tool_of(operation: Operation[..., Any], answers: type[BaseModel] | None = None) -> types.Tool:
    """The tool of an operation.

    Args:
        operation: one that answers a model.
        answers: what an assistant is given of it, where that is less.
    """
    shape = answers or operation.answer
    return types.Tool(
        name=operation.name,
        title=operation.name.replace("_", " ").capitalize(),
        description=operation.act.__doc__ or "",
        input_schema=_arguments(operation).model_json_schema(),
        output_schema=shape.model_json_schema(mode="serialization"),
        annotations=_LOOKS if operation.method == "GET" else _TELLS,
    )


async def answered(operation: Operation[..., Any], backend: Backend, given: Mapping[str, Any]) -> Any:
    """What an operation answers to a tool's arguments.

    Raises:
        Invalid: a value is wrong.
        MagicError: why not.
    """
    checked = check_request(_arguments(operation), given)
    context = await backend.context(operation.scope)
    require(context.caller, scope=operation.scope, role=operation.role, in_person=operation.in_person)
    arguments = {name: getattr(checked, name) for name in _names(operation)}
    if operation.body is not None:
        name, body = operation.body
        rest = {**dict(checked), **(checked.model_extra or {})}
        arguments[name] = body.model_validate({one: rest[one] for one in rest if one not in arguments})
    return await operation.run(context, arguments)


def _names(operation: Operation[..., Any]) -> list[str]:
    """The parameters that are neither the body nor a key."""
    body = operation.body[0] if operation.body else ""
    return [name for name in operation.parameters if name not in (body, operation.idempotency_key)]


def _arguments(operation: Operation[..., Any]) -> type[BaseModel]:
    fields: Any = {
        name: (one.annotation, ... if one.default is one.empty else one.default)
        for name, one in operation.parameters.items()
        if name in _names(operation)
    }
    return create_model(operation.name, __base__=operation.body[1] if operation.body else _Arguments, **fields)

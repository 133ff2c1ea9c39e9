"""The routes of operations."""

from http import HTTPStatus
from inspect import Parameter, Signature
from types import ModuleType
from typing import Annotated, Any, get_args
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from pydantic.fields import FieldInfo
from starlette.responses import JSONResponse, Response

from magicai.accounts.identity import Caller
from magicai.api.access import At, requires, source_of
from magicai.api.answers import NOT_MODIFIED, header, leads_to, located, polled, problems
from magicai.api.bodies import body_of, described
from magicai.api.gateway import Gateway
from magicai.api.router import router_of
from magicai.api.streaming import FILE, streamed
from magicai.api.telling import said_to
from magicai.operations.operation import COUNTS, Download, IdempotencyKey, Operation, filled, operations_of

_COUNTS = header(COUNTS, "What the file has, or can't have, by name, where that is counted: `products=2, left_out=1`.")
_DOWNLOAD: dict[int | str, dict[str, Any]] = {200: {**FILE[200], "headers": {**FILE[200]["headers"], **_COUNTS}}}
_TEXT, _KEY = get_args(IdempotencyKey)
Once = Annotated[_TEXT, _KEY, Header(alias="Idempotency-Key", description=_KEY.description)]


def routes_of(module: ModuleType) -> APIRouter:
    """The routes of a module's operations, under its `TAG`."""
    router = router_of(module.TAG)
    for operation in operations_of(module):
        _add(router, operation)
    return router


def _add(router: APIRouter, operation: Operation[..., Any]) -> None:
    async def respond(request: Request, response: Response, gateway: Gateway, caller: Caller, **given: Any) -> Any:
        made = await operation.run(await gateway.context(caller, said_to(request), source_of(request)), given)
        if isinstance(made, Download):
            return _file(made)
        if operation.polled:
            return polled(request, made)
        if "run_id" in operation.created:
            request.state.run_id = made.run_id
        if operation.created or operation.location:
            place = operation.location or f"{operation.path}/{{{operation.created[0]}}}"
            response.headers["Location"] = filled(place, dict(made))
        return made

    respond.__signature__ = _signature(operation)  # pyright: ignore[reportFunctionMemberAccess] - FastAPI reads it
    respond.__doc__ = operation.act.__doc__
    file = operation.answer is Download
    untyped = file or operation.described or operation.status == HTTPStatus.NO_CONTENT
    router.add_api_route(
        operation.path,
        respond,
        methods=[operation.method],
        name=operation.name,
        status_code=operation.status,
        summary=operation.summary or None,
        include_in_schema=not operation.hidden,
        response_model=None if untyped else operation.answer,
        response_class=Response if file else JSONResponse,
        responses={
            **problems(*operation.problems, body=operation.body is not None),
            **(located(operation.status) if operation.status == HTTPStatus.ACCEPTED else {}),
            **(leads_to(operation.status, *operation.created) if operation.created else {}),
            **(NOT_MODIFIED if operation.polled else {}),
            **(_DOWNLOAD if file else {}),
            **({operation.status: dict(operation.described)} if operation.described else {}),
        },
        openapi_extra=described(operation.body[1], dict(operation.example)) if operation.body else None,
    )


def _signature(operation: Operation[..., Any]) -> Signature:
    """The parameters of a route: what every route asks FastAPI for, and those of its operation."""
    allowed = requires(
        operation.scope,
        operation.role,
        member=operation.member,
        in_person=operation.in_person,
        rate=operation.rate,
    )
    types = {"request": Request, "response": Response, "gateway": At, "caller": Annotated[Caller, Depends(allowed)]}
    shared = [Parameter(name, Parameter.KEYWORD_ONLY, annotation=annotation) for name, annotation in types.items()]
    return Signature([*shared, *(_parameter(operation, parameter) for parameter in operation.parameters.values())])


def _parameter(operation: Operation[..., Any], parameter: Parameter) -> Parameter:
    """A parameter as FastAPI reads it."""
    annotation = parameter.annotation
    if operation.body and parameter.name == operation.body[0]:
        annotation = Annotated[annotation, Depends(body_of(annotation, most_bytes=operation.most_bytes))]
    elif parameter.name == operation.idempotency_key:
        annotation = Once
    else:
        # FastAPI takes a description from its own Path and Query alone.
        fields = (part for part in get_args(annotation) if isinstance(part, FieldInfo))
        place = Path if operation.in_path(parameter.name) else Query
        annotation = Annotated[annotation, place(description=next((field.description for field in fields), None))]
    return parameter.replace(kind=Parameter.KEYWORD_ONLY, annotation=annotation)


def _file(made: Download) -> Response:
    headers = {
        # A name may be in any script, a header in ASCII alone: RFC 6266.
        "Content-Disposition": f"attachment; filename*=utf-8''{quote(made.name)}",
        # What is in it may have been written by others.
        "Content-Security-Policy": "sandbox",
        **({COUNTS: ", ".join(f"{name}={count}" for name, count in made.counts.items())} if made.counts else {}),
    }
    return streamed(made.body, made.media_type, headers)

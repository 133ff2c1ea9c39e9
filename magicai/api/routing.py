"""The routes of operations."""

from inspect import Parameter, Signature
from types import ModuleType
from typing import Annotated, Any, get_args
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from pydantic.fields import FieldInfo
from starlette.responses import JSONResponse, Response

from magicai.accounts.identity import Caller
from magicai.api.access import At, requires
from magicai.api.answers import NOT_MODIFIED, leads_to, polled, problems
from magicai.api.bodies import body_of, described
from magicai.api.gateway import Gateway
from magicai.api.routes import router_of
from magicai.api.streaming import FILE, streamed
from magicai.api.telling import said_to
from magicai.operations.operation import Context, Download, IdempotencyKey, Operation, filled, operations_of

_TEXT, _KEY = get_args(IdempotencyKey)
Once = Annotated[_TEXT, _KEY, Header(alias="Idempotency-Key", description=_KEY.description)]
_INNER = ("request", "response", "gateway", "caller")


def routes_of(module: ModuleType) -> APIRouter:
    """The routes of a module's operations, under its `TAG`."""
    router = router_of(module.TAG)
    for one in operations_of(module):
        _add(router, one)
    return router


def _add(router: APIRouter, its: Operation[..., Any]) -> None:
    async def answer(request: Request, response: Response, gateway: Gateway, caller: Caller, **given: Any) -> Any:
        made = await its.run(Context(gateway.ports, caller, said_to(request)), given)
        if isinstance(made, Download):
            return _file(made)
        if its.polled:
            return polled(request, made)
        if its.created:
            response.headers["Location"] = filled(its.location or f"{its.path}/{{{its.created[0]}}}", dict(made))
        return made

    kinds = (Request, Response, At, Annotated[Caller, Depends(requires(its.scope, its.role, in_person=its.in_person))])
    inner = [Parameter(name, Parameter.KEYWORD_ONLY, annotation=kind) for name, kind in zip(_INNER, kinds, strict=True)]
    own = [_asked(its, one) for one in its.parameters.values()]
    answer.__signature__ = Signature([*inner, *own])  # pyright: ignore[reportFunctionMemberAccess] - FastAPI reads it
    answer.__doc__ = its.act.__doc__
    file = its.answer is Download
    router.add_api_route(
        its.path,
        answer,
        methods=[its.method],
        name=its.name,
        status_code=its.status,
        response_model=None if file or its.described or its.status == 204 else its.answer,  # noqa: PLR2004 - no content
        response_class=Response if file else JSONResponse,
        responses={
            **problems(*its.problems, body=its.body is not None),
            **(leads_to(its.status, *its.created) if its.created else {}),
            **(NOT_MODIFIED if its.polled else {}),
            **(FILE if file else {}),
            **({its.status: dict(its.described)} if its.described else {}),
        },
        openapi_extra=described(its.body[1], dict(its.example)) if its.body else None,
    )


def _asked(its: Operation[..., Any], one: Parameter) -> Parameter:
    """A parameter as FastAPI reads it: what the path names in the path, else in the query."""
    annotation = one.annotation
    if its.body and one.name == its.body[0]:
        annotation = Annotated[annotation, Depends(body_of(annotation, most_bytes=its.most_bytes))]
    elif one.name == its.key:
        annotation = Once
    else:
        said = next((part.description for part in get_args(annotation) if isinstance(part, FieldInfo)), None)
        place = Path if its.in_path(one.name) else Query
        annotation = Annotated[annotation, place(description=said)]
    return one.replace(kind=Parameter.KEYWORD_ONLY, annotation=annotation)


def _file(made: Download) -> Response:
    headers = {"Content-Disposition": f"attachment; filename*=utf-8''{quote(made.name)}"}  # any script: RFC 6266
    return streamed(made.body, made.media_type, headers)

"""The description of the API: what FastAPI knows of the routes, and what it does not."""

import copy
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.routing import BaseRoute

from magicai.api.access import SCHEMES, SECURITY, is_counted, needs_login
from magicai.api.answers import header
from magicai.operations.modules import operations
from magicai.runs import declarations, registry
from magicai.shapes.accounts import ForgottenPassword, Link, Login, MailedSecret, RefreshToken, ResetPassword
from magicai.shapes.problems import ProblemDetails
from magicai.shapes.workspaces import SignUp

JSON = dict[str, Any]
WORDS = """Start workflows, follow runs, and fetch their results.

Errors are `application/problem+json`. docs/reference/api.md lists their types, and says what may change within a
version. HEAD works wherever GET does."""
SERVERS: list[JSON] = [{"url": "/", "description": "The gateway that returned this description."}]
_REF = "#/components/schemas/{model}"
_BODIES: tuple[type[BaseModel], ...] = (
    *(Login, Link, RefreshToken, SignUp, ForgottenPassword, ResetPassword, MailedSecret, ProblemDetails),
)
# What every answer has, what those of requests that are counted have, and what those of a status have.
_HEADERS: JSON = {
    **header("X-Request-Id", "Identifies this request in the gateway's log."),
    **header("RateLimit", "Requests left in this minute (`r`), and seconds until there are more (`t`)."),
    **header("RateLimit-Policy", "Maximum requests per minute (`q`)."),
    **header("WWW-Authenticate", "`Bearer`."),
    **header("Retry-After", "Seconds.", "integer"),
}
_EVERY, _COUNTED = ("X-Request-Id",), ("RateLimit", "RateLimit-Policy")
_OF_STATUS: Mapping[str, tuple[str, ...]] = {
    "401": ("WWW-Authenticate",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}


def describer(app: FastAPI) -> Callable[[], JSON]:
    """What makes the description, once."""

    def describe() -> JSON:
        if app.openapi_schema is None:
            app.openapi_schema = _made(app)
        return app.openapi_schema

    return describe


def _made(app: FastAPI) -> JSON:
    routes = [_without_head(route) for route in app.routes]
    made = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=routes, servers=app.servers
    )
    made = _with_short_names(made)
    components = made.setdefault("components", {})
    components["securitySchemes"], components["headers"] = SCHEMES, _HEADERS
    _add_models(components.setdefault("schemas", {}))
    for route in routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                operation = made["paths"][route.path_format][method.lower()]
                if needs_login(route.dependant):
                    operation["security"] = SECURITY
                _add_headers(operation["responses"], counted=is_counted(route.dependant))
    _require_what_answers_always_have(made)
    return made


def _with_short_names(made: JSON) -> JSON:
    """The description with names of schemas that a client's code can have.

    FastAPI calls two models of one name by the modules that they are in: where these lie is nobody's contract.
    """
    schemas: JSON = made.get("components", {}).get("schemas", {})
    short = {name: _short(name) for name in schemas if "__" in name}
    if len({*short.values()} | (schemas.keys() - short.keys())) < len(schemas):
        raise ValueError(f"two models of the API have one short name: rename one of {sorted(short)}")
    made["components"] = {**made.get("components", {}), "schemas": {short.get(k, k): one for k, one in schemas.items()}}
    text = json.dumps(made)
    for name, headers in short.items():
        text = text.replace(json.dumps(_REF.format(model=name)), json.dumps(_REF.format(model=headers)))
    return json.loads(text)


def _short(name: str) -> str:
    """`magicai__catalogue__product__Change` as `ProductChange`."""
    *_, module, model = name.split("__")
    return f"{module.replace('_', ' ').title().replace(' ', '')}{model}"


def _without_head(route: BaseRoute) -> BaseRoute:
    """The route as it is described: an operation's id would come twice."""
    if not isinstance(route, APIRoute):
        return route
    shown = copy.copy(route)
    shown.methods = (route.methods or set()) - {"HEAD"}
    return shown


def _add_models(known: JSON) -> None:
    """Add the models of bodies that are read by ourselves."""
    of_subjects = [model for part in declarations.of_subjects("magicai.api.routes.subjects") for model in _bodies(part)]
    of_operations = [operation.body[1] for operation in operations() if operation.body]
    for model in (
        *_BODIES,
        *of_subjects,
        *of_operations,
    ):
        schema = model.model_json_schema(ref_template=_REF)
        for name, one in {**schema.pop("$defs", {}), model.__name__: schema}.items():
            if known.setdefault(name, one) != one:
                raise ValueError(f"two models of the API are called {name!r}: rename one of them")


def _bodies(part: ModuleType) -> Sequence[type[BaseModel]]:
    """The bodies that a subject's routes read."""
    return getattr(part, "BODIES", ())


def _require_what_answers_always_have(made: JSON) -> None:
    """Mark every field of an answer as required: one without a value is null, never missing.

    A run's result is answered as it was stored: where an earlier version stored it, what has a default may be missing.
    """
    schemas: JSON = made["components"]["schemas"]
    operations = [method for methods in made["paths"].values() for method in methods.values()]
    results = [registry.workflow(name).result for name in (*registry.names(), registry.GENERAL)]
    answers = _reached(schemas, _named([operation["responses"] for operation in operations]))
    requests = _reached(schemas, _named([[one.get("requestBody"), one.get("parameters")] for one in operations]))
    # A workflow that was registered once the routes were made has no schema.
    stored = _reached(schemas, {result.__name__ for result in results} & schemas.keys())
    for name in answers - requests - stored:
        if "properties" in schemas[name]:
            schemas[name]["required"] = [*schemas[name]["properties"]]


def _reached(schemas: Mapping[str, Any], names: Iterable[str]) -> set[str]:
    """These schemas and those that they refer to."""
    found: set[str] = set()
    ahead = set(names)
    while ahead:
        found |= ahead
        ahead = _named([schemas[name] for name in ahead]) - found
    return found


def _named(part: Any) -> set[str]:
    return set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(part)))


def _add_headers(responses: JSON, *, counted: bool) -> None:
    for status, response in responses.items():
        names = (*_EVERY, *(_COUNTED if counted else ()), *_OF_STATUS.get(status, ()))
        headers = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
        response["headers"] = {**headers, **response.get("headers", {})}

"""What routes say beside their own answers: which problems they may end in, and whether a list has changed."""

import hashlib
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

from magicai.api.problems import MEDIA_TYPE
from magicai.shapes.problems import ProblemDetails

_WORDS = {
    400: "Malformed.",
    401: "There are no valid credentials.",
    403: "A role, a scope or another rule forbids it.",
    404: "It does not exist for you.",
    408: "The body did not arrive in time.",
    409: "Something else holds it, or it has changed.",
    413: "The body is too large.",
    415: "The body is not application/json.",
    421: "The Host is not this server.",
    422: "A value is wrong.",
    429: "Too many requests; Retry-After says how long to wait.",
    501: "An optional part is not installed.",
    503: "The records do not answer; try again after Retry-After.",
}
_ALWAYS = (400, 403, 421, 422, 429, 503)
_OF_BODIES = (408, 413, 415)


def problems(*more: int, login: bool = True, body: bool = False) -> dict[int | str, dict[str, Any]]:
    """The problems of a route, for its description."""
    statuses = {*_ALWAYS, *more, *((401,) if login else ()), *(_OF_BODIES if body else ())}
    content = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}}}
    return {status: {"description": _WORDS[status], "content": content} for status in sorted(statuses)}


def leads_to(status: int, field: str, *operations: str) -> dict[int | str, dict[str, Any]]:
    """What may be asked next about what an answer has made, and names, for the description.

    Args:
        status: of the answer.
        field: of the answer, which has the value, and a parameter of the operations, which takes it.
        operations: their ids.
    """
    given = {field: f"$response.body#/{field}"}
    links = {name: {"operationId": name, "parameters": given} for name in operations}
    return {status: {"links": links, **located(status)[status]}}


def located(status: int) -> dict[int | str, dict[str, Any]]:
    """The header of an answer that says where what was made is, for the description."""
    return {status: {"headers": header("Location", "The address of what was created.")}}


def header(name: str, words: str, kind: str = "string") -> dict[str, Any]:
    """A header of an answer, for the description."""
    return {name: {"description": words, "schema": {"type": kind}}}


_ETAG = header("ETag", "Identifies the answer. Send it as `If-None-Match` to get a 304 if nothing has changed.")
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    200: {"headers": _ETAG},
    304: {"description": "Unchanged since If-None-Match.", "headers": _ETAG},
}


def polled(request: Request, shown: BaseModel) -> Response:
    """A list that is asked for again and again: unchanged, it is not sent again."""
    body = shown.model_dump_json().encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    asked = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in asked or "*" in asked:
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")

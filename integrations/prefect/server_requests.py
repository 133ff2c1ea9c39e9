"""Parameters that Prefect's forms send, checked by the workflow's own model before there is a flow run.

Prefect checks them by JSON Schema, which can't say that of two fields one is needed: such a run was made, and failed.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any, cast

from pydantic import ValidationError
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from magicai.runs import registry
from magicai.runs.run import JSON

_CREATE = re.compile(r"/api/deployments/(?P<id>[0-9a-f-]{36})/create_flow_run")
# What Prefect itself takes as parameters.
_MOST_BYTES = 600_000
_ASKED_WITH = (b"host", b"authorization")


class RequestCheck:
    """Refuses to create a flow run of a request that its workflow refuses; programs have checked theirs already.

    Attributes:
        app: Prefect's.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 422 with what is wrong, or hand it on."""
        found = _CREATE.fullmatch(scope.get("path", "")) if scope["type"] == "http" else None
        if found is None or "sec-fetch-site" not in Headers(scope=scope):
            return await self.app(scope, receive, send)
        body, complete = await _read(receive)
        if complete and (wrong := await self._wrong(scope, found["id"], body)):
            detail: JSON = {"detail": wrong, "exception_message": wrong}
            return await JSONResponse(detail, 422)(scope, receive, send)
        await self.app(scope, _again(body, receive, complete=complete), send)
        return None

    async def _wrong(self, scope: Scope, deployment: str, body: bytes) -> str:
        try:
            request = _filled_in(json.loads(body)["parameters"]["request"])
        except (ValueError, KeyError, TypeError):
            return ""
        workflow = str((await self._deployment(scope, deployment)).get("entrypoint") or "").rsplit(".", 1)[-1]
        name = workflow.replace("_", "-")
        if name not in registry.names():
            return ""
        return await asyncio.to_thread(_fault, name, request)

    async def _deployment(self, scope: Scope, deployment: str) -> Mapping[str, Any]:
        """What Prefect knows of it, asked by whoever asks for the run."""
        answer = bytearray()

        async def nothing() -> Message:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def take(message: Message) -> None:
            answer.extend(message.get("body", b""))

        path = f"/api/deployments/{deployment}"
        # Nothing of what a browser asks for besides: an answer that it lets be compressed can't be read here.
        headers = [one for one in scope["headers"] if one[0] in _ASKED_WITH]
        asked = {**scope, "method": "GET", "path": path, "raw_path": path.encode(), "headers": headers}
        await self.app(asked, nothing, take)
        try:
            found = json.loads(answer)
        except ValueError:
            return {}
        return cast("Mapping[str, Any]", found) if isinstance(found, dict) else {}


def _filled_in(part: Any) -> Any:
    """A value of Prefect's form, in which a field of JSON is its text, as Prefect reads it.

    Raises:
        ValueError: it is not JSON, or known only to Prefect, such as a variable: Prefect says what is wrong with it.
    """
    if isinstance(part, list):
        return [_filled_in(one) for one in cast("list[Any]", part)]
    if not isinstance(part, dict):
        return part
    fields = cast("JSON", part)
    match fields.get("__prefect_kind"):
        case None:
            return {name: _filled_in(value) for name, value in fields.items()}
        case "json":
            return json.loads(fields["value"])
        case kind:
            raise ValueError(kind)


def _fault(name: str, request: object) -> str:
    try:
        registry.workflow(name).request.model_validate(request)
    except ValidationError as exc:
        faults = [(".".join(map(str, one["loc"])), one["msg"].removeprefix("Value error, ")) for one in exc.errors()]
        return "; ".join(f"{where}: {what}" if where else what for where, what in faults)
    return ""


async def _read(receive: Receive) -> tuple[bytes, bool]:
    """The body, and whether that is all of it."""
    body = bytearray()
    while len(body) <= _MOST_BYTES:
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(body), True
    return bytes(body), False


def _again(body: bytes, receive: Receive, *, complete: bool) -> Receive:
    first = True

    async def read() -> Message:
        nonlocal first
        if first:
            first = False
            return {"type": "http.request", "body": body, "more_body": not complete}
        return await receive()

    return read

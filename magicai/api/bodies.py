"""Bodies: read within limits, strict JSON, one model. What a schema forbids is refused, by name."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from magicai.api.problems import Malformed
from magicai.api.strict_json import Unreadable, Unstorable, checked
from magicai.messages import say
from magicai.messages.validation import reason_of
from magicai.shapes.problems import Fault

MOST_BYTES = 1_000_000
# What has a few short fields. It is read at once; more, in a thread, so that nobody waits for it.
FEW_BYTES = 16_000
MOST_FAULTS = 20
LIMIT_S = 15.0
_LONGEST = 500  # characters of what is quoted

Shape = TypeVar("Shape", bound=BaseModel)


class Unfit(Exception):  # noqa: N818 - says what the body is
    """Values that are wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.where}: {fault.what}" for fault in faults))
        self.faults = faults


def body_of(shape: type[Shape], *, most_bytes: int = FEW_BYTES) -> Callable[[Request], Awaitable[Shape]]:
    """What reads a request's body as a model."""

    async def read(request: Request) -> Shape:
        body = await bytes_of(request, most_bytes)
        if len(body) <= FEW_BYTES:
            return _read(shape, body)
        return await asyncio.to_thread(_read, shape, body)

    return read


def described(shape: type[BaseModel], example: dict[str, Any]) -> dict[str, Any]:
    """A body in a route's description; app.py adds the model to the components."""
    schema = {"$ref": f"#/components/schemas/{shape.__name__}"}
    content = {"application/json": {"schema": schema, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


async def bytes_of(request: Request, most_bytes: int) -> bytes:
    """A body of JSON as it came, within limits."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Malformed(415, "content_type_unsupported", type=kind or "missing")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Malformed(415, "content_encoding_unsupported")
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > most_bytes:
        raise _too_large(most_bytes)
    body = bytearray()
    try:
        async with asyncio.timeout(LIMIT_S):
            async for part in request.stream():
                body += part
                if len(body) > most_bytes:
                    raise _too_large(most_bytes)
    except TimeoutError as exc:
        raise Malformed(408, "request_body_timed_out", limit_s=f"{LIMIT_S:.0f}") from exc
    return bytes(body)


def _read(shape: type[Shape], body: bytes) -> Shape:
    try:
        return shape.model_validate_json(checked(body), strict=True)
    except Unreadable as exc:
        status = 422 if isinstance(exc, Unstorable) else 400
        raise Malformed(status, exc.message) from exc
    except ValidationError as exc:
        raise Unfit(_faults(exc)) from exc


def _faults(error: ValidationError) -> list[Fault]:
    told = error.errors(include_url=False, include_input=False)[:MOST_FAULTS]
    faults = [Fault.of(_where(one), reason_of(one)) for one in told]
    more = error.error_count() - len(faults)
    return [*faults, Fault.of("body", say("more_values_invalid", n=more))] if more else faults


def _where(error: Any) -> str:
    return (".".join(str(part) for part in error["loc"]) or "body")[:_LONGEST]


def _too_large(most_bytes: int) -> Malformed:
    return Malformed(413, "request_body_too_large", limit=f"{most_bytes // 1000} kB")

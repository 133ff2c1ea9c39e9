"""Bodies: read within limits, strict JSON, one model. What a schema forbids is refused, by name."""

import asyncio
import json
import math
import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException

from magicai.api.problems import Fault

MOST_BYTES = 1_000_000
MOST_DEEP = 32
LIMIT_S = 15.0
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)

Shape = TypeVar("Shape", bound=BaseModel)


class Unfit(Exception):  # noqa: N818 - says what the body is
    """Values that are wrong."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.where}: {fault.what}" for fault in faults))
        self.faults = faults


def body_of(shape: type[Shape]) -> Callable[[Request], Awaitable[Shape]]:
    """What reads a request's body as a model."""

    async def read(request: Request) -> Shape:
        value = _parsed(await _bytes(request))
        try:
            return shape.model_validate_json(json.dumps(value), strict=True)
        except ValidationError as exc:
            raise Unfit([_fault(error) for error in exc.errors()]) from exc

    return read


def described(shape: type[BaseModel], example: dict[str, Any]) -> dict[str, Any]:
    """A body in a route's description; app.py adds the model to the components."""
    schema = {"$ref": f"#/components/schemas/{shape.__name__}"}
    content = {"application/json": {"schema": schema, "example": example}}
    return {"requestBody": {"required": True, "content": content}}


async def _bytes(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise HTTPException(415, f"The body is {kind or 'of no stated type'}; send application/json.")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise HTTPException(415, "The body is compressed; send it as it is.")
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > MOST_BYTES:
        raise _too_large()
    body = bytearray()
    try:
        async with asyncio.timeout(LIMIT_S):
            async for part in request.stream():
                body += part
                if len(body) > MOST_BYTES:
                    raise _too_large()
    except TimeoutError as exc:
        raise HTTPException(408, f"The body did not come within {LIMIT_S:.0f} seconds.") from exc
    return bytes(body)


def _parsed(body: bytes) -> Any:
    depth = deepest = 0
    for token in _TOKENS.finditer(body):
        first = body[token.start()]
        depth += first in b"[{"
        depth -= first in b"]}"
        deepest = max(deepest, depth)
    if deepest > MOST_DEEP:
        raise HTTPException(400, f"The body is nested {deepest} deep; at most {MOST_DEEP} are read.")
    try:
        text = body.decode()
        value = json.loads(text, object_pairs_hook=_object, parse_float=_number, parse_constant=_constant)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as exc:
        raise HTTPException(400, f"The body is no JSON: {_reason(exc)}.") from exc
    return value


def _reason(error: Exception) -> str:
    if isinstance(error, UnicodeError):
        return "it is not text in UTF-8"
    return str(error).rstrip(".")[:200]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} comes twice")
    return made


def _number(text: str) -> int | float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:40]} is too large")
    # 5.0 is an integer by JSON Schema.
    return int(number) if number.is_integer() else number


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no number")


def _fault(error: Any) -> Fault:
    where = ".".join(str(part) for part in error["loc"]) or "body"
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "extra_forbidden":
        message = "This is not a parameter."
    return Fault(where=where, what=message)


def _too_large() -> HTTPException:
    return HTTPException(413, f"The body is larger than {MOST_BYTES // 1000} kB.")

"""Files that are handed in, for requests to name."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import Query, Request

from magicai.api.access import At, Starter
from magicai.api.answers import problems
from magicai.api.bodies import LIMIT_S
from magicai.api.problems import Malformed
from magicai.api.router import router_of
from magicai.runs.requests.files_in import MOST_BYTES, in_words, upload
from magicai.shapes.results import FileTaken

router = router_of("files")
# However slowly a whole file comes, each of its parts must come within LIMIT_S.
_WHOLE_S = 900.0
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": f"The bytes of the file, up to {in_words(MOST_BYTES)}.",
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"},
                "example": "sku,price\nA-1,9.90\n",
            }
        },
    }
}
Name = Annotated[str, Query(min_length=1, max_length=400, description="Name of the file, for example own.csv.")]


@router.post("/api/files", status_code=201, responses=problems(422, body=True), openapi_extra=_BODY)
async def upload_file(request: Request, gateway: At, caller: Starter, name: Name) -> FileTaken:
    """Upload a file. Requests name it by its `file_id`. The same file and name again returns the same id."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Malformed(415, "content_encoding_unsupported")
    length = request.headers.get("content-length", "0")
    if length.isdigit() and int(length) > MOST_BYTES:
        raise _too_large()
    made = await upload(gateway.records, gateway.ports.files, name, _pieces(request), owner_id=caller.owner_id)
    return FileTaken(
        file_id=made.file_id, name=made.name, size=made.size, sha256=made.digest, created_at=made.created_at
    )


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """What comes, as it comes."""
    stream, size, until = request.stream(), 0, time.monotonic() + _WHOLE_S
    while True:
        try:
            async with asyncio.timeout(min(LIMIT_S, until - time.monotonic())):
                piece = await anext(stream, None)
        except TimeoutError as exc:
            raise Malformed(408, "upload_timed_out") from exc
        if piece is None:
            return
        size += len(piece)
        if size > MOST_BYTES:
            raise _too_large()
        yield piece


def _too_large() -> Malformed:
    return Malformed(413, "uploaded_file_too_large", limit=in_words(MOST_BYTES))

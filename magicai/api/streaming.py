"""Files as answers, a part at a time."""

import os
from collections.abc import Iterator, Mapping
from typing import IO, Any

from starlette.background import BackgroundTask
from starlette.responses import StreamingResponse

from magicai.api.answers import header

_PART = 65_536
FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file.",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}, "application/json": {"schema": {}}},
        "headers": {
            **header("Content-Disposition", "`attachment`, with the file's name."),
            **header("Content-Length", "Bytes.", "integer"),
        },
    }
}


def streamed(body: IO[bytes], media_type: str, headers: Mapping[str, str]) -> StreamingResponse:
    """The answer that hands out a file from its beginning, and closes it."""
    size = body.seek(0, os.SEEK_END)
    body.seek(0)
    return StreamingResponse(
        _parts(body),
        headers={**headers, "Content-Length": str(size)},
        media_type=media_type,
        background=BackgroundTask(body.close),  # where none of it was asked for
    )


def _parts(body: IO[bytes]) -> Iterator[bytes]:
    with body:
        while part := body.read(_PART):
            yield part

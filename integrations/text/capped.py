"""An HTTP client that takes in so many bytes of an answer and no more, whatever the server sends."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2

from magicai.errors import Permanent

# Of the longest answer as it streams, each token in an event of its own.
MOST_BYTES = 16_000_000


class CappedClient(httpx2.AsyncClient):
    """Reads an answer only up to a limit, and only as it was sent: a coded one may be any size once it is decoded."""

    async def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> httpx2.Response:
        """Send a request.

        Raises:
            Permanent: the answer is coded, or has more bytes than the limit.
        """
        response = await super().send(request, stream=True, **options)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            await response.aclose()
            raise Permanent("compression_not_requested", host=request.url.host)
        assert isinstance(response.stream, httpx2.AsyncByteStream)
        response.stream = _Capped(response.stream, request.url.host)
        if not stream:
            await response.aread()
        return response


class _Capped(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream, host: str) -> None:
        self._inner, self._host = inner, host

    async def __aiter__(self) -> AsyncIterator[bytes]:
        taken = 0
        async for chunk in self._inner:
            taken += len(chunk)
            if taken > MOST_BYTES:
                raise Permanent("model_answer_too_large", host=self._host, limit=f"{MOST_BYTES / 1e6:g}")
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()

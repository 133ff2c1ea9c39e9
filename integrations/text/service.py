"""The model server's HTTP: one call at a time, users by turns. Who may ask, integrations/processes/serving.py says.

A call with `stream` is answered by lines of JSON: `{"piece": ...}` as the answer is written, then the whole completion.
"""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from integrations.processes.serving import Guard, refusal
from integrations.text.llama import Engine
from integrations.text.turns import Turns

_LONGEST_QUEUE = 256
# Of one owner: others find room.
_LONGEST_OF_ONE = 64
_LARGEST_BODY = 2_000_000
_STATUS_OF = {"exceed_context_size_error": HTTPStatus.BAD_REQUEST, "invalid_request_error": HTTPStatus.BAD_REQUEST}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Turn(BaseModel):
    """One message."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["system", "user", "assistant"]
    content: str


class ChatBody(BaseModel):
    """What may be asked: the part of OpenAI's chat completions that is used here."""

    model_config = ConfigDict(extra="forbid")

    messages: list[Turn] = Field(min_length=1)
    max_tokens: int = Field(gt=0, le=8192)
    temperature: float = Field(0.0, ge=0, le=2)
    response_format: dict[str, Any] | None = None
    stream: bool = False
    owner: str = Field("", max_length=200)


class EmbedBody(BaseModel):
    """What may be embedded: the part of OpenAI's embeddings that is used here."""

    model_config = ConfigDict(extra="forbid")

    input: list[str] = Field(min_length=1, max_length=64)


class Service(Guard):
    """Answers one call at a time; owners take turns."""

    def __init__(self, engine: Engine, *, port: int, key: str, queue_s: float) -> None:
        super().__init__(port=port, key=key)
        self._engine = engine
        self._queue_s = queue_s
        self._turns = Turns()
        # Its one thread is what keeps calls apart: a call that was given up holds it until the engine has let go.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")

    def application(self) -> web.Application:
        """What it answers, behind the checks."""
        routes = [web.post("/v1/chat/completions", self._chat), web.post("/v1/embeddings", self._embed)]
        return self.app(routes, largest_body=_LARGEST_BODY)

    async def _embed(self, request: web.Request) -> web.StreamResponse:
        try:
            body = EmbedBody.model_validate_json(await request.read())
        except ValidationError as exc:
            return _not_valid(exc)
        if self.open > _LONGEST_QUEUE:
            return self._busy()
        work = partial(self._engine.embed, body.model_dump())
        # One thread, so that calls come one by one. A call that was given up is done before the next.
        return _answer(await asyncio.get_running_loop().run_in_executor(self._thread, work))

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        try:
            body = ChatBody.model_validate_json(await request.read())
        except ValidationError as exc:
            return _not_valid(exc)
        if self.open > _LONGEST_QUEUE or self._turns.waiting(body.owner) >= _LONGEST_OF_ONE:
            return self._busy()
        try:
            async with asyncio.timeout(self._queue_s):
                await self._turns.take(body.owner)
        except TimeoutError:
            return self._busy()
        # Set when the one who asks goes away: the handler is cancelled then.
        given_up = threading.Event()
        try:
            return await self._answered(request, body, given_up)
        finally:
            given_up.set()
            self._turns.release()

    async def _answered(self, request: web.Request, body: ChatBody, given_up: threading.Event) -> web.StreamResponse:
        loop = asyncio.get_running_loop()
        pieces: asyncio.Queue[str | None] = asyncio.Queue()

        def tell(piece: str | None) -> None:
            loop.call_soon_threadsafe(pieces.put_nowait, piece)

        def work() -> dict[str, Any]:
            asked = body.model_dump(exclude_none=True, exclude={"stream", "owner"})
            try:
                return self._engine.chat(asked, given_up.is_set, tell if body.stream else _unheard)
            finally:
                tell(None)

        answering = loop.run_in_executor(self._thread, work)
        stream: web.StreamResponse | None = None
        while (piece := await pieces.get()) is not None:
            if stream is None:
                stream = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
                await stream.prepare(request)
            await stream.write(_line({"piece": piece}))
        answer = await answering
        if stream is not None:
            await stream.write(_line(answer))
            return stream
        return _answer(answer)

    def _busy(self) -> web.Response:
        return refusal(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"{self.open} calls are waiting, and none started within {self._queue_s:g} s.",
            {"Retry-After": "5"},
        )


def _not_valid(error: ValidationError) -> web.Response:
    first = error.errors()[0]
    return refusal(HTTPStatus.BAD_REQUEST, f"{first['loc']}: {first['msg']}")


def _answer(answer: dict[str, Any]) -> web.Response:
    if "error" not in answer:
        return web.json_response(answer)
    error = answer["error"]
    status = _STATUS_OF.get(error.get("type", ""), HTTPStatus.INTERNAL_SERVER_ERROR)
    return refusal(status, str(error.get("message", "the engine failed")))


def _unheard(_piece: str) -> None:
    """Nobody listens."""


def _line(content: dict[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode() + b"\n"

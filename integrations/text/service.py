"""The model server's HTTP: who may ask, whose turn it is.

Any web page in the user's browser can reach loopback, so that a request is answered only where its Host is this server,
it has no Origin (no page has business here), and it brings the key.
"""

import asyncio
import json
import os
import secrets
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from integrations.text.llama import Engine

_LONGEST_QUEUE = 64
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


class Service:
    """Answers one call at a time, in the order in which they came."""

    def __init__(self, engine: Engine, *, port: int, key: str, queue_s: float) -> None:
        self._engine = engine
        self._hosts = {f"127.0.0.1:{port}", f"localhost:{port}"}
        self._key = f"Bearer {key}"
        self._queue_s = queue_s
        self._turn = asyncio.Lock()  # asyncio's locks are first come, first served
        # Its one thread is what keeps calls apart: a call that was given up holds it until the engine has let go.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")
        self.open = 0
        self.last = time.monotonic()

    def app(self) -> web.Application:
        """The application, with every check before every route."""

        @web.middleware
        async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
            return self._refused(request) or await handler(request)

        app = web.Application(middlewares=[guard], client_max_size=_LARGEST_BODY)
        app.router.add_get("/health", self._health)
        app.router.add_post("/v1/chat/completions", self._chat)
        return app

    def idle_s(self) -> float:
        """Seconds for which nobody has asked anything."""
        return 0.0 if self.open else time.monotonic() - self.last

    def _refused(self, request: web.Request) -> web.Response | None:
        if request.headers.get("Host", "") not in self._hosts:
            return _refusal(HTTPStatus.FORBIDDEN, "This Host is not this server.")
        if "Origin" in request.headers:
            return _refusal(HTTPStatus.FORBIDDEN, "Web pages have no business here.")
        if not secrets.compare_digest(request.headers.get("Authorization", "").encode(), self._key.encode()):
            return _refusal(HTTPStatus.UNAUTHORIZED, "The key is missing or wrong.")
        return None

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response({"pid": os.getpid()})

    async def _chat(self, request: web.Request) -> web.Response:
        try:
            body = ChatBody.model_validate_json(await request.read()).model_dump(exclude_none=True)
        except ValidationError as exc:
            return _refusal(HTTPStatus.BAD_REQUEST, f"{exc.errors()[0]['loc']}: {exc.errors()[0]['msg']}")
        if self.open >= _LONGEST_QUEUE:
            return self._busy()
        self.open += 1
        try:
            return await self._in_turn(body)
        finally:
            self.open -= 1
            self.last = time.monotonic()

    async def _in_turn(self, body: dict[str, Any]) -> web.Response:
        try:
            async with asyncio.timeout(self._queue_s):
                await self._turn.acquire()
        except TimeoutError:
            return self._busy()
        # Set when the one who asks goes away: the handler is cancelled then.
        given_up = threading.Event()
        try:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._thread, self._engine.chat, body, given_up.is_set)
        finally:
            given_up.set()
            self._turn.release()
        if "error" in answer:
            error = answer["error"]
            status = _STATUS_OF.get(error.get("type", ""), HTTPStatus.INTERNAL_SERVER_ERROR)
            return _refusal(status, str(error.get("message", "the engine failed")))
        return web.json_response(answer)

    def _busy(self) -> web.Response:
        return _refusal(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"{self.open} calls are waiting, and none got its turn within {self._queue_s:g} s.",
            {"Retry-After": "5"},
        )


def _refusal(status: HTTPStatus, why: str, headers: dict[str, str] | None = None) -> web.Response:
    body = json.dumps({"error": {"message": why, "code": int(status)}})
    return web.Response(status=status, text=body, content_type="application/json", headers=headers)

"""The model server's HTTP: whose turn it is. Who may ask at all, integrations/processes/serving.py says."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from integrations.processes.serving import Guard, refusal
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


class Service(Guard):
    """Answers one call at a time, in the order in which they came."""

    def __init__(self, engine: Engine, *, port: int, key: str, queue_s: float) -> None:
        super().__init__(port=port, key=key)
        self._engine = engine
        self._queue_s = queue_s
        self._turn = asyncio.Lock()  # asyncio's locks are first come, first served
        # Its one thread is what keeps calls apart: a call that was given up holds it until the engine has let go.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="model")

    def application(self) -> web.Application:
        """What it answers, behind the checks."""
        return self.app([web.post("/v1/chat/completions", self._chat)], largest_body=_LARGEST_BODY)

    async def _chat(self, request: web.Request) -> web.Response:
        try:
            body = ChatBody.model_validate_json(await request.read()).model_dump(exclude_none=True)
        except ValidationError as exc:
            return refusal(HTTPStatus.BAD_REQUEST, f"{exc.errors()[0]['loc']}: {exc.errors()[0]['msg']}")
        if self.open > _LONGEST_QUEUE:
            return self._busy()
        return await self._in_turn(body)

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
            return refusal(status, str(error.get("message", "the engine failed")))
        return web.json_response(answer)

    def _busy(self) -> web.Response:
        return refusal(
            HTTPStatus.SERVICE_UNAVAILABLE,
            f"{self.open} calls are waiting, and none started within {self._queue_s:g} s.",
            {"Retry-After": "5"},
        )

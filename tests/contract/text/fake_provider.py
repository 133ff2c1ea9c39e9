"""A server on loopback that speaks a provider's protocol, and fails as the provider does."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from integrations.text.names import ModelName
from integrations.text.remote import Remote
from tests.contract.text.fakes import toy
from tests.contract.text.protocols import PROTOCOLS, Asked

WAIT_S = 7
KEY = "sk-marker-3f9a77c1"
_UNKNOWN_TO_MISTRAL = {"stream_options", "max_completion_tokens", "store"}


class FakeProvider:
    """Says what the toy says, one token a word, and one a byte of what was asked.

    Attributes:
        asked, headers: every request so far.
        failing: how the next requests fail, in order: a failure of the protocol, or `login page`, `half`, `empty`,
            `other`, `list`, `refusal`, `uncounted`, `cut`, `stall`, `endless`.
        param: the parameter that a bad request names.
    """

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.speaks = PROTOCOLS[provider]
        self.asked: list[Asked] = []
        self.headers: list[Mapping[str, str]] = []
        self.failing: list[str] = []
        self.param: str | None = None
        self.url = ""
        self._end = asyncio.Event()

    def remote(self) -> Remote:
        """How it is reached."""
        names = {"anthropic": "claude-haiku-4-5", "openrouter": "openai/m"}
        name = ModelName(self.provider, names.get(self.provider, "m"))
        if self.provider == "google":
            return Remote(ModelName("google", "gemini-2.5-flash"), self.url, KEY)
        if self.provider != "vertex":
            url = self.url if self.provider == "anthropic" else f"{self.url}/v1"
            return Remote(name, url, KEY, official=self.provider != "compatible")
        from google.oauth2.credentials import Credentials

        name = ModelName("vertex", "gemini-2.5-flash")
        credentials: Any = Credentials(token=KEY)  # pyright: ignore[reportUnknownVariableType, reportUnknownMemberType]
        return Remote(name, self.url, project="p", location="l", credentials=credentials)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        asked = self.speaks.read(request, await request.json())
        self.asked.append(asked)
        self.headers.append(request.headers)
        if self.provider == "mistral" and (more := _UNKNOWN_TO_MISTRAL & asked.body.keys()):
            detail = [{"type": "extra_forbidden", "loc": ["body", one]} for one in more]
            return web.json_response({"object": "error", "message": {"detail": detail}}, status=422)
        failing = self.failing.pop(0) if self.failing else ""
        text = toy(asked.messages)
        words = text.split(" ")
        kept = ["word"] * 100_000 if failing == "endless" else words[: asked.max_tokens]
        finish = "length" if len(kept) < len(words) else "stop"
        prompt = sum(len(message.content.encode()) for message in asked.messages)
        pieces = [word if place == 0 else f" {word}" for place, word in enumerate(kept)]
        match failing:
            case "" | "endless" if asked.stream:
                return await self._stream(request, self.speaks.stream(pieces, finish, prompt, len(kept)))
            case "" | "endless":
                return web.json_response(self.speaks.whole(" ".join(kept), finish, prompt, len(kept)))
            case "cut":
                return await self._stream(request, self.speaks.stream(pieces, finish, prompt, len(kept))[:-3] or [b""])
            case "stall":
                return await self._stall(request, self.speaks.stream(pieces, finish, prompt, len(kept)))
            case _:
                return self._failed(failing, asked, finish)

    def _failed(self, failing: str, asked: Asked, finish: str) -> web.Response:
        if failing == "login page":
            return web.Response(text="<html>Sign in</html>", content_type="text/html")
        if failing == "redirect":
            return web.Response(status=307, headers={"Location": f"{self.url}/elsewhere"})
        texts = {
            "half": '{"choices": [', "empty": "", "other": '{"detail": "warming up"}', "list": "[]",
            "refusal": json.dumps(self.speaks.refusal()),
            "uncounted": json.dumps(self.speaks.whole("Hello.", finish, 0, 0)),
        }  # fmt: skip
        if failing in texts:
            return web.Response(text=texts[failing], content_type="application/json")
        failure = self.speaks.failure(failing, f"{asked.messages[-1].content} with {asked.key}")
        if self.param:
            failure.body["error"]["param"] = self.param
        headers = {"Retry-After": str(WAIT_S)} if failure.status in (429, 503, 529) else {}
        return web.json_response(failure.body, status=failure.status, headers=headers)

    async def _stream(self, request: web.Request, events: list[bytes]) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for event in events:
            await response.write(event)
        return response

    async def _stall(self, request: web.Request, events: list[bytes]) -> web.StreamResponse:
        response = await self._stream(request, events[:-3] or events[:1])
        await self._end.wait()
        return response

    def end(self) -> None:
        """Let go of whoever waits."""
        self._end.set()


@asynccontextmanager
async def serving(provider: str) -> AsyncGenerator[FakeProvider]:
    """A provider's server."""
    made = FakeProvider(provider)
    app = web.Application()
    app.router.add_post(made.speaks.path, made.answer)
    async with TestServer(app) as server:
        made.url = str(server.make_url("")).rstrip("/")
        yield made
        made.end()

"""A provider on loopback that writes texts from the data it is asked with, slowly or at once, and counts each."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.contract.text.protocols import PROTOCOLS

_DATA = "DATA\n"  # and the data, between two lines that are the same mark
_SPEAKS = PROTOCOLS["compatible"]


def data_of(messages: list[str]) -> Mapping[str, Any]:
    """The variables that a text is asked for with: the last ones, since examples come before them."""
    said = next(message for message in reversed(messages) if message.startswith(_DATA))
    return json.loads("\n".join(said.splitlines()[2:-1]))


class Provider:
    """Speaks OpenAI's protocol; where it `knows_keys`, an answer that is asked for again by its key costs nothing.

    Attributes:
        asked, answered: how often for each `name`; an answer that nobody waited for any more is not counted.
        tokens: of the prompts and the answers, of those.
    """

    def __init__(self, say: Callable[[Mapping[str, Any]], str], *, latency_s: float, knows_keys: bool = False) -> None:
        self._say, self._latency_s, self._knows_keys = say, latency_s, knows_keys
        self._keys: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.answered: Counter[str] = Counter()
        self.tokens = [0, 0]
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call, whole or streamed."""
        asked = _SPEAKS.read(request, await request.json())
        data = data_of([message.content for message in asked.messages])
        self.asked[data["name"]] += 1
        await asyncio.sleep(self._latency_s)
        if request.transport is None or request.transport.is_closing():
            raise web.HTTPBadRequest(reason="nobody waits for it any more")
        words = self._say(data).split(" ")
        pieces = [word if place == 0 else f" {word}" for place, word in enumerate(words)]
        prompt = sum(len(message.content.split()) for message in asked.messages)
        if not asked.stream:
            made: web.StreamResponse = web.json_response(_SPEAKS.whole("".join(pieces), "stop", prompt, len(words)))
        else:
            made = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
            await made.prepare(request)
            await made.write(b"".join(_SPEAKS.stream(pieces, "stop", prompt, len(words))))
        key = request.headers.get("Idempotency-Key", "") if self._knows_keys else ""
        if not key or key not in self._keys:
            self._keys.add(key)
            self.answered[data["name"]] += 1
            self.tokens[0] += prompt
            self.tokens[1] += len(words)
        return made


@contextmanager
def serving(provider: Provider) -> Generator[None]:
    """The provider, in a thread with a loop of its own."""
    ready, loop = threading.Event(), asyncio.new_event_loop()
    end = asyncio.Event()

    async def serve() -> None:
        app = web.Application()
        app.router.add_post(_SPEAKS.path, provider.answer)
        async with TestServer(app) as server:
            provider.url = str(server.make_url("/v1"))
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join()
        loop.close()

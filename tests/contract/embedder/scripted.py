"""A server of embeddings on loopback, in the shapes of four providers, and the ways in which it fails."""

import asyncio
import base64
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from aiohttp import web
from aiohttp.test_utils import TestServer

from integrations.embedder.remote import RemoteEmbedder
from integrations.text.metering import Meter
from integrations.text.names import ModelName
from integrations.text.remote import Remote
from magicai.ports import Price
from tests.contract.embedder.hashing import HashingEmbedder
from tests.contract.text.fakes import FakePurse

KEY = "ek-marker-c81f70"
PROVIDERS = ("compatible", "openai", "voyage", "cohere", "google")
_PATHS = {
    "cohere": "/v2/embed",
    "google": "/v1beta/models/m:batchEmbedContents",
}


class ScriptedServer:
    """Embeds as the hashing embedder does.

    Attributes:
        failing: how the next requests fail, in order.
        texts, types: of each request so far; a type is how the provider is told of queries.
        longest: characters of a text that it takes.
        dimension: of its vectors, and alike: the least cosine of two texts.
        hold: whether requests wait for `end`; `asked` is set by each.
    """

    def __init__(self, provider: str) -> None:
        self.provider, self.url = provider, ""
        self.failing: list[str] = []
        self.texts: list[list[str]] = []
        self.types: list[str] = []
        self.longest = 1_000_000
        self.dimension, self.alike, self.hold = 64, 0.0, False
        self.end, self.asked = asyncio.Event(), asyncio.Event()

    def embedder(self, *, dimension: int = 0, answer_s: float = 5.0, purse: FakePurse | None = None) -> RemoteEmbedder:
        """An embedder that asks this server."""
        url = self.url if self.provider in _PATHS else f"{self.url}/v1"
        remote = Remote(ModelName(self.provider, "m"), url, KEY, official=False, let_in_by="THE_KEY", chosen_in="HERE")
        meter = Meter(str(remote.name), Price(1.0, 0.0), purse or FakePurse())
        return RemoteEmbedder(remote, meter, answer_s=answer_s, dimension=dimension)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body: dict[str, Any] = await request.json()
        texts, kind = self._read(body)
        self.texts.append(texts)
        self.asked.set()
        self.types.append(kind)
        failing = self.failing.pop(0) if self.failing else ""
        if max(map(len, texts)) > self.longest:
            failing = "400"
        vectors = await self._vectors(texts, 32 if failing == "dimension" else self.dimension)
        match failing:
            case "fewer":
                vectors = vectors[:-1]
            case "NaN":
                vectors[0][0] = float("nan")
            case "zeros":
                vectors[0] = [0.0] * 64
            case "uneven":
                vectors[0] = vectors[0][:-1]
            case "html":
                return web.Response(text="<html>Sign in</html>", content_type="text/html")
            case "other":
                return web.json_response({"detail": "warming up"})
            case "slow":
                await self.end.wait()
            case status if status.isdecimal():
                said = f"{texts[0]} was refused for {KEY}"
                return web.json_response({"error": {"message": said}, "message": said}, status=int(status))
            case _:
                pass
        tokens = sum(len(text.split()) for text in texts)
        return web.Response(text=json.dumps(self._shaped(vectors, tokens, body)), content_type="application/json")

    async def _vectors(self, texts: list[str], dimension: int) -> list[list[float]]:
        if self.hold:
            await self.end.wait()
        made = await HashingEmbedder(dimension=dimension).embed(texts)
        if self.alike:
            # One more direction, which all of them share.
            made = np.hstack([made * (1 - self.alike) ** 0.5, np.full((len(made), 1), self.alike**0.5)])
        return made.tolist()

    def _read(self, body: dict[str, Any]) -> tuple[list[str], str]:
        match self.provider:
            case "cohere":
                return body["texts"], body["input_type"]
            case "google":
                requests = body["requests"]
                return [request["content"]["parts"][0]["text"] for request in requests], requests[0].get("taskType", "")
            case _:
                return body["input"], body.get("input_type", "")

    def _shaped(self, vectors: list[list[float]], tokens: int, body: dict[str, Any]) -> Any:
        match self.provider:
            case "cohere":
                units = {"billed_units": {"input_tokens": tokens}}
                return {"id": "1", "embeddings": {"float": vectors}, "texts": body["texts"], "meta": units,
                        "response_type": "embeddings_by_type"}  # fmt: skip
            case "google":
                return {"embeddings": [{"values": vector} for vector in vectors]}
            case _:
                rows = [
                    {"object": "embedding", "index": i, "embedding": _packed(one, body)}
                    for i, one in enumerate(vectors)
                ]
                used = {"prompt_tokens": tokens, "total_tokens": tokens}
                return {"object": "list", "data": rows, "model": "m", "usage": used}


def _packed(vector: list[float], body: dict[str, Any]) -> Any:
    if body.get("encoding_format") == "base64":
        return base64.b64encode(np.array(vector, dtype="<f4").tobytes()).decode()
    return vector


@asynccontextmanager
async def serving(provider: str) -> AsyncGenerator[ScriptedServer]:
    """A provider's server."""
    made = ScriptedServer(provider)
    app = web.Application()
    app.router.add_post(_PATHS.get(provider, "/v1/embeddings"), made.answer)
    async with TestServer(app) as server:
        made.url = str(server.make_url("")).rstrip("/")
        yield made
        made.end.set()

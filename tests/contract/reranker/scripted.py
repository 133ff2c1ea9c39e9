"""A reranker's server on loopback: five shapes of the same thing, and the ways in which it fails."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

KEY = "rk-marker-51d02c"
SHAPES = ("results", "data", "tei")


class ScriptedServer:
    """Scores a text by how many of the query's words it has.

    Attributes:
        shape: `results` (Cohere, Jina, vLLM, llama.cpp), `data` (Voyage) or `tei`.
        failing: how the next requests fail, in order.
        asked: the bodies so far.
    """

    def __init__(self, shape: str) -> None:
        self.shape, self.url = shape, ""
        self.failing: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.end = asyncio.Event()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return web.json_response({"message": f"invalid key {request.headers.get('Authorization')}"}, status=401)
        body: dict[str, Any] = await request.json()
        self.asked.append(body)
        if self.shape == "tei" and "texts" not in body:
            return web.json_response(
                {"error": "missing field `texts` at line 1", "error_type": "Validation"}, status=422
            )
        if self.shape == "data" and "texts" in body:
            return web.json_response({"detail": "Argument 'texts' is not supported"}, status=400)
        texts: list[str] = body["texts"] if "texts" in body else body["documents"]
        words = set(body["query"].split())
        scored = [(len(words & set(text.split())) / (1 + len(words)), place) for place, text in enumerate(texts)]
        pairs: list[tuple[int, Any]] = [(place, score) for score, place in sorted(scored, reverse=True)]
        failing = self.failing.pop(0) if self.failing else ""
        if failing == "slow":
            await self.end.wait()
        wrong = {
            "fewer": pairs[:-1], "out of range": [(len(texts), 0.5), *pairs[1:]], "negative": [(-1, 0.5), *pairs[1:]],
            "twice": [pairs[-1], *pairs[1:]], "NaN": [(pairs[0][0], float("nan")), *pairs[1:]],
            "words": [(pairs[0][0], "high"), *pairs[1:]],
        }  # fmt: skip
        return self._failed(failing, body["query"]) or web.Response(
            text=json.dumps(self._shaped(wrong.get(failing, pairs))), content_type="application/json"
        )

    def _failed(self, failing: str, query: str) -> web.Response | None:
        if failing.isdecimal():
            return web.json_response({"message": f"{query} was refused for {KEY}"}, status=int(failing))
        answers = {
            "html": web.Response(text="<html>Sign in</html>", content_type="text/html"),
            "other": web.json_response({"detail": "warming up"}),
            "redirect": web.Response(status=307, headers={"Location": "http://127.0.0.1:9/"}),
            "huge": web.Response(text=" " * 5_000_000),
        }
        return answers.get(failing)

    def _shaped(self, pairs: list[tuple[int, Any]]) -> Any:
        if self.shape == "tei":
            return [{"index": place, "score": score} for place, score in pairs]
        rows = [{"index": place, "relevance_score": score} for place, score in pairs]
        if self.shape == "data":
            return {"object": "list", "data": rows, "model": "m", "usage": {"total_tokens": 1000}}
        return {"id": "1", "results": rows, "meta": {"billed_units": {"search_units": 1}}}


@asynccontextmanager
async def serving(shape: str) -> AsyncGenerator[ScriptedServer]:
    """A server of one shape."""
    made = ScriptedServer(shape)
    app = web.Application()
    app.router.add_post("/v1/rerank", made.answer)
    async with TestServer(app) as server:
        made.url = str(server.make_url("/v1"))
        yield made
        made.end.set()

"""A reranker behind a server that has the usual `/rerank`: Cohere, Jina, Voyage, vLLM, TEI, llama.cpp."""

import asyncio
import json
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx

from integrations.reranker.answers import scores_of, tokens_of
from integrations.text.metering import Meter
from integrations.text.quoting import quoted
from magicai.errors import Invalid, MagicError, Temporary
from magicai.loopback import is_loopback
from magicai.messages import say
from magicai.values.masked import masked

_LARGEST_ANSWER = 4_000_000
# What the smallest of these models read of a text, and more.
_LONGEST_TEXT = 8_000
_PASSING = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS)
_NO_ACCESS = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_ROUTE = "/rerank"
_ANSWER_S = 15.0


class ServerReranker:
    """One model of one server.

    Args:
        name: as a setting spells it: `server:MODEL`.
        url: up to what precedes `/rerank`.
        answer_s: for each question, whatever the server does.
    """

    def __init__(self, name: str, url: str, key: str, meter: Meter, *, answer_s: float = _ANSWER_S) -> None:
        self.name = name
        self._url = url.rstrip("/").removesuffix(_ROUTE) + _ROUTE
        self._key, self._meter, self._answer_s = key, meter, answer_s
        self._where = masked(self._url)
        # TEI calls documents `texts`; others refuse what they do not know, so that they are not sent both.
        self._field = "documents"
        away = not is_loopback(urlsplit(url).hostname or "")
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        # A key is for the server that is named: no redirects.
        self._http = httpx.AsyncClient(trust_env=away, follow_redirects=False, timeout=answer_s, headers=headers)

    async def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """The relevance of each text, in input order; higher is better.

        Raises:
            Temporary: no answer, too many requests, a fault of the server's, not one score for each text.
            Invalid: the server refuses the key, the model or the request; the price is unknown.
            OverBudget, BudgetReserved: the call could exceed a budget.
        """
        if not texts:
            return []
        read = [text[:_LONGEST_TEXT].encode(errors="replace").decode() for text in texts]
        asked = [query.encode(errors="replace").decode(), *read]
        async with self._meter.call([f"{asked[0]}\n{text}" for text in read]) as metered:
            status, body = await self._asked(asked)
            if _wants_texts(status, body) and self._field == "documents":
                self._field = "texts"
                status, body = await self._asked(asked)
            if status != HTTPStatus.OK:
                metered.tokens = 0
                raise self._failure(status, body, asked)
            try:
                answer = json.loads(body)
            except ValueError as exc:
                raise Temporary("reranker_answer_invalid", name=self._where) from exc
            metered.tokens, metered.outcome = tokens_of(answer), "ok"
            return scores_of(answer, len(texts), name=self.name)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def _asked(self, asked: Sequence[str]) -> tuple[int, bytes]:
        query, *texts = asked
        body: dict[str, Any] = {"query": query, self._field: texts, "model": self.name.partition(":")[2]}
        if self._field == "texts":
            body["truncate"] = True
        try:
            async with asyncio.timeout(self._answer_s), self._http.stream("POST", self._url, json=body) as answer:
                got = b""
                async for part in answer.aiter_bytes():
                    got += part
                    if len(got) > _LARGEST_ANSWER:
                        raise Temporary("reranker_answer_too_large", where=self._where, limit=_LARGEST_ANSWER)
                return answer.status_code, got
        except (TimeoutError, httpx.TimeoutException):
            raise Temporary("service_timed_out", server=self._where, limit_s=f"{self._answer_s:g}") from None
        except httpx.InvalidURL as exc:
            raise Invalid("reranker_url_invalid", where=self._where, reason=exc) from exc
        except httpx.HTTPError as exc:
            said = quoted(str(exc) or type(exc).__name__, asked=asked, key=self._key)
            raise Temporary("model_server_unreachable", where=self._where, said=said) from None

    def _failure(self, status: int, body: bytes, asked: Sequence[str]) -> MagicError:
        said = quoted(body.decode(errors="replace"), asked=asked, key=self._key)
        kind, way_out = Invalid, say("correct_reranker", name=self.name)
        if status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            kind, way_out = Temporary, None
        elif status in _NO_ACCESS:
            way_out = say("correct_key_setting", key_setting="MAGICAI_RERANKER_API_KEY")
        why = said or say("no_details")
        return kind("model_server_error_status", way_out=way_out, name=self._where, status=status, reason=why)


def _wants_texts(status: int, body: bytes) -> bool:
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR and b"missing field `texts`" in body

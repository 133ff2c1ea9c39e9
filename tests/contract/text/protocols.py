"""What providers' servers say, as they word it: whole answers, streams and failures."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web

from integrations.text.servers import SERVERS
from magicai.ports import Message


@dataclass(frozen=True)
class Asked:
    """A request as all protocols have it."""

    messages: list[Message]
    max_tokens: int
    stream: bool
    temperature: float | None
    schema: dict[str, Any] | None
    key: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Failure:
    """A failure as a provider words it; the kind is the same for all."""

    status: int
    body: dict[str, Any]


class Speaks(Protocol):
    """A provider's protocol."""

    name: str
    path: str

    def read(self, request: web.Request, body: dict[str, Any]) -> Asked: ...

    def whole(self, text: str, finish: str, prompt: int, completion: int) -> dict[str, Any]: ...

    def stream(self, pieces: Sequence[str], finish: str, prompt: int, completion: int) -> list[bytes]: ...

    def refusal(self) -> dict[str, Any]: ...

    def failure(self, kind: str, echo: str) -> Failure: ...


def event(data: object, name: str = "") -> bytes:
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {data if isinstance(data, str) else json.dumps(data)}\n\n".encode()


class OpenAI:
    name = "openai"
    path = "/v1/chat/completions"

    def read(self, request: web.Request, body: dict[str, Any]) -> Asked:
        form = body.get("response_format", {})
        return Asked(
            [Message(one["role"], one["content"]) for one in body["messages"]],
            body.get("max_tokens") or body.get("max_completion_tokens") or 0,
            body.get("stream", False),
            body.get("temperature"),
            form.get("json_schema", {}).get("schema"),
            request.headers["Authorization"].removeprefix("Bearer "),
            body,
        )

    def whole(self, text: str, finish: str, prompt: int, completion: int) -> dict[str, Any]:
        return self._completion({"role": "assistant", "content": text}, finish, prompt, completion)

    def refusal(self) -> dict[str, Any]:
        return self._completion({"role": "assistant", "content": None, "refusal": "I can't help with that."}, "stop")

    def _completion(self, message: dict[str, Any], finish: str, prompt: int = 1, completion: int = 1) -> dict[str, Any]:
        choice = {"index": 0, "message": message, "finish_reason": finish}
        return {**self._base("chat.completion"), "choices": [choice], "usage": self._usage(prompt, completion)}

    def stream(self, pieces: Sequence[str], finish: str, prompt: int, completion: int) -> list[bytes]:
        base = self._base("chat.completion.chunk")
        chunks = [
            {**base, "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]} for piece in pieces
        ]
        chunks.append({**base, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        chunks.append({**base, "choices": [], "usage": self._usage(prompt, completion)})
        return [*map(event, chunks), event("[DONE]")]

    def failure(self, kind: str, echo: str) -> Failure:
        status, code = {
            "rate limited": (429, "rate_limit_exceeded"), "no credit": (429, "insufficient_quota"),
            "overloaded": (503, "server_is_overloaded"), "broken": (500, "server_error"),
            "wrong key": (401, "invalid_api_key"), "forbidden": (403, "forbidden"),
            "no such model": (404, "model_not_found"), "bad request": (400, "invalid_value"),
            "too long": (400, "context_length_exceeded"), "conflict": (409, "conflict"),
        }[kind]  # fmt: skip
        return Failure(status, {"error": {"message": f"{kind}: {echo}", "type": code, "code": code, "param": None}})

    def _base(self, kind: str) -> dict[str, Any]:
        return {"id": "1", "object": kind, "created": 1, "model": "m"}

    def _usage(self, prompt: int, completion: int) -> dict[str, Any]:
        return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


class Anthropic:
    name = "anthropic"
    path = "/v1/messages"

    def read(self, request: web.Request, body: dict[str, Any]) -> Asked:
        system: Any = body.get("system") or []
        parts: list[dict[str, Any]] = [{"text": system}] if isinstance(system, str) else system
        said = [Message("system", part["text"]) for part in parts]
        said += [
            Message(one["role"], part if isinstance(part, str) else part["text"])
            for one in body["messages"]
            for part in ([one["content"]] if isinstance(one["content"], str) else one["content"])
        ]
        form: dict[str, Any] = body.get("output_config", {}).get("format") or body.get("output_format") or {}
        return Asked(
            said, body["max_tokens"], body.get("stream", False), body.get("temperature"), form.get("schema"),
            request.headers["Authorization"].removeprefix("Bearer "), body,
        )  # fmt: skip

    def whole(self, text: str, finish: str, prompt: int, completion: int) -> dict[str, Any]:
        return {
            "id": "1", "type": "message", "role": "assistant", "model": "m", "stop_sequence": None,
            "content": [{"type": "text", "text": text}], "stop_reason": self._finish(finish),
            "usage": {"input_tokens": prompt, "output_tokens": completion},
        }  # fmt: skip

    def refusal(self) -> dict[str, Any]:
        return {**self.whole("", "stop", 1, 1), "content": [], "stop_reason": "refusal"}

    def stream(self, pieces: Sequence[str], finish: str, prompt: int, completion: int) -> list[bytes]:
        start: dict[str, Any] = {**self.whole("", "stop", prompt, 1), "content": [], "stop_reason": None}
        told: list[dict[str, Any]] = [
            {"type": "message_start", "message": start},
            {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
            *(
                {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}
                for piece in pieces
            ),
            {"type": "content_block_stop", "index": 0},
            {
                "type": "message_delta",
                "delta": {"stop_reason": self._finish(finish), "stop_sequence": None},
                "usage": {"output_tokens": completion},
            },
            {"type": "message_stop"},
        ]
        return [event(one, one["type"]) for one in told]

    def failure(self, kind: str, echo: str) -> Failure:
        status, code = {
            "rate limited": (429, "rate_limit_error"), "no credit": (402, "billing_error"),
            "overloaded": (529, "overloaded_error"), "broken": (500, "api_error"),
            "wrong key": (401, "authentication_error"), "forbidden": (403, "permission_error"),
            "no such model": (404, "not_found_error"), "bad request": (400, "invalid_request_error"),
            "too long": (400, "invalid_request_error"), "conflict": (409, "api_error"),
        }[kind]  # fmt: skip
        what = "prompt is too long" if kind == "too long" else kind
        return Failure(status, {"type": "error", "error": {"type": code, "message": f"{what}: {echo}"}})

    def _finish(self, finish: str) -> str:
        return {"stop": "end_turn", "length": "max_tokens"}[finish]


class Vertex:
    name = "vertex"
    path = "/{version}/projects/{project}/locations/{location}/publishers/google/models/{model}"

    def read(self, request: web.Request, body: dict[str, Any]) -> Asked:
        system = body.get("systemInstruction", {}).get("parts", [])
        said = [Message("system", part["text"]) for part in system]
        said += [
            Message("assistant" if one["role"] == "model" else "user", part["text"])
            for one in body["contents"]
            for part in one["parts"]
        ]
        config = body.get("generationConfig", {})
        return Asked(
            said, config.get("maxOutputTokens", 0), "stream" in request.path, config.get("temperature"),
            config.get("responseJsonSchema") or config.get("responseSchema"),
            self.key(request), body,
        )  # fmt: skip

    def key(self, request: web.Request) -> str:
        return request.headers["Authorization"].removeprefix("Bearer ")

    def whole(self, text: str, finish: str, prompt: int, completion: int) -> dict[str, Any]:
        return {
            "candidates": [
                {
                    "content": {"role": "model", "parts": [{"text": text}]},
                    "finishReason": {"stop": "STOP", "length": "MAX_TOKENS"}[finish],
                }
            ],
            "usageMetadata": self._usage(prompt, completion),
            "modelVersion": "m",
        }

    def refusal(self) -> dict[str, Any]:
        return {"candidates": [{"finishReason": "SAFETY"}], "usageMetadata": self._usage(1, 0), "modelVersion": "m"}

    def stream(self, pieces: Sequence[str], finish: str, prompt: int, completion: int) -> list[bytes]:
        told: list[dict[str, Any]] = [
            {"candidates": [{"content": {"role": "model", "parts": [{"text": piece}]}}]} for piece in pieces[:-1]
        ]
        return [event(one) for one in (*told, self.whole(pieces[-1], finish, prompt, completion))]

    def failure(self, kind: str, echo: str) -> Failure:
        status, code = {
            "rate limited": (429, "RESOURCE_EXHAUSTED"), "no credit": (429, "RESOURCE_EXHAUSTED"),
            "overloaded": (503, "UNAVAILABLE"), "broken": (500, "INTERNAL"),
            "wrong key": (401, "UNAUTHENTICATED"), "forbidden": (403, "PERMISSION_DENIED"),
            "no such model": (404, "NOT_FOUND"), "bad request": (400, "INVALID_ARGUMENT"),
            "too long": (400, "INVALID_ARGUMENT"), "conflict": (409, "ABORTED"),
        }[kind]  # fmt: skip
        what = "The input token count exceeds the maximum number of tokens allowed" if kind == "too long" else kind
        error: dict[str, Any] = {"code": status, "status": code, "message": f"{what}: {echo}"}
        if kind == "no credit":
            violation = {"quotaId": "GenerateRequestsPerDayPerProjectPerModel"}
            error["details"] = [{"@type": "type.googleapis.com/google.rpc.QuotaFailure", "violations": [violation]}]
        return Failure(status, {"error": error})

    def _usage(self, prompt: int, completion: int) -> dict[str, Any]:
        return {
            "promptTokenCount": prompt, "candidatesTokenCount": completion, "totalTokenCount": prompt + completion
        }  # fmt: skip


class Google(Vertex):
    """Google AI: the same with a key."""

    name = "google"
    path = "/{version}/models/{model}"

    def key(self, request: web.Request) -> str:
        return request.headers["x-goog-api-key"]


PROTOCOLS: dict[str, Speaks] = {
    **dict.fromkeys(SERVERS, OpenAI()), "anthropic": Anthropic(), "vertex": Vertex(), "google": Google()
}  # fmt: skip

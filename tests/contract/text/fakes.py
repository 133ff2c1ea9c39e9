"""Models without weights: what they say, and the servers that say it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web

from integrations.text.server_on_demand import Wanted
from magicai.errors import OverBudget
from magicai.ports import Message, Reservation


def toy(messages: Sequence[Message]) -> str:
    """What they all say."""
    asked = messages[-1].content
    if "JSON" in asked:
        return '{"city": "Paris", "country": "France", "is_capital": true}'
    return f"你说：{asked}" if "中文" in asked else f"You said: {asked}"


def fake(folder: Path, kind: str = "", **changes: Any) -> Wanted:
    """A model server in `folder`, whose engine does what `kind` says (fake_engine.py)."""
    model = folder / "fake.gguf"
    model.write_text(kind)
    made = Wanted(str(folder / "server"), str(model), engine="tests.contract.text.fake_engine:load", idle_s=60)
    return replace(made, **changes)


class FakePurse:
    """A purse of one process; `spent` US dollars are gone."""

    def __init__(self, limit: float = 1.0) -> None:
        self.limit, self.spent, self.reserved = limit, 0.0, 0.0

    async def reserve(self, most: float, model: str) -> Reservation | None:
        if self.spent + self.reserved + most > self.limit:
            raise OverBudget(f"{model} may cost up to {most}.")
        self.reserved += most
        return Reservation("one", most)

    async def settle(self, reservation: Reservation | None, cost: float) -> None:
        assert reservation is not None
        self.reserved -= reservation.amount
        self.spent += cost


class FakeProvider:
    """An OpenAI-compatible server on loopback; `answers` go before what the toy says."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answers: list[Callable[[dict[str, Any]], web.Response]] = []

    async def chat(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append({**body, "key": request.headers["Authorization"]})
        return self.answers.pop(0)(body) if self.answers else said(body)


def said(body: dict[str, Any], **message: Any) -> web.Response:
    """A whole answer; one token a word, and one a byte of what was asked."""
    messages = [Message(m["role"], m["content"]) for m in body["messages"]]
    words = toy(messages).split(" ")
    kept = words[: body.get("max_tokens") or body["max_completion_tokens"]]
    finish = "length" if len(kept) < len(words) else "stop"
    prompt = sum(len(message.content.encode()) for message in messages)
    usage = {"prompt_tokens": prompt, "completion_tokens": len(kept), "total_tokens": prompt + len(kept)}
    told = {"role": "assistant", "content": " ".join(kept), **message}
    choices = [{"index": 0, "message": told, "finish_reason": finish}]
    whole = {"id": "1", "object": "chat.completion", "created": 0, "model": "m", "choices": choices, "usage": usage}
    return web.json_response(whole)


def refused(status: int, **error: Any) -> Callable[[dict[str, Any]], web.Response]:
    """An error as the provider words it."""
    headers = {"Retry-After": "7"} if status in (429, 503) else {}
    return lambda _body: web.json_response({"error": {"message": "no", **error}}, status=status, headers=headers)

"""The local model: the client's side of the machine's one model server."""

import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from integrations.processes.on_demand import Client
from integrations.text.chat import Answer, ChatModel, as_turns, closed_schema, held_to
from integrations.text.server_on_demand import Wanted, startable
from magicai.errors import Invalid, Temporary
from magicai.ports import Message, OnText, Usage

if TYPE_CHECKING:
    import httpx

_ANSWER_S = 900.0
_PATH = "/v1/chat/completions"


def installed() -> bool:
    """Whether the runtime is here; looking does not load it."""
    return find_spec("xllamacpp") is not None


class XllamacppText(ChatModel):
    """A model file in the shared server, which is started by the first call that needs it.

    Args:
        owner: whose calls these are: the server's users take turns.
    """

    def __init__(
        self, name: str, want: Wanted, *, owner: str = "", on_start: Callable[[], None] = lambda: None
    ) -> None:
        super().__init__(name)
        self.identity = f"{name} {want.sha256 or want.model}"
        self._owner = owner
        self._server = Client(startable(want), answer_s=_ANSWER_S, on_start=on_start)

    async def ask(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float,
        shape: type[BaseModel] | None,
        on_text: OnText | None,
    ) -> Answer:
        """One exchange, when its turn has come.

        Raises:
            Missing: the runtime is not installed, or does not run on this processor.
            Temporary: the server crashed, is busy, or can't start now; the next call starts another.
            Invalid: the conversation is longer than the model's context.
        """
        body: dict[str, Any] = {
            "messages": as_turns(messages),
            "max_tokens": max_tokens,
            "temperature": temperature,
            "owner": self._owner,
        }
        if shape is not None:
            body["response_format"] = held_to(shape, closed_schema(shape))
        if on_text is None:
            got = _read(await self._server.post(_PATH, body), self.name)
        else:
            got = await self._streamed({**body, "stream": True}, on_text)
        choice, usage = got["choices"][0], got["usage"]
        used = Usage(usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0))
        return Answer(choice["message"]["content"], used, cut=choice["finish_reason"] == "length")

    async def _streamed(self, body: dict[str, Any], on_text: OnText) -> dict[str, Any]:
        last: dict[str, Any] = {}

        def hear(line: str) -> None:
            told = json.loads(line)
            if "piece" in told:
                on_text(told["piece"])
            else:
                last.update(told)

        answer = await self._server.post(_PATH, body, on_line=hear)
        if not answer.is_success:
            return _read(answer, self.name)
        if "choices" not in last:
            why = last.get("error", {}).get("message", "its answer was cut")
            raise Temporary("model_answer_truncated", name=self.name, reason=why)
        return last

    async def close(self) -> None:
        """Let go of the connection; the server stays for others, and ends when idle."""
        await self._server.close()


def _read(answer: "httpx.Response", name: str) -> dict[str, Any]:
    if answer.is_success:
        return answer.json()
    try:
        why = str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        why = answer.text[:200]
    if answer.status_code == HTTPStatus.BAD_REQUEST:
        raise Invalid("model_input_invalid", name=name, reason=why)
    wait = answer.headers.get("Retry-After", "")
    raise Temporary(
        "model_server_error_status",
        retry_after_s=float(wait) if wait.isdecimal() else None,
        name=name,
        status=answer.status_code,
        reason=why,
    )

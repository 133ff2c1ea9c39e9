"""The local model: the client's side of the machine's one model server."""

from collections.abc import Callable, Sequence
from http import HTTPStatus
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from integrations.text.chat import Answer, ChatModel, as_turns, closed_schema, held_to
from integrations.text.ondemand import Running, Wanted, ensure
from magicai.errors import Invalid, Temporary
from magicai.ports import Message, Usage

if TYPE_CHECKING:
    import httpx

_ANSWER_S = 900.0


def installed() -> bool:
    """Whether the runtime is here; looking does not load it."""
    return find_spec("xllamacpp") is not None


class XllamacppText(ChatModel):
    """A model file in the shared server, which is started by the first call that needs it."""

    def __init__(self, name: str, want: Wanted, *, on_start: Callable[[], None] = lambda: None) -> None:
        super().__init__(name)
        self._want = want
        self._on_start = on_start
        self._running: Running | None = None
        self._client: httpx.AsyncClient | None = None

    async def ask(
        self, messages: Sequence[Message], *, max_tokens: int, temperature: float, shape: type[BaseModel] | None
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
        }
        if shape is not None:
            body["response_format"] = held_to(shape, closed_schema(shape))
        answer = await self._post(body)
        choice, usage = answer["choices"][0], answer["usage"]
        used = Usage(usage.get("prompt_tokens", 0), usage.get("completion_tokens", 0))
        return Answer(choice["message"]["content"], used, cut=choice["finish_reason"] == "length")

    async def close(self) -> None:
        """Let go of the connection; the server stays for others, and ends when idle."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def _post(self, body: dict[str, Any]) -> dict[str, Any]:
        import httpx

        if self._client is None:
            self._client = httpx.AsyncClient(trust_env=False, timeout=httpx.Timeout(_ANSWER_S, connect=10))
        while True:
            known = self._running
            server = known or await ensure(self._want, on_start=self._on_start)
            try:
                answer = await self._client.post(
                    f"{server.url}/v1/chat/completions", json=body, headers={"Authorization": f"Bearer {server.key}"}
                )
            except httpx.ConnectError as exc:
                self._running = None
                if known is not None:  # it has ended since the last call, for lack of work
                    continue
                raise Temporary(f"The model server at {server.url} does not answer: {exc}") from exc
            except httpx.HTTPError as exc:
                self._running = None
                raise Temporary(f"The model server broke off: {exc or type(exc).__name__}") from exc
            if answer.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):  # another one has that port now
                self._running = None
                if known is not None:
                    continue
            else:
                self._running = server
            return _read(answer, self.name)


def _read(answer: "httpx.Response", name: str) -> dict[str, Any]:
    if answer.is_success:
        return answer.json()
    try:
        why = str(answer.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        why = answer.text[:200]
    if answer.status_code == HTTPStatus.BAD_REQUEST:
        raise Invalid(f"{name} can't take this: {why}", way_out="Ask with less text.")
    wait = answer.headers.get("Retry-After", "")
    raise Temporary(
        f"{name} answered {answer.status_code}: {why}", retry_after_s=float(wait) if wait.isdecimal() else None
    )

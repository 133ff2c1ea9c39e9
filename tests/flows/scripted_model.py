"""A server on loopback that speaks OpenAI's chat completions, and answers about reports as a test wants."""

import json
import re
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

WRITER, JUDGE = "writer", "judge"
# US dollars per million tokens of prompt and completion.
PRICES = {WRITER: (3, 9), JUDGE: (1, 5)}
_FINDING = re.compile(r"^finding (\d+)[^:]*: (.+)$", re.MULTILINE)
ADVICE = {"en": "Look at these products first.", "zh": "请先查看这些商品。"}


@dataclass
class ScriptedModel:
    """Two models on one server.

    Attributes:
        moods: how the writer answers, in order; the last one stays. `good` copies findings and advises, `inventing`
            raises the first number of each by one; also `cut`, `refusing`, `empty`, `chatty`, `busy` (503).
        nonsense: whether the judge answers what is no judgement; else it calls everything supported.
        language: of its advice.
        on_fields: what it answers where it is asked for fields of a page.
        asked: models, in the order in which they were asked.
        bill: US dollars.
    """

    moods: list[str] = field(default_factory=lambda: ["good"])
    nonsense: bool = False
    language: str = "en"
    on_fields: Callable[[str], dict[str, Any]] | None = None
    asked: list[str] = field(default_factory=list[str])
    bill: float = 0.0
    url: str = ""

    def completion(self, body: dict[str, Any]) -> dict[str, Any] | None:
        """The answer; None where the server is busy."""
        prompt = "\n".join(str(message["content"]) for message in body["messages"])
        model = str(body["model"])
        self.asked.append(model)
        mood = self.moods.pop(0) if len(self.moods) > 1 else self.moods[0]
        if model == WRITER and mood == "busy":
            return None
        said = self._judged(prompt) if model == JUDGE else self._written(prompt, mood)
        if self.on_fields is not None and "FIELDS\n" in prompt:
            said = json.dumps(self.on_fields(prompt))
        tokens = {"prompt_tokens": len(prompt) // 4, "completion_tokens": len(said) // 4}
        price = PRICES[model]
        self.bill += (tokens["prompt_tokens"] * price[0] + tokens["completion_tokens"] * price[1]) / 1e6
        return {
            "id": "1", "object": "chat.completion", "created": 1, "model": model,
            "choices": [{
                "index": 0, "finish_reason": "length" if model == WRITER and mood == "cut" else "stop",
                "message": {"role": "assistant", "content": said},
            }],
            "usage": {**tokens, "total_tokens": sum(tokens.values())},
        }  # fmt: skip

    def _written(self, prompt: str, mood: str) -> str:
        match mood:
            case "refusing":
                return "I'm sorry, but I can't help with that."
            case "empty":
                return ""
            case "chatty":
                return "Sure! Here is a summary. Let me know if you'd like changes!"
            case _:
                said = json.dumps({"sentences": list(self._sentences(prompt, mood))}, ensure_ascii=False)
                return said[: len(said) // 2] if mood == "cut" else said

    def _sentences(self, prompt: str, mood: str) -> Iterator[dict[str, Any]]:
        for number, text in _FINDING.findall(prompt)[:3]:
            other = re.sub(r"\d+", lambda found: str(int(found[0]) + 1), text, count=1) if mood == "inventing" else text
            yield {"text": other, "findings": [int(number)]}
        yield {"text": ADVICE[self.language], "findings": [1, 2]}

    def _judged(self, prompt: str) -> str:
        if self.nonsense:
            return "All of it is wonderful."
        asked, record = prompt.split("TEXT\n")[1].split("\n\nRECORD\n", maxsplit=1)
        lines = {line.partition(": ")[2].partition(": ")[2]: n for n, line in enumerate(record.splitlines()[1:-1], 1)}
        statements: list[dict[str, str | int]] = []
        for numbered in asked.splitlines()[1:-1]:
            text = numbered.partition(": ")[2]
            line = lines.get(text, 0)
            statements.append({"span": text, "verdict": "supported" if line else "opinion", "line": line})
        return json.dumps({"statements": statements}, ensure_ascii=False)


@contextmanager
def scripted_model(port: int = 0) -> Generator[ScriptedModel]:
    """The server; any free port where none is named."""
    made = ScriptedModel()

    class Handler(BaseHTTPRequestHandler):
        """Answers completions."""

        def do_POST(self) -> None:
            """A completion, or that it is busy."""
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = made.completion(body)
            sent = json.dumps(answer or {"error": {"message": "overloaded", "type": "server_error"}}).encode()
            self.send_response(503 if answer is None else 200)
            if answer is None:
                self.send_header("Retry-After", "0")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's names
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        made.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()

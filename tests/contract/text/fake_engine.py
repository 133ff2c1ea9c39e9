"""An engine for the model server that loads in no time; what it does, its model file and its prompts say."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from magicai.errors import Missing, Permanent, Temporary
from magicai.ports import Message
from tests.contract.text.fakes import toy

FAILURES = {"missing": Missing, "permanent": Permanent, "temporary": Temporary}


def load(model: Path, template: str) -> "FakeEngine":
    kind = model.read_text().strip()
    if kind in FAILURES:
        raise FAILURES[kind]("as the file says", way_out="Another file.")
    if kind == "illegal instruction":
        os.kill(os.getpid(), signal.SIGILL)
    if kind == "slow":
        model.with_name("loading").touch()
        while not model.with_name("loaded").exists():
            time.sleep(0.01)
    return FakeEngine(model.parent, template)


class FakeEngine:
    def __init__(self, folder: Path, template: str) -> None:
        self._folder = folder
        self._template = template

    def chat(self, body: dict[str, Any], stopped: Callable[[], bool], hear: Callable[[str], None]) -> dict[str, Any]:
        asked = body["messages"][-1]["content"]
        with (self._folder / "calls").open("a") as calls:
            calls.write(asked + "\n")
        if asked.startswith("speak, then "):
            hear("You")
            asked = asked.removeprefix("speak, then ")
        if asked.startswith("wait for "):
            self._wait(asked.removeprefix("wait for "), stopped)
        if asked == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if asked == "too long":
            return {"error": {"type": "exceed_context_size_error", "message": "9009 tokens are too many"}}
        if asked == "fail":
            return {"error": {"type": "server_error", "message": "the engine is ill"}}
        messages = [Message(m["role"], m["content"]) for m in body["messages"]]
        words = toy(messages).split(" ")
        kept = words[: body["max_tokens"]]
        for place, word in enumerate(kept):
            if place or not body["messages"][-1]["content"].startswith("speak"):
                hear(word if place == 0 else f" {word}")
        return {
            "choices": [
                {
                    "message": {"role": "assistant", "content": " ".join(kept)},
                    "finish_reason": "length" if len(kept) < len(words) else "stop",
                }
            ],
            "usage": {"prompt_tokens": len(str(messages).split()), "completion_tokens": len(kept)},
        }

    def _wait(self, name: str, stopped: Callable[[], bool]) -> None:
        while not (self._folder / name).exists():
            if stopped():
                (self._folder / f"{name}.stopped").touch()
                return
            time.sleep(0.01)

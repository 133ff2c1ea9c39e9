"""Functions and programs that only seem to do something."""

import subprocess
from collections.abc import Callable

import pytest


def always(value: object) -> Callable[..., object]:
    """Stand in for a function: whatever it is called with, it gives this."""

    def answer(*_: object, **__: object) -> object:
        return value

    return answer


def answers(monkeypatch: pytest.MonkeyPatch, says: Callable[[list[str]], str]) -> None:
    """Have each program that is run print what SAYS makes of its words; where that is nothing, it fails."""

    def run(words: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        said = says(words)
        return subprocess.CompletedProcess(words, 0 if said else 1, stdout=said, stderr="")

    monkeypatch.setattr(subprocess, "run", run)

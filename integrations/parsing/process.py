"""Reads each document in a process of its own, with limits on its size, time and memory."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from integrations.parsing import child, limits
from integrations.parsing.forked import CAN_FORK, ForkServer, environment
from magicai.errors import Invalid, MagicError, error_of
from magicai.knowledge.parsed import Parsed
from magicai.messages import say

_AT_ONCE = 2


class ProcessParser:
    """Documents by `integrations.parsing.child`; what a document does to its reader ends with that process.

    Args:
        limit_s: for a document, by the clock.
        forks: whether processes are forked, with the readers imported; where that can't be, each starts anew.
    """

    def __init__(self, *, limit_s: float = limits.LIMIT_S, forks: bool = CAN_FORK) -> None:
        self._limit_s = limit_s
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._server = ForkServer() if forks else None

    async def parse(self, name: str, body: bytes) -> Parsed:
        """What a document says, in its order."""
        if len(body) > limits.MOST_BYTES:
            raise Invalid(
                "document_too_large",
                name=name,
                count=f"{len(body) / 1e6:.0f}",
                limit=f"{limits.MOST_BYTES / 1e6:.0f}",
            )
        sent = json.dumps({"name": name, "size": len(body)}).encode() + b"\n" + body
        async with self._places:
            try:
                async with asyncio.timeout(self._limit_s):
                    answer, status = await (self._server.answer(name, sent) if self._server else _started(sent))
            except TimeoutError as exc:
                raise Invalid("document_reading_timed_out", name=name, limit_s=f"{self._limit_s:g}") from exc
        return await asyncio.to_thread(_said, name, status, answer)

    async def close(self) -> None:
        """End what was kept for the next documents."""
        if self._server is not None:
            self._server.close()


async def _started(sent: bytes) -> tuple[bytes, int | None]:
    """What a process that begins anew answers, and its status."""
    async with _process() as process:
        answer, _ = await process.communicate(sent)
    return answer, process.returncode


@asynccontextmanager
async def started() -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """What a process that begins anew says, and what it reads; it is killed on the way out, if it lives."""
    async with _process() as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process.stdout, process.stdin


@asynccontextmanager
async def _process() -> AsyncGenerator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", child.__name__),
        env=environment(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _said(name: str, status: int | None, answer: bytes) -> Parsed:
    try:
        answered: dict[str, Any] = json.loads(answer) if answer and not status else {}
    except ValueError:
        answered = {}
    if "parsed" in answered:
        return Parsed.of(answered["parsed"])
    raise failure_of(name, answered or {"fault": f"the process that read it ended with status {status}"})


def failure_of(name: str, answered: Mapping[str, Any]) -> MagicError:
    """Why a file was not read, as its child said it: `error`, or `fault`."""
    if error := error_of(answered.get("error")):
        return error
    why = answered["fault"]
    if why == "memory":
        why = say("memory_exceeded", limit=f"{limits.MEMORY_BYTES / 1e6:.0f} MB")
    return Invalid("path_not_readable", way_out="save_again_or_split", path=name, reason=why)

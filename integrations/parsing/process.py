"""Reads each document in a process of its own, with limits on its size, time and memory."""

import asyncio
import json
import sys
from typing import Any

from integrations.parsing import child, limits
from magicai import errors
from magicai.errors import Invalid, MagicError
from magicai.knowledge.parsed import Parsed

_AT_ONCE = 2


class ProcessParser:
    """Documents by `integrations.parsing.child`; what a document does to its reader ends with that process.

    Args:
        limit_s: for a document, by the clock.
    """

    def __init__(self, *, limit_s: float = limits.LIMIT_S) -> None:
        self._limit_s = limit_s
        self._places = asyncio.Semaphore(_AT_ONCE)

    async def parse(self, name: str, body: bytes) -> Parsed:
        """What a document says, in its order."""
        if len(body) > limits.MOST_BYTES:
            raise Invalid(
                f"{name} has {len(body) / 1e6:.0f} MB; the maximum is {limits.MOST_BYTES / 1e6:.0f} MB.",
                way_out="Split it into parts.",
            )
        async with self._places:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", child.__name__, name),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                answer, _ = await asyncio.wait_for(process.communicate(body), self._limit_s)
            except TimeoutError as exc:
                raise Invalid(
                    f"{name} was not read within {self._limit_s:g} s.", way_out="Split it into parts."
                ) from exc
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
        return _said(name, process.returncode, answer)


def _said(name: str, status: int | None, answer: bytes) -> Parsed:
    answered: dict[str, Any] = json.loads(answer) if answer else {}
    if "parsed" in answered:
        return Parsed.of(answered["parsed"])
    if error := answered.get("error"):
        kind: type[MagicError] = getattr(errors, error["kind"])
        what: str = error["what"]
        raise kind(what if name in what else f"{name}: {what}", way_out=error["way_out"])
    why = answered.get("fault") or f"the process that read it ended with status {status}"
    if why == "memory":
        why = f"it takes more than {limits.MEMORY_BYTES / 1e6:.0f} MB of memory"
    raise Invalid(f"{name} can't be read: {why}.", way_out="Save it again, or split it into parts.")

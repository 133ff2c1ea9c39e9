"""Reads files of any length in a process of their own, and gives what they say a part at a time."""

import asyncio
import json
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing, suppress
from typing import Any, BinaryIO

from integrations.parsing import limits
from integrations.parsing.forked import CAN_FORK, ForkServer
from integrations.parsing.process import failure_of, started
from magicai.errors import Invalid, Temporary
from magicai.ports import FileKind

_AT_ONCE = 2
_PIECE = 1 << 18


class ProcessReader:
    """Files by `integrations.parsing.child`; whoever no longer takes what they say ends their processes.

    Args:
        forks: whether processes are forked, with the readers imported; where that can't be, each starts anew.
    """

    def __init__(self, *, forks: bool = CAN_FORK) -> None:
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._server = ForkServer() if forks else None

    async def read(
        self, kind: FileKind, file: BinaryIO, called: str, options: Mapping[str, Any]
    ) -> AsyncGenerator[bytes]:
        """What a file says, in parts, each a list as JSON."""
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        asked = json.dumps({"kind": kind, "name": called, "size": size, "options": options}).encode() + b"\n"
        async with self._places, self._child(kind) as (reader, writer):
            # A child that was killed has not read it all.
            with suppress(ConnectionError):
                writer.write(asked)
                while piece := file.read(_PIECE):
                    writer.write(piece)
                    await writer.drain()
            async with aclosing(_lines(reader, called)) as lines:
                async for line in lines:
                    if not line.startswith(b"{"):
                        yield line
                        continue
                    if ended := json.loads(line):
                        raise failure_of(called, ended)
                    return
        raise failure_of(called, {"fault": "the process that read it has ended"})

    def _child(self, kind: str) -> AbstractAsyncContextManager[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        return self._server.child(kind) if self._server else started()

    async def close(self) -> None:
        """End what was kept for the next files."""
        if self._server is not None:
            self._server.close()


async def _lines(reader: asyncio.StreamReader, called: str) -> AsyncGenerator[bytes]:
    """What a child says, a line at a time; what stands behind the last line is its status."""
    rest, is_silent = bytearray(), True
    with suppress(ConnectionError):
        while piece := await reader.read(_PIECE):
            is_silent = False
            begin, rest = len(rest), rest + piece
            if rest.find(b"\n", begin) >= 0:
                *lines, last = bytes(rest).split(b"\n")
                rest = bytearray(last)
                for line in lines:
                    yield line
            elif len(rest) > limits.MOST_ANSWERED:
                raise Invalid("document_output_too_large", name=called)
    if is_silent:
        raise Temporary("document_reader_ended", name=called)

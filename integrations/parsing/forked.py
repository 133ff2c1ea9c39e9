"""Documents by the fork server: a few milliseconds each, where a process of Python's own takes a tenth of a second."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from pathlib import PurePath

from integrations.parsing import fork_server, limits
from integrations.processes import detached
from magicai.errors import Invalid, Temporary

# What a process of Python needs to begin. Keys and passwords are none of a document's business.
_INHERITED = (
    *("PATH", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ"),
    *("TMPDIR", "TEMP", "TMP", "SYSTEMROOT"),
)
_PART = 1 << 18
CAN_FORK = hasattr(os, "fork") and hasattr(socket, "send_fds")


def environment() -> dict[str, str]:
    """What a process that reads documents has of this one's environment."""
    # openpyxl imports numpy, which would start a thread for each core: forks have none of them, but their memory.
    return {name: os.environ[name] for name in _INHERITED if name in os.environ} | {"OPENBLAS_NUM_THREADS": "1"}


class ForkServer:
    """The server of one process, started with the first document; one that died is started again."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._requests: socket.socket | None = None

    async def answer(self, name: str, sent: bytes) -> tuple[bytes, int]:
        """What a child of its own answers to a document, and with which status it ended.

        Whoever is cancelled meanwhile leaves no child behind.

        Args:
            name: of the document.
            sent: what the child reads.

        Raises:
            Invalid: the answer is longer than any document's may be.
            Temporary: there was no process or memory for it.
        """
        async with self.child(PurePath(name).suffix) as (reader, writer):
            return await _exchanged(name, sent, reader, writer)

    @asynccontextmanager
    async def child(self, suffix: str) -> AsyncGenerator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
        """What a child of its own says, and what it reads; it is killed on the way out, if it lives.

        Args:
            suffix: of a document, or the kind of another file.

        Raises:
            Temporary: there was no process or memory for it.
        """
        mine, its = socket.socketpair()
        with mine:
            with its:
                self._ask(suffix, its)
            reader, writer = await asyncio.open_connection(sock=mine)
            try:
                yield reader, writer
            finally:
                # Not `close`, which would wait until the child has read what was written.
                writer.transport.abort()
                with suppress(OSError):
                    await writer.wait_closed()

    def _ask(self, suffix: str, document: socket.socket) -> None:
        asked = fork_server.REQUEST.pack(suffix.lower().removeprefix(".").encode(errors="replace")[:8])
        for _ in range(2):
            if self._requests is None:
                self._start()
            assert self._requests is not None
            try:
                socket.send_fds(self._requests, [asked], [document.fileno()])
            except OSError:  # it died since the last document
                self.close()
            else:
                return
        raise Temporary("document_reader_not_started")

    def _start(self) -> None:
        self._requests, its = socket.socketpair()
        with its:
            self._process = subprocess.Popen(  # noqa: S603 - our own words
                [sys.executable, "-P", "-m", fork_server.__name__, str(its.fileno())],
                env=environment(),
                pass_fds=[its.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        detached.outlives(self._process)

    def close(self) -> None:
        """End it, and with it what still reads."""
        if self._requests is not None:
            self._requests.close()
            self._requests = None
        # It ends by itself; whoever waits for it would wait for what it imports at the moment.
        detached.reap()


async def _exchanged(
    name: str, sent: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> tuple[bytes, int]:
    said = bytearray()
    # A child that was killed has not read it all, which is an error here; what it said, and its status, may be there.
    with suppress(ConnectionError):
        writer.write(sent)
        await writer.drain()
    with suppress(ConnectionError):
        while part := await reader.read(_PART):
            said += part
            if len(said) > limits.MOST_ANSWERED:
                raise Invalid("document_output_too_large", name=name)
    if len(said) < fork_server.STATUS.size:
        raise Temporary("document_reader_ended", name=name)
    (status,) = fork_server.STATUS.unpack(said[-fork_server.STATUS.size :])
    del said[-fork_server.STATUS.size :]
    return bytes(said), status

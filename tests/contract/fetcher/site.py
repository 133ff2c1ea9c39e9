"""A site of raw answers."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

Answer = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Site:
    """What a server answers by path, and what it was asked.

    Attributes:
        asked: path and headers of each request, names in lower case.
    """

    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list[tuple[str, dict[str, str]]])

    def answer(self, path: str, body: bytes | str = b"", status: str = "200 OK", **headers: str) -> None:
        """Answer a path; header names are given with underscores, and left out where empty."""
        self.answers[path] = _whole(body, status, headers)

    @property
    def url(self) -> str:
        """Its front page."""
        return f"http://127.0.0.1:{self.port}/"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's requests."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.strip().split("\r\n")
                path = first.split(" ")[1]
                pairs = (line.partition(": ") for line in lines)
                self.asked.append((path, {name.lower(): value for name, _, value in pairs}))
                given = self.answers.get(path, _whole("no such page", "404 Not Found", {}))
                if isinstance(given, bytes):
                    writer.write(given)
                    await writer.drain()
                    if "connection: close" in head.lower():
                        break
                else:
                    await given(writer)
                    break
        writer.close()


def _whole(body: bytes | str, status: str, headers: dict[str, str]) -> bytes:
    raw = body.encode() if isinstance(body, str) else body
    named = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(raw))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in named.items() if value)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + raw

"""The process that reads one file: a line of JSON (its name and size) and its bytes on standard input.

Of a document, it writes `parsed`, `error` (one of magicai.errors) or `fault` to standard output, as JSON. Of a file
whose `kind` is named, it writes a list a line, as they are found; then an object, which is empty or has `error` or
`fault`.

It has limits on memory and processor time, opens no connection, and ends when it has read. It is forked by
integrations/parsing/fork_server.py; where processes can't be forked, it is `python -m integrations.parsing.child`.
"""

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO, cast

from integrations.parsing import limits
from magicai.errors import MagicError

# What reads a kind of file in parts.
STREAMED = {
    "list": "magicai.catalogue.intake.lists",
    "preview": "magicai.catalogue.intake.previewing",
    "feed": "magicai.shops.extraction.feed_parts",
}
_IN_MEMORY = 10_000_000
_PIECE = 1 << 18
_REFUSED = frozenset(
    {
        *("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "socket.sendmsg"),
        *("subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"),
        *("os.kill", "os.killpg"),
    }
)


def main() -> None:
    """Read one file."""
    # The readers' own words belong to nobody.
    answer_to, sys.stdout = sys.stdout.buffer, sys.stderr
    asked = json.loads(sys.stdin.buffer.readline())
    kind = asked.get("kind")
    _confine(limits.PROCESSOR_OF_LIST_S if kind in ("list", "preview") else limits.PROCESSOR_S)
    if kind:
        for line in _streamed(asked, sys.stdin.buffer):
            answer_to.write(line + b"\n")
            answer_to.flush()
        return
    body = sys.stdin.buffer.read(min(asked["size"], limits.MOST_BYTES))
    answer_to.write(json.dumps(answered(asked["name"], body)).encode())
    answer_to.flush()


def answered(name: str, body: bytes) -> Mapping[str, Any]:
    """What is said of a document."""
    from integrations.parsing.formats import parse

    try:
        return {"parsed": parse(name, body).as_json()}
    except Exception as exc:  # noqa: BLE001 - a reader may raise anything on what somebody made to harm it
        return _failed(exc)


def _streamed(asked: Mapping[str, Any], source: BinaryIO) -> Iterator[bytes]:
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as kept:
        left: int = asked["size"]
        while left and (piece := source.read(min(_PIECE, left))):
            left -= kept.write(piece)
        kept.seek(0)
        try:
            yield from parts(asked["kind"], cast("BinaryIO", kept), asked["name"], asked["options"])
        except Exception as exc:  # noqa: BLE001 - as above
            yield json.dumps(_failed(exc)).encode()
        else:
            yield b"{}"


def parts(kind: str, file: BinaryIO, name: str, options: Mapping[str, Any]) -> Iterator[bytes]:
    """What a file of a kind says, in parts."""
    return import_module(STREAMED[kind]).parts(file, name, **options)


def _failed(exc: Exception) -> Mapping[str, Any]:
    if isinstance(exc, MagicError):
        return {"error": exc.as_json()}
    if isinstance(exc, MemoryError | RecursionError):
        return {"fault": "memory"}
    return {"fault": f"{type(exc).__name__}: {exc!s:.200}"}


def _confine(processor_s: int) -> None:
    """No more memory and time than it may have, and no network: a document is not what decides about those."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limits; the time on the clock holds there
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (processor_s, processor_s))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def refuse(event: str, _arguments: object) -> None:
        if event in _REFUSED:
            raise PermissionError(f"{event} is not allowed here")

    sys.addaudithook(refuse)


if __name__ == "__main__":
    main()
    os._exit(0)

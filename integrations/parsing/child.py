"""The process that reads one document: a line of JSON (its name and size) and its bytes on standard input.

It writes `parsed`, `error` (one of magicai.errors) or `fault` to standard output, as JSON. It has limits on memory and
processor time, opens no connection, and ends when it has read. It is forked by integrations/parsing/fork_server.py;
where processes can't be forked, it is `python -m integrations.parsing.child`.
"""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from integrations.parsing import limits
from magicai.errors import MagicError

_REFUSED = frozenset(
    {
        *("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.sendto", "socket.sendmsg"),
        *("subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.spawn", "os.system"),
        *("os.kill", "os.killpg"),
    }
)


def main() -> None:
    """Read one document."""
    # The readers' own words belong to nobody.
    answer_to, sys.stdout = sys.stdout.buffer, sys.stderr
    _confine()
    asked = json.loads(sys.stdin.buffer.readline())
    body = sys.stdin.buffer.read(min(asked["size"], limits.MOST_BYTES))
    answer_to.write(json.dumps(answered(asked["name"], body)).encode())
    answer_to.flush()


def answered(name: str, body: bytes) -> Mapping[str, Any]:
    """What is said of a document."""
    from integrations.parsing.formats import parse

    try:
        return {"parsed": parse(name, body).as_json()}
    except MagicError as exc:
        return {"error": {"kind": type(exc).__name__, "what": exc.what, "way_out": exc.way_out}}
    except (MemoryError, RecursionError):
        return {"fault": "memory"}
    except Exception as exc:  # noqa: BLE001 - a reader may raise anything on what somebody made to harm it
        return {"fault": f"{type(exc).__name__}: {exc!s:.200}"}


def _confine() -> None:
    """No more memory and time than it may have, and no network: a document is not what decides about those."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limits; the time on the clock holds there
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.PROCESSOR_S, limits.PROCESSOR_S))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def refuse(event: str, _arguments: object) -> None:
        if event in _REFUSED:
            raise PermissionError(f"{event} is not allowed here")

    sys.addaudithook(refuse)


if __name__ == "__main__":
    main()
    os._exit(0)

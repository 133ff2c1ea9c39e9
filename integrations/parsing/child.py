"""The process that reads one document: `python -m integrations.parsing.child NAME`, the document on standard input.

It writes `parsed`, `error` (one of magicai.errors) or `fault` to standard output, as JSON. It has limits on memory and
processor time, opens no connection, and ends when it has read.
"""

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from integrations.parsing import limits
from magicai.errors import MagicError


def main() -> None:
    """Read one document."""
    # The readers' own words belong to nobody.
    answer_to, sys.stdout = sys.stdout.buffer, sys.stderr
    _confine()
    body = sys.stdin.buffer.read(limits.MOST_BYTES + 1)
    answer_to.write(json.dumps(answered(sys.argv[1], body)).encode())
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
        if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.fork"):
            raise PermissionError(f"{event} is not allowed here")

    sys.addaudithook(refuse)


if __name__ == "__main__":
    main()
    os._exit(0)

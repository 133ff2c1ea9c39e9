"""A process that reads images, one after another: `python -m integrations.images.child`.

On standard input, for each image a line of JSON (its size, widths, formats) and its bytes; on standard output, a line
of JSON (`image`, or `error` with one of magicai.errors), what it looks like, and the renditions' bytes in their order.
"""

import json
import os
import sys
from contextlib import suppress
from typing import Any, BinaryIO

from integrations.images import limits
from magicai.errors import MagicError, Refused


def main() -> None:
    """Read images until nobody sends more."""
    answer_to, sys.stdout = sys.stdout.buffer, sys.stderr
    _confine()
    from integrations.images.vips import load

    with suppress(MagicError):
        load()
    while line := sys.stdin.buffer.readline():
        asked = json.loads(line)
        said, bodies = answered(sys.stdin.buffer.read(asked["size"]), asked)
        _write(answer_to, said, bodies)


def answered(body: bytes, asked: dict[str, Any]) -> tuple[dict[str, Any], list[bytes]]:
    """What is said of an image."""
    from integrations.images.vips import process

    try:
        image = process(body, asked["widths"], asked["formats"])
    except MagicError as exc:
        return {"error": exc.as_json()}, []
    except (MemoryError, Exception) as exc:  # noqa: BLE001 - a decoder may raise anything on what was made to harm it
        return {"error": Refused("image_not_readable", reason=type(exc).__name__).as_json()}, []
    parts = [
        {"format": rendition.format, "width": rendition.width, "height": rendition.height, "size": len(rendition.body)}
        for rendition in image.renditions
    ]
    said = {
        "width": image.width, "height": image.height, "format": image.format,
        "looks": len(image.looks), "renditions": parts,
    }  # fmt: skip
    return {"image": said}, [image.looks, *(rendition.body for rendition in image.renditions)]


def _write(answer_to: BinaryIO, said: dict[str, Any], bodies: list[bytes]) -> None:
    answer_to.write(json.dumps(said).encode() + b"\n")
    answer_to.writelines(bodies)
    answer_to.flush()


def _confine() -> None:
    """No more memory than it may have, and no network."""
    with suppress(ImportError, ValueError, OSError):  # Windows has no such limits
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limits.MEMORY_BYTES, limits.MEMORY_BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    def refuse(event: str, _arguments: object) -> None:
        if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.exec", "os.fork"):
            raise PermissionError(f"{event} is not allowed here")

    sys.addaudithook(refuse)


if __name__ == "__main__":
    main()
    os._exit(0)

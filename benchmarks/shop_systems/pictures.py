"""Product pictures: one colour per product, so that a shop looks like one in a browser."""

import struct
import zlib
from functools import cache

_SIDE = 24


@cache
def png(seed: int) -> bytes:
    """A small square PNG with a darker frame, its colour chosen by the seed."""
    red, green, blue = ((seed * step) % 128 + 96 for step in (37, 73, 151))
    inner, frame = bytes((red, green, blue)), bytes((red // 2, green // 2, blue // 2))
    rows = b"".join(
        b"\0" + b"".join(frame if min(x, y, _SIDE - 1 - x, _SIDE - 1 - y) < 1 else inner for x in range(_SIDE))
        for y in range(_SIDE)
    )
    header = struct.pack(">2I5B", _SIDE, _SIDE, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

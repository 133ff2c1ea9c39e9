"""Small images of each format that platforms take: 8 by 8, one red."""

import base64
import struct
import zlib

WEBP = base64.b64decode("UklGRjgAAABXRUJQVlA4ICwAAACQAQCdASoIAAgAAgA0JaACdLoAA5gA/vBsr/c1FbFvQ/9pZ/9Sz/6ln+KgAA==")
GIF = base64.b64decode("R0lGODlhCAAIAIAAAExpccgeHiH/C05FVFNDQVBFMi4wAwEAAAAh+QQFAAAAACwAAAAACAAIAAACB4yPqcvtXQAAOw==")
# A baseline JPEG of one component.
JPEG = base64.b64decode(
    "/9j/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkSEw8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/wAAL"
    "CAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAB//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AO3//2Q=="
)


def png(*between: bytes) -> bytes:
    """A PNG, with chunks in front of its end."""
    rows = zlib.compress((b"\0" + b"\xc8\x1e\x1e" * 8) * 8)
    chunks = (chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)), chunk(b"IDAT", rows))
    return b"\x89PNG\r\n\x1a\n" + b"".join((*chunks, *between, chunk(b"IEND", b"")))


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

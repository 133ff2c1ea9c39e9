"""Compressed files: office documents and workbooks, which are zips, and gzip; none becomes larger than it may."""

import zipfile
import zlib
from typing import BinaryIO

from magicai.errors import Invalid

GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_MOST_PARTS = 20_000
_MOST_RATIO = 200
# Below this, a high ratio does no harm: empty sheets compress well.
_HARMLESS = 20_000_000


def parts_of_zip(file: BinaryIO, called: str, *, most: int) -> frozenset[str]:
    """The names of its parts; the file is left at its beginning.

    Args:
        most: bytes that it may have unpacked.

    Raises:
        Invalid: it is damaged, or unpacks to more than a document would.
    """
    size = file.seek(0, 2)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as exc:
        raise Invalid("file_damaged", called=called, exc=str(exc)[:100]) from exc
    finally:
        file.seek(0)
    unpacked = sum(part.file_size for part in parts)
    if unpacked > most or len(parts) > _MOST_PARTS or (unpacked > _HARMLESS and unpacked > _MOST_RATIO * size):
        why = f"{unpacked / 1e6:.0f} MB" if unpacked > _HARMLESS else f"{unpacked:,} bytes in {len(parts):,} parts"
        raise Invalid("zip_bomb_suspected", called=called, why=why)
    return frozenset(part.filename for part in parts)


def ungzipped(body: bytes, called: str, *, most: int) -> bytes:
    """What a gzip file holds.

    Raises:
        Invalid: it is damaged, or holds more than `most` bytes.
    """
    held = bytearray()
    while body.startswith(GZIP):  # files that were joined
        member = zlib.decompressobj(_GZIP_WINDOW)
        try:
            held += member.decompress(body, most + 1 - len(held))
        except zlib.error as exc:
            raise Invalid("file_damaged", way_out="compress_again", called=called, exc=str(exc)[:100]) from exc
        if len(held) > most:
            raise Invalid("unpacked_file_too_large", called=called, most=f"{most / 1e6:g}")
        if not member.eof:
            raise Invalid("file_truncated", called=called)
        body = member.unused_data
    return bytes(held)

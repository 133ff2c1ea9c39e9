"""Images that platforms take, known by their own bytes: whole, and nothing else behind their end."""

import re
import zlib
from collections.abc import Callable, Mapping

from magicai.errors import Invalid, Refused
from magicai.values.image_format import format_of

_PNG_HEAD, _PNG_AROUND = 8, 12  # bytes: a signature; of a chunk, its length, kind and checksum
_RIFF_HEAD = 12
# Between the segments of a JPEG: what is no data of a scan, where FF is written as FF 00 and restarts are FF D0 to D7.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SCAN, _END = 0xDA, 0xD9
_GIF_TRAILER, _GIF_EXTENSION, _GIF_IMAGE = 0x3B, 0x21, 0x2C


def media_type_of(body: bytes, name: str) -> str:
    """The media type of an image, whatever it is called.

    Args:
        name: what errors call it.

    Raises:
        Invalid: it is no JPEG, PNG, WebP or GIF, is cut off, or something else follows its end.
    """
    try:
        kind = format_of(body)
    except Refused as exc:
        raise Invalid("image_not_usable", name=name, reason=exc.message) from exc
    if kind not in _ENDS:
        raise Invalid("image_format_unsupported", name=name, format=kind.upper())
    try:
        end = _ENDS[kind](body)
    except (IndexError, ValueError) as exc:
        raise Invalid("image_damaged", name=name) from exc
    if end != len(body):
        raise Invalid("image_trailing_bytes", name=name, count=f"{len(body) - end:,}")
    return f"image/{kind}"


def _end_of_png(body: bytes) -> int:
    at, kinds = _PNG_HEAD, set[bytes]()
    while b"IEND" not in kinds:
        size = int.from_bytes(body[at : at + 4])
        kind, end = body[at + 4 : at + 8], at + _PNG_AROUND + size
        if end > len(body) or zlib.crc32(body[at + 4 : end - 4]) != int.from_bytes(body[end - 4 : end]):
            raise ValueError(kind)
        kinds.add(kind)
        at = end
    if not kinds >= {b"IHDR", b"IDAT"}:
        raise ValueError(kinds)
    return at


def _end_of_jpeg(body: bytes) -> int:
    at = 0
    # Telephones put a preview, or what a bright screen adds, behind an image as further images.
    while body.startswith(b"\xff\xd8\xff", at):
        at = _end_of_one_jpeg(body, at + 2)
    return at


def _end_of_one_jpeg(body: bytes, at: int) -> int:
    scans = 0
    while True:
        if body[at] != 0xFF:  # noqa: PLR2004 - what every marker begins with
            raise ValueError(at)
        marker = body[at + 1]
        if marker == 0xFF:  # noqa: PLR2004 - filled up
            at += 1
            continue
        if marker == _END and scans:
            return at + 2
        size = int.from_bytes(body[at + 2 : at + 4])
        if size < 2 or at + 2 + size > len(body):  # noqa: PLR2004 - it counts itself
            raise ValueError(at)
        at += 2 + size
        if marker == _SCAN:
            scans += 1
            following = _JPEG_MARKER.search(body, at)
            if following is None:
                raise ValueError(at)
            at = following.start()


def _end_of_gif(body: bytes) -> int:
    at, images = 13 + _colours(body[10]), 0
    while True:
        kind = body[at]
        if kind == _GIF_TRAILER and images:
            return at + 1
        if kind == _GIF_EXTENSION:
            at += 2
        elif kind == _GIF_IMAGE:
            at, images = at + 11 + _colours(body[at + 9]), images + 1
        else:
            raise ValueError(at)
        while size := body[at]:
            at += 1 + size
        at += 1


def _colours(flags: int) -> int:
    """Bytes of a GIF's table of colours."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _end_of_webp(body: bytes) -> int:
    end, at = 8 + int.from_bytes(body[4:8], "little"), _RIFF_HEAD
    if end > len(body):
        raise ValueError(end)
    while at < end:
        size = int.from_bytes(body[at + 4 : at + 8], "little")
        at += 8 + size + size % 2
    if at != end or end == _RIFF_HEAD:
        raise ValueError(at)
    return end


_ENDS: Mapping[str, Callable[[bytes], int]] = {
    "png": _end_of_png,
    "jpeg": _end_of_jpeg,
    "gif": _end_of_gif,
    "webp": _end_of_webp,
}

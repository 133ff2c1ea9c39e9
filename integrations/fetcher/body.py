"""A response's body, decompressed piece by piece under a cap."""

import zlib
from io import BytesIO
from typing import Any

from magicai.errors import Refused, Temporary, TooLarge

# Only codings whose output can be capped piece by piece are asked for.
ACCEPT_ENCODING = "gzip, deflate"
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
_MOST_MEMBERS = 100


class Body:
    """Gathers a body from its raw pieces.

    Args:
        url: for messages.
        coding: the Content-Encoding header.
        max_bytes: most that the body may have, compressed and decompressed.
        declared: the Content-Length header, where there is one.

    Raises:
        Refused: its declared length is larger than `max_bytes`, or its coding was not asked for.
    """

    def __init__(self, url: str, coding: str, max_bytes: int, declared: int | None = None) -> None:
        self._url = url
        self._max_bytes = max_bytes
        # Pieces of two bytes, kept one by one, would take forty times their size.
        self._kept = BytesIO()
        self._size = 0
        self._raw_size = 0
        self._members = 1
        self._first = b""
        self._coding = coding.strip().lower()
        if self._coding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise Refused("encoding_not_requested", url=url, coding=coding)
        self._packed = self._coding not in ("", "identity")
        self._inflater: Any = None  # zlib keeps the name of its type private
        if declared is not None and declared > max_bytes:
            raise self._too_large()

    def add(self, piece: bytes) -> None:
        """Take a raw piece.

        Raises:
            Refused: the body has grown larger than `max_bytes`, or has more than _MOST_MEMBERS gzip members.
            Temporary: it cannot be decompressed.
        """
        self._raw_size += len(piece)
        if self._raw_size > self._max_bytes:
            raise self._too_large()
        if self._packed and self._inflater is None and piece:
            piece = self._first + piece
            if self._coding == "deflate" and len(piece) == 1:
                self._first = piece  # the second byte tells how it is packed
                return
            self._begin(piece)
        if self._inflater is None:
            self._keep(piece)
            return
        while piece:
            piece = self._inflate(piece)

    def whole(self) -> bytes:
        """The body, once all pieces are there.

        Raises:
            Temporary: its end is missing.
        """
        if (self._inflater is None and self._first) or (self._inflater is not None and not self._inflater.eof):
            raise Temporary("compressed_answer_truncated", url=self._url)
        return self._kept.getvalue()

    def _begin(self, piece: bytes) -> None:
        if self._coding != "deflate":
            # Some servers say gzip and send plain bytes.
            self._inflater = zlib.decompressobj(_GZIP) if piece[:2] in (_GZIP_MAGIC, b"\x1f") else None
            self._packed = self._inflater is not None
            return
        # "deflate" means zlib's format; some servers send it bare.
        wrapped = piece[0] & 0x0F == zlib.DEFLATED and (piece[0] << 8 | piece[1]) % 31 == 0
        self._inflater = zlib.decompressobj(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)

    def _inflate(self, piece: bytes) -> bytes:
        """Decompress a piece; answers what is left of it: the beginning of another gzip member."""
        try:
            self._keep(self._inflater.decompress(piece, self._max_bytes - self._size + 1))
        except zlib.error as exc:
            raise Temporary("compressed_answer_damaged", url=self._url, reason=exc) from exc
        left = self._inflater.unused_data
        if not left.startswith(_GZIP_MAGIC):
            return b""
        if self._members == _MOST_MEMBERS:
            raise Refused("too_many_compressed_parts", url=self._url, limit=_MOST_MEMBERS)
        self._members += 1
        self._inflater = zlib.decompressobj(_GZIP)
        return left

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._max_bytes:
            raise self._too_large()
        self._kept.write(part)

    def _too_large(self) -> TooLarge:
        return TooLarge("answer_too_large", url=self._url, limit=f"{self._max_bytes:,}")

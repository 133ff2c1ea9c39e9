"""Images as a shop shows them, made of whatever the web sends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

ImageFormat = Literal["avif", "webp", "jpeg"]


@dataclass(frozen=True, slots=True)
class Rendition:
    """An image in one width and format."""

    format: ImageFormat
    width: int
    height: int
    body: bytes


@dataclass(frozen=True, slots=True)
class ProcessedImage:
    """An image, upright and in sRGB.

    Attributes:
        width, height: as it came, upright.
        format: as it came.
        blurhash: a placeholder of a few characters (blurha.sh).
        fingerprint: 64 bits as hex, near each other where images look the same.
        flat: whether it has hardly any detail, as a blank page has.
    """

    width: int
    height: int
    format: str
    blurhash: str
    fingerprint: str
    flat: bool
    renditions: tuple[Rendition, ...]


class ImageProcessor(Protocol):
    """Reads images that nobody trusts, apart from this process."""

    def check(self) -> None:
        """Let it pass that images can be read.

        Raises:
            Missing: the package is not installed.
        """
        ...

    async def process(self, body: bytes, *, widths: Sequence[int], formats: Sequence[ImageFormat]) -> ProcessedImage:
        """An image in widths (never enlarged) and formats, without metadata.

        Raises:
            Refused: it is no image, too large, of a format that is not read, damaged, or another file as well.
            Missing: the package is not installed.
        """
        ...

    async def close(self) -> None:
        """End what reads images."""
        ...

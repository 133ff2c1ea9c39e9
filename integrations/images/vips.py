"""An image read by libvips: once, into memory, upright, in sRGB; then saved in widths and formats.

A sequential image can be read once: the second save of a thumbnail would find its end. libvips' own cache and threads
are off, since many of these processes run beside each other. numpy and pydantic stay out of them: they would be half of
their memory.
"""

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

from integrations.images import limits
from magicai.errors import Refused
from magicai.values.image_format import format_of

_LOADERS = {
    "jpeg": "VipsForeignLoadJpeg",
    "png": "VipsForeignLoadPng",
    "gif": "VipsForeignLoadNsgif",
    "webp": "VipsForeignLoadWebp",
    "avif": "VipsForeignLoadHeif",
}
_SAVED: dict[str, tuple[str, dict[str, Any]]] = {
    # An effort of 2 takes 1.7 times as long, for 2 % fewer bytes of the same quality.
    "avif": (".avif", {"Q": 50, "effort": 1, "compression": "av1"}),
    "webp": (".webp", {"Q": 80, "effort": 2}),
    "jpeg": (".jpg", {"Q": 82, "interlace": True, "optimize_coding": True}),
}
# As profiles of version 2, and of version 4, name themselves.
_SRGB = (b"sRGB", "sRGB".encode("utf-16-be"))
_WHITE = [255, 255, 255]
# As an option of the loader: a `fail_on` of thumbnail_buffer itself does nothing in libvips 8.18.
_WHOLE = "[fail_on=truncated]"
_LOOKS = 32
_vips: Any = None


class Saved(NamedTuple):
    """An image in one width and format."""

    format: str
    width: int
    height: int
    body: bytes


class ProcessedImage(NamedTuple):
    """What was made of an image.

    Attributes:
        width, height, format: as it came, upright.
        looks: all of it as 32 x 32 of RGB.
    """

    width: int
    height: int
    format: str
    looks: bytes
    renditions: list[Saved]


def load() -> Any:
    """libvips, with no loader but those of the web's images.

    Raises:
        Missing: it is not installed.
    """
    global _vips  # noqa: PLW0603 - a library is loaded once
    if _vips is None:
        os.environ["VIPS_CONCURRENCY"] = "1"
        try:
            import pyvips
        except (ImportError, OSError) as exc:
            raise limits.missing() from exc
        vips: Any = pyvips
        vips.block_untrusted_set(True)  # noqa: FBT003 - libvips' own signature
        vips.operation_block_set("VipsForeignLoad", True)  # noqa: FBT003 - likewise
        for loader in _LOADERS.values():
            vips.operation_block_set(loader, False)  # noqa: FBT003 - likewise
        vips.cache_set_max(0)
        _vips = vips
    return _vips


def process(body: bytes, widths: Sequence[int], formats: Sequence[str]) -> ProcessedImage:
    """An image in widths and formats.

    Raises:
        Refused: it is no image, too large, damaged, or something else as well.
        Missing: libvips is not installed.
    """
    vips = load()
    kind = format_of(body)
    try:
        header = vips.Image.new_from_buffer(body, "", access="sequential")
        _check(header)
        width, height = _upright(header)
        widest = min(width, max(widths))
        profile = {"output_profile": "srgb"} if _needs_profile(header) else {}
        image = vips.Image.thumbnail_buffer(
            body, widest, height=limits.LONGEST_SIDE, size="down", option_string=_WHOLE, **profile
        )
        image = _plain(image).copy_memory()
        looks = _looks(image)
        made = [
            rendition
            for wanted in sorted({min(one, image.width) for one in widths}, reverse=True)
            for rendition in _saved(image, wanted, formats)
        ]
    except vips.Error as exc:
        raise Refused("image_not_readable", reason=_short(exc)) from exc
    return ProcessedImage(width, height, kind, looks, made)


def _check(header: Any) -> None:
    pixels = header.width * header.height
    if pixels > limits.MOST_PIXELS or max(header.width, header.height) > limits.LONGEST_SIDE:
        raise Refused(
            "too_many_image_pixels", width=header.width, height=header.height, limit=f"{limits.MOST_PIXELS:,}"
        )
    frames = header.get("n-pages") if header.get_typeof("n-pages") else 1
    if frames > limits.MOST_FRAMES:
        raise Refused("too_many_image_frames", frames=frames, limit=limits.MOST_FRAMES)


def _needs_profile(header: Any) -> bool:
    """Whether colours have to be converted by a profile, which takes longer than all else; those of sRGB are right."""
    if header.interpretation == "cmyk" or not header.get_typeof("icc-profile-data"):
        return header.interpretation == "cmyk"
    profile = bytes(header.get("icc-profile-data"))
    return not any(name in profile for name in _SRGB)


def _upright(header: Any) -> tuple[int, int]:
    turned = header.get_typeof("orientation") and header.get("orientation") >= 5  # noqa: PLR2004 - Exif: on its side
    return (header.height, header.width) if turned else (header.width, header.height)


def _plain(image: Any) -> Any:
    """Eight bits of RGB, with alpha where there is any."""
    if image.interpretation != "srgb":
        image = image.colourspace("srgb")
    return image if image.format == "uchar" else image.cast("uchar")


def _saved(image: Any, width: int, formats: Sequence[str]) -> list[Saved]:
    sized = image if width == image.width else image.thumbnail_image(width, size="down", height=limits.LONGEST_SIDE)
    sized = sized.copy_memory() if sized is not image else image
    made: list[Saved] = []
    for name in formats:
        suffix, options = _SAVED[name]
        shown = sized.flatten(background=_WHITE) if name == "jpeg" and sized.hasalpha() else sized
        body = shown.write_to_buffer(suffix, keep="none", **options)
        made.append(Saved(name, sized.width, sized.height, body))
    return made


def _looks(image: Any) -> bytes:
    flat = image.flatten(background=_WHITE) if image.hasalpha() else image
    small = flat.thumbnail_image(_LOOKS, height=_LOOKS, size="force")
    small = small if small.bands == 3 else small[0].bandjoin([small[0], small[0]])  # noqa: PLR2004 - of RGB
    return bytes(small.write_to_memory())


def _short(exc: Exception) -> str:
    return " ".join(str(exc).split())[:120].rstrip(".")

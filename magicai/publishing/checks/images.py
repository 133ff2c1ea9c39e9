"""Images: what allows their use, what a screen reader says, and whether they are of a size to be shown."""

from collections.abc import Iterable, Iterator

from magicai.messages import Message, say
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import Manuscript
from magicai.publishing.findings import Finding, Place, Severity
from magicai.publishing.piece import Image

_SMALLEST, _LARGEST, _MOST_PIXELS, _MOST_BYTES = 200, 8000, 40_000_000, 8_000_000
_LONGEST_ALT = 250
_NO_ALT = frozenset(("image", "img", "photo", "picture", "untitled", "图片", "照片", "图", "alt", "logo.png"))


def find(script: Manuscript, context: Context) -> Iterable[Finding]:  # noqa: ARG001 - the same of everybody
    """What each image lacks."""
    for image in script.images:
        for rule, severity, message in _faults(image):
            yield Finding(
                rule=f"images.{rule}",
                severity=severity,
                place=Place(field=image.name),
                text=image.name,
                message=str(message),
                said=message,
                confidence=0.9,
            )


def _faults(image: Image) -> Iterator[tuple[str, Severity, Message]]:
    if not image.licence.strip():
        yield "licence", "note", say("image_licence_missing", image=image.name)
    alt = image.alt.strip()
    if not alt:
        yield "alt", "note", say("image_alt_missing", image=image.name)
    elif alt.casefold() in _NO_ALT or alt.casefold() == image.name.casefold():
        yield "alt", "note", say("image_alt_says_nothing", image=image.name)
    elif len(alt) > _LONGEST_ALT:
        yield "alt", "note", say("image_alt_too_long", image=image.name, limit=_LONGEST_ALT)
    if image.width and min(image.width, image.height) < _SMALLEST:
        yield "small", "note", say("image_too_small", image=image.name, limit=_SMALLEST)
    if max(image.width, image.height) > _LARGEST or image.width * image.height > _MOST_PIXELS:
        yield "large", "note", say("image_has_too_many_pixels", image=image.name)
    if image.size > _MOST_BYTES:
        yield "heavy", "note", say("image_file_too_large", image=image.name, limit=_MOST_BYTES // 1_000_000)

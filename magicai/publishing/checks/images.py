"""Images: what allows their use, what a screen reader says, and whether they are of a size to be shown."""

from collections.abc import Iterable, Iterator

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
                message=message,
                confidence=0.9,
            )


def _faults(image: Image) -> Iterator[tuple[str, Severity, str]]:
    if not image.licence.strip():
        yield "licence", "note", f"Add the licence of the image {image.name}."
    alt = image.alt.strip()
    if not alt:
        yield "alt", "note", f"Add an alternative text to the image {image.name}: it has none."
    elif alt.casefold() in _NO_ALT or alt.casefold() == image.name.casefold():
        yield "alt", "note", f"Say in the alternative text of {image.name} what it shows."
    elif len(alt) > _LONGEST_ALT:
        yield "alt", "note", f"Shorten the alternative text of {image.name} to {_LONGEST_ALT} characters."
    if image.width and min(image.width, image.height) < _SMALLEST:
        yield "small", "note", f"Use a larger image than {image.name}: it is smaller than {_SMALLEST} pixels."
    if max(image.width, image.height) > _LARGEST or image.width * image.height > _MOST_PIXELS:
        yield "large", "note", f"Use a smaller image than {image.name}: platforms do not take so many pixels."
    if image.size > _MOST_BYTES:
        yield "heavy", "note", f"Compress the image {image.name}: it is larger than {_MOST_BYTES // 1_000_000} MB."

"""What single cells of a row state: a category, images, reviews, stock, attributes."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, cast

from magicai.catalogue.intake.cells import NO, YES, text_of
from magicai.catalogue.product import Attribute
from magicai.shops.addresses import absolute
from magicai.shops.extraction.stock_words import availability_term
from magicai.shops.extraction.text import clean, plain
from magicai.shops.product import Availability

_PATH_MARKS = (" > ", ">", " / ", "|", "»")
# Chinese, Japanese and Korean words: a slash between them parts levels, and never two halves of one name.
_UNBROKEN = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]/[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
# Of which all categories of a shop are part, and which says nothing.
_MAGENTO_ROOT = "Default Category/"
# A comma before a space stands within a name.
_BETWEEN_CATEGORIES = re.compile(r";|,(?!\s)|,\s+(?=[^,>]*+>)")
_MOST_LEVELS = 8
_MOST_IMAGES = 20
_MOST_REVIEWS = 100
_MOST_ATTRIBUTES = 60
_LONGEST_VALUE = 1_000
_LONGEST_COUNT = 12
# What is larger, infinite or no number stays text: not every store takes it.
_LARGEST = 1e15
# An address may hold commas itself.
_BETWEEN_IMAGES = re.compile(r"[\s,;|]+(?=https?://|//)", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?:)?//", re.IGNORECASE)
_PARTS = re.compile(r"[a-z]\w{0,60}=[^,=]{1,200}(?:,[a-z]\w{0,60}=[^,=]{1,200})*", re.ASCII)


def path_of(value: Any) -> tuple[str, ...]:
    """A category, outermost first; the deepest of several that a shop lists beside each other."""
    text = plain(text_of(value), _LONGEST_VALUE)
    several = [levels for part in _BETWEEN_CATEGORIES.split(text) if (levels := _levels(part))]
    if len(several) > 1 and all(len(levels) == 1 for levels in several):
        return tuple(name for (name,) in several[:_MOST_LEVELS])
    beside = len(several) > 1 and len({levels[:1] for levels in several}) == 1
    return max(several, key=len) if beside or (";" in text and several) else _levels(text)


def _levels(text: str) -> tuple[str, ...]:
    slashed = text.startswith(_MAGENTO_ROOT) or _UNBROKEN.search(text)
    mark = next((mark for mark in _PATH_MARKS if mark in text), "/" if slashed else None)
    parts = text.removeprefix(_MAGENTO_ROOT).split(mark) if mark else [text]
    return tuple(part for part in (clean(part) for part in parts[:_MOST_LEVELS]) if part)


def images_of(value: Any, base: str) -> tuple[str, ...]:
    """Addresses of images; none of what is only a path or a file's name, where nobody knows of which site."""
    parts = (part.strip(" ,;|") for part in _BETWEEN_IMAGES.split(_image_text(value)))
    found = (absolute(part, base or "https://") for part in parts if base or _ADDRESS.match(part))
    return tuple(dict.fromkeys(one for one in found if one))[:_MOST_IMAGES]


def _image_text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(_image_text, cast("list[Any]", value)))
    if isinstance(value, dict):
        known = cast("dict[str, Any]", value)
        return text_of(known.get("src") or known.get("url"))
    return text_of(value)


def reviews_of(value: Any) -> tuple[str, ...]:
    """Texts of reviews, each once."""
    given = cast("list[Any]", value) if isinstance(value, list) else [value]
    texts = (plain(text_of(_review(one)), _LONGEST_VALUE) for one in given)
    return tuple(dict.fromkeys(text for text in texts if text))[:_MOST_REVIEWS]


def _review(one: Any) -> Any:
    """The text of a review: itself, or that of an object."""
    if not isinstance(one, dict):
        return one
    known = cast("dict[str, Any]", one)
    return known.get("text") or known.get("comment") or known.get("reviewBody")


def stock_of(fields: Mapping[str, Any]) -> tuple[Availability | None, int | None]:
    """Availability, and the number in stock where one stands there."""
    text = text_of(fields.get("availability")).casefold()
    is_counted = "tracker" not in fields or text_of(fields["tracker"]).casefold() not in NO | {""}
    counted = text_of(fields.get("quantity")) if is_counted else ""  # a shop that counts nothing exports 0
    number = _whole(counted)
    if text in YES | NO:
        return (Availability.IN_STOCK if text in YES else Availability.OUT_OF_STOCK), number
    if number is None:
        number = _whole(text)
    found = availability_term(text or counted.casefold()) if text or counted else None
    if found is not None and found is not Availability.UNKNOWN:
        return found, number
    if number is None:
        return None, None
    return (Availability.IN_STOCK if number > 0 else Availability.OUT_OF_STOCK), number


def _whole(text: str) -> int | None:
    digits = text.removesuffix(".0").removeprefix("-")
    known = len(digits) <= _LONGEST_COUNT and digits.isascii() and digits.isdigit()
    return int(text.removesuffix(".0")) if known else None


def attributes_of(more: Mapping[str, Any]) -> tuple[Attribute, ...]:
    """What no field is for, by name; of a cell like `color=Blue,size=M` each part."""
    made: list[Attribute] = []
    for name, value in islice(_parted(more), _MOST_ATTRIBUTES):
        if isinstance(value, bool):
            made.append(Attribute(name=name, kind="flag", value=value))
        elif isinstance(value, int | float) and -_LARGEST <= value <= _LARGEST:
            made.append(Attribute(name=name, kind="number", value=float(value)))
        elif text := plain(text_of(value), _LONGEST_VALUE):
            made.append(Attribute(name=name, kind="text", value=text))
    return tuple(made)


def _parted(more: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in more.items():
        if isinstance(value, str) and _PARTS.fullmatch(value):
            yield from (cast("tuple[str, str]", part.split("=", 1)) for part in value.split(","))
        else:
            yield name, value

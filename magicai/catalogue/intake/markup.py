"""Items of an XML feed as rows, whatever its elements are called: of Google, other markets and suppliers."""

from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any

from magicai.errors import Invalid
from magicai.shops.columns import column_of
from magicai.shops.extraction import feed_elements, local_name
from magicai.values.tables import Row

_LONGEST_S = 20.0
_MOST_FIELDS = 200
_LONGEST_TEXT = 50_000
# Elements that say one property, with its name beside it.
_PROPERTIES = frozenset(("param", "attribute", "property", "feature", "product_detail", "specification"))
_SEVERAL = ("images", "reviews")
_NAMES = ("name", "attribute_name", "param_name", "key")
_VALUES = ("value", "attribute_value", "val")


def rows_of_feed(pieces: Iterable[str]) -> Iterator[Row]:
    """The items of a feed, numbered from 1; several images of one are a list.

    Args:
        pieces: its text, in order, decoded; the first has its beginning.

    Raises:
        Invalid: for 20 seconds, it has no item.
    """
    began = monotonic()

    def timed() -> Iterator[str]:
        for piece in pieces:
            if monotonic() - began > _LONGEST_S:
                raise Invalid("feed_reading_timed_out", limit_s=f"{_LONGEST_S:g}")
            yield piece

    for number, element in enumerate(feed_elements(timed()), start=1):
        said: dict[str, list[str]] = {}
        for name, value in _said(element):
            said.setdefault(name, []).append(value)
        yield Row(number, {name: _cell(name, values) for name, values in said.items()})
        began = monotonic()  # how long the rows are worked on is not the feed's


def _cell(name: str, values: list[str]) -> Any:
    """All of several images; of anything else the first."""
    return values if column_of(name).field in _SEVERAL else values[0]


def _said(element: Any) -> Iterator[tuple[str, str]]:
    yield from ((local, value) for local, value in _attributes(element) if local in ("id", "available"))
    for child in _children(element):
        name, text = local_name(child), _text(child)
        if name in _PROPERTIES:
            yield from _property(child, text)
        elif text:
            yield name, text
            yield from (("currency", value) for local, value in _attributes(child) if local == "currency")
        else:
            field = column_of(name).field
            inner = ((local_name(one), _text(one)) for one in _children(child))
            yield from ((one, text) for one, text in inner if field and text and column_of(one).field == field)


def _property(element: Any, text: str) -> Iterator[tuple[str, str]]:
    inner = {local_name(child): _text(child) for child in _children(element)}
    stated = {**inner, **dict(_attributes(element))}
    name = next((stated[one] for one in _NAMES if stated.get(one)), "")
    value = text or next((stated[one] for one in _VALUES if stated.get(one)), "")
    if name and value:
        yield name, value


def _children(element: Any) -> list[Any]:
    return list(element)[:_MOST_FIELDS]


def _attributes(element: Any) -> Iterator[tuple[str, str]]:
    return ((str(name).rpartition("}")[2].lower(), str(value)) for name, value in element.attrib.items())


def _text(element: Any) -> str:
    return str(element.text or element.get("href") or "").strip()[:_LONGEST_TEXT]

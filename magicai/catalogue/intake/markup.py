"""Items of an XML feed as rows, whatever its elements are called: of Google, other markets and suppliers."""

from collections.abc import Iterable, Iterator, Mapping
from time import monotonic
from typing import Any

from magicai.errors import Invalid
from magicai.shops.columns import column_of
from magicai.shops.extraction import feed_elements, local_name
from magicai.values.tables import Row

_LONGEST_S = 20.0
_MOST_FIELDS = 200
_LONGEST_TEXT = 50_000
# Attributes of an item that say what others have as elements.
_OF_ITEMS = ("id", "available", "group_id", "url", "price", "stock")
# The tree of categories that Yandex Market's format has before its offers.
_CATEGORY, _CATEGORY_ID = "category", "categoryid"
_MOST_CATEGORIES, _MOST_LEVELS = 100_000, 8
# Elements that say one property, with its name beside it.
_PROPERTIES = frozenset(("param", "attribute", "property", "feature", "product_detail", "specification", "a"))
_SEVERAL = ("images", "reviews")
_NAMES = ("name", "attribute_name", "param_name", "key")
_VALUES = ("value", "attribute_value", "val")


def rows_of_feed(pieces: Iterable[str], properties: set[str]) -> Iterator[Row]:
    """The items of a feed, numbered from 1; several images of one are a list.

    Args:
        pieces: its text, in order, decoded; the first has its beginning.
        properties: takes the names of cells that its items state as properties, with their names beside them.

    Raises:
        Invalid: for 20 seconds, it has no item.
    """
    began = monotonic()

    def timed() -> Iterator[str]:
        for piece in pieces:
            if monotonic() - began > _LONGEST_S:
                raise Invalid("feed_reading_timed_out", limit_s=f"{_LONGEST_S:g}")
            yield piece

    number = 0
    categories: dict[str, tuple[str, str]] = {}
    for element in feed_elements(timed(), besides=frozenset((_CATEGORY,))):
        if local_name(element) == _CATEGORY:
            stated = dict(_attributes(element))
            if len(categories) < _MOST_CATEGORIES and stated.get("id"):
                categories[stated["id"]] = _text(element), stated.get("parentid", "")
            continue
        number += 1
        said: dict[str, list[str]] = {}
        for name, value in _said(element, properties):
            said.setdefault(name, []).append(value)
        cells = {name: _cell(name, values) for name, values in said.items()}
        if path := _path(categories, str(cells.get(_CATEGORY_ID, ""))):
            cells = {_CATEGORY: path} | {name: value for name, value in cells.items() if name != _CATEGORY_ID}
        yield Row(number, cells)
        began = monotonic()  # how long the rows are worked on is not the feed's


def _path(categories: Mapping[str, tuple[str, str]], of: str) -> str:
    """The names of a category and those that it is in, outermost first; "" of one that the feed does not list."""
    names: list[str] = []
    while of in categories and len(names) < _MOST_LEVELS:
        name, of = categories[of]
        names.append(name)
    return " > ".join(reversed(names))


def _cell(name: str, values: list[str]) -> Any:
    """All of several images; of anything else the first."""
    return values if column_of(name).field in _SEVERAL else values[0]


def _said(element: Any, properties: set[str]) -> Iterator[tuple[str, str]]:
    yield from ((local, value) for local, value in _attributes(element) if local in _OF_ITEMS)
    for child in _children(element):
        name, text = local_name(child), _text(child)
        if name in _PROPERTIES:
            yield from _named_property(child, text, properties)
        elif text:
            yield name, text
            yield from (("currency", value) for local, value in _attributes(child) if local == "currency")
        else:
            yield from _inner(child, name, properties)


def _inner(element: Any, name: str, properties: set[str]) -> Iterator[tuple[str, str]]:
    """What an element says by those in it: properties, what is about the same, and of images addresses, too."""
    field = column_of(name).field
    for child in _children(element):
        inner, text = local_name(child), _text(child)
        about = column_of(inner).field
        if inner in _PROPERTIES:
            yield from _named_property(child, text, properties)
        elif field == "images" and (address := text if about == "url" else child.get("url")):
            yield name, address
        elif field and about == field:
            yield from ((inner, text),) if text else _inner(child, inner, properties)


def _named_property(element: Any, text: str, properties: set[str]) -> Iterator[tuple[str, str]]:
    for said in _property(element, text):
        properties.add(said[0])
        yield said


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

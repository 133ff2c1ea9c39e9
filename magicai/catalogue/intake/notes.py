"""What people should know of a file that was read: said once for all of it, with examples."""

from collections.abc import Iterator, Mapping
from typing import Any

from magicai.catalogue.intake.families import nested
from magicai.messages import Message, say
from magicai.shops.columns import Mapped, column_of, recognise

_SHOWN = 10
_LONGEST = 60
_MOST_COLUMNS = 2_000


class Notes:
    """Gathers what the rows of a file show.

    Args:
        called: how messages call the file.

    Attributes:
        properties: names of cells that are attributes by the way in which the file states them.
    """

    def __init__(self, called: str, mapping: Mapped) -> None:
        self._called, self._mapping = called, mapping
        self.properties = set[str]()
        self._columns: dict[str, None] = {}
        self._headers: set[tuple[str, ...]] = set()
        self._gtins: list[str] = []
        self._wrong_gtins = 0
        self._places: list[str] = []
        self._without_price = 0

    def look_at(self, cells: Mapping[str, Any]) -> None:
        """Remember a row's columns, before a mapping renames them."""
        if nested(cells):
            self.properties.add("variants")
        header = tuple(cells)
        if header not in self._headers and len(self._columns) < _MOST_COLUMNS:
            self._headers.add(header)
            self._columns |= dict.fromkeys(name for name in header if name)

    def wrong_gtin(self, text: str, place: str) -> None:
        """Remember a number that is no GTIN, since its check digit, or its length, is wrong."""
        self._wrong_gtins += 1
        if len(self._gtins) < _SHOWN:
            self._gtins.append(f"{text[:_LONGEST]} ({place})")

    def without_price(self, place: str) -> None:
        """Remember a product whose price is empty, or 0."""
        self._without_price += 1
        if len(self._places) < _SHOWN:
            self._places.append(place)

    def said(self) -> Iterator[Message]:
        """The notes on what was seen so far."""
        unknown = [one.column for one in recognise(self._columns, self._mapping) if one.by == "nothing"]
        unknown = [name for name in unknown if name not in self.properties and column_of(name).name]
        if unknown:
            yield say("columns_not_understood", n=len(unknown), file=self._called, columns=_few(unknown))
        if self._without_price:
            yield say("products_without_price", n=self._without_price, rows=_few(self._places))
        if self._wrong_gtins:
            yield say("gtins_wrong", n=self._wrong_gtins, file=self._called, gtins=_few(self._gtins))


def _few(names: list[str]) -> str:
    return ", ".join(name[:_LONGEST] for name in names[:_SHOWN]) + (" …" if names[_SHOWN:] else "")

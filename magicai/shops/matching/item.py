"""What a matcher knows of a product: how it is called, who makes it, and its numbers."""

from dataclasses import dataclass
from functools import cached_property

from magicai.shops.matching.names import Name, is_number, read_name, squashed
from magicai.shops.product_keys import folded


@dataclass(frozen=True)
class Item:
    """A product of one of two places.

    Attributes:
        id: its identity at its place.
        gtins: with a right check digit, 14 digits each.
        numbers: model or part numbers, as its place states them.
        skus: numbers that may be its maker's, or those by which its place alone knows it.
        picture: the group of pictures that look like its own; None where that is unknown.
    """

    id: str
    name: str
    brand: str = ""
    gtins: frozenset[str] = frozenset()
    numbers: tuple[str, ...] = ()
    skus: tuple[str, ...] = ()
    picture: int | None = None

    @cached_property
    def read(self) -> Name:
        """Its name in parts."""
        return read_name(self.name)

    @cached_property
    def of_maker(self) -> frozenset[str]:
        """The model or part numbers that its place states, but those that are so short that many products have them."""
        return frozenset(filter(is_number, map(squashed, self.numbers)))

    @cached_property
    def stated(self) -> frozenset[str]:
        """All such numbers that its place states."""
        return self.of_maker.union(filter(is_number, map(squashed, self.skus)))

    @cached_property
    def models(self) -> frozenset[str]:
        """Model numbers, stated or in its name."""
        return self.stated | self.read.models

    @cached_property
    def words(self) -> frozenset[str]:
        """Everything by which it can be found: its name's words and its numbers."""
        return self.read.words | self.stated

    @cached_property
    def maker(self) -> str:
        """Its brand for comparing."""
        return folded(self.brand)

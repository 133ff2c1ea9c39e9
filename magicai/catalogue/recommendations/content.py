"""Items that are like each other by what is known of them: for what nobody has viewed yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

_CATEGORY, _BRAND, _IMAGE, _SHOP = 0.25, 0.1, 0.1, 0.02
_ROWS = 512
# Of so few pairs, the threads of a matrix product wait for each other longer than they calculate.
_SMALL = 64 * 64

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of an item.

    Attributes:
        category: outermost first.
        picture: the group of its main image, -1 where it has none.
        names: what else it is called by, such as its SKU.
    """

    item: str
    name: str
    category: tuple[str, ...] = ()
    brand: str = ""
    shop: str = ""
    picture: int = -1
    names: tuple[str, ...] = ()


class Content:
    """Likeness of items by their text, category, brand and picture.

    Args:
        items: what is known.
        vectors: of their text, unit length, in their order.
    """

    def __init__(self, items: Sequence[Described], vectors: Floats) -> None:
        self.items, self._vectors = list(items), vectors
        self.place = {one.item: number for number, one in enumerate(self.items)}
        self.called = {name: number for number, one in enumerate(self.items) for name in one.names} | self.place
        self._depth = max((len(item.category) for item in items), default=0)
        self._codes = [
            (
                _coded(["/".join(item.category[: level + 1]) if len(item.category) > level else "" for item in items]),
                weight,
            )
            for level in range(self._depth)
            for weight in (_CATEGORY / self._depth,)
        ]
        self._codes += [
            (_coded([item.brand.casefold() for item in items]), _BRAND),
            (_coded([item.shop for item in items]), _SHOP),
            (np.array([item.picture for item in items], dtype=np.int64), _IMAGE),
        ]

    def likeness(self, rows: Sequence[int], others: Sequence[int] | None = None) -> Floats:
        """How like some items are to others, or to all; with itself, more than with any other."""
        mine = list(rows)
        theirs = slice(None) if others is None else list(others)
        left_vectors, right_vectors = self._vectors[mine], self._vectors[theirs]
        if len(left_vectors) * len(right_vectors) <= _SMALL:
            found: Floats = np.einsum("id,jd->ij", left_vectors, right_vectors)
        else:
            found = left_vectors @ right_vectors.T
        for codes, weight in self._codes:
            left, right = codes[mine][:, None], codes[theirs][None, :]
            found += np.float32(weight) * ((left == right) & (left >= 0))
        return found

    def nearest(self, count: int, *, rows: Sequence[int] | None = None) -> list[list[tuple[int, float]]]:
        """The nearest of each item, itself left out; of two items at least one has the other."""
        wanted = list(range(len(self.items))) if rows is None else list(rows)
        found: list[list[tuple[int, float]]] = []
        for start in range(0, len(wanted), _ROWS):
            part = wanted[start : start + _ROWS]
            block = self.likeness(part)
            block[np.arange(len(part)), part] = -np.inf
            few = min(count, len(self.items) - 1)
            if few <= 0:
                found += [[] for _ in part]
                continue
            best = np.argpartition(-block, few - 1, axis=1)[:, :few]
            for row, places in enumerate(best):
                order = sorted(places, key=lambda place: (-block[row, place], place))
                found.append([(int(place), float(block[row, place])) for place in order])
        return found

    def why(self, item: int, other: int) -> Literal["brand_and_category", "brand", "category", "text"]:
        """What two items have in common, in a word."""
        one, two = self.items[item], self.items[other]
        if one.brand and one.brand.casefold() == two.brand.casefold():
            return "brand_and_category" if one.category and one.category == two.category else "brand"
        return "category" if one.category and one.category == two.category else "text"


def _coded(values: Sequence[str]) -> npt.NDArray[np.int64]:
    known = {value: number for number, value in enumerate(dict.fromkeys(value for value in values if value))}
    return np.array([known.get(value, -1) for value in values], dtype=np.int64)

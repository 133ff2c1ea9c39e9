"""Which of many products may be like one: those that share rare words, the category, the brand or the picture with it.

So that each is compared with some, however many there are.
"""

import re
from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable

from magicai.catalogue.recommendations.content import Described

# Of what many products share, those whose numbers are nearest: products that came together are often alike.
_MOST_SHARING = 200
_WORD = re.compile(r"[^\W_]+")


class Neighbours:
    """Products by number, from 0."""

    def __init__(self) -> None:
        self._sharing: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
        self._count = 0

    def add(self, product: Described) -> None:
        """The next product."""
        for feature in _features(product):
            self._sharing[feature].append(self._count)
        self._count += 1

    def near(self, number: int, product: Described, *, count: int) -> list[int]:
        """The products that share most with one, what few have counting more; itself first."""
        weights = Counter[int]()
        for feature in _features(product):
            sharing = self._sharing[feature]
            begin = max(0, bisect_left(sharing, number) - _MOST_SHARING // 2)
            weight = 1.0 / len(sharing)
            for other in sharing[begin : begin + _MOST_SHARING]:
                weights[other] += weight  # pyright: ignore[reportArgumentType] - a Counter adds numbers of any kind
        weights.pop(number, None)
        # Some are near any product, where nothing else is.
        last = range(max(0, self._count - count), self._count)
        return list(dict.fromkeys((number, *(one for one, _ in weights.most_common(count)), *last)))[: count + 1]


def _features(product: Described) -> Iterable[str]:
    words = (f"word {word}" for word in _WORD.findall(product.name.casefold()))
    path = "/".join(product.category)
    others = (f"category {path}", f"brand {product.brand.casefold()}", f"picture {product.picture}")
    having = (bool(path), bool(product.brand), product.picture >= 0)
    return dict.fromkeys((*words, *(feature for feature, has in zip(others, having, strict=True) if has)))

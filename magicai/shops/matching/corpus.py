"""How telling each word is, over all products of both places, and which words tell like products apart."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from magicai.shops.matching.item import Item

# A number that more products than this have at one place is a size, a year or a series.
_MOST_OF_A_NUMBER = 5
_LEAST_PAIRS = 2
LEAD = 3


class Corpus:
    """What is counted over the products of two places before any two are compared."""

    def __init__(self, *places: Sequence[Item]) -> None:
        self.count = sum(map(len, places)) or 1
        self._in = [Counter(word for item in place for word in item.words) for place in places]
        self._all = sum(self._in, Counter[str]())
        self._called = [Counter(item.read.order for item in place) for place in places]
        self._stated = {item.maker for place in places for item in place if item.maker}
        first = Counter(word for place in places for word in {item.read.order[0] for item in place if item.read.order})
        # Where shops state no brand, names begin with it; what begins names at two places may be one.
        self._brands = self._stated | {word for word, count in first.items() if count > 1 and word.isalpha()}
        self._alternatives = _alternatives(item for place in places for item in place)

    def weight(self, word: str) -> float:
        """How telling a word is: its inverse document frequency, at least 1, since few products share all words."""
        return 1 + math.log((self.count + 1) / (self.frequency(word) + 1))

    def frequency(self, word: str) -> int:
        """How many products have a word."""
        return self._all[word]

    def is_telling(self, number: str) -> bool:
        """Whether a model's number is of few products at either place."""
        return all(counted[number] <= _MOST_OF_A_NUMBER for counted in self._in)

    def is_of_one(self, item: Item) -> bool:
        """Whether no place has two products of this name, of which it would not say which one it is."""
        return all(counted[item.read.order] <= 1 for counted in self._called)

    def alternate(self, one: str, other: str) -> bool:
        """Whether two words tell products apart that are called alike but for them: colours, sizes, flavours."""
        return frozenset((one, other)) in self._alternatives

    def same_brand(self, one: Item, other: Item, *, stated: bool = False) -> bool:
        """Whether each one's brand is the other's, or stands in its name.

        Args:
            stated: whether it must be one that some product states as its brand.
        """
        brands = self._stated if stated else self._brands
        return all(_has(other, _brand(one, brands)) for one, other in ((one, other), (other, one)))


def _has(item: Item, brand: str) -> bool:
    return bool(brand) and f" {brand} " in f" {item.maker} {' '.join(item.read.order)} "


def _brand(item: Item, brands: AbstractSet[str]) -> str:
    """A product's brand, or the first in its name; "" where it has none."""
    order = item.read.order
    phrases = ((" ".join(order[at : at + 2]), word) for at, word in enumerate(order))
    return item.maker or next((one for both in phrases for one in both if one in brands), "")


def _alternatives(items: Iterable[Item]) -> frozenset[frozenset[str]]:
    groups: defaultdict[int, set[str]] = defaultdict(set)
    for item in items:
        order = item.read.order
        for at, word in enumerate(order):
            groups[hash((at, order[:at], order[at + 1 :]))].add(word)
    pairs: Counter[frozenset[str]] = Counter()
    for words in groups.values():
        listed = sorted(words)[:20]
        pairs.update(frozenset((one, other)) for at, one in enumerate(listed) for other in listed[at + 1 :])
    return frozenset(pair for pair, count in pairs.items() if count >= _LEAST_PAIRS)

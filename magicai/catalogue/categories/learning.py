"""The category of a product by others whose category a person has confirmed; or that it is not sure.

Naive Bayes over words of name, brand, description and shop category. How sure it must be is found on what is
confirmed: the bar is the lowest at which 19 of 20 products are right. Of one whose page names no category, each is
predicted without itself; of one that names a category nobody has mapped, which may be none of those that are known,
without all of its shop category. Where no bar is, it never is sure.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from magicai.shops.product_keys import folded
from magicai.values.stems import stem

RIGHT = 0.95
_SMOOTHING = 0.1
_LEAST_TESTED = 10
_MOST_WORDS = 60
# Confirmed products on which the bars are found; more would take long, and change little.
_MOST_TESTED = 1_500
_IN = "in="
# What no shop is called.
_ALL = "\0"
_READ = 400


@dataclass(frozen=True, slots=True)
class Example:
    """A product whose category is known.

    Attributes:
        group: its shop category, which was confirmed as a whole.
        shop: shops differ in how much their texts tell.
    """

    words: tuple[str, ...]
    category: str
    group: Hashable = None
    shop: str = ""

    @property
    def bare(self) -> tuple[str, ...]:
        """Its words but those of its shop category, which others may not name."""
        return tuple(word for word in self.words if not word.startswith(_IN))


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest category, how likely it is, and whether that is sure enough to be used."""

    category: str
    confidence: float
    sure: bool


def words_of(
    name: str, brand: str | None = None, category: Sequence[str] = (), description: str | None = None
) -> tuple[str, ...]:
    """What a product is recognised by: words of its name and shop category, and the beginning of its description."""
    said = [*_words(name), *(f"brand={word}" for word in _words(brand or ""))]
    said += [f"{_IN}{word}" for part in category for word in _words(part)]
    return tuple([*said, *_words((description or "")[:_READ])][:_MOST_WORDS])


def _words(text: str) -> list[str]:
    found: list[str] = []
    for word in folded(text).split():
        if "\u4e00" <= word[0] <= "\u9fff":
            found += [word[at : at + 2] for at in range(max(len(word) - 1, 1))]
        elif len(word) > 1 and not word.isdigit():
            found.append(stem(word))
    return found


class Learned:
    """What confirmed products teach."""

    def __init__(self, examples: Iterable[Example]) -> None:
        self._words: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._totals: Counter[str] = Counter()
        self._products: Counter[str] = Counter()
        self._everywhere: Counter[str] = Counter()
        self._examples = list(examples)
        for example in self._examples:
            self._count(example, 1)
        tested = self._examples[:_MOST_TESTED]
        groups: defaultdict[Hashable, list[Example]] = defaultdict(list)
        for one in tested:
            groups[one.group].append(one)
        self._bars = {False: self._find_bars([one] for one in tested), True: self._find_bars(groups.values())}

    def guess(self, words: Sequence[str], *, shop: str = "", elsewhere: bool = False) -> Guess | None:
        """The category of a product with these words; None where nothing is known.

        Args:
            elsewhere: whether it stands in a shop category that nobody has mapped.
        """
        best = self._best(words)
        return None if best is None else Guess(best[0], best[1], sure=best[1] >= self.bar(shop, elsewhere=elsewhere))

    def bar(self, shop: str, *, elsewhere: bool = False) -> float:
        """How likely a guess must be; of a shop of which too little is confirmed, what holds for all together."""
        bars = self._bars[elsewhere]
        return bars.get(shop, bars[_ALL])

    def _count(self, one: Example, times: int) -> None:
        for word in one.words:
            self._words[one.category][word] += times
            self._everywhere[word] += times
        self._totals[one.category] += times * len(one.words)
        self._products[one.category] += times

    def _best(self, words: Sequence[str]) -> tuple[str, float] | None:
        known = [word for word in words if self._everywhere[word] > 0]
        if not known:
            return None
        size = len(self._everywhere)
        # A long text states no more than a short one: its words are not independent of each other.
        weight = 1 / math.sqrt(len(known))
        scores: dict[str, float] = {}
        for category, products in self._products.items():
            if products <= 0:
                continue
            counts, total = self._words[category], self._totals[category]
            said = sum(math.log((counts[word] + _SMOOTHING) / (total + _SMOOTHING * size)) for word in known)
            scores[category] = math.log(products) * 0.5 + said * weight
        if not scores:
            return None
        category = max(scores, key=scores.__getitem__)
        most = scores[category]
        share = 1 / sum(math.exp(score - most) for score in scores.values())
        unknown = 1 - len(known) / len(words)
        return category, share * (1 - 0.5 * unknown)

    def _find_bars(self, left_out: Iterable[Sequence[Example]]) -> dict[str, float]:
        """By shop, the lowest confidence at which enough are right that are predicted without what is left out."""
        tested: defaultdict[str, list[tuple[float, bool]]] = defaultdict(list)
        for together in left_out:
            for one in together:
                self._count(one, -1)
            for one in together:
                best = self._best(one.bare)
                if best is not None:
                    tested[one.shop].append((best[1], best[0] == one.category))
            for one in together:
                self._count(one, 1)
        everywhere = [one for some in tested.values() for one in some]
        bars = {shop: _lowest(some) for shop, some in tested.items() if len(some) >= _LEAST_TESTED}
        return {**bars, _ALL: _lowest(everywhere)}


def _lowest(tested: list[tuple[float, bool]]) -> float:
    bar, right = math.inf, 0
    for number, (confidence, is_right) in enumerate(sorted(tested, reverse=True), start=1):
        right += is_right
        if number >= _LEAST_TESTED and right / number >= RIGHT:
            bar = confidence
    return bar

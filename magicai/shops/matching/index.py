"""Which products may be one: those that share a GTIN, a number, or rare words."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from magicai.shops.matching.corpus import Corpus
from magicai.shops.matching.item import Item

_RARE_WORDS = 8
_MOST_OF_A_WORD = 200
_CANDIDATES = 20


class Index:
    """The products of one place by what they can be found by.

    A lookup takes the same time however many there are, but for names that have no rare word.
    """

    def __init__(self, items: Sequence[Item], corpus: Corpus) -> None:
        self._items, self._corpus = items, corpus
        self._by_word: defaultdict[str, list[int]] = defaultdict(list)
        self._by_gtin: defaultdict[str, list[int]] = defaultdict(list)
        for place, item in enumerate(items):
            for word in item.words:
                self._by_word[word].append(place)
            for gtin in item.gtins:
                self._by_gtin[gtin].append(place)

    def candidates(self, item: Item) -> Iterator[Item]:
        """The likeliest others of a product, at most a few."""
        scores: defaultdict[int, float] = defaultdict(float)
        for gtin in item.gtins:
            for place in self._by_gtin.get(gtin, ()):
                scores[place] += self._corpus.count
        known = [word for word in item.words if len(self._by_word.get(word, ())) in range(1, _MOST_OF_A_WORD + 1)]
        for word in sorted(known, key=lambda word: (self._corpus.frequency(word), word))[:_RARE_WORDS]:
            weight = self._corpus.weight(word)
            for place in self._by_word[word]:
                scores[place] += weight
        if not scores:
            scores.update(self._by_common(item))
        best = sorted(scores, key=lambda place: (-scores[place], place))[:_CANDIDATES]
        return (self._items[place] for place in best)

    def _by_common(self, item: Item) -> dict[int, float]:
        """Of products that share a name's rarest word, those that share the next ones, too, as long as any does."""
        found: set[int] = set()
        for word in sorted(item.words & self._by_word.keys(), key=lambda word: (self._corpus.frequency(word), word)):
            having = self._by_word[word]
            found = found.intersection(having) or found or set(having)
        return dict.fromkeys(found, 0.0)

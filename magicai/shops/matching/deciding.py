"""Which products of two places are one, how sure that is, and why."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from magicai.messages import Message, say
from magicai.shops.matching.conflicts import conflict, sizes
from magicai.shops.matching.corpus import Corpus
from magicai.shops.matching.index import Index
from magicai.shops.matching.item import Item

# Cosine of the names' words, weighted by how telling they are: measured in docs/explanation/matching.md.
LIKELY = 0.6
_PICTURED = 0.4  # of products whose pictures look the same
# Of products that share a number, unless both places state it and one as the maker's: an accessory names the number of
# what it is for, and SKUs may be a shop's own count.
_LEAST_ALIKE = 0.5


class Certainty(StrEnum):
    """How certain it is that two products are one."""

    SURE = "sure"
    LIKELY = "likely"


@dataclass(frozen=True, slots=True)
class Match:
    """Two products that are or may be one.

    Attributes:
        mine, theirs: their ids.
        reason: what they share.
        against: what contradicts that they are one; of no sure match.
        likeness: of their names, 0 to 1.
    """

    mine: str
    theirs: str
    certainty: Certainty
    reason: Message
    likeness: float
    against: Message | None = None


class Matcher:
    """Compares products with those of other places, each with the few that it may be."""

    def __init__(self, corpus: Corpus, theirs: Sequence[Item]) -> None:
        self._corpus, self._index = corpus, Index(theirs, corpus)

    def matches(self, mine: Iterable[Item]) -> Iterator[Match]:
        """All pairs that are or may be one product, in the order of mine."""
        for item in mine:
            for other in self._index.candidates(item):
                found = self.match(item, other)
                if found is not None:
                    yield found

    def match(self, mine: Item, theirs: Item) -> Match | None:
        """What two products are to each other; None where nothing says that they may be one."""
        likeness = self._likeness(mine, theirs)

        def found(certainty: Certainty, reason: Message, against: Message | None = None) -> Match:
            return Match(mine.id, theirs.id, certainty, reason, likeness, against)

        if mine.gtins and theirs.gtins:
            shared, against = mine.gtins & theirs.gtins, sizes(mine, theirs)
            # Shops give a pack the GTIN of what is in it.
            certainty = Certainty.LIKELY if against else Certainty.SURE
            return found(certainty, say("match_gtin", gtin=min(shared)), against) if shared else None
        against = conflict(mine, theirs, self._corpus)
        numbers = [number for number in mine.models & theirs.models if self._corpus.is_telling(number)]
        if numbers:
            alike = likeness >= _LEAST_ALIKE or bool(mine.stated & theirs.stated & (mine.of_maker | theirs.of_maker))
            sure = alike and against is None and self._corpus.same_brand(mine, theirs)
            reason = say("match_number", number=max(numbers, key=lambda one: (len(one), one)))
            return found(Certainty.SURE if sure else Certainty.LIKELY, reason, against)
        if against is not None:
            return None
        if mine.read.same_words(theirs.read) and self._corpus.same_brand(mine, theirs, stated=True):
            is_one = all(map(self._corpus.is_of_one, (mine, theirs)))
            return found(Certainty.SURE if is_one else Certainty.LIKELY, say("match_name"))
        if mine.picture is not None and mine.picture == theirs.picture and likeness >= _PICTURED:
            return found(Certainty.LIKELY, say("match_pictured", likeness=round(likeness, 2)))
        return found(Certainty.LIKELY, say("match_near", likeness=round(likeness, 2))) if likeness >= LIKELY else None

    def _likeness(self, mine: Item, theirs: Item) -> float:
        one, other, both = map(self._mass, (mine.words, theirs.words, mine.words & theirs.words))
        return both / math.sqrt(one * other) if both else 0.0

    def _mass(self, words: frozenset[str]) -> float:
        return sum(self._corpus.weight(word) ** 2 for word in words)


def between(mine: Sequence[Item], theirs: Sequence[Item]) -> Iterator[Match]:
    """All pairs of two places that are or may be one product."""
    return Matcher(Corpus(mine, theirs), theirs).matches(mine)


def among(places: Mapping[str, Sequence[Item]]) -> Iterator[Match]:
    """All pairs of any two places that are or may be one product, each once."""
    place_of = {item.id: place for place, items in places.items() for item in items}
    items = [item for place in places.values() for item in place]
    seen: set[frozenset[str]] = set()
    for match in Matcher(Corpus(*places.values()), items).matches(items):
        pair = frozenset((match.mine, match.theirs))
        if pair not in seen and place_of[match.mine] != place_of[match.theirs]:
            seen.add(pair)
            yield match

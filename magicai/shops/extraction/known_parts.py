"""Parts that the pages of a shop have in common: their menus and feet, which often hold more elements than all else.

What an outline has of such a part is the same whenever the same markup comes again, so that it is kept, and copied.
"""

from typing import NamedTuple

from magicai.shops.extraction.elements import Element

_MOST_PARTS = 16  # more than a page is looked for: where they do not fit, all are dropped
_MOST_ELEMENTS = 1_000
_SHORTEST, _LONGEST = 500, 100_000  # characters of markup; what is shorter is read as fast as it is found
_MOST_MET = 100
_DEEPEST = 100
# What such a badge is depends on the elements around it.
_DEPENDENT = "__badge-"


class Part(NamedTuple):
    """What an outline has of a part of a page, its places counted from where the part begins.

    Attributes:
        text: of it.
        starts, owners: of each piece of its text, and the element that it stands in.
        elements: those inside of it, in document order.
    """

    text: str
    starts: list[int]
    owners: list[int]
    elements: list[Element]


# Markup of a part, and whether it stands in something that may be a card.
Key = tuple[str, bool]


class KnownParts:
    """The parts that came more than once: most are kept on the second page that has them."""

    def __init__(self) -> None:
        self._parts: dict[Key, Part] = {}
        self._met: set[int] = set()

    def get(self, key: Key) -> Part | None:
        """A part as it was kept."""
        return self._parts.get(key)

    def met_before(self, key: Key) -> bool:
        """Whether a part that is not known, and may be kept, came before; where it did not, it has now."""
        markup, _ = key
        if not _SHORTEST <= len(markup) <= _LONGEST or _DEPENDENT in markup:
            return False
        met = hash(key)
        if met in self._met:
            return True
        if len(self._met) >= _MOST_MET:
            self._met.clear()
        self._met.add(met)
        return False

    def keep(self, key: Key, part: Part) -> None:
        """Keep a part, unless it is large, or so deep that more of it might be left out elsewhere."""
        depths = [0]
        for element in part.elements:
            depths.append(depths[element.parent] + 1)
        if len(depths) > _MOST_ELEMENTS or max(depths) > _DEEPEST:
            return
        if len(self._parts) >= _MOST_PARTS:
            self._parts.clear()
        self._parts[key] = part

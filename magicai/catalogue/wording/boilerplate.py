"""What the descriptions of a shop repeat, whatever the product: shipping, returns, who the shop is.

Found by counting: a sentence that stands at a fifth of a shop's products, and at five at least, says nothing of one.
"""

import re
from collections import Counter
from collections.abc import Iterable

from magicai.shops.product_keys import folded

_SENTENCE = re.compile(r"[^.!?。！？•|·\n]*(?:[.!?](?=\s|$)|[.!?](?=\S)[^.!?。！？•|·\n]*|[。！？•|·\n]|$)+\s*")
_LEAST = 5
_SHARE = 0.2
# Products of a shop that are counted; more of them say the same.
_COUNTED = 2_000


def sentences(text: str) -> list[str]:
    """The sentences of a description, which together are all of it."""
    return [part for part in _SENTENCE.findall(text) if part]


class Repeated:
    """Counts what a shop's descriptions say."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[int]] = {}
        self._products: Counter[str] = Counter()

    def add(self, shop: str, description: str) -> None:
        """Count one product's."""
        if self._products[shop] >= _COUNTED:
            return
        self._products[shop] += 1
        self._counts.setdefault(shop, Counter()).update({hash(key) for key in _keys(sentences(description))})

    def without(self, shop: str, description: str) -> tuple[str, int]:
        """A description without what its shop repeats, and how many sentences that was."""
        counts, least = self._counts.get(shop), max(_LEAST, _SHARE * self._products[shop])
        if counts is None:
            return description, 0
        parts = sentences(description)
        kept = [part for part in parts if (key := folded(part)) == "" or counts[hash(key)] < least]
        if len(kept) == len(parts):
            return description, 0
        return " ".join("".join(kept).split()).strip(" •|·"), len(parts) - len(kept)


def _keys(parts: Iterable[str]) -> list[str]:
    return [key for key in map(folded, parts) if key]

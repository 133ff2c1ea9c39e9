"""Which observations are of one product: those that share a key, unless a stronger one tells them apart.

Of each observation it keeps a few numbers: hashes of its keys, and its place among the others.
"""

from array import array
from collections.abc import Callable, Iterator, Sequence

from magicai.shops.product import Observation
from magicai.shops.product_keys import folded, gtin_key, keys_of, sku_key, url_key
from magicai.values.hashes import HashMap

_NONE = -1


class Gathering:
    """Observations gathered by the keys that they share.

    A product is named by the place of its first observation.

    Args:
        name_at: the name of the observation that was added at a place; asked for only where keys contradict each other.
    """

    def __init__(self, name_at: Callable[[int], str]) -> None:
        self._name_at = name_at
        self._by_key = HashMap()
        self._joined_to = array("i")  # itself, of a product's first observation
        self._next = array("i")  # of the same product
        self._last = array("i")  # of a first one: the last of its product
        self._gtins, self._skus = _Marks(), _Marks()
        self._newest = ""
        self._products = 0

    def __len__(self) -> int:
        """How many products there are."""
        return self._products

    def add(self, observation: Observation) -> None:
        """Take the next observation in."""
        keys = keys_of(observation.gtin, observation.sku, observation.url, observation.name)
        if observation.own_page and observation.page_url:
            keys.append(f"url:{url_key(observation.page_url)}")
        keys += [f"gtin:{gtin_key(variant.gtin)}" for variant in observation.variants if variant.gtin]
        fresh = self._append(observation)
        root = _NONE
        for key in keys:
            present = self._by_key.get(hash(key))
            if present == _NONE:
                continue
            present = self._root(present)
            if present == root or self._denies(present, fresh if root == _NONE else root, key):
                continue
            if root == _NONE:
                self._join(present, fresh)
                root = present
            else:
                self._products -= 1
                older, newer = min(present, root), max(present, root)
                self._join(older, newer)
                root = older
        if root == _NONE:
            root = fresh
            self._products += 1
        for key in keys:
            self._by_key.add(hash(key), root)

    def groups(self) -> Iterator[Sequence[int]]:
        """Per product, in the order in which they were first seen: at which places its observations were added.

        In the order in which `join` takes them. Nothing can be added any more: what only told who is who is let go.
        """
        self._by_key, self._gtins, self._skus = HashMap(), _Marks(), _Marks()
        for place, first in enumerate(self._joined_to):
            if place == first:
                yield list(self._members(place))

    def _append(self, observation: Observation) -> int:
        place = len(self._next)
        self._joined_to.append(place)
        self._last.append(place)
        self._next.append(_NONE)
        self._gtins.append(gtin_key(observation.gtin) if observation.gtin else "")
        self._skus.append(sku_key(observation.sku) if observation.sku else "")
        self._newest = observation.name
        return place

    def _root(self, place: int) -> int:
        joined = self._joined_to
        root = place
        while joined[root] != root:
            root = joined[root]
        joined[place] = root  # the next look-up is one step
        return root

    def _join(self, older: int, newer: int) -> None:
        self._joined_to[newer] = older
        self._next[self._last[older]] = newer
        self._last[older] = self._last[newer]
        self._gtins.join(older, newer)
        self._skus.join(older, newer)

    def _members(self, first: int) -> Iterator[int]:
        place = first
        while place != _NONE:
            yield place
            place = self._next[place]

    def _denies(self, one: int, other: int, key: str) -> bool:
        """Whether what both know by stronger keys tells them apart, though they share this one."""
        if key.startswith("gtin:"):
            return False
        shared = self._gtins.shared(one, other)
        if shared is not None:
            return not shared and (key.startswith("sku:") or not self._are_called_alike(one, other))
        if key.startswith("url:") and self._skus.shared(one, other) is False:
            return not self._are_called_alike(one, other)
        return False

    def _are_called_alike(self, one: int, other: int) -> bool:
        """Whether names agree, up to a colour behind or a maker's name in front."""
        others = self._names(other)
        return any(mine in yours or yours in mine for mine in self._names(one) for yours in others)

    def _names(self, first: int) -> set[str]:
        newest = len(self._next) - 1
        return {folded(self._newest if place == newest else self._name_at(place)) for place in self._members(first)}


class _Marks:
    """Numbers of one kind by which products are known: hashes, of nearly all products one at most."""

    def __init__(self) -> None:
        self._first = array("q")
        self._several: dict[int, frozenset[int]] = {}

    def append(self, mark: str) -> None:
        """The next observation's mark, "" where it has none."""
        self._first.append((hash(mark) or 1) if mark else 0)

    def shared(self, one: int, other: int) -> bool | None:
        """Whether two products share a mark, None where one of them has none."""
        mine, yours = self._of(one), self._of(other)
        return not mine.isdisjoint(yours) if mine and yours else None

    def join(self, into: int, other: int) -> None:
        """Give a product another one's marks, too."""
        several = into in self._several or other in self._several
        if not several and self._first[other] in (0, self._first[into]):
            return  # as nearly always
        found, known = self._of(other), self._of(into)
        self._several.pop(other, None)
        if not known and len(found) == 1:
            (self._first[into],) = found
        elif not found <= known:
            self._several[into] = known | found

    def _of(self, product: int) -> frozenset[int]:
        several = self._several.get(product)
        if several is not None:
            return several
        first = self._first[product]
        return frozenset((first,)) if first else frozenset()

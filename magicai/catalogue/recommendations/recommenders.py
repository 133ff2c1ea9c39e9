"""Recommenders that a process keeps: their counts are read once, and then only what is new."""

from weakref import WeakKeyDictionary

from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.recommendations.recommender import Recommender

# Owners whose counts a process keeps in memory.
_MOST_OWNERS = 20
_kept: WeakKeyDictionary[CatalogueRecords, dict[str, Recommender]] = WeakKeyDictionary()


def recommender_of(records: CatalogueRecords, owner_id: str) -> Recommender:
    """An owner's recommender, the one that these records had for them before."""
    known = _kept.setdefault(records, {})
    if owner_id not in known:
        while len(known) >= _MOST_OWNERS:
            del known[next(iter(known))]
        known[owner_id] = Recommender(records.interactions, owner_id)
    return known[owner_id]

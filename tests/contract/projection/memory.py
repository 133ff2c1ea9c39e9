"""A projection in memory, for tests of what feeds one; it keeps the promises of the port."""

from collections import defaultdict
from collections.abc import Sequence

from magicai.stores.entity import ProjectedEntity, Store, Versioned

Key = tuple[str, str]

_stores: defaultdict[str, dict[Key, Versioned]] = defaultdict(dict)


class MemoryProjection:
    """What is applied, by key; two of one name are the same.

    Attributes:
        rows: what is held, tombstones included.
        batches: how many keys each call to `apply` had.
    """

    def __init__(self, store: Store, name: str) -> None:
        self.store: Store = store
        self.rows = _stores[name]
        self.batches: list[int] = []

    async def apply(self, changes: Sequence[Versioned]) -> None:
        """Take over what is newer."""
        self.batches.append(len(changes))
        for change in changes:
            held = self.rows.get((change.kind, change.entity_id))
            if held is None or held.version < change.version:
                self.rows[change.kind, change.entity_id] = change

    async def held(self, *, after: Key = ("", ""), limit: int = 1000) -> list[ProjectedEntity]:
        """What is alive, by key."""
        live = sorted(key for key, one in self.rows.items() if one.entity is not None and key > after)
        found = (self.rows[key] for key in live[:limit])
        return [ProjectedEntity(one.kind, one.entity_id, one.version, one.digest) for one in found]

    async def drop(self, keys: Sequence[Key]) -> None:
        """Forget these."""
        for key in keys:
            self.rows.pop(key, None)

    async def check(self) -> str:
        """There is nothing to try."""
        return "in memory"

    async def close(self) -> None:
        """There is nothing to let go of."""

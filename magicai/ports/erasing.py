"""What the records give for a person's right to erasure."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Erasing(Protocol):
    """Everything of one owner, found and removed."""

    async def owners(self) -> list[str]:
        """Whoever is named: by a run, an account, an entity, anything."""
        ...

    async def flow_runs(self, owner_id: str) -> list[str]:
        """Ids under which the orchestrator knows the owner's attempts."""
        ...

    async def entities(self, owner_id: str, *, limit: int = 1000) -> list[tuple[str, str]]:
        """Keys of entities that bear the owner's id, tombstones included."""
        ...

    async def anonymise(self, keys: Sequence[tuple[str, str]]) -> None:
        """Leave tombstones of nobody in place of entities, with outbox rows: nothing old rises, and nobody is named."""
        ...

    async def drop(self, keys: Sequence[tuple[str, str]]) -> None:
        """Remove entities without leaving a tombstone: keys that name their owner."""
        ...

    async def remove(self, owner_id: str) -> Mapping[str, int]:
        """Remove all rows that are left of the owner, children first; answers how many per table."""
        ...

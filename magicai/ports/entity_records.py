"""What other stores show, in the records, with the outbox that feeds them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from magicai.stores.entity import Entity, Store, Versioned


@dataclass(frozen=True, slots=True)
class EntityPage:
    """Part of a list of entities.

    Attributes:
        next: the `after` of the next page; None where this is the last one.
    """

    items: tuple[Versioned, ...]
    next: str | None


class EntityRecords(Protocol):
    """What other stores show, and the outbox that feeds them."""

    async def save(self, entities: Sequence[Entity]) -> None:
        """Keep entities; one that changed gets a new version, and an outbox row for each store that shows it, or did.

        Raises:
            Conflict: another owner has an entity of this kind and id.
        """
        ...

    async def replace(self, entity: Entity, *, version: int) -> bool:
        """Keep an entity as the next version if its version is still this one, 0 if there is none.

        Returns whether it was kept: of concurrent calls with the same version, one succeeds.
        """
        ...

    async def delete(self, kind: str, entity_ids: Sequence[str]) -> None:
        """Leave tombstones, with outbox rows; what is not there is passed over."""
        ...

    async def get(self, kind: str, entity_id: str, *, owner_id: str) -> Versioned:
        """One entity.

        Raises:
            NotFound: none such for this owner.
        """
        ...

    async def listed(
        self,
        owner_id: str,
        kind: str,
        *,
        state: str | None = None,
        after: str = "",
        limit: int = 50,
        newest_first: bool = False,
    ) -> EntityPage:
        """An owner's living entities of a kind by id, so that those of UUIDv7 come oldest first, or newest first.

        Args:
            state: only of this state; "" means those without one.
            after: `next` of the page before.
        """
        ...

    async def count(self, owner_id: str, kind: str, state: str) -> int:
        """How many living entities of a kind an owner has in a state."""
        ...

    async def ids_like(self, owner_id: str, kind: str, part: str, *, limit: int) -> list[str]:
        """The ids of an owner's living entities of a kind that begin or end with this, in their order."""
        ...

    async def latest(self, owner_id: str, kind: str, *, limit: int) -> list[Versioned]:
        """An owner's living entities of a kind with the last ids, the last first: of UUIDv7, the newest."""
        ...

    async def present(self, keys: Sequence[tuple[str, str]]) -> list[Versioned]:
        """The present state of entities by (kind, id), in that order, tombstones included; unknown ones left out."""
        ...

    async def all(self, store: Store, *, after: tuple[str, str] = ("", ""), limit: int = 1000) -> list[Versioned]:
        """Entities that `store` should show, tombstones included, ordered by (kind, id), after that key."""
        ...

    async def pending(self, store: Store, limit: int) -> list[tuple[str, str, int]]:
        """Outbox rows of a store: (kind, id, version), oldest first, dead letters left out."""
        ...

    async def acknowledge(self, store: Store, done: Sequence[tuple[str, str, int]]) -> None:
        """Remove outbox rows whose version is not newer than what was projected."""
        ...

    async def record_failure(self, store: Store, key: tuple[str, str], what: str) -> None:
        """Count a failed projection; after 8 the row is a dead letter, which is shown, and blocks nothing."""
        ...

    async def dead_letters(self, store: Store, *, limit: int = 100) -> list[tuple[str, str, str]]:
        """What a store could not take: (kind, id, what went wrong last), oldest first."""
        ...

    async def dead_letter_count(self, store: Store) -> int:
        """How many of them there are."""
        ...

    async def behind(self, store: Store) -> int:
        """How many outbox rows wait for a store, dead letters left out."""
        ...

    async def enqueue(self, store: Store, keys: Sequence[tuple[str, str]]) -> None:
        """Write outbox rows at the present version, with faults forgotten: what reconcile does with differences."""
        ...

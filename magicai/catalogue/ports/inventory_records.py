"""The inventory's ledger."""

from collections.abc import Sequence
from typing import Literal, Protocol

from magicai.catalogue.inventory.stock import (
    Change,
    Level,
    Line,
    Movement,
    Outgoing,
    Reservation,
    Shortage,
    Source,
    Stock,
    StockConflict,
    Taken,
)


class InventoryRecords(Protocol):
    """Stock that is never negative and never sold twice, whoever asks at once and whichever process dies.

    Every change has an event key: the same key changes nothing again and answers what it did. The same key with
    another request raises Conflict.
    """

    async def receive(self, owner_id: str, key: str, lines: Sequence[Line], *, note: str = "") -> list[Movement]:
        """Add units.

        Raises:
            Invalid: a line is not a quantity of an item.
            Conflict: the key belongs to another request.
        """
        ...

    async def correct(
        self, owner_id: str, key: str, lines: Sequence[Line], *, note: str = ""
    ) -> list[Movement] | Shortage:
        """Change what there is by positive or negative quantities; all lines or none."""
        ...

    async def sell(
        self, owner_id: str, key: str, lines: Sequence[Line], *, note: str = ""
    ) -> list[Movement] | Shortage:
        """Take units that nobody has reserved; all lines or none."""
        ...

    async def reserve(self, owner_id: str, key: str, lines: Sequence[Line], *, ttl_s: float) -> Reservation | Shortage:
        """Hold units for `ttl_s`; all lines or none. Lines of one item, and bundles that share it, are added up."""
        ...

    async def sell_reserved(self, owner_id: str, reservation_id: str) -> Reservation | Shortage:
        """Turn a reservation into a sale, once.

        One that expired is sold where its units are still free; otherwise nothing is sold, and a conflict says that
        a payment may have to be returned.

        Raises:
            NotFound: the owner has no such reservation.
            Conflict: it was released.
        """
        ...

    async def release(self, owner_id: str, reservation_id: str) -> Reservation:
        """Let go of a reservation; one that was sold stays so.

        Raises:
            NotFound: the owner has no such reservation.
        """
        ...

    async def set_bundle(self, owner_id: str, bundle: str, parts: Sequence[Line]) -> None:
        """Say what a bundle is made of; without parts, it is no bundle any more.

        Raises:
            Invalid: a part is a bundle, or the bundle has stock of its own.
        """
        ...

    async def stock(self, owner_id: str, items: Sequence[str]) -> list[Stock]:
        """What there is of items, in their order; of those that nobody has counted, nothing."""
        ...

    async def listed(self, owner_id: str, *, after: str = "", prefix: str = "", limit: int = 50) -> list[Stock]:
        """Items and bundles by name, from the one that follows `after`."""
        ...

    async def ledger(self, owner_id: str, item: str, *, before: int = 0, limit: int = 50) -> list[Movement]:
        """Movements of an item, the latest first; from those with a smaller number than `before`, where given."""
        ...

    async def audit(self, owner_id: str) -> list[str]:
        """Items whose stock is not the sum of their movements and reservations: none, or the ledger is damaged."""
        ...

    async def take_level(self, owner_id: str, source: str, level: Level) -> Taken:
        """Take over a source's count: on hand is that count with the changes that the source has yet to be told.

        Open reservations stay subtracted. A version before the latest one changes nothing.
        """
        ...

    async def take_change(self, owner_id: str, source: str, change: Change) -> Taken:
        """Take over a change of a source's count, once by its key, in any order."""
        ...

    async def outgoing(self, owner_id: str, source: str) -> list[Outgoing]:
        """What a source has yet to be told, one row per item; each is kept under its key until it is told."""
        ...

    async def told(self, owner_id: str, source: str, outgoing: Outgoing, level: Level | None) -> None:
        """A source has taken over a change, and has counted `level` since, where it says so."""
        ...

    async def conflicts(
        self, owner_id: str, *, resolved: bool | None = False, after: str = "", limit: int = 50
    ) -> list[StockConflict]:
        """Conflicts, the latest first, from the one that follows `after`."""
        ...

    async def resolve(self, owner_id: str, conflict_id: str) -> None:
        """A person has dealt with a conflict.

        Raises:
            NotFound: the owner has no such conflict.
        """
        ...

    async def add_source(self, source: Source) -> Source:
        """Keep a source under its owner and name; the same name replaces address and credentials, and keeps the id."""
        ...

    async def source(self, source_id: str) -> Source:
        """A source by its id.

        Raises:
            NotFound: there is none.
        """
        ...

    async def sources(self, owner_id: str) -> list[Source]:
        """An owner's sources by name."""
        ...

    async def remove_source(self, owner_id: str, name: str) -> Literal[True]:
        """Forget a source: its items keep what it counted last, and count on their own from then on.

        Raises:
            NotFound: the owner has no such source.
        """
        ...

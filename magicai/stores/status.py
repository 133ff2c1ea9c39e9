"""How far the other stores are behind the records."""

from dataclasses import dataclass

from magicai.ports import Records
from magicai.stores.backoff import recently_down
from magicai.stores.entity import STORES, Store

_FAR_BEHIND = 100


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """One store.

    Attributes:
        behind: how many changes it has not seen yet.
        refused: how many it could not take, however often they came.
        down: whether it did not answer lately.
    """

    store: Store
    behind: int
    refused: int
    down: bool

    @property
    def needs_attention(self) -> bool:
        """Whether an operator should look at it; every store is a little behind for a moment after each change."""
        return self.down or self.refused > 0 or self.behind >= _FAR_BEHIND


async def store_status(records: Records) -> list[StoreStatus]:
    """Every store that follows the records."""
    entities = records.entities
    return [
        StoreStatus(
            store,
            behind=await entities.behind(store),
            refused=await entities.dead_letter_count(store),
            down=await recently_down(records.leases, store),
        )
        for store in STORES
    ]

"""Products of the catalogue in the records, each known by its natural keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from magicai.catalogue.product import CatalogueProduct, SourceStatement


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of what was stated.

    Attributes:
        repeats: the place of this run's source at which the same product stood before; "" where it had not.
        contradicts: whether a person has to decide between sources.
    """

    product_id: str
    change: Literal["new", "changed", "same"]
    repeats: str = ""
    contradicts: bool = False


Sort = Literal["name", "price", "brand", "updated", "completeness"]


@dataclass(frozen=True, slots=True)
class Line:
    """A product's place in a sorted list.

    Attributes:
        key: what it is sorted by; 0 or "" where it has none.
    """

    key: str | int
    product_id: str


class CatalogueProducts(Protocol):
    """Products by their keys, and by the runs that found them. The products themselves are entities."""

    async def save(self, owner_id: str, run_id: str, stated: Sequence[SourceStatement]) -> list[Saved]:
        """Merge what sources state into the products that have the same keys, or make new ones, in one transaction.

        Concurrent calls never make two products of one. What repeats a product of the same run and source changes
        nothing.
        """
        ...

    async def replace(self, owner_id: str, products: Sequence[tuple[CatalogueProduct, int]]) -> list[str]:
        """Save products as the next version of the row that each was read from, in one transaction.

        From then on they are known by their new keys, too. Answers the ids of those that were changed or deleted
        meanwhile, and so are left as they are.
        """
        ...

    async def find(self, owner_id: str, keys: Sequence[str]) -> dict[str, str]:
        """Ids of products by those of these keys that are known."""
        ...

    async def of_run(self, run_id: str, *, after: str = "", limit: int = 500) -> list[str]:
        """Ids of a run's products, in their order, after that id."""
        ...

    async def of_other_runs(self, run_id: str, product_ids: Sequence[str]) -> set[str]:
        """Those of the products that another run found or confirmed, too."""
        ...

    async def count_of_run(self, run_id: str) -> int:
        """How many products a run found or confirmed."""
        ...

    async def listed(
        self,
        owner_id: str,
        *,
        sort: Sort | None,
        descending: bool,
        where: Mapping[str, Sequence[str]],
        among: Sequence[str] | None = None,
        after: Line | None = None,
        limit: int,
    ) -> list[Line]:
        """An owner's products in an order, those without what they are sorted by last; the newest first for None.

        Args:
            where: only those that have one of these values in each of these facets, state or `completeness`
                (`complete`, `incomplete`).
            among: only these ids, some thousands at most.
            after: the last line of the page before.
        """
        ...

    async def relist(self, owner_id: str, *, after: str, limit: int) -> str | None:
        """Bring some products' places up to date after families have changed; the `after` of the next call, or None."""
        ...

    async def delete(self, owner_id: str, product_ids: Sequence[str]) -> None:
        """Remove products with their keys; what is not there is passed over."""
        ...

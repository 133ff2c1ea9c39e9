"""Applies what a person has mapped to the products that are there, without waiting for the next run."""

from collections.abc import AsyncIterator
from functools import partial

from magicai.catalogue.categories.assigning import Assigner
from magicai.catalogue.entities import product_in
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import KIND
from magicai.catalogue.stored_products import StoredProduct, change_all
from magicai.values.times import now_us

_PAGE = 200


async def apply_mappings(records: CatalogueRecords, *, owner_id: str) -> int:
    """Give all of an owner's products the categories that are known now; answers how many changed."""
    assigner = await Assigner.of(records, owner_id=owner_id)
    assign = partial(assigner.assigned, run_id="", now=now_us())

    async def tell(_done: int) -> None: ...

    _, changed = await change_all(records, _products(records, owner_id), assign, owner_id=owner_id, tell=tell)
    return changed


async def _products(records: CatalogueRecords, owner_id: str) -> AsyncIterator[StoredProduct]:
    after: str | None = ""
    while after is not None:
        page = await records.entities.listed(owner_id, KIND, after=after, limit=_PAGE)
        for row in page.items:
            if row.entity is not None:
                yield StoredProduct(product_in(row.entity), row.version)
        after = page.next

"""Applies what a person has mapped to the products that are there, without waiting for the next run."""

from functools import partial

from magicai.catalogue.categories.assigning import Assigner
from magicai.catalogue.entities import product_in
from magicai.catalogue.kept import change
from magicai.catalogue.product import KIND
from magicai.ports import Records
from magicai.values.times import now_us

_PAGE = 200


async def apply_mappings(records: Records, *, owner_id: str) -> int:
    """Give all of an owner's products the categories that are known now; answers how many changed."""
    assigner = await Assigner.of(records, owner_id=owner_id)
    assign = partial(assigner.assigned, run_id="", now=now_us())
    changed, after = 0, ""
    while True:
        page = await records.entities.listed(owner_id, KIND, after=after, limit=_PAGE)
        for row in page.items:
            if row.entity is None:
                continue
            product = product_in(row.entity)
            if assign(product) is not product:
                await change(records, product.product_id, assign, owner_id=owner_id)
                changed += 1
        if page.next is None:
            return changed
        after = page.next

"""Products as the records keep them: one, those of a run, and how one is changed while others may change it, too."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from magicai.catalogue.entities import product_in
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import KIND, CatalogueProduct
from magicai.errors import NotFound, Temporary
from magicai.ports import Records

_PAGE = 200
_TRIES = 20
_TELL_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product, and the version of its row, which a change names so that nobody's work is lost."""

    product: CatalogueProduct
    row: int


async def product_of(records: Records, product_id: str, *, owner_id: str) -> StoredProduct:
    """A product.

    Raises:
        NotFound: there is no such product of theirs.
    """
    found = await records.entities.get(KIND, product_id, owner_id=owner_id)
    assert found.entity is not None
    return StoredProduct(product_in(found.entity), found.version)


async def products_with_ids(records: Records, product_ids: Sequence[str], *, owner_id: str) -> dict[str, StoredProduct]:
    """An owner's products by their ids; those that are gone left out."""
    rows = await records.entities.present([(KIND, product_id) for product_id in dict.fromkeys(product_ids)])
    return {
        row.entity_id: StoredProduct(product_in(row.entity), row.version)
        for row in rows
        if row.entity is not None and row.owner_id == owner_id
    }


async def products_of_run(records: CatalogueRecords, run_id: str, *, owner_id: str) -> AsyncIterator[StoredProduct]:
    """The products that a run found or confirmed, in the order of their ids; those deleted since left out."""
    async for page in pages_of_run(records, run_id, owner_id=owner_id):
        for kept in page:
            yield kept


async def pages_of_run(records: CatalogueRecords, run_id: str, *, owner_id: str) -> AsyncIterator[list[StoredProduct]]:
    """The same some hundred at a time, for what is read or written of all of them at once."""
    after = ""
    while ids := await records.catalogue.of_run(run_id, after=after, limit=_PAGE):
        rows = await records.entities.present([(KIND, product_id) for product_id in ids])
        yield [
            StoredProduct(product_in(row.entity), row.version)
            for row in rows
            if row.entity is not None and row.owner_id == owner_id
        ]
        after = ids[-1]


async def change(
    records: CatalogueRecords, product_id: str, of: Callable[[CatalogueProduct], CatalogueProduct], *, owner_id: str
) -> CatalogueProduct:
    """Change a product as it is now, again where somebody else changed it meanwhile.

    Args:
        of: gives the product as it should be; the same object where nothing changes.

    Raises:
        NotFound: there is no such product of theirs.
        Temporary: others change it all the time.
    """
    for _ in range(_TRIES):
        kept = await product_of(records, product_id, owner_id=owner_id)
        changed = of(kept.product)
        if changed is kept.product or not await records.catalogue.replace(owner_id, [(changed, kept.row)]):
            return changed
    raise Temporary("product_being_changed", product_id=product_id)


async def change_all(
    records: CatalogueRecords,
    products: AsyncIterator[StoredProduct],
    of: Callable[[CatalogueProduct], CatalogueProduct],
    *,
    owner_id: str,
    tell: Callable[[int], Awaitable[None]],
) -> tuple[int, int]:
    """Change many products, some hundred in one transaction; answers how many there are, and how many changed.

    Args:
        of: gives a product as it should be; the same object where nothing changes.
        tell: hears now and then how many have been looked at.
    """
    done = changed = 0
    part: list[tuple[CatalogueProduct, int]] = []

    async def write() -> None:
        for product_id in await records.catalogue.replace(owner_id, part) if part else ():
            with suppress(NotFound):  # deleted meanwhile
                await change(records, product_id, of, owner_id=owner_id)
        part.clear()
        await tell(done)

    async for kept in products:
        done += 1
        new = of(kept.product)
        if new is not kept.product:
            changed += 1
            part.append((new, kept.row))
        if len(part) == _PAGE or done % _TELL_EVERY == 0:
            await write()
    await write()
    return done, changed

"""What is recommended, with the products that are meant: the same for API, page and command line."""

from collections.abc import Sequence
from dataclasses import dataclass

from magicai.catalogue.items import names_of, products_called
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.recommendations.choosing import Reason, Recommended
from magicai.catalogue.recommendations.recommender import Recommender, Together
from magicai.catalogue.recommendations.similar import KIND, similar_in
from magicai.catalogue.stored_products import StoredProduct, product_of
from magicai.stores.entities import find

# One product may stand in events under several names.
_SPARE = 3


@dataclass(frozen=True, slots=True)
class Suggested:
    """An item that is recommended, and why.

    Attributes:
        item: the product's id, or what events call an item that is not in the catalogue.
        because: likewise, the item that says the most for it.
        kept: the product.
    """

    item: str
    score: float
    reason: Reason
    because: str
    kept: StoredProduct | None


async def similar_to(records: CatalogueRecords, product_id: str, *, owner_id: str, count: int = 10) -> list[Suggested]:
    """Similar products, by what is known of them and who viewed both, as of the last run that changed the product.

    Raises:
        NotFound: there is no such product of theirs.
    """
    await product_of(records, product_id, owner_id=owner_id)
    kept = await find(records.entities, KIND, product_id, owner_id=owner_id)
    similar = similar_in(kept) if kept is not None else ()
    found = [Recommended(one.product_id, one.score, one.reason, one.because) for one in similar]
    shown = await _with_products(records, found, owner_id=owner_id, count=count)
    return [one for one in shown if one.kept is not None]


async def together_with(
    records: CatalogueRecords, recommender: Recommender, item: str, kind: Together, *, owner_id: str, count: int = 10
) -> list[Suggested]:
    """What is viewed or bought together with an item, whatever it is called by."""
    mine = (await products_called(records, [item], owner_id=owner_id)).get(item)
    names = [item] if mine is None else names_of(mine.product)
    found = await recommender.together(names, kind, count=_SPARE * count)
    return await _with_products(records, found, owner_id=owner_id, count=count, without=names)


async def for_person(
    records: CatalogueRecords, recommender: Recommender, person: str, *, owner_id: str, count: int = 10
) -> list[Suggested]:
    """What a person may want, because of what they viewed and bought; none of that, under no name."""
    had = await records.interactions.of_person(owner_id, person)
    known = await products_called(records, [one.item for one in had], owner_id=owner_id)
    names = {one.item for one in had} | {name for kept in known.values() for name in names_of(kept.product)}
    found = await recommender.for_person(person, count=_SPARE * count)
    return await _with_products(records, found, owner_id=owner_id, count=count, without=[*names])


async def _with_products(
    records: CatalogueRecords,
    found: Sequence[Recommended],
    *,
    owner_id: str,
    count: int,
    without: Sequence[str] = (),
) -> list[Suggested]:
    """The first of them, each product once."""
    names = [name for one in found for name in (one.item, one.because)]
    known = await products_called(records, names, owner_id=owner_id)
    shown: dict[str, Suggested] = {}
    for one in found:
        kept, because = known.get(one.item), known.get(one.because)
        item = one.item if kept is None else kept.product.product_id
        if item not in shown and item not in without and one.item not in without:
            cause = one.because if because is None else because.product.product_id
            shown[item] = Suggested(item, one.score, one.reason, cause, kept)
    return [*shown.values()][:count]

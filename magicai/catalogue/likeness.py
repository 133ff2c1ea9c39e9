"""Products that may be the same, told by their names: a suggestion for a person, never a reason to join them."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from magicai.catalogue.entities import product_in
from magicai.catalogue.keys import contradict, natural_keys
from magicai.catalogue.product import KIND, CatalogueProduct
from magicai.catalogue.stored_products import StoredProduct
from magicai.ports import Records, SearchIndex
from magicai.shops.product_keys import folded

_LEAST = 0.85
_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Alike:
    """A product that may be the same, and how alike the names are, 0 to 1."""

    kept: StoredProduct
    likeness: float


async def alike(records: Records, search: SearchIndex, product: CatalogueProduct) -> list[Alike]:
    """Products of the same owner with nearly the same name and the same numbers in it, the likeliest first.

    One whose GTIN, SKU or model differs is another product.
    """
    hits = await search.search(
        product.values.name, owner_id=product.owner_id, kinds=(KIND,), match="any", limit=_LOOKED_AT
    )
    keys = [(KIND, hit.entity_id) for hit in hits if hit.entity_id != product.product_id]
    found: list[Alike] = []
    for row in await records.entities.present(keys):
        if row.entity is None or row.owner_id != product.owner_id:
            continue
        other = product_in(row.entity)
        likeness = likeness_of(product, other)
        if likeness >= _LEAST:
            found.append(Alike(StoredProduct(other, row.version), likeness))
    return sorted(found, key=lambda one: -one.likeness)


def likeness_of(one: CatalogueProduct, other: CatalogueProduct) -> float:
    """How alike two products' names are, 0 to 1; 0 where anything says that they are two."""
    names = [folded(product.values.name) for product in (one, other)]
    numbers = [sorted(word for word in name.split() if any(map(str.isdigit, word))) for name in names]
    keys = [natural_keys(product.values) for product in (one, other)]
    if numbers[0] != numbers[1] or contradict(keys[0], keys[1], "url:"):
        return 0.0
    words = [" ".join(sorted(name.split())) for name in names]
    return SequenceMatcher(None, words[0], words[1], autojunk=False).ratio()

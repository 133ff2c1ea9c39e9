"""What tills, shops and orders call a product: its SKU, a variant's, its GTIN, its address, or its id here."""

from collections.abc import Sequence

from magicai.catalogue.entities import product_in
from magicai.catalogue.inventory.stock import Stock
from magicai.catalogue.keys import item_key
from magicai.catalogue.ports import CatalogueRecords
from magicai.catalogue.product import KIND, CatalogueProduct
from magicai.catalogue.stored_products import StoredProduct
from magicai.shops.product_keys import gtin_key, url_key


def numbers_of(product: CatalogueProduct) -> list[str]:
    """Its SKU, those of its variants, and its GTINs: what stock is counted by; its id where it has none."""
    variants = product.values.variants
    numbers = (product.values.sku, *(one.sku for one in variants), product.values.gtin, *(one.gtin for one in variants))
    return list(dict.fromkeys(number for number in numbers if number)) or [product.product_id]


def names_of(product: CatalogueProduct) -> list[str]:
    """All by which it may be called."""
    names = (product.product_id, *numbers_of(product), product.values.url)
    return list(dict.fromkeys(name for name in names if name))


async def products_called(
    records: CatalogueRecords, names: Sequence[str], *, owner_id: str
) -> dict[str, StoredProduct]:
    """A user's products by what others call them; what is no product of theirs is left out."""
    keys = {name: _keys(name) for name in dict.fromkeys(names)}
    known = await records.catalogue.find(owner_id, [key for some in keys.values() for key in some])
    ids = {name: next((known[key] for key in some if key in known), name) for name, some in keys.items()}
    products = {
        row.entity.entity_id: StoredProduct(product_in(row.entity), row.version)
        for row in await records.entities.present([(KIND, fromkey) for fromkey in dict.fromkeys(ids.values())])
        if row.entity is not None and row.owner_id == owner_id
    }
    return {name: products[product_id] for name, product_id in ids.items() if product_id in products}


async def stock_of(records: CatalogueRecords, product: CatalogueProduct) -> list[Stock]:
    """What there is of a product, by each of its numbers that is counted; none of its first, where none is."""
    numbers = numbers_of(product)
    return await records.inventory.stock(product.owner_id, numbers) or [Stock(numbers[0], on_hand=0, reserved=0)]


def _keys(name: str) -> list[str]:
    if "://" in name:
        return [f"url:{url_key(name)}"]
    return [item_key(name), *([f"gtin:{gtin_key(name)}"] if name.isdecimal() else [])]

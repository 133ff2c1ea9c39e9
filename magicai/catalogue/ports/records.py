"""The records with what only the catalogue has in them."""

from typing import Protocol

from magicai.catalogue.ports.image_records import ImageRecords
from magicai.catalogue.ports.interactions import InteractionRecords
from magicai.catalogue.ports.inventory_records import InventoryRecords
from magicai.catalogue.ports.product_records import CatalogueProducts
from magicai.shops.ports import ShopRecords


class CatalogueRecords(ShopRecords, Protocol):
    """The truth, of shops and of the catalogue too."""

    catalogue: CatalogueProducts
    inventory: InventoryRecords
    images: ImageRecords
    interactions: InteractionRecords

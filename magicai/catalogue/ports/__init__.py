"""What the catalogue needs from the outside, beside the ports that all subjects share."""

from magicai.catalogue.ports.image_records import ImageRecords
from magicai.catalogue.ports.images import ImageFormat, ImageProcessor, ProcessedImage, Rendition
from magicai.catalogue.ports.interactions import (
    Interaction,
    InteractionCounters,
    InteractionKind,
    InteractionRecords,
)
from magicai.catalogue.ports.inventory_records import InventoryRecords
from magicai.catalogue.ports.outside_stock import Credentials, OutsideStock, StockSources
from magicai.catalogue.ports.product_records import CatalogueProducts, Line, Saved, Sort
from magicai.catalogue.ports.records import CatalogueRecords
from magicai.catalogue.ports.shop_system import OpenShopSystem, ShopSystem

__all__ = [
    "CatalogueProducts",
    "CatalogueRecords",
    "Credentials",
    "ImageFormat",
    "ImageProcessor",
    "ImageRecords",
    "Interaction",
    "InteractionCounters",
    "InteractionKind",
    "InteractionRecords",
    "InventoryRecords",
    "Line",
    "OpenShopSystem",
    "OutsideStock",
    "ProcessedImage",
    "Rendition",
    "Saved",
    "ShopSystem",
    "Sort",
    "StockSources",
]

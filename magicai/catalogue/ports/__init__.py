"""What the catalogue needs from the outside, beside the ports that all subjects share."""

from magicai.catalogue.ports.inventory_records import InventoryRecords
from magicai.catalogue.ports.records import CatalogueRecords

__all__ = ["CatalogueRecords", "InventoryRecords"]

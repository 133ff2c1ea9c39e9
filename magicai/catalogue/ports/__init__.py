"""What the catalogue needs from the outside, beside the ports that all subjects share."""

from magicai.catalogue.ports.product_records import CatalogueProducts, CatalogueRecords, Saved

__all__ = ["CatalogueProducts", "CatalogueRecords", "Saved"]

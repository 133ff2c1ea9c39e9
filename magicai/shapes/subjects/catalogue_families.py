"""What goes out of the routes about families and completeness."""

from magicai.catalogue.completeness import ChannelCompleteness, Completeness
from magicai.catalogue.families import NamedFamily
from magicai.paging import Page
from magicai.shapes.base import Shown


class FamilyList(Page[NamedFamily]):
    """Families, by name."""


class CompletenessShown(Shown):
    """What products lack for each channel and language.

    Attributes:
        standard: whether these are the requirements that come with MagicAI, since the user has no family.
    """

    standard: bool
    channels: list[ChannelCompleteness]


class ProductCompleteness(Shown):
    """What one product lacks for each channel and language."""

    product_id: str
    standard: bool
    channels: list[Completeness]

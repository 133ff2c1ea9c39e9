"""The three shapes of a product: what one place states of it, the product, and its row.

An `Observation` is checked where it enters the records, a `Product` is joined of observations (merging.py), and its row
is what numbers are computed from (`offers` in the records) and what a table export has (report/product_rows.py). The
catalogue's products have the same data (magicai/catalogue/product.py).
"""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from magicai.values.money import DecimalString
from magicai.values.times import IsoTime


class Availability(StrEnum):
    """Availability; `unknown` if the page does not say."""

    IN_STOCK = "in_stock"
    OUT_OF_STOCK = "out_of_stock"
    PREORDER = "preorder"
    BACKORDER = "backorder"
    UNKNOWN = "unknown"


class Seen(StrEnum):
    """What a crawl found out about a product that is or was there."""

    SEEN = "seen"
    GONE = "gone"
    NOT_VISITED = "not_visited"


class Source(StrEnum):
    """How a page stated something, the most reliable first."""

    SHOP_API = "shop_api"  # Shopify's products.json, WooCommerce's Store API
    FEED = "feed"
    JSON_LD = "json_ld"
    MICRODATA = "microdata"
    RDFA = "rdfa"
    HYDRATION = "hydration"
    PAGE = "page"  # a single product's page, read from its HTML
    OPENGRAPH = "opengraph"
    CARDS = "cards"  # repeated cards of a listing
    TABLE = "table"


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rating(_Strict):
    """A mean rating and how many gave one."""

    value: float
    count: int | None = None


class Provenance(_Strict):
    """Where a field came from.

    Attributes:
        url: the page that states it.
        source: how it states it.
        digest: SHA-256 of the page's body, under which Files keeps it.
        at: ISO 8601, UTC.
    """

    url: str
    source: Source
    digest: str
    at: IsoTime


class Variant(_Strict):
    """One of a product's kinds: a size, a colour."""

    name: str
    sku: str | None = None
    gtin: str | None = None
    price: DecimalString | None = None
    currency: str | None = None
    list_price: DecimalString | None = None
    availability: Availability = Availability.UNKNOWN


class ProductData(BaseModel, frozen=True):
    """What can be known of a product; None or empty where nothing states it.

    Attributes:
        url: of its own page.
        listing_id: the id in its address, by which its shop lists it; its `sku` only where the page says so.
        category: as its shop calls it, outermost first.
    """

    name: str
    url: str
    brand: str | None = None
    gtin: str | None = None
    sku: str | None = None
    listing_id: str | None = None
    price: DecimalString | None = None
    currency: str | None = None
    list_price: DecimalString | None = None
    availability: Availability | None = None
    category: tuple[str, ...] = ()
    rating: Rating | None = None
    images: tuple[str, ...] = ()
    description: str | None = None
    variants: tuple[Variant, ...] = ()

    def shared(self) -> dict[str, Any]:
        """These fields by name, without those that a kind of product adds."""
        return {name: getattr(self, name) for name in ProductData.model_fields}


# Text, a number, a truth, a list of texts, or an amount of money (`amount` a decimal string, `currency` or null).
FieldValue = str | int | float | bool | tuple[str, ...] | dict[str, str | None] | None
FieldSource = Literal["structured", "label", "selector", "model"]


class FieldProvenance(_Strict):
    """Where the value of a custom field came from.

    Attributes:
        source: structured data, a label beside it, its place as a model showed it on another page, or the model itself,
            which copied it from this page.
        quote: the page's text in which it stands.
        digest: as of `Provenance`.
    """

    url: str
    source: FieldSource
    quote: str
    digest: str


class Product(ProductData, frozen=True, extra="forbid"):
    """A product of a shop, as a crawl found it.

    Attributes:
        fields: those that the run was asked for, by name; None where the product's page gives none.
        field_provenance: of those that have a value.
    """

    id: str
    availability: Availability = Availability.UNKNOWN
    seen: Seen = Seen.SEEN
    provenance: dict[str, Provenance] = Field(default_factory=dict[str, Provenance])
    fields: dict[str, FieldValue] = Field(default_factory=dict[str, FieldValue])
    field_provenance: dict[str, FieldProvenance] = Field(default_factory=dict[str, FieldProvenance])

    @property
    def found_at(self) -> str:
        """Its own page, or where it was stated if it has none; empty if that is unknown."""
        stated = self.provenance.get("name")
        return self.url or (stated.url if stated else "")


@dataclass(slots=True)
class Observation:
    """What one place on one page states of one product; unstated fields are None or empty.

    Attributes:
        url: the product's own address, absolute and canonical where the page names one.
        name: never empty.
        page_url, digest, at_us: the page that was read, its body's SHA-256, when.
        sign: the price's sign as written, where the page alone leaves its currency open.
        own_page: whether that page is about this product alone, rather than a list on which it stands.
        alternates: addresses of the same page for other languages and markets, as it states itself.
    """

    url: str
    name: str
    source: Source
    page_url: str = ""
    digest: str = ""
    at_us: int = 0
    own_page: bool = False
    price: Decimal | None = None
    currency: str | None = None
    sign: str = ""
    list_price: Decimal | None = None
    availability: Availability | None = None
    sku: str | None = None
    listing_id: str | None = None
    gtin: str | None = None
    brand: str | None = None
    category: tuple[str, ...] = ()
    rating: Rating | None = None
    images: tuple[str, ...] = ()
    description: str | None = None
    alternates: tuple[str, ...] = ()
    variants: list[Variant] = field(default_factory=lambda: [])

    def as_variant(self, name: str = "") -> Variant:
        """One of the kinds of a product that is stated kind by kind.

        Args:
            name: what tells it from the others; by default its own name.
        """
        return Variant(
            name=name or self.name,
            sku=self.sku,
            gtin=self.gtin,
            price=self.price,
            currency=self.currency,
            list_price=self.list_price,
            availability=self.availability or Availability.UNKNOWN,
        )

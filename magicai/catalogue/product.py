"""A product of the catalogue, what one source states of it, and where each value came from."""

from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from magicai.shops.product import ProductData
from magicai.values.times import Moment

KIND = "catalogue_product"
MOST_CHANGES = 50


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class State(StrEnum):
    """`review`: sources contradict each other, and a person has not decided yet."""

    READY = "ready"
    REVIEW = "review"


class OriginKind(StrEnum):
    """What stated a value."""

    PAGE = "page"
    FILE = "file"
    FEED = "feed"
    SHOP = "shop"  # a crawl of it
    SYSTEM = "system"  # the system that a shop runs on, by its API
    TEXT = "text"  # read out of a description
    MAPPING = "mapping"  # a person mapped the shop's category
    LEARNED = "learned"  # by products whose category is known
    CONTENT = "content"  # a text that was written of what is known, and checked
    USER = "user"


class Origin(_Model):
    """Where a value came from.

    Attributes:
        source: which source, so that it may replace what it stated before: a shop, a file, a feed, a user.
        place: for people: an address, `products.csv, row 12`.
        confidence: 0 to 1.
    """

    kind: OriginKind
    source: str
    place: str
    at: Moment
    confidence: float = 1.0


class Attribute(_Model):
    """Something that a product has: a text, a number, yes or no, or a quantity in a unit."""

    name: str
    kind: Literal["text", "number", "flag", "quantity"]
    value: str | float | bool
    unit: str = ""
    origin: Origin | None = None


class Category(_Model):
    """A category of the taxonomy; path outermost first."""

    id: str
    path: tuple[str, ...]


class Values(ProductData, frozen=True):
    """What is known of a product of the catalogue.

    Attributes:
        shop: its host, "" of a file of one's own.
        taxonomy: its category of the taxonomy.
        language: BCP 47.
    """

    name: str = ""
    url: str = ""
    model: str | None = None
    shop: str = ""
    taxonomy: Category | None = None
    language: str = ""
    attributes: tuple[Attribute, ...] = ()

    @property
    def category_path(self) -> tuple[str, ...]:
        """Its category of the taxonomy, or else as its shop calls it; outermost first, empty where neither is known."""
        return self.category if self.taxonomy is None else self.taxonomy.path


FIELDS: tuple[str, ...] = tuple(Values.model_fields)
# One amount in two currencies is two prices: they come from one place, or not at all.
OFFER: tuple[str, ...] = ("price", "currency", "list_price")


class PageState(_Model):
    """The page that a product was read from, so that it need not be read again while it is the same."""

    url: str
    digest: str
    etag: str = ""
    last_modified: str = ""


class SystemPlace(_Model):
    """A product of a connected shop.

    Attributes:
        name, address: the connection's.
        product_id: the shop's.
    """

    name: str
    address: str
    product_id: str


class SourceStatement(_Model):
    """What one place of one source states of one product.

    Attributes:
        item: what tells it from everything else of its source: an id, a handle; "" where it has none.
        reviews: texts of customers, as they wrote them.
        system: whose product it is, where a connected shop states it.
    """

    values: Values
    origin: Origin
    item: str = ""
    page: PageState | None = None
    reviews: tuple[str, ...] = ()
    system: SystemPlace | None = None


class Change(_Model):
    """One version of a product: what it changed, from what to what.

    Attributes:
        by: `user:ID`, `run:ID`.
        note: such as `undo 3`; "" of most.
    """

    number: int
    at: Moment
    by: str
    fields: dict[str, tuple[Any, Any]]
    note: str = ""


class Candidate(_Model):
    """A value that a source states; of an offer, price and currency."""

    value: Any
    origin: Origin


class Contradiction(_Model):
    """A field of which sources state different values; the first is the one in use."""

    field: str
    values: tuple[Candidate, ...]


class CatalogueProduct(_Model):
    """A product with its versions.

    Attributes:
        origins, origin_of: where each field's value came from: a place in `origins` by field.
        changes: the latest versions, the last one last; the first says who made it.
        contradictions: what a person has to decide.
        ids: what tells it from everything else of a source, by source.
        pages: those that it was read from, by the key of their address.
        reviews: texts of customers, those that its sources stated last.
        raw: of fields that were cleaned, the digest of what the source stated.
        parts: what other steps keep with it, by their own names.
    """

    product_id: str
    owner_id: str
    values: Values
    origins: tuple[Origin, ...] = ()
    origin_of: dict[str, int] = {}
    number: int = 0
    changes: tuple[Change, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    ids: dict[str, str] = {}
    pages: dict[str, PageState] = {}
    reviews: tuple[str, ...] = ()
    raw: dict[str, str] = {}
    parts: dict[str, Any] = {}

    @property
    def state(self) -> State:
        """Whether a person has something to decide."""
        return State.REVIEW if self.contradictions else State.READY

    @property
    def updated_at(self) -> int:
        """When its latest version was made; 0 of none."""
        return self.changes[-1].at if self.changes else 0

    def origin(self, field: str) -> Origin | None:
        """Where a field's value came from; None where it has none."""
        place = self.origin_of.get(field)
        return None if place is None else self.origins[place]

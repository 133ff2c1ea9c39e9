"""What goes in and out of the routes about stock."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, StringConstraints

from magicai.catalogue.inventory.stock import Line, Source
from magicai.catalogue.ports import Credentials
from magicai.messages import Message
from magicai.paging import Page
from magicai.runs.column_mappings import Columns
from magicai.shapes.base import Body, Shown
from magicai.values.times import Moment

_MOST = 1_000_000_000
_Item = Annotated[str, Field(min_length=1, max_length=200)]
_Key = Annotated[str, Field(min_length=1, max_length=200, description="Event key: the same key counts once.")]


class StockLine(Body):
    """A quantity of an item or bundle."""

    item: _Item
    quantity: Annotated[int, Field(ge=-_MOST, le=_MOST)]

    @property
    def line(self) -> Line:
        """As the inventory takes it."""
        return Line(self.item, self.quantity)


_Lines = Annotated[list[StockLine], Field(min_length=1, max_length=500)]


class NewMovement(Body):
    """Units that came in, were sold, or were counted differently; all lines or none."""

    key: _Key
    kind: Literal["receipt", "sale", "correction"]
    lines: _Lines
    note: Annotated[str, Field(max_length=500)] = ""


class NewReservation(Body):
    """Units to hold; all lines or none."""

    key: _Key
    lines: _Lines
    ttl_s: Annotated[float, Field(gt=0, le=31_622_400, description="How long, in seconds.")] = 1800


class BundleParts(Body):
    """What a bundle is made of; without parts, it is no bundle any more."""

    bundle: _Item
    parts: Annotated[list[StockLine], Field(max_length=500)]


class NewSource(Body):
    """A system that counts stock."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    kind: Literal["shopify", "woocommerce", "webhook", "csv"]
    url: Annotated[str, Field(max_length=2000)] = ""
    location: Annotated[str, Field(max_length=40, description="Shopify's location id.")] = ""
    consumer_key: Annotated[str, Field(max_length=500, description="WooCommerce's consumer key.")] = ""
    secret: Annotated[str, Field(max_length=500, description="Access token, or consumer secret.")] = ""
    signing_secret: Annotated[str, Field(max_length=500, description="What its webhooks are signed with.")] = ""

    @property
    def credentials(self) -> Credentials:
        """Its secrets."""
        return Credentials(key=self.consumer_key, secret=self.secret, signing=self.signing_secret)


class ImportedStock(Body):
    """A CSV file of counts or changes."""

    text: str = Field(description="Its content, with a header: `item`, and `quantity` or `change`.")
    source: Annotated[
        str, StringConstraints(min_length=1, max_length=80), Field(description="Who counts; added if it is new.")
    ] = "csv"
    file: Annotated[str, Field(max_length=200, description="What the file is called.")] = "stock.csv"
    columns: Columns = Field(default={})


class LineShown(Shown):
    """A quantity of an item."""

    item: str
    quantity: int


class StockShown(Shown):
    """What there is of an item."""

    item: str
    on_hand: int
    reserved: int
    available: int
    version: int
    source: str = Field(description="The source that counts it; empty for none.")
    bundle: list[LineShown] = Field(description="Parts, if it is a bundle.")


class StockList(Page[StockShown]):
    """Items by name."""


class ProductStock(BaseModel):
    """What there is of a product, by each of its numbers that is counted."""

    stock: list[StockShown]


class StockChecked(BaseModel):
    """Whether stock is the sum of its movements and reservations."""

    differing: list[str] = Field(description="Items of which it is not.")


class MovementShown(Shown):
    """A row of the ledger."""

    item: str
    number: int
    kind: str
    change: int
    reserved_change: int
    on_hand: int
    reserved: int
    event_key: str
    reservation_id: str
    note: str
    at: Moment


class MovementList(Page[MovementShown]):
    """Movements, the latest first."""


class MovementsMade(BaseModel):
    """What a request moved."""

    movements: list[MovementShown]


class ReservationShown(Shown):
    """Units that are held, sold or free again."""

    reservation_id: str
    state: str
    until: Moment
    lines: list[LineShown]


class StockConflictShown(Shown):
    """A contradiction, and the rule that decided."""

    conflict_id: str
    item: str
    kind: str
    details: str
    rule: str
    details_message: Message = Field(description="What `details` says.")
    rule_message: Message = Field(description="What `rule` says.")
    at: Moment
    resolved: bool


class StockConflictList(Page[StockConflictShown]):
    """Conflicts, the latest first."""


class SourceShown(BaseModel):
    """A system that counts stock, without its secrets."""

    name: str
    kind: str
    url: str
    location: str
    webhook: str = Field(description="Path that its webhooks go to.")

    @classmethod
    def of(cls, source: Source) -> "SourceShown":
        """The shape of a source."""
        path = f"/api/inventory/webhooks/{source.source_id}"
        return cls(name=source.name, kind=source.kind, url=source.url, location=source.location, webhook=path)


class SourceList(Page[SourceShown]):
    """Sources by name."""


class CountsTaken(BaseModel):
    """What became of a source's counts and changes, by outcome."""

    taken: int = 0
    repeated: int = 0
    late: int = Field(0, description="Older than what was known: ignored.")
    refused: int = Field(0, description="Another source counts the item.")


class SourceSynchronised(CountsTaken):
    """What a synchronisation did."""

    told: int = Field(description="Changes here that the source took over.")
    problems: list[str]


class RowSkipped(Shown):
    """A row of a file that was left out."""

    line: int
    why: str


class StockImported(CountsTaken):
    """What became of a file of counts or changes."""

    skipped: list[RowSkipped]
    mapping: dict[str, str] = Field(description="What was said of the file's columns, now or for an earlier one.")

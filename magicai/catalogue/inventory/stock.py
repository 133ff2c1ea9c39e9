"""Values of the inventory: what there is of an item, what moved it, and what is held for whom."""

from dataclasses import dataclass
from typing import Literal

from magicai.messages import Message

MovementKind = Literal["receipt", "reservation", "sale", "release", "expiry", "correction", "outside"]
ReservationState = Literal["open", "sold", "released", "expired"]
ConflictKind = Literal["oversold", "late_payment", "same_version", "negative", "other_source"]
Taken = Literal["taken", "repeated", "late", "refused"]


@dataclass(frozen=True, slots=True)
class Line:
    """A quantity of an item or bundle; of a correction, the change, which may be negative."""

    item: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Stock:
    """What there is of an item.

    Attributes:
        on_hand: units there, those reserved included.
        reserved: held by open reservations. More than `on_hand` only where stock outside fell below them.
        version: the number of its latest movement.
        source: the source that counts it, "" for none.
        bundle: the parts, where the item is a bundle: its quantities are those that its parts allow.
    """

    item: str
    on_hand: int
    reserved: int
    version: int = 0
    source: str = ""
    bundle: tuple[Line, ...] = ()

    @property
    def available(self) -> int:
        """Units that can still be reserved or sold."""
        return max(0, self.on_hand - self.reserved)


@dataclass(frozen=True, slots=True)
class Movement:
    """A row of the ledger.

    Attributes:
        number: counts the item's movements from 1.
        change: of `on_hand`.
        reserved_change: of `reserved`.
        on_hand: after it.
        reserved: after it.
        event_key: of the request that caused it.
        at: UTC microseconds.
    """

    item: str
    number: int
    kind: MovementKind
    change: int
    reserved_change: int
    on_hand: int
    reserved: int
    event_key: str
    reservation_id: str
    note: str
    at: int


@dataclass(frozen=True, slots=True)
class Reservation:
    """Units that are held until they are sold or released, or until the time is over.

    Attributes:
        lines: items, bundles taken apart, each once.
        until: UTC microseconds.
    """

    reservation_id: str
    lines: tuple[Line, ...]
    until: int
    state: ReservationState


@dataclass(frozen=True, slots=True)
class Shortage:
    """An item that there is not enough of."""

    item: str
    wanted: int
    available: int


@dataclass(frozen=True, slots=True)
class Level:
    """How many units a source has of an item, as of a version that grows with each of its changes."""

    item: str
    quantity: int
    version: int


@dataclass(frozen=True, slots=True)
class Change:
    """By how many units a source's stock changed.

    Attributes:
        key: of the event, unique within the source.
        version: of the source's stock after it, 0 where it has none.
    """

    item: str
    quantity: int
    key: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Changes of one item that its source has yet to be told.

    Attributes:
        push_key: unique; the same for every try.
    """

    push_key: str
    item: str
    quantity: int


@dataclass(frozen=True, slots=True)
class StockConflict:
    """Sources, reservations and payments that contradicted each other, and the rule that decided.

    Attributes:
        details: numbers and names by which a person can tell what happened.
        rule: what was done.
    """

    conflict_id: str
    item: str
    kind: ConflictKind
    details: Message
    rule: Message
    at: int
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where stock is counted outside.

    Attributes:
        kind: shopify, woocommerce, webhook or csv.
        url: its address, "" for what only sends.
        location: Shopify's location id, "" elsewhere.
        sealed: its credentials, by the seal of this installation.
    """

    source_id: str
    owner_id: str
    name: str
    kind: str
    url: str
    location: str
    sealed: str
    created_at: int

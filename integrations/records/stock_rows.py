"""Rows of stock.

Whoever changes items locks their rows first, in the order of their names, and then moves each by one conditional update
together with a row of the ledger.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, RowMapping, insert, select, update

from integrations.records import models
from integrations.records.database import add_new, alone
from magicai.catalogue.inventory.stock import Line, Movement, MovementKind, Shortage
from magicai.errors import Conflict, Invalid
from magicai.values.digest import digest_of

STOCK, MOVED, HELD = models.stock.c, models.stock_movements.c, models.stock_reservations.c
BUNDLE = models.bundles.c
MOST_UNITS = 1_000_000_000
_EVENT = models.stock_events.c
_MOST_LINES, _LONGEST = 500, 200


class Row:
    """An item's row while it is locked, as it stands after each movement."""

    def __init__(self, row: RowMapping) -> None:
        self.owner_id, self.item, self.source = str(row["owner_id"]), str(row["item"]), str(row["source"])
        self.on_hand, self.reserved, self.version = int(row["on_hand"]), int(row["reserved"]), int(row["version"])
        self.outside_quantity, self.outside_version = int(row["outside_quantity"]), int(row["outside_version"])

    @property
    def free(self) -> int:
        """Units that nobody holds; negative where more is held than there is."""
        return self.on_hand - self.reserved


def locked(connection: Connection, owner_id: str, items: Iterable[str], *, new: bool = False) -> dict[str, "Row"]:
    """The rows of items, locked in the order of their names.

    Args:
        new: make rows of those that have none.
    """
    wanted = sorted(set(items))
    if new:
        empty = {"on_hand": 0, "reserved": 0, "version": 0, "source": "", "outside_quantity": 0, "outside_version": 0}
        add_new(connection, models.stock, [{"owner_id": owner_id, "item": item, **empty} for item in wanted])
    query = select(models.stock).where(STOCK.owner_id == owner_id, STOCK.item.in_(wanted)).order_by(STOCK.item)
    found = connection.execute(query.with_for_update()).mappings()
    return {row["item"]: Row(row) for row in found}


def moved(
    connection: Connection,
    now: int,
    row: Row,
    kind: MovementKind,
    *,
    change: int = 0,
    reserved: int = 0,
    key: str = "",
    reservation_id: str = "",
    note: str = "",
) -> Movement:
    """Move an item, and say so in the ledger.

    Raises:
        Conflict: the row is not what was locked, or would become negative: nothing of the transaction is kept.
    """
    this = (STOCK.owner_id == row.owner_id, STOCK.item == row.item, STOCK.version == row.version)
    enough = (STOCK.on_hand + change >= 0, STOCK.reserved + reserved >= 0)
    changed = update(models.stock).where(*this, *enough)
    values = {"on_hand": STOCK.on_hand + change, "reserved": STOCK.reserved + reserved, "version": STOCK.version + 1}
    if not connection.execute(changed.values(values)).rowcount:
        raise Conflict("stock_changed", item=row.item)
    row.on_hand, row.reserved, row.version = row.on_hand + change, row.reserved + reserved, row.version + 1
    said = Movement(
        row.item, row.version, kind, change, reserved, row.on_hand, row.reserved, key, reservation_id, note, now
    )
    untold = change != 0 and row.source != "" and kind != "outside"
    values = {name: getattr(said, name) for name in Movement.__dataclass_fields__}
    connection.execute(
        insert(models.stock_movements).values(owner_id=row.owner_id, push_key="" if untold else None, **values)
    )
    return said


def expire(connection: Connection, now: int, owner_id: str, rows: Mapping[str, Row], *, but: str = "") -> None:
    """Let go of reservations of locked items whose time is over."""
    these = (HELD.owner_id == owner_id, HELD.item.in_(rows), HELD.state == "open", HELD.until <= now)
    query = select(HELD.reservation_id, HELD.item, HELD.quantity).where(*these, HELD.reservation_id != but)
    for reservation_id, item, units in connection.execute(query.order_by(HELD.until)).all():
        one = (HELD.owner_id == owner_id, HELD.reservation_id == reservation_id, HELD.item == item)
        connection.execute(update(models.stock_reservations).where(*one).values(state="expired"))
        moved(connection, now, rows[item], "expiry", reserved=-units, reservation_id=reservation_id)


def refuse_bundles(connection: Connection, owner_id: str, items: Iterable[str]) -> None:
    """Raise Invalid where one is a bundle: only its parts are counted."""
    wanted = list(items)
    query = select(BUNDLE.bundle).where(BUNDLE.owner_id == owner_id, BUNDLE.bundle.in_(wanted)).limit(1)
    if (bundle := connection.execute(query).scalar()) is not None:
        raise Invalid("item_is_bundle", bundle=bundle)


def keep_event(
    connection: Connection, now: int, owner_id: str, key: str, asked: object, *, reservation_id: str = ""
) -> None:
    """Keep an event that is not there yet under its key."""
    event = {"owner_id": owner_id, "event_key": key, "digest": _digest(asked)}
    connection.execute(insert(models.stock_events).values(**event, reservation_id=reservation_id, at=now))


def earlier(connection: Connection, owner_id: str, key: str, asked: object) -> str | None:
    """The reservation of an event that is there already, "" where it made none; whoever has its key next waits."""
    if not 0 < len(key) <= _LONGEST:
        raise Invalid("event_key_invalid", count=len(key), limit=_LONGEST)
    alone(connection, "stock event", owner_id, key)
    query = select(_EVENT.digest, _EVENT.reservation_id).where(_EVENT.owner_id == owner_id, _EVENT.event_key == key)
    row = connection.execute(query).first()
    if row is None:
        return None
    if row.digest != _digest(asked):
        raise Conflict("event_key_reused", key=key)
    return str(row.reservation_id)


def _digest(asked: object) -> str:
    return digest_of(repr(asked))


def summed(lines: Sequence[Line], *, least: int) -> dict[str, int]:
    """Demand per item, over all lines."""
    if not 0 < len(lines) <= _MOST_LINES:
        raise Invalid("line_count_invalid", count=len(lines), limit=_MOST_LINES)
    demand = Counter[str]()
    for line in lines:
        check_item(line.item)
        if not least <= line.quantity <= MOST_UNITS:
            raise Invalid("quantity_invalid", quantity=line.quantity, item=line.item, minimum=least)
        demand[line.item] += line.quantity
    return dict(sorted(demand.items()))


def check_item(item: str) -> None:
    """Let the name of an item pass.

    Raises:
        Invalid: it is empty, too long, or has characters that can't be printed.
    """
    if not 0 < len(item) <= _LONGEST or not item.isprintable() or not item.strip():
        raise Invalid("item_name_invalid", item=item[:80], limit=_LONGEST)


def apart(connection: Connection, owner_id: str, demand: Mapping[str, int]) -> dict[str, int]:
    """The same demand, bundles taken apart."""
    whole, parts = Counter[str](), parts_of(connection, owner_id, list(demand))
    for item, units in demand.items():
        for line in parts.get(item, (Line(item, 1),)):
            whole[line.item] += units * line.quantity
    return dict(sorted(whole.items()))


def parts_of(connection: Connection, owner_id: str, items: Sequence[str]) -> dict[str, tuple[Line, ...]]:
    """What those of the items that are bundles are made of."""
    query = select(models.bundles).where(BUNDLE.owner_id == owner_id, BUNDLE.bundle.in_(items))
    found: dict[str, tuple[Line, ...]] = {}
    for row in connection.execute(query.order_by(BUNDLE.bundle, BUNDLE.item)).mappings():
        found[row["bundle"]] = (*found.get(row["bundle"], ()), Line(row["item"], row["quantity"]))
    return found


def short_of(rows: Mapping[str, Row], demand: Mapping[str, int]) -> Shortage | None:
    """The first item that there is not enough of."""
    for item, units in demand.items():
        free = rows[item].free if item in rows else 0
        if free < units:
            return Shortage(item, units, max(0, free))
    return None

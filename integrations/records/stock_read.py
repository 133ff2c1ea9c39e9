"""What there is of items, and what moved them."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, RowMapping, func, select

from integrations.records import models
from integrations.records.stock_rows import BUNDLE, HELD, MOVED, STOCK, Row, parts_of
from magicai.catalogue.inventory.stock import Line, Movement, Stock


def movements_of(connection: Connection, owner_id: str, key: str) -> list[Movement]:
    """What an event moved."""
    query = select(models.stock_movements).where(MOVED.owner_id == owner_id, MOVED.event_key == key)
    return [as_movement(row) for row in connection.execute(query.order_by(MOVED.item)).mappings()]


def as_movement(row: RowMapping) -> Movement:
    """A movement of its row."""
    return Movement(**{name: row[name] for name in Movement.__dataclass_fields__})


def stock(connection: Connection, now: int, owner_id: str, items: Sequence[str]) -> list[Stock]:
    """What there is of items; reservations whose time is over hold nothing."""
    parts = parts_of(connection, owner_id, items)
    wanted = {*items, *(line.item for lines in parts.values() for line in lines)}
    query = select(models.stock).where(STOCK.owner_id == owner_id, STOCK.item.in_(wanted))
    rows = {row["item"]: Row(row) for row in connection.execute(query).mappings()}
    overdue = (HELD.owner_id == owner_id, HELD.item.in_(rows), HELD.state == "open", HELD.until <= now)
    over = select(HELD.item, func.sum(HELD.quantity)).where(*overdue).group_by(HELD.item)
    free_again = {item: int(units) for item, units in connection.execute(over)}
    found = {
        item: Stock(item, row.on_hand, row.reserved - free_again.get(item, 0), row.version, row.source)
        for item, row in rows.items()
    }
    for bundle, lines in parts.items():
        found[bundle] = _as_bundle(bundle, lines, found)
    return [found[item] for item in items if item in found]


def listed(
    connection: Connection, now: int, owner_id: str, *, after: str = "", prefix: str = "", limit: int = 50
) -> list[Stock]:
    """Items and bundles by name."""
    counted = select(STOCK.item.label("name")).where(STOCK.owner_id == owner_id)
    bundled = select(BUNDLE.bundle.label("name")).where(BUNDLE.owner_id == owner_id)
    names = counted.union(bundled).subquery().c.name
    query = select(names).where(names > after)
    if prefix:
        query = query.where(names.startswith(prefix, autoescape=True))
    found = list(connection.execute(query.order_by(names).limit(limit)).scalars())
    return stock(connection, now, owner_id, found)


def ledger(connection: Connection, owner_id: str, item: str, *, before: int = 0, limit: int = 50) -> list[Movement]:
    """Movements of an item, the latest first."""
    query = select(models.stock_movements).where(MOVED.owner_id == owner_id, MOVED.item == item)
    if before:
        query = query.where(MOVED.number < before)
    return [as_movement(row) for row in connection.execute(query.order_by(MOVED.number.desc()).limit(limit)).mappings()]


def audit(connection: Connection, owner_id: str) -> list[str]:
    """Items that are not what their movements and open reservations make them."""
    sums = (func.sum(MOVED.change), func.sum(MOVED.reserved_change), func.max(MOVED.number), func.count())
    moves = select(MOVED.item, *sums).where(MOVED.owner_id == owner_id).group_by(MOVED.item)
    moved_to = {item: tuple(map(int, rest)) for item, *rest in connection.execute(moves)}
    holds = select(HELD.item, func.sum(HELD.quantity)).where(HELD.owner_id == owner_id, HELD.state == "open")
    held = {item: int(units) for item, units in connection.execute(holds.group_by(HELD.item))}
    wrong: list[str] = []
    query = select(models.stock).where(STOCK.owner_id == owner_id)
    for row in map(Row, connection.execute(query).mappings()):
        stands = (row.on_hand, row.reserved, row.version, row.version)
        if moved_to.pop(row.item, (0, 0, 0, 0)) != stands or held.get(row.item, 0) != row.reserved:
            wrong.append(row.item)
    return sorted([*wrong, *moved_to])


def _as_bundle(bundle: str, lines: tuple[Line, ...], found: Mapping[str, Stock]) -> Stock:
    """As many as the scarcest part allows."""
    none = Stock("", 0, 0)
    parts = [(found.get(line.item, none), line.quantity) for line in lines]
    on_hand = min(part.on_hand // each for part, each in parts)
    free = min(part.available // each for part, each in parts)
    return Stock(bundle, on_hand, on_hand - free, bundle=lines)

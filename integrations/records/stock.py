"""Receipts, corrections, sales, reservations and bundles."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from integrations.records import models, stock_conflicts, stock_read, stock_sources
from integrations.records.database import alone
from integrations.records.stock_read import movements_of
from integrations.records.stock_rows import (
    BUNDLE,
    HELD,
    MOST_UNITS,
    STOCK,
    Row,
    apart,
    earlier,
    expire,
    keep_event,
    locked,
    moved,
    refuse_bundles,
    short_of,
    summed,
)
from integrations.records.transactions import Rows, reading, reading_now, writing, writing_now
from magicai.catalogue.inventory.stock import Line, Movement, Reservation, ReservationState, Shortage
from magicai.errors import Conflict, Invalid, NotFound
from magicai.messages import say
from magicai.values.ids import new_id

_LONGEST_HOLD_S = 366 * 86_400


def receive(
    connection: Connection, now: int, owner_id: str, key: str, lines: Sequence[Line], *, note: str = ""
) -> list[Movement]:
    """Add units."""
    demand = summed(lines, least=1)
    if earlier(connection, owner_id, key, ("receipt", lines)) is not None:
        return movements_of(connection, owner_id, key)
    keep_event(connection, now, owner_id, key, ("receipt", lines))
    refuse_bundles(connection, owner_id, demand)
    rows = locked(connection, owner_id, demand, new=True)
    return [
        moved(connection, now, rows[item], "receipt", change=units, key=key, note=note)
        for item, units in demand.items()
    ]


def correct(
    connection: Connection, now: int, owner_id: str, key: str, lines: Sequence[Line], *, note: str = ""
) -> list[Movement] | Shortage:
    """Change what there is; nothing falls below what is reserved."""
    demand = summed(lines, least=-MOST_UNITS)
    if earlier(connection, owner_id, key, ("correction", lines)) is not None:
        return movements_of(connection, owner_id, key)
    refuse_bundles(connection, owner_id, demand)
    rows = locked(connection, owner_id, demand, new=True)
    expire(connection, now, owner_id, rows)
    taken = {item: -units for item, units in demand.items() if units < 0}
    if (short := short_of(rows, taken)) is not None:
        return short
    keep_event(connection, now, owner_id, key, ("correction", lines))
    return [
        moved(connection, now, rows[item], "correction", change=units, key=key, note=note)
        for item, units in demand.items()
        if units
    ]


def sell(
    connection: Connection, now: int, owner_id: str, key: str, lines: Sequence[Line], *, note: str = ""
) -> list[Movement] | Shortage:
    """Take units that are free."""
    whole = summed(lines, least=1)
    if earlier(connection, owner_id, key, ("sale", lines)) is not None:
        return movements_of(connection, owner_id, key)
    demand = apart(connection, owner_id, whole)
    rows = locked(connection, owner_id, demand)
    expire(connection, now, owner_id, rows)
    if (short := short_of(rows, demand)) is not None:
        return short
    keep_event(connection, now, owner_id, key, ("sale", lines))
    return [
        moved(connection, now, rows[item], "sale", change=-units, key=key, note=note) for item, units in demand.items()
    ]


def reserve(
    connection: Connection, now: int, owner_id: str, key: str, lines: Sequence[Line], *, ttl_s: float
) -> Reservation | Shortage:
    """Hold units that are free."""
    if not 0 < ttl_s <= _LONGEST_HOLD_S:
        raise Invalid("reservation_duration_invalid", ttl_s=f"{ttl_s:g}")
    whole = summed(lines, least=1)
    if (done := earlier(connection, owner_id, key, ("reservation", lines))) is not None:
        return _reservation(connection, owner_id, done)
    demand = apart(connection, owner_id, whole)
    rows = locked(connection, owner_id, demand)
    expire(connection, now, owner_id, rows)
    if (short := short_of(rows, demand)) is not None:
        return short
    made, until = new_id(), now + round(ttl_s * 1_000_000)
    keep_event(connection, now, owner_id, key, ("reservation", lines), reservation_id=made)
    held = [
        {"owner_id": owner_id, "reservation_id": made, "item": item, "quantity": units, "until": until, "state": "open"}
        for item, units in demand.items()
    ]
    connection.execute(insert(models.stock_reservations), held)
    for item, units in demand.items():
        moved(connection, now, rows[item], "reservation", reserved=units, key=key, reservation_id=made)
    return Reservation(made, tuple(Line(item, units) for item, units in demand.items()), until, "open")


def sell_reserved(
    connection: Connection, now: int, owner_id: str, reservation_id: str
) -> tuple[Reservation, Shortage | None]:
    """Turn a reservation into a sale; answers what lacks where its units are gone: then it holds nothing any more."""
    found, rows = _held(connection, owner_id, reservation_id)
    states = {line["state"] for line in found}
    if "released" in states:
        raise Conflict("reservation_released", reservation_id=reservation_id)
    if states == {"sold"}:
        return _reservation(connection, owner_id, reservation_id), None
    expired = {line["item"]: line["quantity"] for line in found if line["state"] == "expired"}
    if expired:
        # What is still held for it is its own; of the rest, it takes what nobody else holds.
        expire(connection, now, owner_id, {item: rows[item] for item in expired}, but=reservation_id)
        if (short := short_of(rows, expired)) is not None:
            _let_go(connection, now, owner_id, reservation_id, found, rows, "expired")
            return _reservation(connection, owner_id, reservation_id), short
    for line in found:
        if (row := rows[line["item"]]).on_hand < line["quantity"]:
            _let_go(connection, now, owner_id, reservation_id, found, rows, "expired")
            return _reservation(connection, owner_id, reservation_id), Shortage(row.item, line["quantity"], row.on_hand)
    for line in found:
        units, row = line["quantity"], rows[line["item"]]
        let_go = 0 if line["state"] == "expired" else units
        moved(connection, now, row, "sale", change=-units, reserved=-let_go, reservation_id=reservation_id)
    _mark(connection, owner_id, reservation_id, "sold")
    return _reservation(connection, owner_id, reservation_id), None


def release(connection: Connection, now: int, owner_id: str, reservation_id: str) -> Reservation:
    """Let go of what is still held."""
    found, rows = _held(connection, owner_id, reservation_id)
    _let_go(connection, now, owner_id, reservation_id, found, rows, "released")
    return _reservation(connection, owner_id, reservation_id)


def set_bundle(connection: Connection, owner_id: str, bundle: str, parts: Sequence[Line]) -> None:
    """Replace what a bundle is made of."""
    made = summed(parts, least=1) if parts else {}
    alone(connection, "bundles", owner_id)
    if made:
        refuse_bundles(connection, owner_id, made)
        used = select(BUNDLE.bundle).where(BUNDLE.owner_id == owner_id, BUNDLE.item == bundle).limit(1)
        if bundle in made or connection.execute(used).scalar() is not None:
            raise Invalid("bundle_is_part", bundle=bundle)
        query = select(STOCK.item).where(STOCK.owner_id == owner_id, STOCK.item == bundle)
        if connection.execute(query).first() is not None:
            raise Invalid("bundle_has_stock", bundle=bundle)
    connection.execute(delete(models.bundles).where(BUNDLE.owner_id == owner_id, BUNDLE.bundle == bundle))
    if made:
        rows = [{"owner_id": owner_id, "bundle": bundle, "item": item, "quantity": n} for item, n in made.items()]
        connection.execute(insert(models.bundles), rows)


def _held(connection: Connection, owner_id: str, reservation_id: str) -> tuple[Sequence[RowMapping], dict[str, Row]]:
    """A reservation's lines, and the rows of its items, locked."""
    lines = select(models.stock_reservations).where(HELD.owner_id == owner_id, HELD.reservation_id == reservation_id)
    items = [line["item"] for line in connection.execute(lines).mappings()]
    if not items:
        raise NotFound("reservation_not_found", reservation_id=reservation_id[:64])
    rows = locked(connection, owner_id, items)
    # Read again: whoever held the items may have sold or let go of it.
    return connection.execute(lines.order_by(HELD.item)).mappings().all(), rows


def _let_go(
    connection: Connection,
    now: int,
    owner_id: str,
    reservation_id: str,
    lines: Sequence[RowMapping],
    rows: Mapping[str, Row],
    state: ReservationState,
) -> None:
    """Give back what lines of a reservation still hold."""
    for line in lines:
        if line["state"] == "open":
            units, row = line["quantity"], rows[line["item"]]
            moved(connection, now, row, "release", reserved=-units, reservation_id=reservation_id)
    _mark(connection, owner_id, reservation_id, state)


def _mark(connection: Connection, owner_id: str, reservation_id: str, state: ReservationState) -> None:
    these = (HELD.owner_id == owner_id, HELD.reservation_id == reservation_id, HELD.state != "sold")
    connection.execute(update(models.stock_reservations).where(*these).values(state=state))


def _reservation(connection: Connection, owner_id: str, reservation_id: str) -> Reservation:
    query = select(models.stock_reservations).where(HELD.owner_id == owner_id, HELD.reservation_id == reservation_id)
    lines = connection.execute(query.order_by(HELD.item)).mappings().all()
    states: set[ReservationState] = {line["state"] for line in lines}
    state: ReservationState = next(one for one in ("sold", "released", "expired", "open") if one in states)
    made = tuple(Line(line["item"], line["quantity"]) for line in lines)
    return Reservation(reservation_id, made, lines[0]["until"], state)


class SqlInventory(Rows):
    """Stock in a database."""

    receive = writing_now(receive)
    correct = writing_now(correct)
    sell = writing_now(sell)
    reserve = writing_now(reserve)
    release = writing_now(release)
    set_bundle = writing(set_bundle)
    stock = reading_now(stock_read.stock)
    listed = reading_now(stock_read.listed)
    ledger = reading(stock_read.ledger)
    audit = reading(stock_read.audit)
    take_level = writing_now(stock_sources.take_level)
    take_change = writing_now(stock_sources.take_change)
    outgoing = writing(stock_sources.outgoing)
    told = writing_now(stock_sources.told)
    conflicts = reading(stock_conflicts.conflicts)
    resolve = writing(stock_conflicts.resolve)
    add_source = writing(stock_sources.add_source)
    source = reading(stock_sources.source)
    sources = reading(stock_sources.sources)
    remove_source = writing(stock_sources.remove_source)

    async def sell_reserved(self, owner_id: str, reservation_id: str) -> Reservation | Shortage:
        """Turn a reservation into a sale; what lacks is kept as a conflict."""

        def work(connection: Connection) -> Reservation | Shortage:
            now = self.clock(connection)
            done, short = sell_reserved(connection, now, owner_id, reservation_id)
            if short is None:
                return done
            details = say("reservation_not_sold", id=reservation_id, wanted=short.wanted, available=short.available)
            stock_conflicts.note(
                connection,
                now,
                owner_id,
                short.item,
                "late_payment",
                details,
                say("stock_not_sold"),
                once=reservation_id,
            )
            return short

        return await self.database.write(work)

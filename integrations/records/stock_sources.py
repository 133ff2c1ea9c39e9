"""Stock that is counted outside.

On hand is what the source counted last, with the changes that it has yet to be told. Both are kept, so that a count may
come late, twice, or between a change and the word that it arrived.
"""

from typing import Literal

from sqlalchemy import Connection, delete, func, select, update

from integrations.records import models
from integrations.records.database import upsert
from integrations.records.stock_conflicts import note
from integrations.records.stock_rows import (
    MOST_UNITS,
    MOVED,
    STOCK,
    Row,
    check_item,
    earlier,
    keep_event,
    locked,
    moved,
    refuse_bundles,
)
from magicai.catalogue.inventory.stock import Change, Level, Outgoing, Source, Taken
from magicai.errors import Invalid, NotFound
from magicai.messages import Message, say
from magicai.values.ids import new_id

_SOURCE = models.stock_sources.c


def take_level(connection: Connection, now: int, owner_id: str, source: str, level: Level) -> Taken:
    """Take over a count."""
    details = say("source_counts", source=source, quantity=level.quantity)
    row = _of_source(connection, now, owner_id, source, level.item, details, level.quantity)
    if row is None:
        return "refused"
    quantity = level.quantity
    if row.source and level.version < row.outside_version:
        return "late"
    if row.source and level.version == row.outside_version:
        if quantity == row.outside_quantity:
            return "repeated"
        details = say(
            "source_counts_twice", source=source, before=row.outside_quantity, now=quantity, version=level.version
        )
        quantity = min(quantity, row.outside_quantity)
        note(
            connection, now, owner_id, level.item, "same_version", details, say("lower_count_taken", quantity=quantity),
            once=f"{source} {level.version}",
        )  # fmt: skip
    _count(connection, now, row, source, quantity, level.version)
    return "taken"


def take_change(connection: Connection, now: int, owner_id: str, source: str, change: Change) -> Taken:
    """Take over a change."""
    key, asked = f"{source}:{change.key}", ("change", change.item, change.quantity)
    if earlier(connection, owner_id, key, asked) is not None:
        return "repeated"
    details = say("source_changes", source=source, quantity=change.quantity)
    row = _of_source(connection, now, owner_id, source, change.item, details, change.quantity)
    if row is None:
        return "refused"
    keep_event(connection, now, owner_id, key, asked)
    if change.version and change.version <= row.outside_version:
        return "late"  # a count that came before it has it already
    before = row.outside_quantity if row.source else row.on_hand
    _count(connection, now, row, source, before + change.quantity, change.version or row.outside_version, key=key)
    return "taken"


def outgoing(connection: Connection, owner_id: str, source: str) -> list[Outgoing]:
    """What a source has yet to be told; a change that is being told stays as it was, and later ones wait."""
    mine = select(STOCK.item).where(STOCK.owner_id == owner_id, STOCK.source == source)
    untold = (MOVED.owner_id == owner_id, MOVED.push_key.is_not(None), MOVED.item.in_(mine))
    items = list(connection.execute(select(MOVED.item).where(*untold).distinct().order_by(MOVED.item)).scalars())
    if not items:
        return []
    locked(connection, owner_id, items)
    of_item = (MOVED.push_key, MOVED.item, func.sum(MOVED.change))
    begun = (*untold, MOVED.push_key != "")
    for item in items:
        if connection.execute(select(MOVED.number).where(*begun, MOVED.item == item).limit(1)).first() is None:
            these = (MOVED.owner_id == owner_id, MOVED.item == item, MOVED.push_key == "")
            connection.execute(update(models.stock_movements).where(*these).values(push_key=new_id()))
    query = select(*of_item).where(*begun, MOVED.item.in_(items)).group_by(MOVED.push_key, MOVED.item)
    return [Outgoing(key, item, int(units)) for key, item, units in connection.execute(query.order_by(MOVED.item))]


def told(connection: Connection, now: int, owner_id: str, source: str, outgoing: Outgoing, level: Level | None) -> None:
    """A source has taken over a change."""
    row = locked(connection, owner_id, [outgoing.item]).get(outgoing.item)
    these = (MOVED.owner_id == owner_id, MOVED.item == outgoing.item, MOVED.push_key == outgoing.push_key)
    done = connection.execute(update(models.stock_movements).where(*these).values(push_key=None)).rowcount
    if row is None or row.source != source or not done:
        return
    quantity, version = row.outside_quantity, row.outside_version
    if level is None:
        quantity += outgoing.quantity
    elif level.version > version:
        quantity, version = level.quantity, level.version
    # A count that is newer than this one, and came first, has the change already.
    _count(connection, now, row, source, quantity, version)


def add_source(connection: Connection, source: Source) -> Source:
    """Keep a source."""
    this = (_SOURCE.owner_id == source.owner_id, _SOURCE.name == source.name)
    found = connection.execute(select(_SOURCE.source_id).where(*this).with_for_update()).scalar()
    values = {name: getattr(source, name) for name in Source.__dataclass_fields__}
    upsert(connection, models.stock_sources, [{**values, "source_id": found or source.source_id}], keep=("created_at",))
    row = connection.execute(select(models.stock_sources).where(*this)).mappings().one()
    return Source(**row)


def source(connection: Connection, source_id: str) -> Source:
    """A source by its id."""
    query = select(models.stock_sources).where(_SOURCE.source_id == source_id)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise NotFound("stock_source_not_found", way_out="check_address", name=source_id[:64])
    return Source(**row)


def sources(connection: Connection, owner_id: str) -> list[Source]:
    """An owner's sources by name."""
    query = select(models.stock_sources).where(_SOURCE.owner_id == owner_id).order_by(_SOURCE.name)
    return [Source(**row) for row in connection.execute(query).mappings()]


def remove_source(connection: Connection, owner_id: str, name: str) -> Literal[True]:
    """Forget a source; its items count on their own from then on."""
    this = (_SOURCE.owner_id == owner_id, _SOURCE.name == name)
    found = connection.execute(select(_SOURCE.source_id).where(*this)).scalar()
    if found is None:
        raise NotFound("stock_source_not_found", name=name[:64])
    mine = (STOCK.owner_id == owner_id, STOCK.source == name)
    items = locked(connection, owner_id, connection.execute(select(STOCK.item).where(*mine)).scalars())
    untold = (MOVED.owner_id == owner_id, MOVED.item.in_(list(items)), MOVED.push_key.is_not(None))
    connection.execute(update(models.stock_movements).where(*untold).values(push_key=None))
    connection.execute(update(models.stock).where(*mine).values(source="", outside_quantity=0, outside_version=0))
    connection.execute(delete(models.stock_sources).where(*this))
    return True


def _of_source(
    connection: Connection, now: int, owner_id: str, source: str, item: str, details: Message, quantity: int
) -> Row | None:
    """The item's row, locked; None, and a conflict, where another source counts it."""
    check_item(item)
    if abs(quantity) > MOST_UNITS:
        raise Invalid("quantity_invalid", way_out="correct_in_source", quantity=quantity, item=item[:80])
    refuse_bundles(connection, owner_id, [item])
    row = locked(connection, owner_id, [item], new=True)[item]
    if row.source in ("", source):
        return row
    note(
        connection, now, owner_id, item, "other_source", details, say("counted_by_one_source", source=row.source),
        once=source,
    )  # fmt: skip
    return None


def _count(
    connection: Connection, now: int, row: Row, source: str, quantity: int, version: int, *, key: str = ""
) -> None:
    """Keep what a source counts, and move the item to it with what the source has yet to be told."""
    untold = select(func.coalesce(func.sum(MOVED.change), 0)).where(
        MOVED.owner_id == row.owner_id, MOVED.item == row.item, MOVED.push_key.is_not(None)
    )
    wanted = quantity + int(connection.execute(untold).scalar_one())
    this = (STOCK.owner_id == row.owner_id, STOCK.item == row.item)
    said = {"outside_quantity": quantity, "outside_version": version, "source": source}
    connection.execute(update(models.stock).where(*this).values(said))
    row.source, row.outside_quantity, row.outside_version = source, quantity, version
    if (change := max(0, wanted) - row.on_hand) != 0:
        moved(connection, now, row, "outside", change=change, key=key, note=source)
    if wanted < 0:
        details = say("source_leaves_less_than_none", source=source, counted=quantity, left=wanted)
        note(
            connection,
            now,
            row.owner_id,
            row.item,
            "negative",
            details,
            say("stock_counted_as_none"),
            once=f"{source} {version}",
        )
    elif row.free < 0:
        details = say(
            "source_leaves_less_than_reserved",
            source=source,
            counted=quantity,
            left=row.on_hand,
            reserved=row.reserved,
        )
        rule = say("reservations_stay")
        note(connection, now, row.owner_id, row.item, "oversold", details, rule, once=f"{source} {version}")

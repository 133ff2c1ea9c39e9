"""Entities with their versions, and the outbox that says which store has not seen which of them yet."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, delete, func, select, tuple_, update

from integrations.records import models
from integrations.records.bulk import insert
from integrations.records.columns import storable
from integrations.records.database import add_new, in_parts, upsert
from integrations.records.documents import ENTITY
from magicai.errors import Conflict, NotFound, Temporary
from magicai.ports import EntityPage
from magicai.stores.entity import STORES, Entity, Relation, Store, Versioned

Key = tuple[str, str]

# So many projections of a row may fail before it is a dead letter.
MOST_FAULTS = 8
_MOST_WORDS = 2000
# Whose tombstones are that were left when an owner's data were erased.
NOBODY = ""

_ENTITY = models.entities.c
_BOX = models.outbox.c
_BITS: dict[Store, int] = {store: 1 << place for place, store in enumerate(STORES)}

# What is compared: one that differs in none of these has not changed.
_STATE = ("digest", "stores", "deleted", "state")
_LOCK = (
    select(_ENTITY.kind, _ENTITY.entity_id, _ENTITY.owner_id, _ENTITY.version, *(_ENTITY[name] for name in _STATE))
    .order_by(_ENTITY.kind, _ENTITY.entity_id)
    .with_for_update()
)
_CHANGE = (
    update(models.entities)
    .where(_ENTITY.kind == bindparam("of_kind"), _ENTITY.entity_id == bindparam("of"))
    .values(version=_ENTITY.version + 1, **{name: bindparam(f"new_{name}") for name in ("owner_id", *_STATE, "entity")})
)


@dataclass(frozen=True, slots=True)
class _Dirty:
    """An entity that stores (a bit for each) have not seen at this version."""

    key: Key
    owner_id: str
    version: int
    stores: int


def _named(key: Key) -> dict[str, str]:
    return {"of_kind": key[0], "of": key[1]}


def save(connection: Connection, now: int, entities: Sequence[Entity]) -> None:
    """Upsert entities that changed, and tell the stores that show them or did."""
    wanted = {(entity.kind, entity.entity_id): entity for entity in entities}
    found = locked(connection, wanted)
    new = wanted.keys() - found.keys()
    if new:
        rows = [{**_values(wanted[key]), "entity": _written(wanted[key])} for key in sorted(new)]
        add_new(connection, models.entities, rows)
        # As somebody else has added them, where that was at the same time.
        found.update(locked(connection, new))
    changed: list[dict[str, Any]] = []
    dirty: list[_Dirty] = []
    for key, entity in sorted(wanted.items()):
        values, old = _values(entity), found.get(key)
        if old is None:
            raise Temporary("entity_removed", kind=entity.kind, entity_id=entity.entity_id)
        if old["owner_id"] not in (entity.owner_id, NOBODY):
            raise Conflict("entity_not_owned", kind=entity.kind, key=entity.entity_id)
        if any(old[name] != values[name] for name in _STATE):
            state = {f"new_{name}": values[name] for name in ("owner_id", *_STATE)}
            changed.append({**_named(key), **state, "new_entity": _written(entity)})
            dirty.append(_Dirty(key, entity.owner_id, old["version"] + 1, values["stores"] | old["stores"]))
        elif key in new:
            dirty.append(_Dirty(key, entity.owner_id, old["version"], values["stores"]))
    if changed:
        connection.execute(_CHANGE, changed)
    _add_to_outbox(connection, dirty, now)


def replace(connection: Connection, now: int, entity: Entity, *, version: int) -> bool:
    """Keep an entity in place of one of its versions, and tell the stores; answers whether that version was there."""
    values, key = _values(entity), (entity.kind, entity.entity_id)
    old = locked(connection, [key]).get(key)
    written = {**values, "version": version + 1, "entity": _written(entity)}
    if version == 0:
        new = insert(connection.dialect.name, models.entities).on_conflict_do_nothing()
        done = connection.execute(new.values(written), execution_options={"preserve_rowcount": True})
    else:
        same = (_ENTITY.kind == entity.kind, _ENTITY.entity_id == entity.entity_id, _ENTITY.version == version)
        done = connection.execute(
            update(models.entities).where(*same, _ENTITY.owner_id == entity.owner_id).values(written)
        )
    if done.rowcount != 1:
        return False
    shown = values["stores"] | (old["stores"] if old is not None else 0)
    _add_to_outbox(connection, [_Dirty(key, entity.owner_id, version + 1, shown)], now)
    return True


def tombstone(connection: Connection, now: int, kind: str, entity_ids: Sequence[str]) -> None:
    """Make tombstones of what is alive."""
    found = locked(connection, [(kind, entity_id) for entity_id in entity_ids])
    alive = {key: row for key, row in sorted(found.items()) if not row["deleted"]}
    if not alive:
        return
    state = {"new_digest": "", "new_deleted": True, "new_entity": None, "new_state": ""}
    rows = [
        {**_named(key), **state, "new_owner_id": row["owner_id"], "new_stores": row["stores"]}
        for key, row in alive.items()
    ]
    connection.execute(_CHANGE, rows)
    _add_to_outbox(
        connection, [_Dirty(key, row["owner_id"], row["version"] + 1, row["stores"]) for key, row in alive.items()], now
    )


def get(connection: Connection, kind: str, entity_id: str, *, owner_id: str) -> Versioned:
    """A living entity of an owner."""
    for row in _rows(connection, [(kind, entity_id)]):
        if row["owner_id"] == owner_id and not row["deleted"]:
            return _as_versioned(row)
    raise NotFound("entity_not_found", kind=kind.replace("_", " "), entity_id=entity_id)


def present(connection: Connection, keys: Sequence[Key]) -> list[Versioned]:
    """Entities as they are now, in the order asked for; what never was is left out."""
    found = {(row["kind"], row["entity_id"]): row for row in _rows(connection, keys)}
    return [_as_versioned(found[key]) for key in dict.fromkeys(keys) if key in found]


def listed(
    connection: Connection,
    owner_id: str,
    kind: str,
    *,
    state: str | None = None,
    after: str = "",
    limit: int = 50,
    newest_first: bool = False,
) -> EntityPage:
    """A page of an owner's living entities of a kind, by id."""
    query = select(models.entities).where(_ENTITY.owner_id == owner_id, _ENTITY.kind == storable(kind))
    query = query.where(_ENTITY.deleted.is_(False))
    if after:
        place = storable(after)
        query = query.where(_ENTITY.entity_id < place if newest_first else _ENTITY.entity_id > place)
    if state:
        query = query.where(models.STATEFUL)  # literally, or SQLite does not know that the partial index will do
    if state is not None:
        query = query.where(_ENTITY.state == storable(state))
    by = _ENTITY.entity_id.desc() if newest_first else _ENTITY.entity_id
    rows = connection.execute(query.order_by(by).limit(limit + 1)).mappings().all()
    items = tuple(_as_versioned(row) for row in rows[:limit])
    return EntityPage(items, items[-1].entity_id if len(rows) > limit else None)


def count(connection: Connection, owner_id: str, kind: str, state: str) -> int:
    """How many living entities of a kind an owner has in a state."""
    query = select(func.count()).where(_ENTITY.owner_id == owner_id, _ENTITY.kind == storable(kind))
    query = query.where(_ENTITY.deleted.is_(False), models.STATEFUL, _ENTITY.state == storable(state))
    return connection.execute(query).scalar_one()


def ids_like(connection: Connection, owner_id: str, kind: str, part: str, *, limit: int) -> list[str]:
    """The ids of an owner's living entities of a kind that begin or end with this, in their order."""
    said = storable(part)
    fits = _ENTITY.entity_id.startswith(said, autoescape=True) | _ENTITY.entity_id.endswith(said, autoescape=True)
    query = select(_ENTITY.entity_id).where(_ENTITY.owner_id == owner_id, _ENTITY.kind == storable(kind), fits)
    query = query.where(_ENTITY.deleted.is_(False)).order_by(_ENTITY.entity_id).limit(limit)
    return list(connection.execute(query).scalars())


def latest(connection: Connection, owner_id: str, kind: str, *, limit: int) -> list[Versioned]:
    """An owner's living entities of a kind, the last id first."""
    query = select(models.entities).where(_ENTITY.owner_id == owner_id, _ENTITY.kind == storable(kind))
    query = query.where(_ENTITY.deleted.is_(False)).order_by(_ENTITY.entity_id.desc()).limit(limit)
    return [_as_versioned(row) for row in connection.execute(query).mappings()]


def of_store(connection: Connection, store: Store, *, after: Key = ("", ""), limit: int = 1000) -> list[Versioned]:
    """What a store should show behind key `after`, by key."""
    query = select(models.entities).order_by(_ENTITY.kind, _ENTITY.entity_id).limit(limit)
    query = query.where(tuple_(_ENTITY.kind, _ENTITY.entity_id) > tuple_(*after), _shown_by(store))
    return [_as_versioned(row) for row in connection.execute(query).mappings()]


def pending(connection: Connection, store: Store, limit: int) -> list[tuple[str, str, int]]:
    """What a store has not seen yet, oldest first."""
    query = select(_BOX.kind, _BOX.entity_id, _BOX.version).where(_BOX.store == store, _BOX.faults < MOST_FAULTS)
    found = connection.execute(query.order_by(_BOX.since, _BOX.kind, _BOX.entity_id).limit(limit))
    return [(kind, entity_id, version) for kind, entity_id, version in found]


def acknowledge(connection: Connection, store: Store, done: Sequence[tuple[str, str, int]]) -> None:
    """Remove outbox rows that are not newer than what was projected."""
    if not done:
        return
    statement = delete(models.outbox).where(
        _BOX.store == store,
        _BOX.kind == bindparam("of_kind"),
        _BOX.entity_id == bindparam("of"),
        _BOX.version <= bindparam("up_to"),
    )
    rows = [{"of_kind": kind, "of": entity_id, "up_to": version} for kind, entity_id, version in sorted(done)]
    connection.execute(statement, rows)


def record_failure(connection: Connection, store: Store, key: Key, what: str) -> None:
    """Count a failed projection."""
    statement = update(models.outbox).where(_BOX.store == store, _BOX.kind == key[0], _BOX.entity_id == key[1])
    connection.execute(statement.values(faults=_BOX.faults + 1, fault=what[:_MOST_WORDS]))


def dead_letters(connection: Connection, store: Store, *, limit: int = 100) -> list[tuple[str, str, str]]:
    """What a store could not take, with what went wrong last."""
    query = select(_BOX.kind, _BOX.entity_id, _BOX.fault).where(_BOX.store == store, _BOX.faults >= MOST_FAULTS)
    found = connection.execute(query.order_by(_BOX.since, _BOX.kind, _BOX.entity_id).limit(limit))
    return [(kind, entity_id, what) for kind, entity_id, what in found]


def dead_letter_count(connection: Connection, store: Store) -> int:
    """How many of them there are."""
    query = select(func.count()).select_from(models.outbox)
    return connection.execute(query.where(_BOX.store == store, _BOX.faults >= MOST_FAULTS)).scalar_one()


def behind(connection: Connection, store: Store) -> int:
    """How many outbox rows wait, dead letters left out."""
    query = select(func.count()).select_from(models.outbox)
    return connection.execute(query.where(_BOX.store == store, _BOX.faults < MOST_FAULTS)).scalar_one()


def enqueue(connection: Connection, now: int, store: Store, keys: Sequence[Key]) -> None:
    """Write outbox rows of one store at the present version."""
    # Locked, so that no newer version's outbox row is put back to this one.
    found = sorted(locked(connection, keys).items())
    _add_to_outbox(connection, [_Dirty(key, row["owner_id"], row["version"], _BITS[store]) for key, row in found], now)


def _add_to_outbox(connection: Connection, dirty: Sequence[_Dirty], now: int) -> None:
    rows = [
        {
            "store": store,
            "kind": one.key[0],
            "entity_id": one.key[1],
            "owner_id": one.owner_id,
            "version": one.version,
            "since": now,
            "faults": 0,
            "fault": "",
        }
        for store, bit in _BITS.items()
        for one in dirty
        if one.stores & bit
    ]
    # A row that is changed again and again keeps its place, or it would never be served.
    upsert(connection, models.outbox, rows, keep=("since",))


def locked(connection: Connection, keys: Iterable[Key]) -> dict[Key, RowMapping]:
    """The state of entities that nobody else changes until the transaction ends; what is not there is left out."""
    return {(row["kind"], row["entity_id"]): row for row in _found(connection, _LOCK, keys)}


def _rows(connection: Connection, keys: Iterable[Key]) -> list[RowMapping]:
    return _found(connection, select(models.entities), keys)


def _found(connection: Connection, query: Select[Any], keys: Iterable[Key]) -> list[RowMapping]:
    by_kind: dict[str, list[str]] = {}
    # Everybody locks in this order, so that no two wait for each other.
    for kind, entity_id in sorted(keys):
        by_kind.setdefault(kind, []).append(entity_id)
    rows: list[RowMapping] = []
    for kind, ids in by_kind.items():
        for part in in_parts(ids):
            mine = query.where(_ENTITY.kind == kind, _ENTITY.entity_id.in_(part))
            rows.extend(connection.execute(mine).mappings())
    return rows


def _shown_by(store: Store) -> Any:
    return _ENTITY.stores.op("&")(_BITS[store]) != 0


def _values(entity: Entity) -> dict[str, Any]:
    return {
        "kind": entity.kind,
        "entity_id": entity.entity_id,
        "owner_id": entity.owner_id,
        "version": 1,
        "digest": entity.digest,
        "stores": sum(_BITS[store] for store in set(entity.stores)),
        "deleted": False,
        "state": entity.state,
    }


def _written(entity: Entity) -> str:
    return ENTITY.write(
        {
            "title": entity.title,
            "text": entity.text,
            "language": entity.language,
            "url": entity.url,
            "data": entity.data,
            "relations": [asdict(relation) for relation in entity.relations],
            "facets": entity.facets,
        }
    )


def _as_versioned(row: RowMapping) -> Versioned:
    kind, entity_id, owner_id = row["kind"], row["entity_id"], row["owner_id"]
    entity = None
    if row["entity"] is not None:
        held = ENTITY.read(row["entity"])
        held["relations"] = tuple(Relation(**relation) for relation in held["relations"])
        # Rows of an older version have none.
        held["facets"] = {name: tuple(values) for name, values in held.get("facets", {}).items()}
        stores: list[Store] = [store for store, bit in _BITS.items() if row["stores"] & bit]
        entity = Entity(
            kind=kind, entity_id=entity_id, owner_id=owner_id, stores=tuple(stores), state=row["state"], **held
        )
    return Versioned(kind, entity_id, owner_id, row["version"], row["digest"], entity)

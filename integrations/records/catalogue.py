"""Products of the catalogue: by which keys they are known, and which of them a run found."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, delete, func, select, tuple_

from integrations.records import catalogue_lines, entities, models
from integrations.records.columns import storable
from integrations.records.database import add_new, alone, in_parts
from integrations.records.transactions import Rows, reading, writing, writing_now
from magicai.catalogue.entities import product_entity, product_in
from magicai.catalogue.keys import is_same, item_keys, keys_of, natural_keys
from magicai.catalogue.merging import merged
from magicai.catalogue.ports import Saved
from magicai.catalogue.product import KIND, CatalogueProduct, SourceStatement

_KEY = models.catalogue_keys.c
_FOUND = models.catalogue_run_products.c
# What a product's keys are made of.
_IDENTITY = frozenset(("name", "brand", "gtin", "sku", "model", "url", "shop", "variants"))


def forget_runs(connection: Connection, run_ids: Sequence[str], limit: int) -> int:
    """Forget some of the products that runs found; answers how many."""
    found = select(_FOUND.run_id, _FOUND.product_id).where(_FOUND.run_id.in_(run_ids)).limit(limit)
    rows = [tuple(row) for row in connection.execute(found)]
    for part in in_parts(rows, 100):
        these = delete(models.catalogue_run_products).where(tuple_(_FOUND.run_id, _FOUND.product_id).in_(part))
        connection.execute(these)
    return len(rows)


def _save(
    connection: Connection, now: int, owner_id: str, run_id: str, stated: Sequence[SourceStatement]
) -> list[Saved]:
    # What is about one product may come at once from two imports, and no row is there to be locked yet.
    alone(connection, "catalogue", owner_id)
    keys = [[storable(key) for key in keys_of(one)] for one in stated]
    ids = _find(connection, owner_id, {key for some in keys for key in some})
    batch = _Batch(connection, owner_id, run_id, now, ids)
    saved = [batch.take(one, some) for one, some in zip(stated, keys, strict=True)]
    batch.write()
    return saved


class _Batch:
    """What one transaction changes of the catalogue."""

    def __init__(self, connection: Connection, owner_id: str, run_id: str, now: int, ids: dict[str, str]) -> None:
        self._connection, self._owner, self._run, self._now = connection, owner_id, run_id, now
        self._ids = ids
        wanted = [(KIND, product_id) for product_id in dict.fromkeys(ids.values())]
        entities.locked(connection, wanted)
        self._products = {
            one.entity_id: product_in(one.entity)
            for one in entities.present(connection, wanted)
            if one.entity is not None and one.owner_id == owner_id
        }
        self._found = self._found_by_run([product_id for _, product_id in wanted])
        self._new_keys: dict[str, str] = {}
        self._changed: set[str] = set()
        self._new_found: list[dict[str, str]] = []

    def take(self, stated: SourceStatement, keys: Sequence[str]) -> Saved:
        """Merge what is stated into its product."""
        known = self._known(keys, stated)
        place, source = storable(stated.origin.place), storable(stated.origin.source)
        before = self._found.get(known.product_id) if known is not None else None
        if known is not None and before is not None and before[0] == source and before[1] != place:
            return Saved(known.product_id, "same", repeats=before[1])
        product = merged(known, stated, owner_id=self._owner, run_id=self._run, now=self._now)
        product_id = product.product_id
        change = "new" if known is None else "same" if product is known else "changed"
        if change != "same":
            self._products[product_id] = product
            self._changed.add(product_id)
        for key in (*keys, *(storable(key) for key in (*natural_keys(product.values), *item_keys(product.values)))):
            if key not in self._ids:
                self._ids[key] = self._new_keys[key] = product_id
        if product_id not in self._found:
            self._found[product_id] = (source, place)
            self._new_found.append(
                {
                    "run_id": self._run,
                    "product_id": product_id,
                    "owner_id": self._owner,
                    "source": source,
                    "place": place,
                }
            )
        return Saved(product_id, change, contradicts=bool(product.contradictions))

    def write(self) -> None:
        """Write all of it."""
        made = [self._products[product_id] for product_id in sorted(self._changed)]
        entities.save(self._connection, self._now, [product_entity(one) for one in made])
        catalogue_lines.save(self._connection, self._owner, made)
        _add_keys(self._connection, self._owner, self._new_keys)
        add_new(self._connection, models.catalogue_run_products, self._new_found)

    def _known(self, keys: Sequence[str], stated: SourceStatement) -> CatalogueProduct | None:
        """The product that the strongest known key names, unless anything tells them apart."""
        for key in keys:
            product = self._products.get(self._ids.get(key, ""))
            if product is not None and is_same(product, stated, key):
                return product
        return None

    def _found_by_run(self, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        query = select(_FOUND.product_id, _FOUND.source, _FOUND.place).where(_FOUND.run_id == self._run)
        for part in in_parts(ids):
            rows = self._connection.execute(query.where(_FOUND.product_id.in_(part)))
            found |= {row.product_id: (row.source, row.place) for row in rows}
        return found


def _replace(
    connection: Connection, now: int, owner_id: str, products: Sequence[tuple[CatalogueProduct, int]]
) -> list[str]:
    there = entities.locked(connection, [(KIND, product.product_id) for product, _ in products])
    same: list[CatalogueProduct] = []
    left: list[str] = []
    for product, version in products:
        row = there.get((KIND, product.product_id))
        if row is not None and (row["owner_id"], row["version"], row["deleted"]) == (owner_id, version, False):
            same.append(product)
        else:
            left.append(product.product_id)
    entities.save(connection, now, [product_entity(product) for product in same])
    catalogue_lines.save(connection, owner_id, same)
    renamed = [one for one in same if one.changes and not _IDENTITY.isdisjoint(one.changes[-1].fields)]
    keys = {
        storable(key): one.product_id for one in renamed for key in (*natural_keys(one.values), *item_keys(one.values))
    }
    _add_keys(connection, owner_id, keys)
    return left


def _add_keys(connection: Connection, owner_id: str, keys: Mapping[str, str]) -> None:
    """Keep ids of products by their keys, but for those that another product has already."""
    rows = [{"owner_id": owner_id, "key": key, "product_id": of} for key, of in sorted(keys.items())]
    add_new(connection, models.catalogue_keys, rows)


def _find(connection: Connection, owner_id: str, keys: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in in_parts(sorted({storable(key) for key in keys})):
        query = select(_KEY.key, _KEY.product_id).where(_KEY.owner_id == owner_id, _KEY.key.in_(part))
        found.update((row.key, row.product_id) for row in connection.execute(query))
    return found


def _of_run(connection: Connection, run_id: str, *, after: str = "", limit: int = 500) -> list[str]:
    query = select(_FOUND.product_id).where(_FOUND.run_id == run_id, _FOUND.product_id > after)
    return list(connection.execute(query.order_by(_FOUND.product_id).limit(limit)).scalars())


def _of_other_runs(connection: Connection, run_id: str, product_ids: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for part in in_parts(product_ids):
        these = _FOUND.product_id.in_(part) & (_FOUND.run_id != run_id)
        found.update(connection.execute(select(_FOUND.product_id).where(these)).scalars())
    return found


def _count_of_run(connection: Connection, run_id: str) -> int:
    query = select(func.count()).select_from(models.catalogue_run_products).where(_FOUND.run_id == run_id)
    return connection.execute(query).scalar_one()


def _delete(connection: Connection, now: int, owner_id: str, product_ids: Sequence[str]) -> None:
    mine = [
        one.entity_id
        for one in entities.present(connection, [(KIND, product_id) for product_id in product_ids])
        if one.owner_id == owner_id
    ]
    entities.tombstone(connection, now, KIND, mine)
    catalogue_lines.remove(connection, mine)
    for part in in_parts(mine):
        these = delete(models.catalogue_keys).where(_KEY.owner_id == owner_id, _KEY.product_id.in_(part))
        connection.execute(these)


class SqlCatalogue(Rows):
    """Products of the catalogue in a database."""

    save = writing_now(_save)
    replace = writing_now(_replace)
    find = reading(_find)
    of_run = reading(_of_run)
    of_other_runs = reading(_of_other_runs)
    count_of_run = reading(_count_of_run)
    listed = reading(catalogue_lines.listed)
    relist = writing(catalogue_lines.relist)
    delete = writing_now(_delete)

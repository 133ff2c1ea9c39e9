"""Where products of the catalogue stand in sorted lists."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, tuple_

from integrations.records import entities, models
from integrations.records.columns import storable
from integrations.records.database import in_parts, upsert
from magicai.catalogue import families
from magicai.catalogue.completeness import completeness_percent
from magicai.catalogue.entities import facets_of, product_in
from magicai.catalogue.families import MOST_FAMILIES, NamedFamily
from magicai.catalogue.ports import Line, Sort
from magicai.catalogue.product import KIND, CatalogueProduct
from magicai.stores.entity import Entity

_log = logging.getLogger(__name__)
_LINE = models.catalogue_lines.c
# Products that are put in place at once.
_PART = 200
_LONGEST_KEY, _LONGEST_FACET = 100, 200
# A larger price is none: what a cursor holds is exact in every language.
_MOST_DIGITS, _DECIMALS = 11, 4
_COMPLETE = 101


def save(connection: Connection, owner_id: str, products: Iterable[CatalogueProduct]) -> None:
    """Put products where they belong now."""
    known = families.families_in(entities.listed(connection, owner_id, families.KIND, limit=MOST_FAMILIES))
    upsert(connection, models.catalogue_lines, [_row(one, families.required_of(known)) for one in products])


def remove(connection: Connection, product_ids: Sequence[str]) -> None:
    """Forget where products stood."""
    for part in in_parts(product_ids):
        connection.execute(delete(models.catalogue_lines).where(_LINE.product_id.in_(part)))


def relist(connection: Connection, owner_id: str, *, after: str, limit: int) -> str | None:
    """Put some products where they belong now; answers the `after` of the next call, None after the last."""
    page = entities.listed(connection, owner_id, KIND, after=after, limit=limit)
    keys = [(one.kind, one.entity_id) for one in page.items]
    entities.locked(connection, keys)  # and only then read, so that no newer place is put back
    there = entities.present(connection, keys)
    save(connection, owner_id, _readable(one.entity for one in there if one.entity is not None))
    return page.next


def _readable(found: Iterable[Entity]) -> Iterator[CatalogueProduct]:
    for entity in found:
        try:
            yield product_in(entity)
        except ValueError as exc:  # one that nobody can read keeps no others from their places
            _log.warning("Product %s can't be read: %s", entity.entity_id, type(exc).__name__)


def fill(connection: Connection) -> None:
    """Put the products of all owners where they belong, of a database that had no lines."""
    of = models.entities.c
    for owner_id in connection.execute(select(of.owner_id).where(of.kind == KIND).distinct()).scalars().all():
        after: str | None = ""
        while after is not None:
            after = relist(connection, owner_id, after=after, limit=_PART)


def listed(
    connection: Connection,
    owner_id: str,
    *,
    sort: Sort | None,
    descending: bool,
    where: Mapping[str, Sequence[str]],
    among: Sequence[str] | None = None,
    after: Line | None = None,
    limit: int,
) -> list[Line]:
    """A page of an owner's products in an order; those without what they are sorted by are last."""
    conditions = [_LINE.owner_id == owner_id, *_narrowed(where)]
    if among is not None:
        conditions.append(_LINE.product_id.in_(among))
    if sort is None:
        return _page(connection, None, conditions, "", after, limit, descending=True)
    key = _LINE[f"by_{sort}"]
    empty = "" if sort in ("name", "brand") else 0
    found: list[Line] = []
    if after is None or after.key != empty:
        found = _page(connection, key, [*conditions, key > empty], empty, after, limit, descending=descending)
        after = None
    if len(found) < limit:
        rest = [*conditions, key == empty]
        found += _page(connection, None, rest, empty, after, limit - len(found), descending=descending)
    return found


def _page(
    connection: Connection,
    key: ColumnElement[Any] | None,
    conditions: Sequence[ColumnElement[bool]],
    empty: str | int,
    after: Line | None,
    limit: int,
    *,
    descending: bool,
) -> list[Line]:
    """Lines by a key, or all of the same key by id."""
    keys = (_LINE.product_id,) if key is None else (key, _LINE.product_id)
    query = select(*keys).where(*conditions)
    if after is not None:
        place = tuple_(*((after.product_id,) if key is None else (after.key, after.product_id)))
        query = query.where(tuple_(*keys) < place if descending else tuple_(*keys) > place)
    rows = connection.execute(query.order_by(*(one.desc() if descending else one for one in keys)).limit(limit))
    return [Line(empty if key is None else row[0], row[-1]) for row in rows]


def _narrowed(where: Mapping[str, Sequence[str]]) -> Iterator[ColumnElement[bool]]:
    for name, values in where.items():
        if name != "completeness":
            yield _LINE[name].in_([storable(value[:_LONGEST_FACET]) for value in values])
        elif "complete" not in values:
            yield _LINE.by_completeness.between(1, _COMPLETE - 1)
        elif "incomplete" not in values:
            yield _LINE.by_completeness == _COMPLETE


def _row(product: CatalogueProduct, required: Sequence[NamedFamily]) -> dict[str, Any]:
    values = product.values
    percent = completeness_percent(product, required)
    price = values.price
    if price is None or price < 0 or price.adjusted() >= _MOST_DIGITS:
        price = None
    return {
        "product_id": product.product_id,
        "owner_id": product.owner_id,
        "state": product.state,
        "by_name": values.name.casefold()[:_LONGEST_KEY],
        "by_brand": (values.brand or "").casefold()[:_LONGEST_KEY],
        "by_price": 0 if price is None else int(price.scaleb(_DECIMALS)) + 1,
        "by_updated": product.updated_at,
        "by_completeness": 0 if percent is None else percent + 1,
        **{name: value[:_LONGEST_FACET] for name, value in facets_of(values).items()},
    }

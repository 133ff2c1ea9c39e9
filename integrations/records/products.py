"""Products: who is who within a shop, and what each crawl found of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from integrations.records import crawls, models, offer_columns
from integrations.records import entities as entity_rows
from integrations.records.database import add_new, alone, in_parts, upsert
from integrations.records.documents import PRODUCT
from magicai.shops.product import FieldProvenance, FieldValue, Product, Seen
from magicai.stores.entity import Entity
from magicai.values.ids import new_id
from magicai.values.money import exponent, to_minor

_KEY = models.product_keys.c
_PRODUCT = models.products.c

# Digits before the point that fit into 64 bits with the four decimals that a currency has at most.
_MOST_DIGITS = 14


def identify(connection: Connection, owner_id: str, shop: str, keys: Sequence[Sequence[str]]) -> list[str]:
    """Find products by their keys, and note down those keys that are new."""
    # A key that is new to both of two that ask at once may give one product two keys of a kind.
    alone(connection, "identify", owner_id, shop)
    wanted = list(dict.fromkeys(key for one in keys for key in one))
    ids = _ids(connection, owner_id, shop, wanted)
    kinds = _kinds(connection, owner_id, shop, list(dict.fromkeys(ids.values())))
    new: dict[str, str] = {}
    found: list[str] = []
    for one in keys:
        product_id = _same(one, ids, kinds) or new_id()
        found.append(product_id)
        for key in one:
            if key not in ids:
                ids[key] = new[key] = product_id
                kinds[product_id].add(_kind(key))
    rows = [
        {"owner_id": owner_id, "shop": shop, "key": key, "product_id": product_id} for key, product_id in new.items()
    ]
    add_new(connection, models.product_keys, rows)
    return found


def save(
    connection: Connection,
    crawl_id: str,
    products: Sequence[Product],
    entities: Sequence[Entity],
    *,
    at: int,
    more: bool,
    now: int,
) -> None:
    """Replace a crawl's products from position `at` on."""
    same = {"crawl_id": crawl_id, "owner_id": crawls.locked(connection, crawl_id)["owner_id"]}
    offer_columns.outdate(connection, crawl_id, same["owner_id"])
    for table in (models.offers, models.products):
        connection.execute(delete(table).where(table.c.crawl_id == crawl_id, table.c.position >= at))
    placed = {product.id: (at + index, product) for index, product in enumerate(products)}.values()
    upsert(connection, models.offers, [{**same, **offer(product), "position": at} for at, product in placed])
    upsert(
        connection,
        models.products,
        [
            {**same, "product_id": product.id, "position": position, "product": PRODUCT.write(product)}
            for position, product in placed
        ],
    )
    entity_rows.save(connection, now, entities)
    crawls.set_saved(connection, crawl_id, None if more else _seen(connection, crawl_id))


def fill(
    connection: Connection,
    crawl_id: str,
    product_id: str,
    values: Mapping[str, FieldValue],
    provenance: Mapping[str, FieldProvenance],
) -> None:
    """Set the custom fields of a crawl's product."""
    crawls.locked(connection, crawl_id)
    of_product = (_PRODUCT.crawl_id == crawl_id) & (_PRODUCT.product_id == product_id)
    kept = connection.execute(select(_PRODUCT.product).where(of_product)).scalar_one()
    product = PRODUCT.read(kept).model_copy(update={"fields": dict(values), "field_provenance": dict(provenance)})
    connection.execute(update(models.products).where(of_product).values(product=PRODUCT.write(product)))


def of_crawl(connection: Connection, crawl_id: str, *, after: int, limit: int) -> list[tuple[int, Product]]:
    """Products behind position `after`, in order."""
    query = select(_PRODUCT.position, _PRODUCT.product).where(_PRODUCT.crawl_id == crawl_id, _PRODUCT.position > after)
    found = connection.execute(query.order_by(_PRODUCT.position).limit(limit))
    return [(position, PRODUCT.read(text)) for position, text in found]


def _seen(connection: Connection, crawl_id: str) -> int:
    offer = models.offers.c
    query = select(func.count()).select_from(models.offers)
    return connection.execute(query.where(offer.crawl_id == crawl_id, offer.seen == Seen.SEEN)).scalar_one()


def _ids(connection: Connection, owner_id: str, shop: str, keys: Sequence[str]) -> dict[str, str]:
    ids: dict[str, str] = {}
    mine = select(_KEY.key, _KEY.product_id).where(_KEY.owner_id == owner_id, _KEY.shop == shop)
    for part in in_parts(keys):
        ids.update((key, product_id) for key, product_id in connection.execute(mine.where(_KEY.key.in_(part))))
    return ids


def _kinds(connection: Connection, owner_id: str, shop: str, ids: Sequence[str]) -> defaultdict[str, set[str]]:
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    mine = select(_KEY.key, _KEY.product_id).where(_KEY.owner_id == owner_id, _KEY.shop == shop)
    for part in in_parts(ids):
        for key, product_id in connection.execute(mine.where(_KEY.product_id.in_(part))):
            kinds[product_id].add(_kind(key))
    return kinds


def _same(keys: Sequence[str], ids: Mapping[str, str], kinds: Mapping[str, set[str]]) -> str | None:
    """The product that the first fitting key names.

    A weaker key does not fit where both have a stronger one of the same kind, which then differs: two products of one
    name under two addresses are two. No key fits where both have an address, which differs.
    """
    stronger: set[str] = set()
    address = next((key for key in keys if _kind(key) == "url"), None)
    for key in keys:
        product_id = ids.get(key)
        if product_id is not None and not stronger & kinds[product_id]:
            is_elsewhere = address is not None and "url" in kinds[product_id] and ids.get(address) != product_id
            if not is_elsewhere:
                return product_id
        stronger.add(_kind(key))
    return None


def _kind(key: str) -> str:
    return key.partition(":")[0]


def offer(product: Product) -> dict[str, Any]:
    """What analysis reads of a product: a row of `offers`, without what names its crawl."""
    return {
        "product_id": product.id,
        "seen": product.seen,
        "price_minor": _minor(product.price, product.currency),
        "currency": product.currency,
        "exponent": exponent(product.currency or ""),
        "list_price_minor": _minor(product.list_price, product.currency),
        "availability": product.availability,
        "category": product.category[0] if product.category else None,
        "brand": product.brand,
    }


def _minor(amount: Decimal | None, currency: str | None) -> int | None:
    # A page may state any number; one that no currency can hold is no price.
    if amount is None or amount.adjusted() >= _MOST_DIGITS:
        return None
    return to_minor(amount, currency or "")

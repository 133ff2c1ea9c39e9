"""Addresses as keys of products without the collection from which one came to a product.

They stay as magicai/shops/product_keys.py made them in this revision: what was known by several is one product, the
one that is known by most keys.
"""

import re

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_WITHIN_COLLECTION = re.compile(r"/collections/[^/?]+/(?=products/[^/?]+(?:$|\?))")
_TEXT = sa.Text()
_COLUMNS = (sa.column(name, _TEXT) for name in ("owner_id", "shop", "key", "product_id"))
_KEYS = sa.table("product_keys", *_COLUMNS)


def upgrade() -> None:
    """Rewrite them."""
    connection = op.get_bind()
    mine = _KEYS.c
    spelled = sa.select(mine.owner_id, mine.shop, mine.key, mine.product_id)
    spelled = spelled.where(mine.key.like("url:%/collections/%/products/%"))
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for owner_id, shop, key, product_id in connection.execute(spelled):
        new = _WITHIN_COLLECTION.sub("/", key, count=1)
        if new != key:
            found.setdefault((owner_id, shop, new), []).append((key, product_id))
    for (owner_id, shop, new), old in found.items():
        where = sa.and_(mine.owner_id == owner_id, mine.shop == shop)
        known = connection.execute(sa.select(mine.product_id).where(where, mine.key == new)).scalars().all()
        products = sorted({*known, *(product_id for _, product_id in old)})
        if len(products) > 1:
            how_many = sa.select(mine.product_id, sa.func.count()).where(where, mine.product_id.in_(products))
            counted = {row[0]: row[1] for row in connection.execute(how_many.group_by(mine.product_id))}
            products.sort(key=lambda one: -counted.get(one, 0))
        connection.execute(sa.delete(_KEYS).where(where, mine.key.in_([new, *(key for key, _ in old)])))
        kept = {"owner_id": owner_id, "shop": shop, "key": new, "product_id": products[0]}
        connection.execute(sa.insert(_KEYS).values(kept))

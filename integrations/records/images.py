"""Digests of products' images."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, delete, insert, select, tuple_

from integrations.records import models
from integrations.records.database import alone, in_parts
from integrations.records.transactions import Rows, writing

_OF = models.image_files.c


def keep(connection: Connection, owner_id: str, digests: Mapping[str, Sequence[str]]) -> None:
    """Replace the digests of products."""
    alone(connection, "images", owner_id)
    for part in in_parts(sorted(digests)):
        mine = delete(models.image_files).where(_OF.owner_id == owner_id, _OF.product_id.in_(part))
        connection.execute(mine)
    rows = [
        {"owner_id": owner_id, "product_id": product_id, "digest": digest}
        for product_id, some in sorted(digests.items())
        for digest in dict.fromkeys(some)
    ]
    if rows:
        connection.execute(insert(models.image_files), rows)


def digests(connection: Connection, after: tuple[str, str, str], limit: int) -> list[tuple[str, str, str]]:
    """Owner, product and digest of each, in order, after that one."""
    key = tuple_(_OF.owner_id, _OF.product_id, _OF.digest)
    query = select(_OF.owner_id, _OF.product_id, _OF.digest).where(key > after).order_by(*key.clauses).limit(limit)
    return [(owner_id, product_id, digest) for owner_id, product_id, digest in connection.execute(query)]


class SqlImages(Rows):
    """Digests in a database."""

    keep = writing(keep)

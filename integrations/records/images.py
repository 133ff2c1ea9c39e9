"""Digests of products' images."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, tuple_

from integrations.records import models
from integrations.records.database import alone
from integrations.records.transactions import Rows, writing

_OF = models.image_files.c


def keep(connection: Connection, owner_id: str, product_id: str, digests: Sequence[str]) -> None:
    """Replace a product's digests."""
    alone(connection, "images", owner_id, product_id)
    connection.execute(delete(models.image_files).where(_OF.owner_id == owner_id, _OF.product_id == product_id))
    if rows := [{"owner_id": owner_id, "product_id": product_id, "digest": one} for one in dict.fromkeys(digests)]:
        connection.execute(insert(models.image_files), rows)


def digests(connection: Connection, after: tuple[str, str, str], limit: int) -> list[tuple[str, str, str]]:
    """Owner, product and digest of each, in order, after that one."""
    key = tuple_(_OF.owner_id, _OF.product_id, _OF.digest)
    query = select(_OF.owner_id, _OF.product_id, _OF.digest).where(key > after).order_by(*key.clauses).limit(limit)
    return [(owner_id, product_id, digest) for owner_id, product_id, digest in connection.execute(query)]


class SqlImages(Rows):
    """Digests in a database."""

    keep = writing(keep)

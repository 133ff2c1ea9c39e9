"""Texts that pieces are compared with, found by their fingerprints."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, delete, exists, func, select

from integrations.records import models
from integrations.records.database import add_new, in_parts
from integrations.records.transactions import Rows, reading, writing, writing_now
from magicai.publishing.checks.ports import KnownText
from magicai.values.digest import digest_of

_OF, _PRINT, _ENTITY = models.known_texts.c, models.fingerprints.c, models.entities.c
_COMMON = 200  # texts of one owner that share a fingerprint, from which on it is a phrase and tells nothing


def _keep(connection: Connection, now: int, owner_id: str, text: KnownText, prints: Sequence[int]) -> None:
    text_id = _id(owner_id, text.kind, text.key)
    _drop(connection, text_id)
    row = {
        "text_id": text_id,
        "owner_id": owner_id,
        "kind": text.kind,
        "key": text.key,
        "name": text.name,
        "address": text.address,
        "text": text.text,
        "version": text.version,
        "kept_at": now,
    }
    add_new(connection, models.known_texts, [row])
    rows = [{"text_id": text_id, "value": value, "owner_id": owner_id} for value in prints]
    add_new(connection, models.fingerprints, rows)


def _forget(connection: Connection, owner_id: str, kind: str, key: str) -> None:
    _drop(connection, _id(owner_id, kind, key))


def _drop(connection: Connection, text_id: str) -> None:
    connection.execute(delete(models.fingerprints).where(_PRINT.text_id == text_id))
    connection.execute(delete(models.known_texts).where(_OF.text_id == text_id))


def _sharing(connection: Connection, owner_id: str, prints: Sequence[int], *, at_most: int = 10) -> list[KnownText]:
    shared: Counter[str] = Counter()
    for part in in_parts(prints, 400):
        query = select(_PRINT.value, _PRINT.text_id).where(_PRINT.owner_id == owner_id, _PRINT.value.in_(part))
        common = (
            select(_PRINT.value)
            .where(_PRINT.owner_id == owner_id, _PRINT.value.in_(part))
            .group_by(_PRINT.value)
            .having(func.count() > _COMMON)
        )
        phrases = set(connection.execute(common).scalars())
        shared.update(text_id for value, text_id in connection.execute(query) if value not in phrases)
    best = [text_id for text_id, _ in sorted(shared.items(), key=lambda one: (-one[1], one[0]))[:at_most]]
    rows = connection.execute(select(models.known_texts).where(_OF.text_id.in_(best))).mappings()
    found = {
        row["text_id"]: KnownText(row["kind"], row["key"], row["name"], row["text"], row["address"], row["version"])
        for row in rows
    }
    return [found[text_id] for text_id in best if text_id in found]


def _changed(connection: Connection, owner_id: str, kind: str, entity_kind: str, *, limit: int) -> list[str]:
    same = (_OF.owner_id == owner_id, _OF.kind == kind, _OF.key == _ENTITY.entity_id, _OF.version == _ENTITY.version)
    query = select(_ENTITY.entity_id).where(_ENTITY.owner_id == owner_id, _ENTITY.kind == entity_kind)
    query = query.where(_ENTITY.deleted.is_(False), ~exists().where(*same))
    return [*connection.execute(query.order_by(_ENTITY.entity_id).limit(limit)).scalars()]


def _gone(connection: Connection, owner_id: str, kind: str, entity_kind: str, *, limit: int) -> list[str]:
    theirs = (_ENTITY.kind == entity_kind, _ENTITY.entity_id == _OF.key, _ENTITY.owner_id == owner_id)
    alive = exists().where(*theirs, _ENTITY.deleted.is_(False))
    query = select(_OF.key).where(_OF.owner_id == owner_id, _OF.kind == kind, ~alive)
    return [*connection.execute(query.order_by(_OF.key).limit(limit)).scalars()]


def _id(owner_id: str, kind: str, key: str) -> str:
    return digest_of([owner_id, kind, key])


class SqlKnownTexts(Rows):
    """Known texts in a database."""

    keep = writing_now(_keep)
    forget = writing(_forget)
    sharing = reading(_sharing)
    changed = reading(_changed)
    gone = reading(_gone)

"""Which model each role uses, and which models made the vectors."""

from dataclasses import asdict

from sqlalchemy import Connection, delete, select, update

from integrations.records import models
from integrations.records.database import add_new, upsert
from integrations.records.transactions import Rows, reading, writing, writing_now
from magicai.ports import HostConsent, ModelChoice, VectorSpace

_CHOICE, _CONSENT, _SPACE = models.model_choices.c, models.model_consents.c, models.vector_spaces.c


def _chosen(connection: Connection) -> list[ModelChoice]:
    rows = connection.execute(select(models.model_choices).order_by(_CHOICE.role)).mappings()
    return [ModelChoice(**row) for row in rows]


def _choose(connection: Connection, now: int, role: str, name: str) -> None:
    upsert(connection, models.model_choices, [asdict(ModelChoice(role, name, now))])


def _forget(connection: Connection, role: str) -> bool:
    return connection.execute(delete(models.model_choices).where(_CHOICE.role == role)).rowcount > 0


def _consents(connection: Connection) -> list[HostConsent]:
    rows = connection.execute(select(models.model_consents).order_by(_CONSENT.host)).mappings()
    return [HostConsent(**row) for row in rows]


def _allow(connection: Connection, now: int, host: str, allowed_by: str) -> None:
    add_new(connection, models.model_consents, [asdict(HostConsent(host, allowed_by, now))])


def _withdraw(connection: Connection, host: str) -> bool:
    return connection.execute(delete(models.model_consents).where(_CONSENT.host == host)).rowcount > 0


def _spaces(connection: Connection) -> list[VectorSpace]:
    rows = connection.execute(select(models.vector_spaces).order_by(_SPACE.space_id)).mappings()
    return [VectorSpace(**row) for row in rows]


def _fill(connection: Connection, space: VectorSpace, *, instead_of: VectorSpace) -> None:
    if not connection.execute(select(_SPACE.space_id).where(_SPACE.state == "serving")).scalar():
        upsert(connection, models.vector_spaces, [{**asdict(instead_of), "state": "serving"}])
    others = (_SPACE.state == "filling") & (_SPACE.space_id != space.space_id)
    connection.execute(update(models.vector_spaces).where(others).values(state="left"))
    # One that was left may be filled again: what it holds is compared with the records.
    add_new(connection, models.vector_spaces, [{**asdict(space), "state": "filling"}])
    again = (_SPACE.space_id == space.space_id) & (_SPACE.state == "left")
    connection.execute(update(models.vector_spaces).where(again).values(state="filling"))


def _skip(connection: Connection, space_id: str) -> None:
    this = update(models.vector_spaces).where(_SPACE.space_id == space_id)
    connection.execute(this.values(skipped=_SPACE.skipped + 1))


def _serve(connection: Connection, space_id: str, *, skipped: int) -> bool:
    whole = (_SPACE.space_id == space_id) & (_SPACE.state == "filling") & (_SPACE.skipped == skipped)
    taken = connection.execute(update(models.vector_spaces).where(whole).values(state="serving")).rowcount > 0
    if taken:
        others = (_SPACE.state == "serving") & (_SPACE.space_id != space_id)
        connection.execute(update(models.vector_spaces).where(others).values(state="left"))
    return taken


def _stop(connection: Connection, space_id: str) -> bool:
    this = (_SPACE.space_id == space_id) & (_SPACE.state == "filling")
    return connection.execute(update(models.vector_spaces).where(this).values(state="left")).rowcount > 0


def _drop(connection: Connection, space_id: str) -> None:
    this = (_SPACE.space_id == space_id) & (_SPACE.state == "left")
    connection.execute(delete(models.vector_spaces).where(this))


class SqlModelChoices(Rows):
    """Choices in a database."""

    chosen = reading(_chosen)
    choose = writing_now(_choose)
    forget = writing(_forget)
    consents = reading(_consents)
    allow = writing_now(_allow)
    withdraw = writing(_withdraw)
    spaces = reading(_spaces)
    fill = writing(_fill)
    skip = writing(_skip)
    serve = writing(_serve)
    stop = writing(_stop)
    drop = writing(_drop)

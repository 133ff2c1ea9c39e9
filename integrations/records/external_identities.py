"""Who users are to OpenID Connect providers."""

from sqlalchemy import Connection, delete, exists, select, update

from integrations.records import models, users
from integrations.records.database import add_new
from magicai.accounts.external import ExternalIdentity
from magicai.accounts.identity import User
from magicai.errors import Conflict, NotFound

_IDENTITY = models.external_identities.c
_USER = models.users.c


def user_of(connection: Connection, issuer: str, subject: str) -> User | None:
    """The user whom a provider knows by this subject."""
    theirs = select(_IDENTITY.user_id).where(_IDENTITY.issuer == issuer, _IDENTITY.subject == subject)
    user_id = connection.execute(theirs).scalar_one_or_none()
    return None if user_id is None else users.get(connection, user_id)


def email_taken(connection: Connection, email: str) -> bool:
    """Whether a user has this address."""
    return bool(connection.execute(select(exists().where(_USER.email == email))).scalar())


def link(connection: Connection, now: int, identity: ExternalIdentity, *, verified: bool) -> ExternalIdentity:
    """Link an identity to a user, who gets its address if it is verified and nobody's yet."""
    add_new(connection, models.external_identities, [identity.model_dump()], key=("issuer", "subject"))
    same = _IDENTITY.issuer == identity.issuer, _IDENTITY.subject == identity.subject
    row = connection.execute(select(models.external_identities).where(*same)).mappings().one()
    linked = ExternalIdentity.model_validate({**row})
    if linked.user_id != identity.user_id:
        raise Conflict("oidc_identity_taken")
    if verified and identity.email and not email_taken(connection, identity.email):
        theirs = update(models.users).where(_USER.user_id == identity.user_id, _USER.email.is_(None))
        connection.execute(theirs.values(email=identity.email, email_verified_at=now))
    return linked


def add_user(connection: Connection, now: int, user: User, identity: ExternalIdentity) -> User:
    """Add a user with their identity, under a name that is free; or find the user whom it is linked to."""
    known = user_of(connection, identity.issuer, identity.subject)
    if known is not None:
        return known
    alike = select(_USER.name).where(_USER.name.startswith(user.name, autoescape=True))
    taken = set(connection.execute(alike).scalars())
    names = (user.name, *(f"{user.name}-{number}" for number in range(2, len(taken) + 2)))
    name = next(name for name in names if name not in taken)
    made = users.add(connection, user.model_copy(update={"name": name}))
    link(connection, now, identity, verified=False)  # it has the address already
    return made


def of_user(connection: Connection, user_id: str) -> list[ExternalIdentity]:
    """A user's identities, newest first."""
    query = select(models.external_identities).where(_IDENTITY.user_id == user_id)
    query = query.order_by(_IDENTITY.created_at.desc(), _IDENTITY.identity_id.desc())
    return [ExternalIdentity.model_validate({**row}) for row in connection.execute(query).mappings()]


def unlink(connection: Connection, user_id: str, identity_id: str) -> None:
    """Unlink an identity, unless nothing else lets its user sign in."""
    # Their row is locked, so that two identities are not unlinked at once.
    password = select(_USER.password).where(_USER.user_id == user_id).with_for_update()
    has_password = connection.execute(password).scalar_one_or_none() is not None
    theirs = of_user(connection, user_id)
    if all(one.identity_id != identity_id for one in theirs):
        raise NotFound("oidc_identity_not_found", identity_id=identity_id[:64])
    if not has_password and len(theirs) == 1:
        raise Conflict("last_sign_in_method")
    connection.execute(delete(models.external_identities).where(_IDENTITY.identity_id == identity_id))

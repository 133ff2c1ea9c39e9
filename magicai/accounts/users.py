"""Users: made, changed, and known by their password."""

import contextlib
import re
from collections.abc import Collection, Iterable
from uuid import NAMESPACE_URL, uuid5

from magicai.accounts.identity import NAME_PATTERN, Caller, Role, User
from magicai.accounts.login_attempts import count_attempt, login_counters, own_counters, reset_attempts
from magicai.accounts.passwords import fits, hashed
from magicai.errors import Conflict, Invalid, NotFound, Refused, Unknown, reused_key
from magicai.ports import Cache, Identities
from magicai.values.ids import new_id
from magicai.values.times import now_us


async def add_user(identities: Identities, name: str, role: Role, password: str, *, user_id: str | None = None) -> User:
    """Make a user.

    Args:
        identities: where they are kept.
        name: what they log in by; lower case.
        role: what they may do.
        password: at least ten characters.
        user_id: the owner of what is theirs; a new one where None.

    Raises:
        Invalid: the name or the password can't be one.
        Conflict: somebody has this name, or this id.
    """
    made = User(user_id=user_id or new_id(), name=check_name(name), role=role, created_at=now_us())
    kept = await identities.add_user(made, password_hash=await hashed(password))
    if kept != made:
        raise Conflict("user_id_taken", user_id=kept.user_id, name=kept.name)
    return kept


async def add_user_once(identities: Identities, name: str, role: Role, password: str, *, key: str, by: User) -> User:
    """Make a user, or answer the one that the same key has made.

    Raises:
        Invalid: the key has made another one.
    """
    user_id = str(uuid5(NAMESPACE_URL, f"user:{by.user_id}:{key}"))
    try:
        return await add_user(identities, name, role, password, user_id=user_id)
    except Conflict:
        try:
            kept = await identities.user(user_id)
        except NotFound:
            kept = None
        if kept is None:
            raise
        if (kept.name, kept.role) == (name, role):
            return kept
        raise reused_key(key) from None


async def local_user(identities: Identities, owner_id: str) -> User:
    """The user whose runs are those of the command line, an admin; made without a password where there is none."""
    found = await find_local_user(identities, owner_id)
    return found if found.created_at else await identities.add_user(found.model_copy(update={"created_at": now_us()}))


async def find_local_user(identities: Identities, owner_id: str) -> User:
    """The same, for who only looks: created at 0 where there is none yet."""
    try:
        return await identities.user(owner_id)
    except NotFound:
        return User(user_id=owner_id, name=_as_name(owner_id), role=Role.ADMIN, created_at=0)


async def known_by_password(
    identities: Identities, cache: Cache, name: str, password: str, *, address: str, device: str | None = None
) -> User:
    """Who has this name and this password.

    Args:
        identities: where they are kept.
        cache: where tries are counted.
        name: as it was given.
        password: as it was given.
        address: where the try comes from.
        device: what `remember_device` has answered there before.

    Raises:
        Unknown: nobody; without a word on which of both is wrong.
        TooMany: that was tried too often.
    """
    counters = await login_counters(cache, name, address, device)
    await count_attempt(cache, counters)
    found = await identities.credentials(name)
    right = await fits(password, found[1] if found else None)
    if found is None or not right or not found[0].enabled:
        raise Unknown("credentials_invalid")
    await reset_attempts(cache, counters)
    return found[0]


async def change_password(
    identities: Identities, cache: Cache, caller: Caller, password: str, new: str, *, keep_keys: Collection[str]
) -> None:
    """Change one's password, or set the first one; ends all logins, and all API keys but those that are named.

    Raises:
        Refused: the present password is another one, or an API key asks.
        TooMany: that was tried too often.
        NotFound: a key that is to be kept is none of theirs.
    """
    await check_password(identities, cache, caller, password)
    await identities.change_user(caller.user.user_id, password_hash=await hashed(new), keep_keys=keep_keys)


async def check_password(identities: Identities, cache: Cache, caller: Caller, password: str) -> None:
    """Let pass who knows their password, "" where they have none.

    Raises:
        Refused: it is another one, or an API key asks.
        TooMany: that was tried too often.
    """
    if caller.key_id is not None:
        # Whoever finds a key must not become somebody who logs in.
        raise Refused("password_requires_sign_in")
    found = await identities.credentials(caller.user.name)
    present = None if found is None else found[1]
    if found is None or present is not None or password:
        counters = own_counters(caller.user.user_id)
        await count_attempt(cache, counters)
        if not await fits(password, present):
            raise Refused("current_password_invalid")
        await reset_attempts(cache, counters)


async def named(identities: Identities, name: str) -> User:
    """A user by name.

    Raises:
        NotFound: there is none.
    """
    found = await identities.credentials(name)
    if found is None:
        raise NotFound("user_not_found", way_out="list_users", owner=name)
    return found[0]


async def names_of(identities: Identities, user_ids: Iterable[str | None]) -> dict[str, str]:
    """Names of users by id, without those who are gone."""
    found: dict[str, str] = {}
    for user_id in {user_id for user_id in user_ids if user_id}:
        with contextlib.suppress(NotFound):
            found[user_id] = (await identities.user(user_id)).name
    return found


def check_name(name: str) -> str:
    """The same name, if it may be one.

    Raises:
        Invalid: it may not.
    """
    if not re.fullmatch(NAME_PATTERN, name):
        raise Invalid("user_name_invalid", name=name)
    return name


def _as_name(owner_id: str) -> str:
    plain = re.sub(r"[^a-z0-9._@-]", "-", owner_id.lower())[:64].lstrip("._@-")
    return plain or "local"

"""Keys for programs: shown once, for some things only, until a day or until revoked."""

from uuid import NAMESPACE_URL, uuid5

from magicai.accounts.identity import ApiKey, Caller, Scope, User
from magicai.accounts.secret_tokens import digest_of, new_secret
from magicai.errors import Refused, reused_key
from magicai.ports import Identities
from magicai.values.ids import new_id
from magicai.values.times import DAY_US, now_us

PREFIX = "mak_"
_HINT = len(PREFIX) + 6
_OF_REQUEST = ("name", "scopes", "expires_at", "parent_id", "workspace_id")


async def add_key(
    identities: Identities,
    user: User,
    name: str,
    scopes: frozenset[Scope],
    *,
    days: int | None,
    once: str | None,
    by: Caller | None = None,
    workspace_id: str | None = None,
) -> tuple[ApiKey, str | None]:
    """Make a key; answers it with its secret, which nobody can show again.

    Args:
        identities: where it is kept.
        user: whose it is.
        name: what it is for.
        scopes: what it may do.
        days: until it ends; never where None. One that is made by a key ends with that one at the latest.
        once: the same again gives the first key back, without its secret.
        by: who makes it, where that may be a key.
        workspace_id: the one that it is for; the user's personal one where None.

    Raises:
        Invalid: `once` came with something else before.
        Refused: the key that makes it may do less.
    """
    if by is not None and not scopes <= by.scopes:
        raise Refused("api_key_scopes_exceeded")
    secret = new_secret(PREFIX)
    now = now_us()
    key = ApiKey(
        key_id=str(uuid5(NAMESPACE_URL, f"key:{user.user_id}:{once}")) if once else new_id(),
        user_id=user.user_id,
        name=name,
        scopes=tuple(sorted(scopes)),
        hint=secret[:_HINT],
        created_at=now,
        expires_at=_end(now, days, by),
        parent_id=None if by is None else by.key_id,
        workspace_id=workspace_id,
    )
    kept = await identities.add_key(key, digest=digest_of(secret))
    if kept == key:
        return kept, secret
    same = key.model_copy(update={"expires_at": _end(kept.created_at, days, by)})
    if any(
        getattr(kept, name) != getattr(same, name)
        for name in ("name", "scopes", "expires_at", "parent_id", "workspace_id")
    ):
        raise reused_key(once)
    return kept, None


def _end(created_at: int, days: int | None, by: Caller | None) -> int | None:
    ends = [] if days is None else [created_at + days * DAY_US]
    if by is not None and by.key_id is not None and by.until is not None:
        ends.append(by.until)
    return min(ends, default=None)

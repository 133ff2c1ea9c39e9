"""Keys for programs: shown once, for some things only, until a day or until revoked."""

from uuid import NAMESPACE_URL, uuid5

from magicai.accounts.identity import ApiKey, Scope, User
from magicai.accounts.secret_tokens import digest_of, new_secret
from magicai.errors import Invalid
from magicai.ports import Identities
from magicai.values.ids import new_id
from magicai.values.times import now_us

PREFIX = "mak_"
_HINT = len(PREFIX) + 6
_DAY_US = 86_400_000_000


async def add_key(
    identities: Identities, user: User, name: str, scopes: frozenset[Scope], *, days: int | None, once: str | None
) -> tuple[ApiKey, str | None]:
    """Make a key; answers it with its secret, which nobody can show again.

    Args:
        identities: where it is kept.
        user: whose it is.
        name: what it is for.
        scopes: what it may do.
        days: until it ends; never where None.
        once: the same again gives the first key back, without its secret.

    Raises:
        Invalid: `once` came with something else before.
    """
    secret = new_secret(PREFIX)
    now = now_us()
    key = ApiKey(
        key_id=str(uuid5(NAMESPACE_URL, f"key:{user.user_id}:{once}")) if once else new_id(),
        user_id=user.user_id,
        name=name,
        scopes=tuple(sorted(scopes)),
        hint=secret[:_HINT],
        created_at=now,
        expires_at=None if days is None else now + days * _DAY_US,
    )
    kept = await identities.add_key(key, digest=digest_of(secret))
    if kept == key:
        return kept, secret
    if (kept.name, kept.scopes, _days(kept)) != (key.name, key.scopes, days):
        raise Invalid(
            f"Idempotency-Key {once!r} came with another body before.", way_out="Take a new key for a new request."
        )
    return kept, None


def _days(key: ApiKey) -> int | None:
    return None if key.expires_at is None else (key.expires_at - key.created_at) // _DAY_US

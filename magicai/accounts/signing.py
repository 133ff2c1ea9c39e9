"""Access tokens, and the keys that they are signed with, which the gateways of a machine share."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt

from magicai.accounts.identity import SigningKey
from magicai.errors import Unknown
from magicai.ports import SigningKeys
from magicai.values.ids import new_id
from magicai.values.times import now_us

LIFETIME_S = 900
_ALGORITHM = "HS256"
_NAME = "magicai"
_SECOND_US = 1_000_000
_ROTATE_AFTER_US = 30 * 86_400 * _SECOND_US
# A key that was followed by another one this long ago has signed nothing that still holds.
_KEPT_US = 2 * LIFETIME_S * _SECOND_US
# Keys are read again after so long, and at once for a token that names one that was not there.
_MEMORY_US = 10 * _SECOND_US
# What a token says is not read again for so long: a page asks many times with one.
_KNOWN_US = 10 * _SECOND_US
_MOST_KNOWN = 1000
# By how much the clocks of two gateways may differ.
_SKEW_US = 30 * _SECOND_US
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid access token says.

    Attributes:
        until: UTC microseconds.
    """

    user_id: str
    session_id: str
    until: int


class Signer:
    """Signs access tokens and reads them.

    Args:
        kept: keys of our own making.
        given: JWT_SECRET_KEY, which then signs instead of them.
    """

    def __init__(self, kept: SigningKeys, *, given: str | None = None, now: Callable[[], int] = now_us) -> None:
        self._kept, self._now = kept, now
        self._given = _named_by_itself(given) if given else None
        self._keys: dict[str, SigningKey] = {}
        self._read_at = 0
        self._known: dict[str, tuple[int, Claims]] = {}

    async def sign(self, user_id: str, session_id: str) -> str:
        """An access token of 15 minutes."""
        key = await self._newest()
        now = self._now() // _SECOND_US
        claims = {
            "iss": _NAME,
            "aud": _NAME,
            "sub": user_id,
            "sid": session_id,
            "jti": new_id(),
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME_S,
        }
        return jwt.encode(claims, key.secret, algorithm=_ALGORITHM, headers={"kid": key.key_id})

    async def read(self, token: str) -> Claims:
        """What a token says, if one of our keys signed it and its time is not over.

        Raises:
            Unknown: it is no such token; without a word on what would have been right.
        """
        known = self._known.get(token)
        if known is not None and known[0] > self._now() and known[1].until > self._now():
            return known[1]
        try:
            claims = self._decoded(token, await self._key_of(token))
            until, begin = (int(claims[name]) * _SECOND_US for name in ("exp", "nbf"))
        except (jwt.PyJWTError, ValueError, TypeError, KeyError, OverflowError, RecursionError) as exc:
            raise Unknown("access_token_invalid") from exc
        if begin > self._now() + _SKEW_US:
            raise Unknown("access_token_too_early")
        if until <= self._now():
            raise Unknown("access_token_expired")
        found = Claims(str(claims["sub"]), str(claims["sid"]), until)
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[token] = (self._now() + _KNOWN_US, found)
        return found

    async def rotate(self) -> SigningKey:
        """Sign with a new key from now on; what older ones have signed holds until it ends."""
        known = await self._read()
        made = SigningKey(key_id=new_id(), secret=secrets.token_urlsafe(48), created_at=self._now())
        newest = await self._kept.add(
            made, after=known[0].key_id if known else None, forget_before=self._now() - _KEPT_US
        )
        await self._read()
        return newest

    def _decoded(self, token: str, key: SigningKey) -> dict[str, Any]:
        return jwt.decode(
            token,
            key.secret,
            algorithms=[_ALGORITHM],
            audience=_NAME,
            issuer=_NAME,
            # Times are looked at by our own clock, above.
            options={
                "require": ["exp", "iat", "nbf", "sub", "sid", "aud", "iss"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )

    async def _key_of(self, token: str) -> SigningKey:
        """The key that a token names: nothing but an exact name counts, and no address or key that it brings."""
        if len(token) > _LONGEST:
            raise ValueError("it is too long")
        header = jwt.get_unverified_header(token)
        if header.get("alg") != _ALGORITHM or {"jku", "jwk", "x5u", "x5c", "crit", "b64"} & header.keys():
            raise ValueError("its header is unknown")
        name = header["kid"]
        if self._given is not None and name == self._given.key_id:
            return self._given
        if name not in self._keys or self._now() - self._read_at > _MEMORY_US:
            await self._read()
        return self._keys[name]

    async def _newest(self) -> SigningKey:
        if self._given is not None:
            return self._given
        known = await self._read()
        if not known or known[0].created_at < self._now() - _ROTATE_AFTER_US:
            return await self.rotate()
        return known[0]

    async def _read(self) -> list[SigningKey]:
        known = await self._kept.known()
        self._keys = {key.key_id: key for key in known}
        self._read_at = self._now()
        return known


def _named_by_itself(secret: str) -> SigningKey:
    digest = hashlib.sha256(b"magicai signing key " + secret.encode()).hexdigest()
    return SigningKey(key_id=f"given-{digest[:16]}", secret=secret, created_at=0)

"""Sealing with age (age-encryption.org): what is sealed here, the `age` tool opens with the same key, too."""

import hashlib
from typing import Any, Protocol, cast

from magicai.errors import Invalid, Missing, Refused

_PUBLIC, _SECRET = "age1", "AGE-SECRET-KEY-1"
_SEALED = b"age-encryption.org/"


class Seal(Protocol):
    """Closes and opens bodies.

    Attributes:
        name: tells its key from others, without giving it away; "" where there is none.
    """

    name: str

    def close(self, body: bytes) -> bytes:
        """The body, sealed."""
        ...

    def open(self, body: bytes) -> bytes:
        """What was sealed; what was not is as it is.

        Raises:
            Refused: it is sealed with another key, or the key only closes.
        """
        ...


class AgeSeal:
    """Seals for one key.

    Args:
        key: `AGE-SECRET-KEY-1...`; or its public half `age1...`, which closes and cannot open.
    """

    def __init__(self, key: str) -> None:
        self._age = _library()
        self._identity: Any = None
        try:
            if key.startswith(_SECRET):
                self._identity = self._age.x25519.Identity.from_str(key)
                self._recipient = self._identity.to_public()
            else:
                self._recipient = self._age.x25519.Recipient.from_str(key)
        except (self._age.IdentityError, self._age.RecipientError) as exc:
            raise Invalid("backup_key_invalid", secret=_SECRET, public=_PUBLIC) from exc
        # Both halves of a key have the same.
        self.name = hashlib.sha256(str(self._recipient).encode()).hexdigest()[:12]

    def close(self, body: bytes) -> bytes:
        """The body, sealed."""
        return self._age.encrypt(body, [self._recipient])

    def open(self, body: bytes) -> bytes:
        """What was sealed; what was kept before there was a key is as it is."""
        if not body.startswith(_SEALED):
            return body
        if self._identity is None:
            raise Refused("backup_key_encrypts_only", public=_PUBLIC, secret=_SECRET)
        try:
            return self._age.decrypt(body, [self._identity])
        except self._age.DecryptError as exc:
            raise Refused("backup_key_mismatch") from exc


class NoSeal:
    """Leaves everything open."""

    name = ""

    def close(self, body: bytes) -> bytes:
        """The same."""
        return body

    def open(self, body: bytes) -> bytes:
        """The same."""
        if body.startswith(_SEALED):
            raise Refused("backup_encrypted")
        return body


def new_key() -> tuple[str, str]:
    """A fresh key: the secret that opens, and its public half that only seals."""
    identity = _library().x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def _library() -> Any:
    try:
        import pyrage  # pyright: ignore[reportMissingTypeStubs] - it has no types
    except ImportError as exc:
        raise Missing("pyrage_not_installed") from exc
    return cast("Any", pyrage)

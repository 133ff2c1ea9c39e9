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
            raise Invalid(
                "MAGICAI_BACKUP_KEY is not an age key.",
                way_out=f"It is {_SECRET}..., or {_PUBLIC}... (encrypts only). To create one: magicai backup --new-key",
            ) from exc
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
            raise Refused(
                "The backup is encrypted, and MAGICAI_BACKUP_KEY is the half of the key that only encrypts"
                f" ({_PUBLIC}...).",
                way_out=f"Set it to the other half, {_SECRET}...",
            )
        try:
            return self._age.decrypt(body, [self._identity])
        except self._age.DecryptError as exc:
            raise Refused(
                "The backup was encrypted with another key, or is damaged.",
                way_out="Set MAGICAI_BACKUP_KEY to its key.",
            ) from exc


class NoSeal:
    """Leaves everything open."""

    name = ""

    def close(self, body: bytes) -> bytes:
        """The same."""
        return body

    def open(self, body: bytes) -> bytes:
        """The same."""
        if body.startswith(_SEALED):
            raise Refused("The backup is encrypted.", way_out="Set MAGICAI_BACKUP_KEY to its key.")
        return body


def new_key() -> tuple[str, str]:
    """A fresh key: the secret that opens, and its public half that only seals."""
    identity = _library().x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def _library() -> Any:
    try:
        import pyrage  # pyright: ignore[reportMissingTypeStubs] - it has no types
    except ImportError as exc:
        raise Missing(
            "Encrypting backups requires pyrage.", way_out="To install it: python3 start.py install backup"
        ) from exc
    return cast("Any", pyrage)

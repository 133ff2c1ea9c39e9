"""Secrets sealed by AES-SIV (RFC 5297) with a key in MAGICAI_HOME, or the one that settings name.

Deterministic, so that the same request is the same row, and bound to its owner. Whoever has the records or a backup of
them, and not the key, can tell of two secrets of one owner only whether they are the same.
"""

import base64
import hashlib
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from filelock import FileLock, Timeout

from magicai.errors import Permanent, Temporary
from magicai.ports import Seal
from magicai.private import private_folder, write_private
from magicai.space import unwritable

_LOCK_LIMIT_S = 10.0
_BYTES = 64


class SivSeal(Seal):
    """Seals with a key that is made when it is first needed.

    Args:
        path: the key's file.
        given: what the key is made of instead, where several machines need the same.
    """

    def __init__(self, path: Path, given: str | None = None) -> None:
        self._path, self._given = path, given

    def seal(self, text: str, *, owner_id: str) -> str:
        """The text, sealed."""
        return base64.urlsafe_b64encode(self._cipher.encrypt(text.encode(), [owner_id.encode()])).decode()

    def open(self, sealed: str, *, owner_id: str) -> str:
        """The text.

        Raises:
            Permanent: it was sealed with another key, for another owner, or is damaged.
        """
        try:
            return self._cipher.decrypt(base64.urlsafe_b64decode(sealed), [owner_id.encode()]).decode()
        except (InvalidTag, ValueError) as exc:
            raise Permanent("run_secret_not_decryptable") from exc

    @cached_property
    def _cipher(self) -> AESSIV:
        return AESSIV(self._key())

    def _key(self) -> bytes:
        if self._given is not None:
            return hashlib.sha512(self._given.encode()).digest()
        try:
            private_folder(self._path.parent)
            with FileLock(self._path.with_suffix(".lock"), timeout=_LOCK_LIMIT_S):
                if not self._path.exists():
                    write_private(self._path, AESSIV.generate_key(8 * _BYTES))
                key = self._path.read_bytes()
        except Timeout as exc:
            raise Temporary("folder_locked", folder=self._path, limit_s=f"{_LOCK_LIMIT_S:g}") from exc
        except OSError as exc:
            raise unwritable(self._path, exc) from exc
        if len(key) != _BYTES:
            raise Permanent("stored_file_damaged", way_out="delete_secret_key", folder=self._path)
        return key

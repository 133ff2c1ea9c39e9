"""Signing keys in a file of their own, mode 0600: whoever reads records, or a backup of them, can't sign with them."""

import asyncio
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from integrations.store_roles import address_of
from magicai.accounts.identity import SigningKey
from magicai.errors import Missing, Permanent, Temporary
from magicai.ports import SigningKeys
from magicai.private import private_folder, write_private
from magicai.settings import Settings
from magicai.space import unwritable

_LOCK_LIMIT_S = 10.0
_KEYS = TypeAdapter(list[SigningKey])


class FileSigningKeys(SigningKeys):
    """Keys in one file, newest first, for any number of processes at once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def known(self) -> list[SigningKey]:
        """What access tokens may be signed with, newest first."""
        return await asyncio.to_thread(self._read)

    async def add(self, key: SigningKey, *, after: str | None, forget_before: int) -> SigningKey:
        """Add a key behind the newest; answers the newest."""
        return await asyncio.to_thread(self._add, key, after, forget_before)

    def _read(self) -> list[SigningKey]:
        try:
            return _KEYS.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return []
        except OSError as exc:
            raise self._of_system(exc) from exc
        except ValidationError:
            raise Permanent(
                "stored_file_damaged", way_out="delete_signing_key", folder=self._path
            ) from None  # it quotes what could be read

    def _add(self, key: SigningKey, after: str | None, forget_before: int) -> SigningKey:
        try:
            private_folder(self._path.parent)
            with FileLock(self._path.with_suffix(".lock"), timeout=_LOCK_LIMIT_S):
                known = self._read()
                if (known[0].key_id if known else None) != after:
                    return known[0]
                # One is in use until the next is made.
                followed = zip(known, [key, *known], strict=False)
                kept = [old for old, by in followed if by.created_at >= forget_before]
                write_private(self._path, _KEYS.dump_json([key, *kept]))
                return key
        except Timeout as exc:
            raise Temporary("folder_locked", folder=self._path, limit_s=f"{_LOCK_LIMIT_S:g}") from exc
        except OSError as exc:
            raise self._of_system(exc) from exc

    def _of_system(self, error: OSError) -> Permanent:
        return unwritable(self._path, error)


async def check(settings: Settings, keys: SigningKeys) -> str:
    """Read what they are signed with; gateways that share records on a server may be on several machines."""
    if settings.jwt_secret_key is not None:
        return "are signed with JWT_SECRET_KEY"
    await keys.known()
    if address_of("records", settings) is not None:
        raise Missing("signing_keys_local_only")
    return "are signed with keys of this installation"

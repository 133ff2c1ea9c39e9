"""Passwords: how they are kept, and how one is checked without telling who exists."""

import asyncio
from functools import cache

from pwdlib import PasswordHash

from magicai.accounts.identity import LEAST_PASSWORD, LONGEST_PASSWORD
from magicai.errors import Invalid

# Each takes 64 MB and a twentieth of a second of a core: more at a time would only slow everything else down.
_AT_ONCE = 2


def check_password(password: str) -> str:
    """The same password, if it may be one.

    Raises:
        Invalid: it is too short or too long.
    """
    if not LEAST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Invalid(
            "password_length_invalid",
            count=len(password),
            minimum=LEAST_PASSWORD,
            maximum=LONGEST_PASSWORD,
        )
    return password


async def hashed(password: str) -> str:
    """What is kept of a password: argon2id, with its salt and parameters."""
    async with _turn(asyncio.get_running_loop()):
        return await asyncio.to_thread(_hasher().hash, check_password(password))


async def fits(password: str, kept: str | None) -> bool:
    """Whether a password is the one that was kept.

    Takes as long where there is none, so that the time does not tell who exists.
    """
    async with _turn(asyncio.get_running_loop()):
        right = await asyncio.to_thread(_hasher().verify, password, kept or _nobodys())
    return right and kept is not None


@cache
def _turn(_loop: asyncio.AbstractEventLoop) -> asyncio.Semaphore:
    return asyncio.Semaphore(_AT_ONCE)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash.recommended()


@cache
def _nobodys() -> str:
    return _hasher().hash("a password that nobody has")

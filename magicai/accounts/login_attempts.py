"""Slows down whoever tries passwords, through counters that all gateways share.

A device that somebody has logged in from has an allowance of its own for their name (OWASP: "device cookies"), so that
strangers use up that of strangers, however many addresses they have. What is remembered of devices lies where the
counters lie, and is lost with them alone.
"""

from collections.abc import Mapping

from magicai.accounts.secret_tokens import digest_of, new_secret
from magicai.errors import TooMany
from magicai.ports import Cache

_WINDOW_S = 900.0
# Tries in a window, by whoever is no known device: of any name from one address, of one name from one address, of one
# name from anywhere. And by a known device, and by whoever is logged in and changes their password.
_ADDRESS, _PAIR, _NAME = 40, 8, 60
_DEVICE, _OWN = 8, 8
_DEVICE_S = 90 * 86_400.0


async def login_counters(cache: Cache, name: str, address: str, device: str | None) -> dict[str, int]:
    """What a try to log in is counted by, and how many may be: the first that is used up ends the counting."""
    if device and await _is_known(cache, name, device):
        return {f"login:device:{_short(device)}": _DEVICE}
    who, where = _short(name), _short(address)
    return {
        f"login:address:{where}": _ADDRESS,
        f"login:pair:{who}:{where}": _PAIR,
        f"login:name:{who}": _NAME,
    }


def own_counters(user_id: str) -> dict[str, int]:
    """What a try of whoever is logged in is counted by: it takes nothing from those to log in."""
    return {f"password:{_short(user_id)}": _OWN}


async def count_attempt(cache: Cache, counters: Mapping[str, int]) -> None:
    """Count a try before it is looked at. One that is refused here uses up nothing that stands behind.

    Raises:
        TooMany: there were too many in a quarter of an hour. The right password does not help then.
    """
    for key, most in counters.items():
        if await cache.count(key, ttl_s=_WINDOW_S) > most:
            raise TooMany("too_many_password_attempts", retry_after_s=_WINDOW_S)


async def reset_attempts(cache: Cache, counters: Mapping[str, int]) -> None:
    """Take back a try that was right."""
    for key in counters:
        await cache.count(key, -1, ttl_s=_WINDOW_S)


async def remember_device(cache: Cache, name: str, device: str | None = None) -> str:
    """What says from now on that somebody has logged in from here; the same again where it was known."""
    if not device or not await _is_known(cache, name, device):
        device = new_secret("mdv_")
    await cache.put(_place(device), digest_of(name).encode(), ttl_s=_DEVICE_S)
    return device


async def _is_known(cache: Cache, name: str, device: str) -> bool:
    return await cache.get(_place(device)) == digest_of(name).encode()


def _place(device: str) -> str:
    return f"device:{digest_of(device)}"


def _short(text: str) -> str:
    return digest_of(text)[:32]

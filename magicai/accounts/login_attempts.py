"""Slows down whoever tries passwords, through counters that all gateways share."""

from magicai.accounts.secret_tokens import digest_of
from magicai.errors import TooMany
from magicai.ports import Cache

_WINDOW_S = 900.0
# Tries in a window: of one name from one address, of one name from anywhere, of any name from one address.
_PAIR, _NAME, _ADDRESS = 8, 60, 40


async def count_attempt(cache: Cache, name: str, address: str) -> None:
    """Count a try before it is looked at.

    Raises:
        TooMany: there were too many in a quarter of an hour. The right password does not help then.
    """
    for key, most in _counters(name, address).items():
        if await cache.count(key, ttl_s=_WINDOW_S) > most:
            raise TooMany(
                "There were too many tries to log in.",
                way_out="Try again in a quarter of an hour, or let an admin set the password.",
                retry_after_s=_WINDOW_S,
            )


async def reset_attempts(cache: Cache, name: str, address: str) -> None:
    """Take back a try that was right."""
    for key in _counters(name, address):
        await cache.count(key, -1, ttl_s=_WINDOW_S)


def _counters(name: str, address: str) -> dict[str, int]:
    who, where = digest_of(name)[:32], digest_of(address)[:32]
    return {
        f"login:pair:{who}:{where}": _PAIR,
        f"login:name:{who}": _NAME,
        f"login:address:{where}": _ADDRESS,
    }

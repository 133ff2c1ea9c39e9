"""How often somebody may ask, counted in the cache, so exactly over all gateways."""

from collections.abc import Callable
from dataclasses import dataclass

from magicai.app.identity.handed_out import digest_of
from magicai.domain.times import now_us
from magicai.ports import Cache

WINDOW_S = 60
_SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to somebody in this minute.

    Attributes:
        kind: what is counted.
        left: requests; below zero for one too many.
        reset_s: seconds until the next minute begins.
    """

    kind: str
    limit: int
    left: int
    reset_s: int


async def count_request(cache: Cache, who: str, kind: str, *, limit: int, now: Callable[[], int] = now_us) -> Allowance:
    """Count one request of somebody, and say what is left to them."""
    second = now() // _SECOND_US
    minute = second // WINDOW_S
    used = await cache.count(f"rate:{kind}:{digest_of(who)[:32]}:{minute}", ttl_s=2.0 * WINDOW_S)
    return Allowance(kind, limit, limit - used, WINDOW_S - second % WINDOW_S)

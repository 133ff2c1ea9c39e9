"""How often somebody may ask: counted in the cache, so exactly over all gateways, and never more in any minute.

Uses are counted by slots of ten seconds. What counts is the present slot and the six before it, which hold any minute
that ends now: a counter for each minute of the clock would let twice the limit pass around its edge.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from magicai.accounts.secret_tokens import digest_of
from magicai.ports import Cache
from magicai.values.times import now_us

WINDOW_S = 60
_SLOT_S = 10
_SLOTS = WINDOW_S // _SLOT_S + 1
_SECOND_US = 1_000_000


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to somebody.

    Attributes:
        kind: what is counted.
        allowed: whether this request was counted; otherwise it is one too many.
        left: requests.
        reset_s: seconds until one may be asked again, where none is left; else until the oldest no longer count.
    """

    kind: str
    limit: int
    allowed: bool
    left: int
    reset_s: int


async def count_request(cache: Cache, who: str, kind: str, *, limit: int, now: Callable[[], int] = now_us) -> Allowance:
    """Count one request of somebody, unless it is one too many, and say what is left to them."""
    second = now() // _SECOND_US
    allowed, uses = await cache.allow(
        f"rate:{kind}:{digest_of(who)[:32]}", second // _SLOT_S, slots=_SLOTS, most=limit, ttl_s=_SLOTS * _SLOT_S
    )
    return Allowance(kind, limit, allowed, max(0, limit - sum(uses.values())), _free_s(uses, limit, second))


def _free_s(uses: Mapping[int, int], limit: int, second: int) -> int:
    """Seconds until the oldest uses no longer count, and fewer than the limit do."""
    counted = sum(uses.values())
    for slot in sorted(uses):
        counted -= uses[slot]
        if counted < limit:
            return max(1, (slot + _SLOTS) * _SLOT_S - second)
    return WINDOW_S

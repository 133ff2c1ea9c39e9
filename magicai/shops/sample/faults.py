"""Pages that are slow, busy or broken for a while."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from magicai.shops.sample.catalogue import shop

RETRY_AFTER_S = 1
_BREAKDOWNS = 2
# Clocks differ by a little; who has waited as told is not told again.
_WAITED_S = RETRY_AFTER_S * 0.95


@dataclass(frozen=True, slots=True)
class Failure:
    """An answer that trying again helps against.

    Attributes:
        retry_after_s: seconds that the client is asked to wait, where it is.
    """

    status: int
    retry_after_s: int | None = None


class Faults:
    """Which requests fail, counted from the start of a day.

    Args:
        slow_s: seconds that slow pages take.
        clock: seconds from anywhere, rising.
    """

    def __init__(self, slow_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._slow_s = slow_s
        self._clock = clock
        self._lock = threading.Lock()
        self._refused_at: dict[str, float] = {}
        self._broken = Counter[str]()
        faults = shop()["faults"]
        self._slow = frozenset[str](faults["slow"])
        self._busy_paths = frozenset[str](faults["busy"])
        self._broken_paths = frozenset[str](faults["broken"])

    def delay(self, path: str) -> float:
        """Seconds that a path takes."""
        return self._slow_s if path in self._slow else 0

    def failure(self, path: str) -> Failure | None:
        """How the present request for a path fails; None where it doesn't."""
        with self._lock:
            if path in self._busy_paths:
                now = self._clock()
                if now - self._refused_at.setdefault(path, now) < _WAITED_S:
                    return Failure(429, RETRY_AFTER_S)
            if path in self._broken_paths and self._broken[path] < _BREAKDOWNS:
                self._broken[path] += 1
                return Failure(500)
        return None

"""Who shares the places of an installation, and whose run makes room for somebody who has none.

What counts is who holds places, and for how long: starting runs in turn is no help while two long ones hold both.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from magicai.runs.run import Attempt, Run

# How long somebody without a place waits for one that becomes free by itself, and between two that make room.
_PATIENCE_S = 10.0
# A run that is stopped at a safe point loses little, but not nothing: it keeps its place for so long, and the only one
# of its owner longer.
_LEAST_S, _SLICE_S = 30.0, 600.0
# What somebody has held counts half after so long.
_HALF_LIFE_S = 600.0


class Shares:
    """What each owner holds and has held, as whoever dispatches sees it."""

    def __init__(self) -> None:
        self._held_s: dict[str, float] = defaultdict(float)
        self._seen_at: float | None = None
        self._waits_since: dict[str, float] = {}
        self._asked_at = float("-inf")
        self._asked: set[tuple[str, int]] = set()

    def held_s(self, owner_id: str) -> float:
        """Seconds for which an owner's runs have held places, the latest counted most."""
        return self._held_s[owner_id]

    def see(self, now: float, under_way: Sequence[tuple[Run, Attempt]], waiting: Collection[Run]) -> None:
        """Take note of who holds places and who waits for one.

        Args:
            now: seconds, by any clock that never steps back.
            under_way: runs that hold a place, with their attempts.
            waiting: runs that hold none.
        """
        passed_s = 0.0 if self._seen_at is None else now - self._seen_at
        self._seen_at = now
        kept = 0.5 ** (passed_s / _HALF_LIFE_S)
        self._held_s = defaultdict(float, {owner: held * kept for owner, held in self._held_s.items() if held > 1.0})
        for run, _ in under_way:
            self._held_s[run.owner_id] += passed_s
        without = {run.owner_id for run in waiting} - {run.owner_id for run, _ in under_way}
        self._waits_since = {owner: self._waits_since.get(owner, now) for owner in without}
        self._asked &= {(attempt.run_id, attempt.number) for _, attempt in under_way}

    def makes_room(self, now: float, under_way: Sequence[tuple[Run, Attempt]], *, at: int) -> Run | None:
        """The run that is to make room now for somebody who waits without a place; None where none is.

        The owner with the most places gives one, and of theirs the one that has been held for longest.

        Args:
            now: as for `see`.
            under_way: as for `see`.
            at: by the clock of attempts' times.
        """
        patient = any(now - since >= _PATIENCE_S for since in self._waits_since.values())
        if not patient or now - self._asked_at < _PATIENCE_S:
            return None
        places = Counter(run.owner_id for run, _ in under_way)
        may = [
            (run, attempt)
            for run, attempt in under_way
            if (attempt.run_id, attempt.number) not in self._asked
            and at - attempt.started_at >= 1_000_000 * _keeps_s(places, run.owner_id)
        ]
        if not may:
            return None
        run, attempt = max(may, key=lambda one: (places[one[0].owner_id], -one[1].started_at))
        self._asked_at = now
        self._asked.add((attempt.run_id, attempt.number))
        return run


def _keeps_s(places: Mapping[str, int], owner_id: str) -> float:
    return _LEAST_S if places[owner_id] > 1 else _SLICE_S

"""How long a flow run that could not be claimed is left alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

_FIRST_S, _LONGEST_S = 1.0, 60.0


@dataclass(frozen=True, slots=True)
class _Pause:
    length_s: float
    until: float


class Pauses:
    """Of flow runs; each is twice as long as the one before."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[UUID, _Pause] = {}

    def __len__(self) -> int:
        """How many are known; those that nobody has come back to are forgotten."""
        late = self._clock() - _LONGEST_S
        self._known = {id_: pause for id_, pause in self._known.items() if pause.until > late}
        return len(self._known)

    def begin(self, flow_run_id: UUID) -> float:
        """Leave one alone; answers for how many seconds."""
        before = self._known.get(flow_run_id)
        length_s = _FIRST_S if before is None else min(2 * before.length_s, _LONGEST_S)
        self._known[flow_run_id] = _Pause(length_s, self._clock() + length_s)
        return length_s

    def over(self, flow_run_id: UUID) -> bool:
        """Whether one may be tried."""
        pause = self._known.get(flow_run_id)
        return pause is None or self._clock() >= pause.until

    def end(self, flow_run_id: UUID) -> None:
        """It could be claimed, or is nobody's any more."""
        self._known.pop(flow_run_id, None)

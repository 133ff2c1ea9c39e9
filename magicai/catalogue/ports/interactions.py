"""What people viewed and bought."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

InteractionKind = Literal["view", "purchase"]


@dataclass(frozen=True, slots=True)
class Interaction:
    """A person viewed or bought an item.

    Attributes:
        key: of the event; the same key counts once.
        at: UTC microseconds.
        number: counts an owner's events from 1; 0 of those that are not kept yet.
    """

    key: str
    person: str
    item: str
    kind: InteractionKind
    at: int
    number: int = 0


@dataclass(frozen=True, slots=True)
class InteractionCounters:
    """How far an owner's events have come.

    Attributes:
        last: the greatest number that an event was ever given; no event gets it again.
        forgotten: how often events were removed. What was learnt before that is to be learnt anew.
    """

    last: int = 0
    forgotten: int = 0


class InteractionRecords(Protocol):
    """Events in the order in which they came."""

    async def add(self, owner_id: str, interactions: Sequence[Interaction]) -> int:
        """Keep events; answers how many were new."""
        ...

    async def counters(self, owner_id: str) -> InteractionCounters:
        """How far the events have come; of an owner without events, zeros."""
        ...

    async def after(self, owner_id: str, number: int, *, limit: int = 5000) -> list[Interaction]:
        """Events with a greater number, in order."""
        ...

    async def of_person(self, owner_id: str, person: str, *, limit: int = 500) -> list[Interaction]:
        """A person's events, the latest first."""
        ...

    async def forget_person(self, owner_id: str, person: str) -> int:
        """Remove a person's events; answers how many. Recommenders of all processes then learn anew."""
        ...

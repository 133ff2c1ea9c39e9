"""What starts workflows by itself, at set times."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from magicai.messages import Message
from magicai.runs.run import JSON

NEXT_TIMES = 3


@dataclass(frozen=True, slots=True)
class PlannedRuns:
    """A schedule.

    Attributes:
        schedule_id: the orchestrator's.
        name: what it is known by, and bound to a user by.
        when: in words.
        cron: its expression; "" where the orchestrator's own page made something else.
        zone: the time zone of its times.
        request: the parameters of its runs; empty if they are the workflow's own.
        next_times: the next NEXT_TIMES, ISO 8601 with the offset of its zone; none while it is paused.
    """

    schedule_id: str
    name: str
    workflow: str
    when: Message
    cron: str
    zone: str
    active: bool
    request: JSON
    next_times: Sequence[str]


class Schedules(Protocol):
    """The schedules of an installation."""

    async def listed(self, *, start: bool = False) -> list[PlannedRuns]:
        """All of them, by workflow and name; none while nothing starts them.

        Args:
            start: whether to start the orchestrator first, where it does not run.

        Raises:
            Temporary: the orchestrator does not answer.
        """
        ...

    async def next_times(self, cron: str, zone: str) -> Sequence[str]:
        """The next NEXT_TIMES of an expression in a time zone, ISO 8601 with its offset.

        Raises:
            Invalid: the expression or the time zone means nothing, or no such day comes.
            Conflict: nothing here carries out scheduled runs.
            Temporary: the orchestrator does not answer.
        """
        ...

    async def add(self, name: str, workflow: str, *, cron: str, zone: str, request: JSON) -> PlannedRuns:
        """Add one.

        Raises:
            Invalid: as `next_times` does.
            Conflict: nothing here carries out scheduled runs of this workflow.
            Temporary: the orchestrator does not answer.
        """
        ...

    async def switch(self, name: str, *, active: bool) -> None:
        """Let it start runs from now on, or no longer.

        Raises:
            NotFound: there is none of this name.
            Temporary: the orchestrator does not answer.
        """
        ...

    async def remove(self, name: str) -> None:
        """Remove it; the runs that it has started stay.

        Raises:
            NotFound: there is none of this name.
            Temporary: the orchestrator does not answer.
        """
        ...

"""What starts workflows by itself, at set times."""

from dataclasses import dataclass
from typing import Protocol

from magicai.runs.run import JSON


@dataclass(frozen=True, slots=True)
class PlannedRuns:
    """A schedule.

    Attributes:
        schedule_id: the orchestrator's.
        name: what it is known by, and bound to a user by.
        when: a cron expression, or what the orchestrator calls it, with its time zone.
        request: the parameters of its runs; empty if they are the workflow's own.
    """

    schedule_id: str
    name: str
    workflow: str
    when: str
    active: bool
    request: JSON


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

    async def add(self, name: str, workflow: str, *, cron: str, zone: str, request: JSON) -> PlannedRuns:
        """Add one.

        Raises:
            Invalid: the expression or the time zone means nothing.
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

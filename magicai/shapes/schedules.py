"""What starts by itself."""

from pydantic import BaseModel, Field

from magicai.paging import Page
from magicai.ports.schedules import PlannedRuns
from magicai.runs.run import JSON
from magicai.shapes.base import Body


class ScheduleShown(BaseModel):
    """A schedule."""

    schedule_id: str
    workflow: str
    when: str = Field(description="A cron expression and its time zone.")
    active: bool
    request: JSON = Field(description="The parameters of its runs.")

    @classmethod
    def of(cls, one: PlannedRuns) -> "ScheduleShown":
        """The shape of a schedule."""
        return cls(schedule_id=one.name, workflow=one.workflow, when=one.when, active=one.active, request=one.request)


class ScheduleList(Page[ScheduleShown]):
    """Your schedules, by workflow."""


class ScheduleChange(Body):
    """Whether a schedule starts runs."""

    active: bool

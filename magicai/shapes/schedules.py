"""What starts by itself."""

from pydantic import BaseModel, Field

from magicai.paging import Page
from magicai.ports.schedules import PlannedRuns
from magicai.runs.run import JSON
from magicai.shapes.accounts import Name
from magicai.shapes.base import Body


class ScheduleShown(BaseModel):
    """A schedule."""

    schedule_id: str
    workflow: str
    when: str = Field(description="A cron expression and its time zone.")
    active: bool
    request: JSON = Field(description="The parameters of its runs.")

    owner: str | None = Field(None, description="Whose its runs are, in a list of others' schedules.")

    @classmethod
    def of(cls, one: PlannedRuns, *, owner: str | None = None) -> "ScheduleShown":
        """The shape of a schedule."""
        return cls(
            schedule_id=one.name,
            workflow=one.workflow,
            when=one.when,
            active=one.active,
            request=one.request,
            owner=owner,
        )


class ScheduleList(Page[ScheduleShown]):
    """Your schedules, by workflow."""


class ScheduleChange(Body):
    """Whether a schedule starts runs."""

    active: bool


class ScheduleOwner(Body):
    """Whose the runs of a schedule are."""

    name: Name | None = Field(description="A user's name. Null: MAGICAI_OWNER.")

"""What starts by itself."""

from pydantic import BaseModel, Field

from magicai.accounts.identity import ScheduleOwner as Bound
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

    owner: str | None = Field(None, description="Who starts its runs; null: MAGICAI_OWNER.")
    needs_owner: bool = Field(
        default=False, description="Whether its runs fail since its owner may start none in the workspace any more."
    )

    @classmethod
    def of(cls, one: PlannedRuns, *, owner: str | None = None, bound: Bound | None = None) -> "ScheduleShown":
        """The shape of a schedule.

        Args:
            owner: who starts its runs, by name.
            bound: likewise.
        """
        return cls(
            schedule_id=one.name,
            workflow=one.workflow,
            when=one.when,
            active=one.active,
            request=one.request,
            owner=owner or (bound.user.name if bound is not None else None),
            needs_owner=bound is not None and not bound.may_run,
        )


class ScheduleList(Page[ScheduleShown]):
    """Your schedules, by workflow."""


class ScheduleChange(Body):
    """Whether a schedule starts runs."""

    active: bool


class ScheduleOwner(Body):
    """Whose the runs of a schedule are."""

    name: Name | None = Field(description="A user's name. Null: MAGICAI_OWNER.")

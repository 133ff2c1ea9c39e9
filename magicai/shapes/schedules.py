"""What starts by itself."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from magicai.accounts.identity import ScheduleOwner as Bound
from magicai.messages import Message
from magicai.paging import Page
from magicai.ports.schedules import PlannedRuns
from magicai.runs.run import JSON
from magicai.shapes.accounts import Name
from magicai.shapes.base import Body
from magicai.values.recurrence import Every, recurrence_of, when

EveryAsked = Annotated[Every | None, Field(description="How often. `weekday`: Monday to Friday.")]
TimeAsked = Annotated[
    str, Field(max_length=20, description="When on these days, such as `07:00`; of `hour` the minute, such as `:30`.")
]
OnAsked = Annotated[
    list[Annotated[str, Field(max_length=20)]],
    Field(
        max_length=20,
        description="Of `week` its days, `mon` to `sun`; of `month` its day, `1` to `28` or `last`. Can be repeated.",
    ),
]
CronAsked = Annotated[str, Field(max_length=100, description="Instead: five fields, such as `0 7 * * 1`.")]
ZoneAsked = Annotated[
    str, Field(max_length=100, description="Time zone, such as Europe/Berlin. Empty: that of the settings.")
]
LocalTime = Annotated[str, Field(json_schema_extra={"format": "date-time"})]


class ScheduleTimes(BaseModel):
    """When runs start."""

    when: str = Field(description="In words, such as `Daily at 07:00 (Europe/Berlin)`.")
    when_message: Message = Field(description="The code of `when`.")
    every: Every | None = Field(description="How often. Null: only `cron` says it.")
    time: str = Field(description="`HH:MM`; of `hour` `:MM`.")
    on: list[str] = Field(description="Of `week` its days, `mon` to `sun`; of `month` its day, `1` to `28` or `last`.")
    cron: str = Field(description="Five fields. Empty: it was made in Prefect from something else.")
    zone: str = Field(description="Time zone.")
    next_times: list[LocalTime] = Field(
        description="The next three, in ISO 8601 with the offset of the zone. Empty while it is paused."
    )

    @classmethod
    def of_cron(cls, cron: str, zone: str, next_times: Sequence[str]) -> "ScheduleTimes":
        """The shape of what a cron expression says."""
        return cls(**_times(when(cron, zone), cron, zone, next_times))


class ScheduleShown(ScheduleTimes):
    """A schedule."""

    schedule_id: str
    workflow: str
    active: bool
    request: JSON = Field(description="The parameters of its runs.")

    owner: str | None = Field(None, description="Who starts its runs. Null: MAGICAI_OWNER, or nobody if `needs_owner`.")
    needs_owner: bool = Field(
        default=False, description="Whether its runs fail since its owner may start none in the workspace any more."
    )

    @classmethod
    def of(cls, one: PlannedRuns, *, owner: str | None = None, bound: Bound | None = None) -> "ScheduleShown":
        """The shape of a schedule.

        Args:
            owner: who starts its runs where it is bound to nobody, by name.
            bound: who does otherwise.
        """
        return cls(
            schedule_id=one.name,
            workflow=one.workflow,
            active=one.active,
            request=one.request,
            owner=bound.user.name if bound is not None and bound.user is not None else owner,
            needs_owner=bound is not None and not bound.may_run,
            **_times(one.when, one.cron, one.zone, one.next_times),
        )


class ScheduleList(Page[ScheduleShown]):
    """Your schedules, by workflow."""


class ScheduleChange(Body):
    """Whether a schedule starts runs."""

    active: bool


class ScheduleOwner(Body):
    """Whose the runs of a schedule are."""

    name: Name | None = Field(description="A user's name. Null: MAGICAI_OWNER.")


def _times(said: Message, cron: str, zone: str, next_times: Sequence[str]) -> JSON:
    found = recurrence_of(cron)
    return {
        "when": str(said),
        "when_message": said,
        "every": found and found.every,
        "time": found.at if found else "",
        "on": list(found.on) if found else [],
        "cron": cron,
        "zone": zone,
        "next_times": list(next_times),
    }

"""Schedules in memory, whose times are Prefect's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from integrations.prefect.times import next_times
from magicai.errors import Invalid
from magicai.ports.schedules import NEXT_TIMES, PlannedRuns
from magicai.runs.run import JSON
from magicai.values import recurrence


class KeptSchedules:
    """What `Schedules` promises, without a server."""

    def __init__(self) -> None:
        self.kept: dict[str, PlannedRuns] = {}

    async def listed(self, *, start: bool = False) -> list[PlannedRuns]:
        assert not start
        return list(self.kept.values())

    async def next_times(self, cron: str, zone: str) -> Sequence[str]:
        times = await next_times({"cron": cron, "timezone": zone}, NEXT_TIMES, datetime.now(UTC))
        if times is None:
            raise Invalid("schedule_invalid", cron=cron, zone=zone)
        if not times:
            raise Invalid("schedule_never_due", cron=cron)
        return times

    async def add(self, name: str, workflow: str, *, cron: str, zone: str, request: JSON) -> PlannedRuns:
        self.kept[name] = PlannedRuns(
            schedule_id=name,
            name=name,
            workflow=workflow,
            when=recurrence.when(cron, zone),
            cron=cron,
            zone=zone,
            active=True,
            request=request,
            next_times=await self.next_times(cron, zone),
        )
        return self.kept[name]

    async def switch(self, name: str, *, active: bool) -> None:
        one = self.kept[name]
        times: Sequence[str] = await self.next_times(one.cron, one.zone) if active else ()
        self.kept[name] = replace(one, active=active, next_times=times)

    async def remove(self, name: str) -> None:
        del self.kept[name]

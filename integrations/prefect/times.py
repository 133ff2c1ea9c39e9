"""The next times of schedules, told by what starts their runs: Prefect's own rules of cron and daylight saving.

Prefect is not imported by whoever asks for them, which takes seconds, but by its server: `POST /times`.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send


async def answer_times(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer `{schedules, count}` with `{times}`: of each schedule what `next_times` finds."""
    asked = await Request(scope, receive).json()
    now = datetime.now(UTC)
    times = [await next_times(schedule, asked["count"], now) for schedule in asked["schedules"]]
    await JSONResponse({"times": times})(scope, receive, send)


async def next_times(schedule: Mapping[str, Any], count: int, start: datetime) -> list[str] | None:
    """When a schedule is due next, from `start` on: ISO 8601 with the offset of its zone; None if it is none.

    Args:
        schedule: as Prefect's API has it.
    """
    from prefect.server.schemas.schedules import SCHEDULE_TYPES

    try:
        rule = TypeAdapter[Any](SCHEDULE_TYPES).validate_python(schedule)
    except ValidationError:
        return None
    try:
        dates: list[datetime] = await rule.get_dates(count, start=start)
    except ValueError:  # no day within the years that it looks ahead, such as 30 February
        return []
    return [date.isoformat(timespec="seconds") for date in dates]

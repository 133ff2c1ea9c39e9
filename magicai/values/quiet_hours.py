"""Hours of a day in which nobody is disturbed."""

from datetime import datetime, time, timedelta

from magicai.values.times import to_datetime, to_us
from magicai.values.zones import zone_of

Quiet = tuple[time, time]


def quiet_hours(value: str) -> Quiet | None:
    """Quiet hours as people write them: `22:00-07:00`; None of "".

    Raises:
        ValueError: it is not like that.
    """
    if not value.strip():
        return None
    begin, dash, end = value.partition("-")
    if not dash:
        raise ValueError(f"{value!r} is not like 22:00-07:00")
    return time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())


def end_of_quiet(moment: int, quiet: Quiet | None, zone: str) -> int:
    """The moment, or when the quiet hours end that it falls into; UTC microseconds."""
    if quiet is None:
        return moment
    here = to_datetime(moment).astimezone(zone_of(zone))
    begin, end = quiet
    now = here.time().replace(tzinfo=None)
    inside = begin <= now < end if begin <= end else now >= begin or now < end
    return next_at(moment, end, zone) if inside else moment


def next_at(moment: int, at: time, zone: str) -> int:
    """When a day's time comes next behind a moment; UTC microseconds."""
    here = to_datetime(moment).astimezone(zone_of(zone))
    until = datetime.combine(here.date(), at, here.tzinfo)
    if until <= here:
        until = datetime.combine(here.date() + timedelta(days=1), at, here.tzinfo)
    return to_us(until)

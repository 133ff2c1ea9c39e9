"""The days that costs are shown of: whole days of a time zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from magicai.errors import Invalid
from magicai.ports import LONGEST_COST_DAYS
from magicai.values.times import DAY_US, to_datetime, to_us
from magicai.values.zones import zone_of


@dataclass(frozen=True, slots=True)
class Period:
    """Days from one to another, both inclusive."""

    from_day: date
    to_day: date
    zone: ZoneInfo

    @property
    def days(self) -> list[date]:
        """Each of them."""
        return [self.from_day + timedelta(number) for number in range((self.to_day - self.from_day).days + 1)]

    @property
    def bounds(self) -> list[int]:
        """Where each day begins, and last where the last one ends; UTC microseconds."""
        begins = [to_us(datetime.combine(day, time(), self.zone)) for day in self.days]
        if self.to_day == date.max:
            return [*begins, begins[-1] + DAY_US]
        return [*begins, to_us(datetime.combine(self.to_day + timedelta(1), time(), self.zone))]


def period_of(from_day: date | None, to_day: date | None, days: int, zone: str, now: int) -> Period:
    """The days that somebody asks for.

    Args:
        from_day: the first one; without it, so many `days`.
        to_day: the last one; without it, today.
        zone: whose days these are, such as Europe/Berlin.
        now: UTC microseconds.

    Raises:
        Invalid: there is no such zone; the first day is after the last, or too long before it.
    """
    found = zone_of(zone)
    last = to_day or to_datetime(now).astimezone(found).date()
    first = from_day or date.fromordinal(max(1, last.toordinal() - days + 1))
    if first > last:
        raise Invalid("first_day_after_last", from_day=first, to_day=last)
    count = (last - first).days + 1
    if count > LONGEST_COST_DAYS:
        raise Invalid("too_many_days", from_day=first, to_day=last, days=count, maximum=LONGEST_COST_DAYS)
    return Period(first, last, found)

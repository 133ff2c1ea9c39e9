"""When something repeats, as people say it: daily at 07:00, weekly on Monday and Thursday. It is kept as cron."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from magicai.errors import Invalid
from magicai.messages import Message, say

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LAST = "last"
_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_MINUTE = re.compile(r":[0-5][0-9]")
# Minute, hour, day of the month, any month, days of the week.
_CRON = re.compile(r"([0-9]{1,2}) ([0-9]{1,2}|\*) ([0-9]{1,2}|[Ll]|\*) \* ([0-9A-Za-z,-]+|\*)")
_FIELDS = 5
# The days that every month has.
_DATES = frozenset(map(str, range(1, 29)))
_WORKDAYS, _WEEK = frozenset(range(1, 6)), frozenset(range(7))


class Every(StrEnum):
    """How often; a weekday is one from Monday to Friday."""

    HOUR = "hour"
    DAY = "day"
    WEEKDAY = "weekday"
    WEEK = "week"
    MONTH = "month"


_AT = {
    Every.DAY: "schedule_daily",
    Every.WEEKDAY: "schedule_weekdays",
    Every.MONTH: "schedule_monthly_last",
}


@dataclass(frozen=True, slots=True)
class Recurrence:
    """When something repeats.

    Attributes:
        at: `HH:MM`; of an hour `:MM`.
        on: of a week its days, of DAYS; of a month its day, `1` to `28` or `last`.
    """

    every: Every
    at: str
    on: tuple[str, ...] = ()

    @property
    def cron(self) -> str:
        """Five fields."""
        hour, _, minute = self.at.partition(":")
        clock = f"{int(minute)} {int(hour) if hour else '*'}"
        match self.every:
            case Every.HOUR | Every.DAY:
                return f"{clock} * * *"
            case Every.WEEKDAY:
                return f"{clock} * * 1-5"
            case Every.WEEK:
                days = sorted((DAYS.index(day) + 1) % 7 for day in self.on)
                return f"{clock} * * {','.join(map(str, days))}"
            case Every.MONTH:
                return f"{clock} {'L' if self.on[0] == LAST else self.on[0]} * *"


def recurrence(every: Every, at: str, on: Sequence[str]) -> Recurrence:
    """What somebody asks for.

    Args:
        at: "" of an hour is its beginning.

    Raises:
        Invalid: a time or a day is none, is missing, or not used.
    """
    at = at or (":00" if every is Every.HOUR else "")
    _check_time(every, at)
    _check_days(every, on)
    return Recurrence(every, at, tuple(day for day in DAYS if day in on) if every is Every.WEEK else tuple(on))


def cron_of(cron: str, every: Every | None, at: str, on: Sequence[str]) -> str:
    """The cron expression of what somebody asks for: one of their own, or a recurrence.

    Raises:
        Invalid: it is neither, both, or not written as one.
    """
    if not cron:
        if every is None:
            raise Invalid("schedule_time_missing")
        return recurrence(every, at, on).cron
    if every is not None or at or on:
        raise Invalid("schedule_time_twice")
    fields = cron.split()
    # The orchestrator would take a sixth field, as seconds.
    if len(fields) != _FIELDS:
        raise Invalid("schedule_cron_fields", cron=cron, count=len(fields))
    return " ".join(fields)


def recurrence_of(cron: str) -> Recurrence | None:
    """What a cron expression says, where that is a recurrence; days that not every month has are none."""
    found = _CRON.fullmatch(" ".join(cron.split()))
    if found is None:
        return None
    minute, hour, date, days = found.groups()
    at = f"{'' if hour == '*' else hour.zfill(2)}:{minute.zfill(2)}"
    match hour, date.lower(), days:
        case "*", "*", "*":
            every, on = Every.HOUR, ()
        case "*", _, _:
            return None
        case _, "*", "*":
            every, on = Every.DAY, ()
        case _, "*", _:
            every, on = _on_days(days)
        case _, "l", "*":
            every, on = Every.MONTH, (LAST,)
        case _, _, "*":
            every, on = Every.MONTH, (str(int(date)),)
        case _:
            return None
    try:
        return recurrence(every, at, on)
    except Invalid:
        return None


def when(cron: str, zone: str) -> Message:
    """What a cron expression says, in words; one that is no recurrence as it is."""
    found = recurrence_of(cron)
    if found is None:
        return say("schedule_cron", cron=cron, zone=zone)
    at, on = found.at, found.on
    match found.every:
        case Every.HOUR:
            return say("schedule_hourly", minute=at[1:], zone=zone)
        case Every.WEEK:
            return say("schedule_weekly", days=_in_words([say(f"weekday_{day}") for day in on]), at=at, zone=zone)
        case Every.MONTH if on[0] != LAST:
            return say("schedule_monthly", day=on[0], at=at, zone=zone)
        case every:
            return say(_AT[every], at=at, zone=zone)


def _check_time(every: Every, at: str) -> None:
    if every is Every.HOUR:
        if _MINUTE.fullmatch(at) is None:
            raise Invalid("schedule_minute_invalid", at=at)
    elif _TIME.fullmatch(at) is None:
        raise Invalid("schedule_time_invalid", at=at)


def _check_days(every: Every, on: Sequence[str]) -> None:
    match every:
        case Every.WEEK:
            for day in on:
                if day not in DAYS:
                    raise Invalid("schedule_day_invalid", day=day)
            if not on:
                raise Invalid("schedule_days_missing")
        case Every.MONTH:
            if len(on) != 1:
                raise Invalid("schedule_date_needed", count=len(on))
            if on[0] not in {*_DATES, LAST}:
                raise Invalid("schedule_date_invalid", day=on[0])
        case _:
            if on:
                raise Invalid("schedule_days_unused", every=every.value, on=list(on))


def _in_words(days: Sequence[Message]) -> Message:
    first, *rest = days
    if not rest:
        return first
    if len(rest) == 1:
        return say("weekdays_and_last", first=first, last=rest[0])
    return say("weekdays_and_more", first=first, rest=_in_words(rest))


def _on_days(text: str) -> tuple[Every, tuple[str, ...]]:
    """The days of a week that cron names, by number or name, where 0 and 7 are Sunday; none if it is another word."""
    numbers = {**{str(number): number for number in range(8)}, "sun": 0, **{d: i + 1 for i, d in enumerate(DAYS[:-1])}}
    chosen: frozenset[int] = frozenset()
    for part in text.lower().split(","):
        first, _, last = part.partition("-")
        ends = numbers.get(first), numbers.get(last or first)
        if ends[0] is None or ends[1] is None or ends[0] > ends[1]:
            return Every.WEEK, ()
        chosen |= {number % 7 for number in range(ends[0], ends[1] + 1)}
    if chosen == _WEEK:
        return Every.DAY, ()
    if chosen == _WORKDAYS:
        return Every.WEEKDAY, ()
    return Every.WEEK, tuple(day for place, day in enumerate(DAYS) if (place + 1) % 7 in chosen)

"""Times of a text against those of the input: which day opens when."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from magicai.claims.entities import Path
from magicai.claims.evidence import Evidence
from magicai.claims.hours import ALL_DAYS, WEEKDAYS, Hours, shown_minutes, weekdays_of
from magicai.claims.verdict import Verdict

_OPEN = re.compile(
    r"\b(?:open\w*|operat\w+|hours|available|serv\w+|business|close[sd]?|closing)\b|营业|开放|开门", re.IGNORECASE
)
_OPENS = re.compile(r"open|from|start|begin|开", re.IGNORECASE)
_CLOSES = re.compile(r"clos|to$|until|end|关", re.IGNORECASE)
_HOLIDAYS = re.compile("holiday|节假日", re.IGNORECASE)


@dataclass(slots=True)
class Schedule:
    """The hours of one thing.

    Attributes:
        by_day: ranges that the input gives for a day; an empty list where it says closed.
        general: times without a day.
        named: days that a key such as `day` names without a time.
    """

    by_day: dict[int, list[tuple[int, Hours]]] = field(default_factory=lambda: defaultdict(list))
    general: list[tuple[int, Hours]] = field(default_factory=list[tuple[int, Hours]])
    structured: bool = False
    named: set[int] = field(default_factory=set[int])


def schedules_of(evidence: Evidence) -> dict[Path | int, Schedule]:
    """Schedules by the record that they are said of; a passage has its own."""
    found: dict[Path | int, Schedule] = defaultdict(Schedule)
    halves: dict[Path, list[tuple[str, int, Hours]]] = defaultdict(list)
    for number, hours in evidence.hours:
        source = evidence.sources[number]
        key, days = _place(evidence, number)
        schedule = found[key]
        whole = hours.end - hours.start >= len(source.text.strip())
        if whole and hours.days and not hours.closed and not (hours.opens or hours.closes or hours.around_the_clock):
            schedule.named |= hours.days
        last = str(source.path[-1]) if source.path else ""
        single = hours.opens == hours.closes and bool(hours.opens)
        if single and source.path and (_OPENS.search(last) or _CLOSES.search(last)):
            halves[source.path[:-1]].append((last, number, hours))
            continue
        _add(schedule, number, hours, days or hours.days)
        schedule.structured |= bool(days)
    for parts in halves.values():
        opens = next((part for part in parts if _OPENS.search(part[0])), None)
        closes = next((part for part in parts if _CLOSES.search(part[0]) and part is not opens), None)
        number = parts[0][1]
        key, days = _place(evidence, number)
        whole = Hours(
            0, 0, frozenset(), opens[2].opens if opens else frozenset(), closes[2].closes if closes else frozenset()
        )
        _add(found[key], number, whole, days)
        found[key].structured |= bool(days)
    for number, source in enumerate(evidence.sources):
        key, days = _place(evidence, number)
        if days and (not source.text.strip() or weekday_closed(source.text)):
            for day in days:
                found[key].by_day.setdefault(day, [])
            found[key].structured = True
    return found


def weekday_closed(text: str) -> bool:
    """Whether a day's value says that it is closed."""
    return text.strip().lower() in ("closed", "close", "false", "休息", "不营业", "-", "n/a", "none")


def _add(schedule: Schedule, number: int, hours: Hours, days: frozenset[int]) -> None:
    if hours.closed:
        for day in days:
            schedule.by_day.setdefault(day, [])
    elif days:
        for day in days:
            if hours.opens or hours.closes or hours.around_the_clock:
                schedule.by_day[day].append((number, hours))
    elif hours.opens or hours.closes or hours.around_the_clock:
        schedule.general.append((number, hours))


def _place(evidence: Evidence, number: int) -> tuple[Path | int, frozenset[int]]:
    source = evidence.sources[number]
    for place, part in enumerate(source.path):
        days = weekdays_of(part) if isinstance(part, str) else frozenset[int]()
        if days:
            return evidence.entities.of(source.path[:place]) or source.path[:place], days
    return evidence.entities.of(source.path) or number, frozenset()


def checked(  # noqa: PLR0911 - one return a case
    hours: Hours, plain: str, sentence: tuple[int, int], spoken: Path | None, schedules: dict[Path | int, Schedule]
) -> Verdict | None:
    """What the input says of these hours; None where the text claims nothing by them."""
    text = plain[sentence[0] : sentence[1]]
    named = schedules[spoken].named if spoken is not None and spoken in schedules else set[int]()
    if named and len(hours.days) == 1 and not hours.days <= named and not schedules[spoken or ()].by_day:
        shown = ", ".join(WEEKDAYS[day] for day in sorted(named))
        return Verdict(reason=f"the input says {shown}, the text {hours.shown}")
    asserts = bool(hours.opens or hours.closes or hours.closed or hours.around_the_clock)
    if not asserts and (not _OPEN.search(text) or _HOLIDAYS.search(text)):
        return _mentioned(hours, schedules)
    listed = [schedules[spoken]] if spoken is not None and spoken in schedules else list(schedules.values())
    daily = [schedule for schedule in listed if schedule.by_day]
    if hours.days and daily:
        verdicts = [_by_day(hours, schedule) for schedule in daily]
        return next((verdict for verdict in verdicts if not verdict.reason), verdicts[0])
    if not asserts:
        return _mentioned(hours, schedules)
    if hours.closed:
        return None if not hours.days else Verdict(reason=f"“{hours.shown}” is not in the input")
    for schedule in listed:
        for number, its in (*schedule.general, *(pair for pairs in schedule.by_day.values() for pair in pairs)):
            if _agrees(hours, its):
                return Verdict(source=number, start=its.start, end=its.end)
    known = next(
        (
            its
            for schedule in listed
            for _, its in (*schedule.general, *(p for ps in schedule.by_day.values() for p in ps))
        ),
        None,
    )
    if known is not None:
        return Verdict(reason=f"the input says {_times(known)}, the text {_times(hours)}")
    return Verdict(reason=f"{_times(hours)} is not in the input")


def _mentioned(hours: Hours, schedules: dict[Path | int, Schedule]) -> Verdict | None:
    """Days without times, where nothing is said to be open: they need only be in the input."""
    if hours.days == ALL_DAYS or len(hours.days) in (0, 2, 5):
        return None
    for schedule in schedules.values():
        for day in hours.days:
            if schedule.by_day.get(day):
                return Verdict(source=schedule.by_day[day][0][0])
    return Verdict(reason="weekday")


def _by_day(hours: Hours, schedule: Schedule) -> Verdict:
    first: Verdict | None = None
    for day in sorted(hours.days):
        its = schedule.by_day.get(day)
        name = WEEKDAYS[day]
        if hours.closed:
            open_then = [pair for pair in its or [] if not _never(pair[1])]
            if its is None and not schedule.structured and [] in schedule.by_day.values():
                named = ", ".join(WEEKDAYS[other] for other, ranges in schedule.by_day.items() if not ranges)
                return Verdict(reason=f"the input says closed on {named}, the text on {name}")
            if open_then:
                return Verdict(reason=f"the input says {_times(open_then[0][1])} on {name}, the text closed")
            first = first or Verdict(derivation=f"no hours on {name}")
            continue
        if not its:
            if its is None and schedule.general and not schedule.structured:
                its = schedule.general
            else:
                return Verdict(reason=f"the input gives no hours on {name}, the text {_times(hours) or 'open'}")
        agreeing = next((pair for pair in its if _agrees(hours, pair[1])), None)
        if agreeing is None:
            said = ", ".join(_times(pair[1]) for pair in its)
            return Verdict(reason=f"the input says {said} on {name}, the text {_times(hours)}")
        first = first or Verdict(source=agreeing[0], start=agreeing[1].start, end=agreeing[1].end)
    source = next((pairs[0][0] for pairs in schedule.by_day.values() if pairs), None)
    if first and first.source is None:
        return Verdict(source=source, derivation=first.derivation)
    return first or Verdict(source=source)


def _agrees(mine: Hours, its: Hours) -> bool:
    if not (mine.opens or mine.closes or mine.around_the_clock):
        return not (_never(its) and not its.around_the_clock) or True
    if mine.around_the_clock:
        return its.around_the_clock or _never(its)
    if mine.opens == mine.closes:
        return bool(mine.opens & (its.opens | its.closes))
    opens = not mine.opens or bool(mine.opens & its.opens)
    closes = not mine.closes or bool(mine.closes & its.closes)
    return opens and closes


def _never(hours: Hours) -> bool:
    """0:00 to 0:00, which is written for a day that is closed, and for one that never closes."""
    return bool(hours.opens) and hours.opens == hours.closes and 0 in hours.opens


def _times(hours: Hours) -> str:
    if hours.around_the_clock:
        return "24 hours"
    if hours.closed:
        return "closed"
    return "-".join(shown_minutes(min(part)) for part in (hours.opens, hours.closes) if part)

"""Dates, months and years in a plain text: ISO 8601, English and Chinese."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from magicai.claims.spans import UsedCharacters

_NAMES = "january february march april may june july august september october november december"
_MONTHS = _NAMES.split()
_MONTH_OF = (
    {name: number for number, name in enumerate(_MONTHS, start=1)}
    | {name[:3]: number for number, name in enumerate(_MONTHS, start=1)}
    | {"sept": 9}
)
_M = (
    r"(?P<m>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|"
    r"Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_D = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_Y = r"(?P<y>(?:1[5-9]|20|21)\d\d)"
_FORMS = (
    re.compile(rf"(?<!\d){_Y}[-/](?P<m>\d{{1,2}})[-/](?P<d>\d{{1,2}})(?:[T ](?=\d\d?:)|(?!\d))"),
    re.compile(rf"(?<![\d-]){_Y}-(?P<m>0[1-9]|1[0-2])(?![-\d])"),
    re.compile(rf"{_Y}\s?年\s?(?:(?P<m>\d{{1,2}})\s?月(?:份)?\s?(?:(?P<d>\d{{1,2}})\s?[日号])?)?"),
    re.compile(r"(?<!\d)(?P<m>\d{1,2})\s?月(?:(?P<d>\d{1,2})\s?[日号]|份|(?!\d))"),
    re.compile(rf"\b{_M}\s{_D},?\s{_Y}\b"),
    re.compile(rf"\b(?:the )?{_D}\s(?:of\s)?{_M},?\s{_Y}\b"),
    re.compile(rf"\b{_M},?\s(?:of\s)?{_Y}\b"),
    re.compile(rf"\b{_M}\s{_D}\b(?!\s?(?:%|:|\.\d|years|euros|million))"),
    re.compile(rf"\b(?:the )?{_D}\s(?:of\s)?{_M}\b"),
    re.compile(rf"\b(?P<d>\d{{1,2}})[/.](?P<m>\d{{1,2}})[/.]{_Y}\b"),
)
_TO = r"\s?(?:-|–|—|to|through|and|until)\s?(?:the )?"
_TO_DAY = re.compile(
    rf"\b{_M}\s{_D}{_TO}(?P<e>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.%]\d|\s?(?:[ap]\.?m\b|%))(?:,?\s{_Y}\b)?"
)
_DAY_TO = re.compile(rf"(?<![\d:.])(?P<e>\d{{1,2}})(?:st|nd|rd|th)?{_TO}(?=\d{{1,2}}(?:st|nd|rd|th)?\s{_M})")
_MONTH_ALONE = re.compile(
    r"\b(?P<m>January|February|April|June|July|August|September|October|November|December|Sept?|Nov|Dec|Oct|Aug|"
    r"Feb|Jan)\b"
    r"|\b(?:in|by|until|since|during|of|from|last|next|this|early|late|mid|to|and)[ -](?P<n>March|May)\b(?! \d)"
)
_YEAR = re.compile(
    r"(?:\b(?:in|since|of|by|from|until|till|during|before|after|founded|established|opened|est\.?|circa|around|"
    r"early|late|mid|"
    r"for|to|the|year|and|back in|through)[ -]|\()"
    + _Y
    + r"(?=s\b|[\s,.;:)!?–'”’\"-]|$)(?!\s(?:[a-z]+s\b|and [a-z]+s\b)(?<!was)(?<!has)(?<!is))(?!,\d)(?!\.\d)",
    re.IGNORECASE,
)
_YEAR_OPENS = re.compile(r"(?:^|(?<=[.!?\n] ))" + _Y + r"(?= (?:was|saw|brought|marked|edition|season|vintage|model))")


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or the part of one that is written.

    Attributes:
        readings: year, month and day, None where not written; more than one where 03/05/2026 leaves it open.
    """

    start: int
    end: int
    readings: tuple[tuple[int | None, int | None, int | None], ...]

    @property
    def shown(self) -> str:
        """2026-05-03, 2026-05, --05-03."""
        year, month, day = self.readings[0]
        head = str(year) if year else "-"
        return head + "".join(f"-{part:02}" for part in (month, day) if part) if month or day else head

    @property
    def whole(self) -> date | None:
        """The calendar's day, where it is one and there is one reading."""
        year, month, day = self.readings[0]
        if len(self.readings) > 1 or year is None or month is None or day is None:
            return None
        return date(year, month, day) if _possible(year, month, day) else None

    def says(self, other: "Day") -> bool:
        """Whether every part that is written here is so in the other."""
        return any(
            all(own is None or own == its for own, its in zip(mine, theirs, strict=True))
            for mine in self.readings
            for theirs in other.readings
        )


def days(plain: str, taken: UsedCharacters) -> list[Day]:
    """Every date of a text, in order."""
    found: list[Day] = []
    for day in (*_days_to(plain), *_written(plain), *_alone(plain)):
        if taken.free(day.start, day.end):
            taken.take(day.start, day.end)
            found.append(day)
    return sorted(found, key=lambda day: day.start)


def _written(plain: str) -> Iterator[Day]:
    for form in _FORMS:
        for match in form.finditer(plain):
            parts = match.groupdict()
            month_text = parts.get("m")
            year = int(parts["y"]) if parts.get("y") else None
            month = None
            if month_text:
                month = int(month_text) if month_text.isdigit() else _MONTH_OF[month_text.lower()]
            day = int(parts["d"]) if parts.get("d") else None
            readings = [(year, month, day)]
            if form is _FORMS[-1] and "/" in match[0]:
                readings.append((year, day, month))
            possible = tuple(reading for reading in readings if _possible(*reading))
            if not possible and day and 1 <= (month or 0) <= len(_MONTHS):
                possible = (readings[0],)  # 31 February: as it is written, which is nobody's date
            if possible:
                yield Day(match.start(), match.end(), possible)


def _days_to(plain: str) -> Iterator[Day]:
    """The second day of `June 13 to 15, 2025`, the first of `13 to 15 June`."""
    for match in _TO_DAY.finditer(plain):
        month = _MONTH_OF[match["m"].lower()]
        year = int(match["y"]) if match["y"] else None
        for group in ("d", "e"):
            day = int(match[group])
            if _possible(year, month, day):
                yield Day(match.start(group), match.end(group), ((year, month, day),))
    for match in _DAY_TO.finditer(plain):
        month = _MONTH_OF[match["m"].lower()]
        if _possible(None, month, int(match["e"])):
            yield Day(match.start("e"), match.end("e"), ((None, month, int(match["e"])),))


def _alone(plain: str) -> Iterator[Day]:
    for match in _MONTH_ALONE.finditer(plain):
        group = "m" if match["m"] else "n"
        yield Day(match.start(group), match.end(group), ((None, _MONTH_OF[match[group].lower()], None),))
    for form in (_YEAR, _YEAR_OPENS):
        for match in form.finditer(plain):
            year = int(match["y"])
            if plain[match.end() : match.end() + 1] == "s" and year % 10 == 0:
                yield Day(match.start("y"), match.end() + 1, tuple((year + more, None, None) for more in range(10)))
            else:
                yield Day(match.start("y"), match.end("y"), ((year, None, None),))


def _possible(year: int | None, month: int | None, day: int | None) -> bool:
    if year is None and month is None:
        return False
    try:
        date(year or 2000, month or 1, day or 1)
    except ValueError:
        return False
    return True

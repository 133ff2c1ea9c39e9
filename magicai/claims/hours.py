"""Times of day, weekdays and opening hours in a plain text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from magicai.claims.numerals import value_of_han
from magicai.claims.spans import Taken

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ALL_DAYS = frozenset(range(7))
_MINUTES_A_DAY = 1440
_NAMES = {name[:3].lower(): number for number, name in enumerate(WEEKDAYS)}
_HAN = {char: number for number, char in enumerate("一二三四五六日")} | {"天": 6, "末": -1}
_DAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:days?)?\b\.?'?s?"
_TO = r"\s?(?:-|–|—|to|through|thru|until|till|until|~)\s?"
_DAYS = re.compile(
    rf"\b(?P<from>{_DAY}){_TO}(?P<to>{_DAY})|\b(?P<day>{_DAY})|"
    r"\b(?P<week>weekdays?|workdays?)\b|\b(?P<end>(?:on |the |at )?weekends?)\b|"
    r"(?P<all>\b(?:seven|7) days (?:a|per) week\b|\b(?:every|each) (?:single )?day\b|\bdaily\b|\ball week\b|"
    r"\bevery day of the week\b|\b24/7\b)|"
    r"(?:周|星期|礼拜)(?P<hfrom>[一二三四五六日天])(?:至|到|-|~)(?:周|星期|礼拜)?(?P<hto>[一二三四五六日天])|"
    r"(?:周|星期|礼拜)(?P<hday>[一二三四五六日天])|(?P<hweek>工作日|平日)|(?P<hend>周末|双休日)|(?P<hall>每天|每日|天天|全周)",
    re.IGNORECASE,
)
_DAYS_FOLLOW = re.compile(rf"\s?[:,(–—-]\s?(?:from )?{_DAY}", re.IGNORECASE)
_AM = r"(?P<{0}a>a\.?\s?m\b\.?|p\.?\s?m\b\.?)"
_HOURS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_PAST = {"half past": 30, "quarter past": 15, "quarter to": -15}
_CLOCK = (
    r"(?:(?P<{0}han>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚间|夜里)?"
    r"(?:(?P<{0}ph>\d{{1,2}}|[一二两三四五六七八九]|十[一二]?)(?:点(?!\d(?!\d?分))|时(?!间))(?:(?P<{0}half>半)|(?P<{0}pm>\d{{1,2}})分?|整)?|"
    r"(?P<{0}h>\d{{1,2}})(?:(?:[:：](?P<{0}m>\d{{1,2}})(?::\d\d)?|\.(?P<{0}n>\d\d)(?=\s?[ap]\.?m))?\s?(?:"
    + _AM
    + r"|o'clock)?))"
    r"|(?P<{0}past>half past|quarter past|quarter to) (?P<{0}spelled>\d{{1,2}}|" + "|".join(_HOURS[1:]) + ")"
    r"|(?P<{0}noon>\bnoon|\bmidday)|(?P<{0}mid>\bmidnight))"
)
_RANGE = re.compile(
    rf"(?<![\d.,$€£¥/-]){_CLOCK.format('x')}\s?(?:-|–|—|~|to\b|until\b|till?\b|through\b|and\b|至|到)\s?(?:about |"
    rf"around |次日)?"
    rf"{_CLOCK.format('y')}(?![\d%])",
    re.IGNORECASE,
)
# A quarter to 1.2 million is no time.
_BETWEEN = re.compile(r"\b(?:between|from|hours|open)\b[^,;.]*$|介于|从|在$", re.IGNORECASE)
_AND = re.compile(r"\band\b|和")
_NUMBER_GOES_ON = r"(?![\d%]|[.,]\d| (?:hundred|thousand|million|billion|percent)\b)"
_TIME = re.compile(rf"(?<![\d.,$€£¥/-]){_CLOCK.format('x')}{_NUMBER_GOES_ON}", re.IGNORECASE)
_ROUND_CLOCK = re.compile(
    r"\b(?:(?<!to )(?<!in )(?<!least )(?<!every )24 hours(?! (?:before|in advance|notice|prior|after|"
    r"later|ahead|of))(?: a day)?|24-hours?|around the clock|24/7|twenty-four hours a day)\b"
    r"|24小时(?:营业|开放)|全天(?:营业|开放)",
    re.IGNORECASE,
)
_CLOSED = re.compile(
    r"\b(?:closed|not open|closes its doors|isn't open|is not open|shut)\b|"
    "休息|店休|公休|休馆|不营业|闭店|闭馆|打烊",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\b(?:except|excluding|apart from|other than|(?<=day )but|but not|with the exception of|save for|aside from)"
    r"(?: for| on)?\s?$|除(?:了)?$",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"\b(?:opens?|opening|starts?|begins?|beginning|from|doors open|after)\b(?: (?:its|their|the) doors)?(?: "
    r"up)?(?: at| from)?(?: about)?\s?$|[开]门?(?:于)?$",
    re.IGNORECASE,
)
_CLOSES = re.compile(
    r"\b(?:closes?|closing|until|till|ends?|ending|to|before|open until|shuts?)\b(?: (?:its|their|the) doors)?(?: "
    r"at)?(?: about)?\s?$|至$|到$|关门$",
    re.IGNORECASE,
)
_OPEN_WORDS = re.compile(
    r"\b(?:open|opens|opening|hours|operat\w+|business|welcomes|serv\w+|from|available|between)\b|营业|开放|开门|时间",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Hours:
    """When something is open or happens.

    Attributes:
        days: 0 is Monday; empty where the text names none.
        opens, closes: minutes of the day that the text may mean, such as 9:00 and 21:00 of `9`; empty where not said.
        closed: it says that it is closed then.
    """

    start: int
    end: int
    days: frozenset[int]
    opens: frozenset[int] = frozenset()
    closes: frozenset[int] = frozenset()
    closed: bool = False
    around_the_clock: bool = False

    @property
    def shown(self) -> str:
        """Monday, Tuesday 11:00-21:00."""
        named = ", ".join(WEEKDAYS[day] for day in sorted(self.days)) if self.days != ALL_DAYS else "every day"
        times = [shown_minutes(min(part)) if part else "" for part in (self.opens, self.closes)]
        said = "closed" if self.closed else "24 hours" if self.around_the_clock else "-".join(times).strip("-")
        return f"{named} {said}".strip()


@dataclass(frozen=True, slots=True)
class _Item:
    start: int
    end: int
    days: frozenset[int] = frozenset()
    time: Hours | None = None


def shown_minutes(minutes: int) -> str:
    """21:30."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


def weekdays_of(word: str) -> frozenset[int]:
    """The days of a key such as `Monday`, `Tue-Fri`, `weekends` or `周一至周五`; none of anything else."""
    day = weekday_of(word)
    if day is not None and day >= 0:
        return frozenset((day,))
    match = _DAYS.fullmatch(word.strip().replace("_", " "))
    return _named_days(match) if match else frozenset()


def weekday_of(word: str) -> int | None:
    """0 for Monday, Mon or 周一; None for anything else."""
    plain = word.strip().lower()
    if plain[:1] in "周星礼" and plain[-1:] in _HAN and len(plain) <= 3:
        return _HAN[plain[-1]]
    return _NAMES.get(plain[:3]) if re.fullmatch(_DAY, plain, re.IGNORECASE) else None


def opening_hours(plain: str, taken: Taken, sentence_places: list[tuple[int, int]]) -> list[Hours]:
    """Every time, with the days it is said of, and every group of days that is said to be open or closed."""
    items = sorted((*_times(plain, taken), *_day_items(plain, taken)), key=lambda item: item.start)
    found: list[Hours] = []
    place = 0
    for start, end in sentence_places:
        own: list[_Item] = []
        while place < len(items) and items[place].start < end:
            if items[place].start >= start:
                own.append(items[place])
            place += 1
        found += _paired(plain, own)
    return found


def _times(plain: str, taken: Taken) -> Iterator[_Item]:
    for match in _ROUND_CLOCK.finditer(plain):
        if taken.free(match.start(), match.end()):
            if "24/7" not in match[0]:
                taken.take(match.start(), match.end())
            yield _Item(
                match.start(), match.end(), time=Hours(match.start(), match.end(), frozenset(), around_the_clock=True)
            )
    for match in _RANGE.finditer(plain):
        opens, closes = _minutes(match, "x"), _minutes(match, "y")
        if not opens or not closes or _are_two(plain, match) or not _is_time(plain, match, "xy"):
            continue
        if not taken.free(match.start(), match.end()):
            continue
        taken.take(match.start(), match.end())
        yield _Item(match.start(), match.end(), time=Hours(match.start(), match.end(), frozenset(), opens, closes))
    for match in _TIME.finditer(plain):
        minutes = _minutes(match, "x")
        if not minutes or not _is_time(plain, match, "x") or not taken.free(match.start(), match.end()):
            continue
        before = plain[max(0, match.start() - 30) : match.start()]
        end = match.end()
        taken.take(match.start(), end)
        closes = _CLOSES.search(before) is not None
        opens = _OPENS.search(before) is not None
        yield _Item(
            match.start(),
            end,
            time=Hours(
                match.start(),
                end,
                frozenset(),
                minutes if opens or not closes else frozenset(),
                minutes if closes or not opens else frozenset(),
            ),
        )
    for match in _CLOSED.finditer(plain):
        yield _Item(match.start(), match.end(), time=Hours(match.start(), match.end(), frozenset(), closed=True))


def _are_two(plain: str, match: re.Match[str]) -> bool:
    """Whether these are times of their own, as in `at 8, 12 and 5 o'clock`."""
    joined = _AND.search(match[0]) is not None
    return joined and not _BETWEEN.search(plain, max(0, match.start() - 24), match.start())


def _is_time(plain: str, match: re.Match[str], sides: str) -> bool:
    """Whether numbers are times: they have minutes or a half of the day, or stand where hours do."""
    for side in sides:
        if any(match[f"{side}{part}"] for part in ("m", "n", "a", "han", "ph", "noon", "mid", "past")):
            return True
    if len(sides) == 1:
        return "o'clock" in match[0]
    if _DAYS.search(plain[max(0, match.start() - 5) : match.start()]) or _DAYS.match(plain, match.end() + 1):
        return True
    around = plain[max(0, match.start() - 40) : match.end() + 20]
    return bool(_DAYS.search(around) and _OPEN_WORDS.search(around)) or bool(
        re.search(
            r"(?:\bopen(?: from)?|hours(?: are)?:?|营业时间[:：为]?)\s?$",
            plain[max(0, match.start() - 20) : match.start()],
            re.IGNORECASE,
        )
    )


def _minutes(match: re.Match[str], side: str) -> frozenset[int]:
    if match[f"{side}noon"] or match[f"{side}mid"]:
        return frozenset((720,)) if match[f"{side}noon"] else frozenset((0, _MINUTES_A_DAY))
    if match[f"{side}past"]:
        return _past(match[f"{side}past"], match[f"{side}spelled"])
    told = match[f"{side}h"] or match[f"{side}ph"]
    hour = int(told) if told.isdigit() else int(value_of_han(told) or 0)
    minute = 30 if match[f"{side}half"] else int(match[f"{side}m"] or match[f"{side}n"] or match[f"{side}pm"] or 0)
    if hour > 24 or minute > 59:
        return frozenset()
    half = (match[f"{side}a"] or "").lower().replace(".", "").replace(" ", "")
    han = match[f"{side}han"] or ""
    if half or han:
        late = half == "pm" or han in ("下午", "傍晚", "晚上", "晚间", "夜里") or (han == "中午" and hour < 3)
        if hour <= 12:
            hour = hour % 12 + (12 if late or (han == "中午" and hour == 12) else 0)
        if han in ("晚上", "夜里", "晚间") and hour == 12 and (match[f"{side}h"] or match[f"{side}ph"]) == "12":
            hour = 0
        return _with_midnight(hour * 60 + minute)
    bare = match[f"{side}m"] is None
    if hour <= 12 and (bare or len(match[f"{side}m"]) == 2) and not told.startswith("0"):
        return _with_midnight(hour * 60 + minute) | _with_midnight((hour % 12 + 12) * 60 + minute)
    return _with_midnight(hour * 60 + minute)


def _past(part: str, hour: str) -> frozenset[int]:
    """`half past ten`, in either half of the day."""
    number = int(hour) if hour.isdigit() else _HOURS.index(hour.lower())
    minutes = (60 * number + _PAST[part.lower()]) % 720
    return _with_midnight(minutes) | _with_midnight(minutes + 720)


def _with_midnight(minutes: int) -> frozenset[int]:
    return frozenset((0, _MINUTES_A_DAY)) if minutes in (0, _MINUTES_A_DAY) else frozenset((minutes,))


def _day_items(plain: str, taken: Taken) -> Iterator[_Item]:
    for match in _DAYS.finditer(plain):
        if not taken.free(match.start(), match.end()) and not match["all"]:
            continue
        named = _named_days(match)
        if match["all"] and _DAYS_FOLLOW.match(plain, match.end()):
            continue  # they are told one by one
        if named:
            taken.take(match.start(), match.end())
            yield _Item(match.start(), match.end(), days=named)


def _is_word(match: re.Match[str]) -> bool:
    """Whether a short form of a day is another word: the sun, he sat, they wed."""
    said = match["day"] or ""
    if match.end() - match.start() == len(match.string.strip()):
        return False
    if said in ("sun", "sat", "wed", "mon", "fri"):
        return True
    return said in ("Sun", "Wed", "Sat", "SUN", "SAT") and not re.match(
        r"\s?(?:\d|[-,:;)&/])", match.string[match.end() : match.end() + 3]
    )


def _named_days(match: re.Match[str]) -> frozenset[int]:  # noqa: PLR0911 - one return a form
    if _is_word(match):
        return frozenset()
    if match["from"]:
        first, last = _NAMES[match["from"][:3].lower()], _NAMES[match["to"][:3].lower()]
        return _between(first, last)
    if match["day"]:
        return frozenset((_NAMES[match["day"][:3].lower()],))
    if match["hfrom"]:
        return _between(_HAN[match["hfrom"]], _HAN[match["hto"]])
    if match["hday"]:
        return frozenset((_HAN[match["hday"]],))
    if match["week"] or match["hweek"]:
        return frozenset(range(5))
    if match["end"] or match["hend"]:
        return frozenset((5, 6))
    return ALL_DAYS


def _between(first: int, last: int) -> frozenset[int]:
    length = (last - first) % 7
    return frozenset((first + step) % 7 for step in range(length + 1))


def _paired(plain: str, items: list[_Item]) -> list[Hours]:
    """Days with the times that are said of them, in one sentence."""
    groups = _grouped(plain, items)
    times = [place for place, item in enumerate(groups) if item.time]
    if not times:
        return [Hours(item.start, item.end, item.days) for item in groups if item.days]
    of: dict[int, list[_Item]] = {place: [] for place in times}
    for place, item in enumerate(groups):
        if item.days:
            chosen = _time_of(plain, groups, place, times)
            of[chosen].append(item)
    found: list[Hours] = []
    last: list[_Item] = []
    for place in times:
        time = groups[place].time
        assert time is not None
        own = of[place] or ([] if time.closed else last)
        last = own
        if time.closed and not own:
            continue
        between = [item for item in own if abs(item.start - time.start) < 200]
        start = min([time.start, *(item.start for item in between if of[place])])
        end = max([time.end, *(item.end for item in between if of[place])])
        days = frozenset[int]().union(*(item.days for item in own))
        found.append(Hours(start, end, days, time.opens, time.closes, time.closed, time.around_the_clock))
    return found


def _grouped(plain: str, items: list[_Item]) -> list[_Item]:
    """Days that stand in a row as one item; days after `except` are taken away."""
    groups: list[_Item] = []
    for number, item in enumerate(items):
        before = plain[max(0, item.start - 28) : item.start]
        if item.days and groups and groups[-1].end > item.start:
            continue
        excepted = item.days and _EXCEPT.search(before.rstrip("周 "))
        if excepted:
            place = next((place for place in range(len(groups) - 1, -1, -1) if groups[place].days), None)
            if place is not None:
                whole = groups[place]
                groups[place] = _Item(whole.start, whole.end, days=whole.days - item.days)
                continue
        joined = item.days and groups and groups[-1].days
        if joined and re.fullmatch(
            r"\s?(?:,|and|&|,\s?and|or|/|、|和|及|与|as well as|and on|plus)?\s?(?:on\s)?",
            plain[groups[-1].end : item.start],
        ):
            between = plain[groups[-1].end : item.start]
            next_is_time = number + 1 < len(items) and items[number + 1].time is not None
            if "," in between and next_is_time and len(groups) > 1 and groups[-2].time:
                groups.append(item)  # from 9 to 5 on Monday, and on Friday until 10
            else:
                groups[-1] = _Item(groups[-1].start, item.end, days=groups[-1].days | item.days)
        else:
            groups.append(item)
    return groups


def _time_of(plain: str, groups: list[_Item], place: int, times: list[int]) -> int:
    """Which time a group of days belongs to: by the order of the sentence, else the nearer one."""
    before = max((time for time in times if time < place), default=None)
    after = min((time for time in times if time > place), default=None)
    if before is None or after is None:
        return after if before is None else before  # type: ignore[return-value] # one of them is there
    days_first, times_last = bool(groups[0].days), bool(groups[-1].time)
    if days_first and times_last:
        return after
    if not days_first and not times_last:
        return before
    gaps = (plain[groups[before].end : groups[place].start], plain[groups[place].end : groups[after].start])
    weights = [len(gap) + 40 * len(re.findall(r"[,;，；、。]|\band\b|\bbut\b|\bwhile\b", gap)) for gap in gaps]
    return before if weights[0] <= weights[1] else after

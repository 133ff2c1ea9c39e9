"""Times of day and spans of hours, each as the minutes of the day that it may mean."""

import re
from dataclasses import dataclass

from magicai.claims.spans import UsedCharacters

_A_DAY = 1440
_CLOCK = (
    r"(?:(?P<{0}han>凌晨|早上|上午|中午|下午|傍晚|晚上)?(?:(?P<{0}ph>\d{{1,2}})点(?:(?P<{0}half>半)|(?P<{0}pm>\d{{1,2}})分?)?"
    r"|(?P<{0}h>\d{{1,2}})(?:[:：](?P<{0}m>[0-5]\d)(?::\d\d)?)?\s?(?P<{0}a>[ap]\.?\s?m\b\.?)?))"
)
_SPAN = re.compile(
    rf"(?<![\d.,:$€£¥/-]){_CLOCK.format('x')}\s?(?:-|–|—|~|to\b|until\b|till?\b|and\b|至|到)\s?"
    rf"{_CLOCK.format('y')}(?![\d:%])",
    re.IGNORECASE,
)
_TIME = re.compile(rf"(?<![\d.,:$€£¥/-]){_CLOCK.format('x')}(?![\d:%])", re.IGNORECASE)
_LATE = ("下午", "傍晚", "晚上")


@dataclass(frozen=True, slots=True)
class Time:
    """A time of day.

    Attributes:
        minutes: of the day; 9:00 and 21:00 of a `9:00` that leaves it open.
    """

    start: int
    end: int
    minutes: frozenset[int]

    @property
    def shown(self) -> str:
        """21:30."""
        first = min(self.minutes)
        return f"{first // 60:02}:{first % 60:02}"


def times(plain: str, taken: UsedCharacters) -> list[Time]:
    """Every time of a text, in order: of 9-17, 9 am to 5 pm and 9:30, not of numbers without a sign that they are one.

    A span gives both of its ends.
    """
    found: list[Time] = []
    spans, alone = _SPAN.finditer(plain), _TIME.finditer(plain)
    for match, sides in (*((span, "xy") for span in spans), *((one, "x") for one in alone)):
        if not any(_says_so(match, side) for side in sides) or not taken.free(match.start(), match.end()):
            continue
        both = [_minutes(match, side) for side in sides]
        if all(both):
            taken.take(match.start(), match.end())
            found += [Time(match.start(), match.end(), one) for one in both]
    return sorted(found, key=lambda time: time.start)


def _says_so(match: re.Match[str], side: str) -> bool:
    return any(match[side + name] for name in ("m", "a", "ph"))


def _minutes(match: re.Match[str], side: str) -> frozenset[int]:
    hour = int(match[f"{side}h"] or match[f"{side}ph"])
    minute = 30 if match[f"{side}half"] else int(match[f"{side}m"] or match[f"{side}pm"] or 0)
    half, han = (match[f"{side}a"] or "")[:1].lower(), match[f"{side}han"] or ""
    if hour > 24 or minute > 59:
        return frozenset()
    if half or han:
        late = half == "p" or han in _LATE or (han == "中午" and hour < 3)
        return frozenset(((hour % 12 + (12 if late or (han == "中午" and hour == 12) else 0)) * 60 + minute,))
    said = hour * 60 + minute
    return frozenset((said % _A_DAY, (said + _A_DAY // 2) % _A_DAY)) if 0 < hour <= 12 else frozenset((said % _A_DAY,))

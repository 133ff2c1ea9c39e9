"""Everything that a text or a source holds which could be a claim, each character used once."""

import re
from dataclasses import dataclass

from magicai.claims.amount import Amount
from magicai.claims.dates import Day, days
from magicai.claims.names import Name, links, models, names
from magicai.claims.quantities import amounts
from magicai.claims.reading import Reading
from magicai.claims.spans import UsedCharacters
from magicai.claims.times import Time, times

_NUMBERED = re.compile(
    r"(?:^|\n)\s{0,8}(?:[*#-]\s?)?\(?\d{1,2}[.)、](?=\s|[\u4e00-\u9fff])|\b(?:Step|Part|Chapter|Tip|Question|"
    r"Option) \d+\b|#\d+\b|(?<=\d )out of (?:5|10|100|five|ten)\b"
)


@dataclass(frozen=True, slots=True)
class Mentions:
    """What was found, each in order of its place."""

    amounts: list[Amount]
    days: list[Day]
    times: list[Time]
    names: list[Name]


def find(reading: Reading, *, with_names: bool = True) -> Mentions:
    """Find numbers, dates, times and names; names of sources are looked up instead."""
    plain, places = reading.plain, reading.sentences
    taken = UsedCharacters(len(plain))
    for match in _NUMBERED.finditer(plain):
        taken.take(match.start(), match.end())
    named = links(plain, taken)
    dates = days(plain, taken)
    clock = times(plain, taken)
    if with_names:
        named += models(plain, taken)
    numbers = amounts(plain, taken)
    if with_names:
        named += names(plain, taken, places)
    return Mentions(amounts=numbers, days=dates, times=clock, names=named)

"""Single times of the input by the key that says what happens then: check-in, last entry, sunset."""

import re
from collections.abc import Iterator

from magicai.claims.evidence import Evidence
from magicai.claims.hours import Hours
from magicai.claims.verdict import Verdict

_SQUASHED = re.compile(r"[^a-z\u4e00-\u9fff]")
_GENERAL = re.compile(r"(?:times?|hours?|from|until|at|时间|时刻)$")
_NO_KEYS = frozenset(("", "start", "starts", "end", "ends", "open", "opens", "close", "closes", "time", "date", "day"))
_CLAUSE = re.compile(r"[,，;；、。]|\d|\b(?:and|or|but)\b")
_AT = re.compile(r"\b(?:by|at|until|before|after|around|till|from) $")
_REACH = 40  # characters before a time


def keyed_times(evidence: Evidence) -> list[tuple[str, int, Hours]]:
    """Key, source and time of each single time of the input."""
    found: list[tuple[str, int, Hours]] = []
    for number, hours in evidence.hours:
        path = evidence.sources[number].path
        last = path[-1] if path else 0
        if not isinstance(last, str) or hours.days or not hours.opens | hours.closes:
            continue
        key = _GENERAL.sub("", _squash(last))
        if key not in _NO_KEYS and len(key) > 1:
            found.append((key, number, hours))
    return found


def said_in_words(hours: Hours, evidence: Evidence) -> Verdict | None:
    """Where a passage says the hour by its number alone: `sold out by nine`."""
    said = {minutes // 60 % 12 or 12 for minutes in hours.opens | hours.closes if minutes % 60 == 0}
    if len(said) != 1 or hours.days:
        return None
    for fact in evidence.scanned:
        plain = evidence.readings[fact.source].plain
        hour = fact.amount.unit is None and fact.amount.value in said and not fact.structured
        if hour and _AT.search(plain, max(0, fact.start - 12), fact.start):
            return Verdict(source=fact.source, start=fact.start, end=fact.end, derivation=hours.shown)
    return None


def of_another_key(hours: Hours, plain: str, sentence: tuple[int, int], times: list[tuple[str, int, Hours]]) -> str:
    """Why not, where the key that stands last before a time has another one; empty where none does."""
    if hours.days or not hours.opens | hours.closes or len({key for key, *_ in times}) <= 1:
        return ""
    before = _CLAUSE.split(plain[max(sentence[0], hours.start - _REACH) : hours.start])[-1]
    after = _CLAUSE.split(plain[hours.end : min(sentence[1], hours.end + _REACH)], maxsplit=1)[0]
    spoken = max(_places(_squash(before), times), default=None) or min(_places(_squash(after), times), default=None)
    if spoken is None:
        return ""
    own = [its for key, _, its in times if key == spoken[1]]
    said = hours.opens | hours.closes
    if any(said & (its.opens | its.closes) for its in own):
        return ""
    return f"the input says {own[0].shown} of {spoken[1]}, the text {hours.shown}"


def _places(before: str, times: list[tuple[str, int, Hours]]) -> Iterator[tuple[int, str]]:
    for key, *_ in times:
        place = before.rfind(key)
        if place >= 0:
            yield place + len(key), key


def _squash(text: str) -> str:
    return _SQUASHED.sub("", text.lower())

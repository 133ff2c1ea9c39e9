"""Right texts with one value put wrong by code: a number changed, or swapped with another of the input, and so on."""

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

from benchmarks.content.cases import Case

_NUMBER = re.compile(r"(?<![\d.,:/#-])\d+(?:,\d{3})*(?:\.\d+)?(?![\d:/-]|[.,]\d)")
_CLOCK = re.compile(
    r"(?<![\d:.])(?P<h>\d{1,2})(?P<m>:\d\d)?(?P<half> ?(?:[AP]M|[ap]\.?m\.?)(?![a-z]))|"
    r"(?<![\d:.])(?P<h24>\d{1,2})(?P<m24>:\d\d)(?![\d:])|(?P<h_zh>\d{1,2})点"
)
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b|(?<!\d)(?P<zh>1[0-2]|[1-9])月(?=\d)")
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_DAY = re.compile(rf"\b(?:{'|'.join(_DAYS)})(?=s?\b)|(?<=周)[一二三四五六日]")
_HAN_DAYS = "一二三四五六日"
_LEAST_NAME = 4  # letters
Change = tuple[int, int, str]


def swapped(cases: Iterable[Case], seed: int) -> Iterator[Case]:
    """For each right text and each kind of value that it has: the text with one of these put wrong."""
    chance = random.Random(seed)  # noqa: S311 - texts, not secrets
    makers: dict[str, Callable[[Case, random.Random], list[Change]]] = {
        "number changed": _changed_numbers,
        "number swapped": _swapped_numbers,
        "name swapped": _swapped_names,
        "date": _dates,
        "time": _times,
    }
    for case in cases:
        if case.unsupported:
            continue
        for kind, changes in makers.items():
            found = changes(case, chance)
            if found:
                start, end, instead = chance.choice(found)
                text = case.text[:start] + instead + case.text[end:]
                yield Case(case.facts, text, case.language, ((start, start + len(instead)),), (kind,), "swapped")


def _given(case: Case) -> str:
    return json.dumps(case.facts, ensure_ascii=False)


def _numbers_of(case: Case) -> set[str]:
    return {found.replace(",", "") for found in _NUMBER.findall(_given(case))}


def _in_both(case: Case) -> Iterator[re.Match[str]]:
    known = _numbers_of(case)
    yield from (match for match in _NUMBER.finditer(case.text) if match[0].replace(",", "") in known)


def _changed_numbers(case: Case, chance: random.Random) -> list[Change]:
    known = _numbers_of(case)
    found: list[Change] = []
    for match in _in_both(case):
        digits = list(match[0])
        place = chance.choice([index for index, digit in enumerate(digits) if digit.isdigit()])
        digits[place] = chance.choice([digit for digit in "123456789" if digit != digits[place]])
        changed = "".join(digits)
        if changed.replace(",", "") not in known:
            found.append((*match.span(), changed))
    return found


def _swapped_numbers(case: Case, chance: random.Random) -> list[Change]:
    found: list[Change] = []
    for match in _in_both(case):
        alike: Callable[[str], bool] = lambda one, own=match[0]: (  # noqa: E731 - one line, used twice
            one != own and abs(len(one) - len(own)) <= 1 and ("." in one) == ("." in own)
        )
        others = [one for one in _numbers_of(case) if one not in case.text and alike(one)]
        said = [one[0] for one in _in_both(case) if alike(one[0])]
        if others or said:
            found.append((*match.span(), chance.choice(sorted(others) or sorted(said))))
    return found


def _values(facts: Any) -> Iterator[str]:
    if isinstance(facts, dict):
        for part in cast("dict[str, Any]", facts).values():
            yield from _values(part)
    elif isinstance(facts, list):
        for part in cast("list[Any]", facts):
            yield from _values(part)
    elif isinstance(facts, str) and _LEAST_NAME <= len(facts) <= 40:  # noqa: PLR2004
        yield facts


def _swapped_names(case: Case, chance: random.Random) -> list[Change]:
    named = {value for value in _values(case.facts) if re.fullmatch(r"[A-Z][\w'’-]+(?: [A-Z][\w'’-]+){1,2}", value)}
    said = sorted(value for value in named if case.text.count(value) == 1)
    found: list[Change] = []
    for value in said:
        start = case.text.index(value)
        pieces = value.split()
        mixed = [f"{pieces[0]} {other.split()[-1]}" for other in sorted(named) if other.split()[-1] != pieces[-1]]
        strange = f"{pieces[0]} {chance.choice(('Ashford', 'Moreau', 'Tanaka', 'Lindgren'))}"
        found.append((start, start + len(value), chance.choice([strange, *mixed])))
    return found


def _dates(case: Case, chance: random.Random) -> list[Change]:
    found: list[Change] = []
    for match in _MONTH.finditer(case.text):
        if match["zh"]:
            found.append((match.start("zh"), match.end("zh"), str(int(match["zh"]) % 12 + 1)))
        elif match[0] != "May":
            found.append((*match.span(), chance.choice([month for month in _MONTHS if month not in case.text])))
    for match in _DAY.finditer(case.text):
        listed = _HAN_DAYS if match[0] in _HAN_DAYS else _DAYS
        others = [day for day in listed if day not in case.text]
        if others and match[0] in _given(case) and len(listed) - len(others) == 1:
            found.append((*match.span(), chance.choice(others)))
    return found


def _times(case: Case, chance: random.Random) -> list[Change]:
    found: list[Change] = []
    for match in _CLOCK.finditer(case.text):
        group = next(name for name in ("h", "h24", "h_zh") if match[name])
        hour, most = int(match[group]), 12 if group == "h" else 24
        changed = (hour + chance.choice((1, 2, 3)) - 1) % most + 1
        shown = f"{changed:02}" if match[group].startswith("0") else str(changed)
        found.append((match.start(group), match.end(group), shown))
    return found

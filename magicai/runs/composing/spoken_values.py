"""Values that people say in a sentence: addresses, a language, numbers with their unit."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic.fields import FieldInfo

from magicai.errors import Invalid
from magicai.runs.requests.fields import shape_of
from magicai.runs.workflow import Workflow

_ADDRESS = re.compile(
    r"https?://[^\s，。；！？、]+|(?<![\w@.])(?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?(?:/[^\s，。；！？、]*)?", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![a-z0-9_.,])(\d(?:[\d,.]*\d)?)(?:[\s-]*个?\s*([a-z]+|[\u4e00-\u9fff]+))?")
_DIGITS = re.compile(r"(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_LANGUAGES = {"en": ("english", "英文", "英语"), "zh": ("chinese", "mandarin", "中文", "汉语")}
_UNITS_ZH = {"页": "pages", "网页": "pages", "页面": "pages", "秒": "seconds", "分钟": "minutes", "小时": "hours"}
_IN_SECONDS = {"minutes": 60, "hours": 3600}


def addresses_in(text: str) -> list[str]:
    """The addresses that a text names, as they stand there."""
    return list(dict.fromkeys(found.rstrip(".,;:!?)]}\"'") for found in _ADDRESS.findall(text)))


def without_addresses(text: str) -> str:
    """A text without its addresses."""
    return _ADDRESS.sub(" ", text)


def spoken_values(text: str, declared: Workflow) -> dict[str, Any]:
    """The language and the numbers that a text says, by the parameters of a workflow that take them.

    Args:
        text: in lower case, without addresses.

    Raises:
        Invalid: it says two values for one parameter.
    """
    values: dict[str, list[Any]] = {}
    for name, field in declared.request.model_fields.items():
        of = shape_of(field)
        if name == "language":
            values[name] = [code for code in get_args(of.base) if _says_any(text, _LANGUAGES.get(code, ()))]
        elif of.base in (int, float):
            known = _units(name, field)
            values[name] = [number for one in _NUMBER.findall(text) if (number := _as(one, known)) is not None]
    for name, said in values.items():
        if len(set(said)) > 1:
            raise Invalid("goal_value_ambiguous", names=" and ".join(map(str, said)), name=name)
    return {name: said[0] for name, said in values.items() if said}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A number as somebody says it: `10 minutes`, its digits, its unit or ""."""

    text: str
    digits: str
    unit: str


def numbers_left(text: str, workflows: Sequence[Workflow]) -> list[Spoken]:
    """The numbers that a text says and that no parameter of these workflows takes.

    Args:
        text: in lower case, without addresses.
    """
    units = [
        _units(name, field)
        for declared in workflows
        for name, field in declared.request.model_fields.items()
        if shape_of(field).base in (int, float)
    ]
    found = [(one[0], (one[1], one[2] or "")) for one in _NUMBER.finditer(text)]
    return [Spoken(said, *one) for said, one in found if all(_as(one, known) is None for known in units)]


def _units(name: str, field: FieldInfo) -> set[str]:
    """What a parameter's numbers may be called."""
    return {*name.split("_"), (field.title or "").casefold()}


def _says_any(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)


def _as(said: tuple[str, str], known: set[str]) -> float | None:
    """A number in the unit of a parameter that is called like it; None where it is another's."""
    digits, unit = said
    if not _DIGITS.fullmatch(digits):
        return None
    unit = next((name for word, name in _UNITS_ZH.items() if unit.startswith(word)), unit)
    number = float(digits.replace(",", ""))
    for one in (unit, f"{unit}s"):
        if one in known:
            return _whole(number)
        if one in _IN_SECONDS and "seconds" in known:
            return _whole(number * _IN_SECONDS[one])
    return None


def _whole(number: float) -> float:
    return int(number) if number.is_integer() else number

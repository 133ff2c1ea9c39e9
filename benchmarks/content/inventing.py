"""A scripted model that writes true texts, and puts something wrong into a given share of them."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from benchmarks.content.provider import data_of
from magicai.ports import Message

_EN = (
    "The {name} comes from {brand}. It costs {price}.",
    "Price: {price}. Weight: {weight}.",
    "It measures {dimensions} and weighs {weight}.",
    "It is made of {material}.",
    "The warranty lasts {warranty}.",
    "It comes in {colors}.",
    "{subject}: {price}, from {date} in {place}, {offer}.",
    "{news} “{quote}”, says {quoted}. {company} is in {place} since {date}.",
)
_ZH = (
    "{name}来自{brand}，售价{price}。",
    "采用{material}制成，重{weight}。",
    "有{colors}可选，质保{warranty}。",
)


class Inventor:
    """Writes as a model does that errs in a share of its texts; asked again, it errs as often.

    Attributes:
        wrong: everything that it has put into a text and that no input says.
    """

    def __init__(self, share: float, seed: int) -> None:
        self._share, self._chance = share, random.Random(seed)  # noqa: S311 - texts, not secrets
        self.wrong: set[str] = set()

    def __call__(self, messages: Sequence[Message]) -> str:
        """The next text."""
        data = dict(data_of([message.content for message in messages if message.role == "user"]))
        chinese = any("\u4e00" <= one <= "\u9fff" for one in str(data))
        sentences = _said(data, _ZH if chinese else _EN)
        if self._chance.random() < self._share:
            invent: Callable[[str], tuple[str, str]] = self._chance.choice(
                (self._number, self._name, self._date, self._unit)
            )
            said, value = invent("zh" if chinese else "en")
            self.wrong.add(value)
            sentences.insert(self._chance.randint(1, len(sentences)), said)
        return ("" if chinese else " ").join(sentences)

    def _number(self, language: str) -> tuple[str, str]:
        value = str(self._chance.randint(1_001, 9_999))
        return (f"已售出{value}件。" if language == "zh" else f"Customers have bought {value} of them."), value

    def _name(self, language: str) -> tuple[str, str]:
        value = self._chance.choice(("Marcus Thistle", "Ines Halvorsen", "Bright & Blume"))
        return (f"由 {value} 设计。" if language == "zh" else f"It was designed by {value}."), value

    def _date(self, language: str) -> tuple[str, str]:
        year = self._chance.randint(1950, 1999)
        return (f"自{year}年起生产。" if language == "zh" else f"It has been made since {year}."), str(year)

    def _unit(self, language: str) -> tuple[str, str]:
        value = self._chance.randint(41, 99)
        if language == "zh":
            return f"充电需要{value}分钟。", f"{value}分钟"
        return f"It is ready within {value} minutes.", f"{value} minutes"


def _said(data: Mapping[str, Any], patterns: Sequence[str]) -> list[str]:
    """The patterns whose variables are given, and each part of a list as a sentence."""
    chinese = patterns is _ZH
    joined = {
        name: ("、" if chinese else " and ").join(map(str, value)) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        for name, value in data.items()
    }
    said: list[str] = []
    used: set[str] = set()
    for pattern in patterns:
        names = {part.split("}")[0] for part in pattern.split("{")[1:]}
        if names <= joined.keys() and not names <= used:
            said.append(pattern.format_map(joined))
            used |= names
    for name, value in data.items():
        if name not in used and name != "platform":
            parts = cast("list[Any]", value) if isinstance(value, list) else [value]
            said += [f"{part}。" if chinese else f"{str(part)[:1].upper()}{str(part)[1:]}." for part in parts]
    return said

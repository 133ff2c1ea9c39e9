"""Sentences that answer the same question and differ: in a number, a time or a date, in who it is, or in yes and no."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from magicai.claims.amount import Amount
from magicai.claims.dates import Day
from magicai.claims.found import find
from magicai.claims.hours import Hours
from magicai.claims.numerals import value_of_han
from magicai.claims.reading import HAN, read
from magicai.knowledge.addressing import asks_how_to
from magicai.knowledge.stated import goes_on, said_in
from magicai.knowledge.terms import rarity, share, terms_of

# A sentence answers the same where it has so much of what the answering one has of the question.
_AS_MUCH = 0.85
# Below this share of the question, neither is known to be what was asked for.
_LEAST = 0.55
_OWN = 0.8
# Two amounts are the same where they are nearly so: 30 days and a month.
_ALIKE = 0.04
_DAY = 86_400.0
_MONTH = 30.4 * _DAY
_NOT = re.compile(
    r"\b(?:no|not|never|nobody|none|nothing|neither|nor|cannot|without|lacks?|free of|\w+n['’]t)\b"
    r"(?! (?:more|less|later|longer|fewer|earlier|only|matter|just|least|most) (?:than\b)?)|不(?!仅|但|超过|少于|多于|得超过|足|同|满|限|断)|没有|无(?!论|限)|未|并非|取消|免",
    re.IGNORECASE,
)
_WHO = re.compile(r"\b(?:who|whom|whose|which|where|by what)\b|谁|哪", re.IGNORECASE)
_HAN_VALUE = re.compile(
    "(\\d+(?:\\.\\d+)?|[〇零一二两三四五六七八九十百千万亿]+)\\s?(?:个|個)?(小时|分钟|星期|公里|平方米|[年月周天日时分秒点元块角米岁次人份张倍度名件层页克斤升])"
    "([一二三四五六七八九\\d]?)"
)
_HAN_UNITS: Mapping[str, tuple[str, float]] = {
    "年": ("time", 12 * _MONTH), "月": ("time", _MONTH), "周": ("time", 7 * _DAY), "天": ("time", _DAY), "日": ("time", _DAY),
    "星期": ("time", 7 * _DAY), "小时": ("time", 3_600.0), "时": ("time", 3_600.0), "分钟": ("time", 60.0), "分": ("time", 60.0), "秒": ("time", 1.0), "块": ("money", 1.0), "元": ("money", 1.0),
    "米": ("length", 1.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a passage that may answer a question.

    Attributes:
        passage: its number among the passages, from 0.
        cover: the share of the question that it has, with its headings.
        own: the share that it has without them.
        follows: the place of the sentence that it goes on with; -1 where it does not.
    """

    passage: int
    place: int
    text: str
    cover: float
    own: float
    follows: int = -1


@dataclass(frozen=True, slots=True)
class Values:
    """What of a sentence can be compared: sizes by what they measure, times of the day with their days, and dates."""

    sizes: Mapping[str, frozenset[float]]
    hours: tuple[Hours, ...]
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What passages say differently of the same question.

    Attributes:
        lead: what most documents say; of as many each, what was ranked first.
        rivals: sentences that differ from it.
        agreeing: the share of the documents that say anything of it that say what `lead` does; 1 without rivals.
    """

    lead: Statement
    rivals: tuple[Statement, ...] = ()
    agreeing: float = 1.0

    @property
    def texts(self) -> frozenset[str]:
        """The sentences that differ."""
        return frozenset(one.text for one in self.rivals)

    def differing(self, question: str, texts: Sequence[str]) -> list[bool]:
        """Of other sentences, whether they are as a rival says it, and not as `lead` does."""
        if not self.rivals:
            return [False] * len(texts)
        made = [Statement(self.lead.passage, -1, text, self.lead.cover, self.lead.own) for text in texts]
        return [
            one.text != self.lead.text
            and differ(question, self.lead, one)
            and any(not differ(question, rival, one) for rival in self.rivals)
            for one in made
        ]


def disagreement(
    question: str, lead: Statement, stated: Sequence[Statement], documents: Sequence[str]
) -> Disagreement:
    """Whether statements differ from the one that answers.

    Args:
        documents: of each passage, its document.
    """
    rivals = rivals_of(question, lead, stated)
    if not rivals:
        return Disagreement(lead)
    saying = _saying(question, lead, stated)
    others = {one: _saying(question, one, stated) for one in rivals}

    def count(its: Iterable[Statement]) -> int:
        return len({documents[one.passage] for one in its})

    most = max(rivals, key=lambda one: count(others[one]))
    if count(others[most]) > count(saying):
        lead, saying, rivals = most, others[most], rivals_of(question, most, stated)
    return Disagreement(lead, tuple(rivals), count(saying) / (count(saying) + count(rivals)))


def _saying(question: str, one: Statement, stated: Iterable[Statement]) -> list[Statement]:
    """The statements that say the same."""
    alike = [other for other in stated if other.cover >= _AS_MUCH * one.cover]
    return [other for other in alike if other == one or _says_same(question, one, other)]


def _says_same(question: str, one: Statement, other: Statement) -> bool:
    if differ(question, one, other) or differ(question, other, one):
        return False
    mine, its = values_of(one.text), values_of(other.text)
    return not mine.sizes or bool(mine.sizes.keys() & its.sizes.keys())


def statements(question: str, passages: Sequence[tuple[str, str]]) -> list[Statement]:
    """The sentences of passages, with how much of the question they have.

    Args:
        passages: title and text of each.
    """
    rare = rarity([f"{title}\n{text}" for title, text in passages])
    # Words that only ask are in no passage: of them, no sentence can have more than another.
    wanted = {term for term in terms_of(question) if term in rare}
    found: list[Statement] = []
    for number, (title, text) in enumerate(passages):
        headings = set(terms_of(title))
        before: Statement | None = None
        for place, one in enumerate(said_in(text)):
            own = share(wanted, set(terms_of(one.text)), rare)
            cover = share(wanted, headings | set(terms_of(one.text)), rare)
            follows = before.place if before is not None and goes_on(one.text) else -1
            if follows >= 0 and before is not None:
                own, cover = max(own, before.own), max(cover, before.cover)
            before = Statement(number, place, one.text, cover, own, follows)
            found.append(before)
    return found


def rivals_of(question: str, lead: Statement, stated: Iterable[Statement]) -> list[Statement]:
    """Of statements, those that answer the question as much as this one, and differ from it."""
    if asks_how_to(question) or lead.own < _LEAST:
        return []
    return [
        one
        for one in stated
        if one != lead
        and min(one.cover, one.own / _OWN) >= _AS_MUCH * lead.cover
        and differ(question, lead, one)
    ]


def differ(question: str, one: Statement, other: Statement) -> bool:
    """Whether two sentences that answer the same question cannot both be true as they stand."""
    mine, its = values_of(one.text), values_of(other.text)
    if _sizes_differ(mine, its) or _hours_differ(mine.hours, its.hours) or _days_differ(mine.days, its.days):
        return True
    if other.follows >= 0:  # it says more of the same, such as what does not count
        return False
    if is_negative(one.text) != is_negative(other.text):
        return True
    return bool(_WHO.search(question)) and _others_named(question, one.text, other.text)


def is_negative(text: str) -> bool:
    """Whether a sentence denies something; two denials say yes."""
    return len(_NOT.findall(read(text).plain)) % 2 == 1


@lru_cache(maxsize=5_000)
def values_of(text: str) -> Values:
    """What of a text can be compared."""
    reading = read(text)
    found = find(reading, with_names=False)
    sizes: dict[str, set[float]] = {}
    if HAN.search(reading.plain):
        for number, unit, more in _HAN_VALUE.findall(reading.plain):
            dimension, factor = _HAN_UNITS.get(unit, (unit, 1.0))
            value = float(number) if number[0].isdigit() else float(value_of_han(number) or 0)
            part = (float(more) if more.isdigit() else float(value_of_han(more) or 0)) / 10 if more else 0.0
            sizes.setdefault(dimension, set()).add((value + part) * factor)
    else:
        for amount in found.amounts:
            if not amount.ordinal:
                dimension, size = _size(amount)
                sizes.setdefault(dimension, set()).add(size)
    return Values({name: frozenset(its) for name, its in sizes.items()}, tuple(found.hours), tuple(found.days))


def _size(amount: Amount) -> tuple[str, float]:
    value = float(amount.value)
    if amount.unit is None:
        return "", value
    size = value * float(amount.unit.factor)
    if amount.unit.dimension == "months":
        return "time", size * _MONTH
    return ("time" if amount.unit.dimension == "duration" else amount.unit.dimension), size


def _sizes_differ(mine: Values, its: Values) -> bool:
    shared = mine.sizes.keys() & its.sizes.keys()
    return bool(shared) and not any(
        abs(one - other) <= _ALIKE * max(one, other)
        for name in shared
        for one in mine.sizes[name]
        for other in its.sizes[name]
    )


def _hours_differ(mine: Sequence[Hours], its: Sequence[Hours]) -> bool:
    """Whether times of the same days are others; of several days each, nothing is known to differ."""
    if len(mine) != 1 or len(its) != 1:
        return False
    one, other = mine[0], its[0]
    if one.days and other.days and not one.days & other.days:
        return False
    mine_at, its_at = one.opens | one.closes, other.opens | other.closes
    return bool(mine_at and its_at) and not mine_at & its_at


def _days_differ(mine: Sequence[Day], its: Sequence[Day]) -> bool:
    return bool(mine and its) and not any(one.says(other) or other.says(one) for one in mine for other in its)


def _others_named(question: str, one: str, other: str) -> bool:
    """Whether what two sentences say beyond the question has nothing in common."""
    asked = set(terms_of(question))
    mine, its = set(terms_of(one)) - asked, set(terms_of(other)) - asked
    return bool(mine and its) and not mine & its

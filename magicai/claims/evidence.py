"""The numbers, dates, times and words of the sources, by what they say and what they say it of."""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice

from magicai.claims import units
from magicai.claims.amount import Amount
from magicai.claims.dates import Day
from magicai.claims.entities import Entities, Path
from magicai.claims.found import find
from magicai.claims.hours import Hours
from magicai.claims.key_units import last_part, numbers_in, scale_of_key, speaks_of_money, unit_of_key
from magicai.claims.reading import Reading, read
from magicai.claims.sources import Source
from magicai.claims.units import MONEY, PERCENT, Unit
from magicai.claims.words import around, stem, words_of_key

_SHORT = 80  # characters of a value that says one thing, and is no passage
_TWO_DIGITS = 10
_FIRST_YEAR, _LAST_YEAR = 1500, 2100
_MOST_ALIKE = 200  # facts looked at for one word
# However much the input says, a claim is compared with so many facts of its number, and with so many of others.
_MOST_EQUAL = 25
_MOST_SCANNED, _MOST_DAYS_SCANNED = 200, 1_000
_PERCENT_WORDS = "discount percent percentage pct rat rate share growth margin ratio change 增长 比例 占比 比率"
_OF_PERCENT = frozenset(_PERCENT_WORDS.split())
# Who they are that a key counts.
_WHO_COUNT = {"review": ("customer", "buyer"), "vote": ("voter",), "order": ("customer", "buyer")}
# Keys whose numbers are parts of names: a rating of 4.5 is never meant for one of these.
_NAMING = (
    "name title page section id sku model code address street url link phone quarter season period venue date isbn ean"
)
LABELS = frozenset(
    map(stem, (*_NAMING.split(), "名称", "品名", "商品名", "型号", "地址", "地点", "店名", "标题", "编号", "日期"))
)
Sizes = dict[tuple[Path, int], tuple[int, frozenset[str]]]
ANY_MONEY = Unit(MONEY, Fraction(1), "?")


@dataclass(frozen=True, slots=True)
class Fact:
    """A number or a date in a source.

    Attributes:
        context: the words of its path and around it, with their weight.
        structured: it is the value of a key, and not a part of a passage.
        record: which of several alike things it is said of.
        label: it is a part of a name, a date or a key, so no other number of the text is meant for it.
    """

    source: int
    start: int
    end: int
    what: Amount | Day
    context: dict[str, float]
    structured: bool
    record: tuple[str | int, ...] | None
    key: tuple[str, ...]
    label: bool = False

    @property
    def amount(self) -> Amount:
        """The number; a date has none."""
        assert isinstance(self.what, Amount)
        return self.what


@dataclass(slots=True)
class Evidence:
    """Sources, made ready to be asked."""

    sources: Sequence[Source]
    readings: list[Reading] = field(default_factory=list[Reading])
    facts: list[Fact] = field(default_factory=list[Fact])
    days: list[Fact] = field(default_factory=list[Fact])
    hours: list[tuple[int, Hours]] = field(default_factory=list[tuple[int, Hours]])
    entities: Entities = field(init=False)
    priced: bool = False
    sizes: Sizes | None = None
    tables: tuple[dict[tuple[str, ...], list[Fact]], dict[Path | None, list[Fact]]] | None = None
    _by_value: dict[str, list[tuple[Fraction, int]]] = field(default_factory=lambda: defaultdict(list))
    _by_word: dict[str, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    _by_record: dict[Path, list[Fact]] = field(default_factory=lambda: defaultdict(list))
    _by_key: dict[tuple[str, ...], list[Fact]] = field(default_factory=lambda: defaultdict(list))
    _counted: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        self.entities = Entities(self.sources)
        currencies = dict(self._currencies())
        self.priced = bool(currencies)
        for number, source in enumerate(self.sources):
            reading = read(source.text)
            self.readings.append(reading)
            found = find(reading, with_names=False)
            key = _key_words(source.path)
            structured = bool(source.path) and len(reading.plain) <= _SHORT
            record = self.entities.of(source.path)
            named = self._named(source, record)
            for day in found.days:
                context = _merged(named, _around(reading, day.start, day.end))
                self.days.append(Fact(number, day.start, day.end, day, context, structured, record, key))
            for amount in found.amounts:
                shown = amount
                if amount.unit is None and structured:
                    unit = unit_of_key(source.path) or (
                        _currency_of(source.path, currencies) if speaks_of_money(source.path) else None
                    )
                    if unit is not None and unit.name == "year" and _FIRST_YEAR <= amount.value <= _LAST_YEAR:
                        unit = None  # `title_year: 2011`
                    size = scale_of_key(source.path, unit)
                    shown = replace(amount, unit=unit, value=amount.value * size, step=amount.step * size)
                context = _merged(named, _around(reading, amount.start, amount.end))
                if shown.unit is not amount.unit:
                    context.pop(stem(last_part(source.path)), None)
                label = structured and bool(LABELS & set(key))
                self._add(Fact(number, amount.start, amount.end, shown, context, structured, record, key, label))
            self.hours += [(number, hours) for hours in found.hours]
            for said in numbers_in(source.path):
                what = Amount(0, 0, Fraction(said), Fraction(1))
                self._add(Fact(number, 0, 0, what, named, structured=True, record=record, key=key, label=True))
        for listed in self._by_value.values():
            listed.sort()

    def _add(self, fact: Fact) -> None:
        place = len(self.facts)
        self.facts.append(fact)
        self._by_key[fact.key].append(fact)
        if fact.record is not None:
            self._by_record[fact.record].append(fact)
        unit = fact.amount.unit
        dimension, factor = (unit.dimension, unit.factor) if unit else ("", Fraction(1))
        self._by_value[dimension].append((abs(fact.amount.value * factor), place))
        for word, weight in fact.context.items():
            postings = self._by_word[word]
            if len(postings) < _MOST_ALIKE:
                postings.append((place, weight))

    @property
    def counted(self) -> set[str]:
        """Words of the keys whose values are bare numbers, or that hold several things."""
        if not self._counted:
            self._counted = {word for fact in self.facts if fact.structured for word in fact.key} | self.listed
        return self._counted

    @property
    def listed(self) -> set[str]:
        """Words of the keys that hold several things."""
        return {
            word
            for source in self.sources
            for place, part in enumerate(source.path[:-1])
            if isinstance(part, str) and isinstance(source.path[place + 1], int)
            for word in words_of_key(part)
        }

    @property
    def passages(self) -> bool:
        """Whether a source is longer than a value."""
        return any(len(reading.plain) > _SHORT for reading in self.readings)

    @property
    def scanned(self) -> Sequence[Fact]:
        """The facts that a claim is compared with one by one."""
        return self.facts[:_MOST_SCANNED]

    def of_record(self, record: Path) -> Sequence[Fact]:
        """The facts of a record that a claim is compared with."""
        return self._by_record.get(record, ())[:_MOST_SCANNED]

    def of_key(self, key: tuple[str, ...]) -> Sequence[Fact]:
        """The facts under a key that a claim is compared with."""
        return self._by_key.get(key, ())[:_MOST_DAYS_SCANNED]

    def bare(self, value: Fraction) -> Fact | None:
        """The first fact without a unit that has a value."""
        listed = self._by_value.get("", [])
        place = bisect_left(listed, (abs(value), -1))
        while place < len(listed) and listed[place][0] == abs(value):
            fact = self.facts[listed[place][1]]
            if fact.amount.value == value:
                return fact
            place += 1
        return None

    @property
    def scanned_days(self) -> Sequence[Fact]:
        """The dates that a claim is compared with one by one."""
        return self.days[:_MOST_DAYS_SCANNED]

    def near(self, amount: Amount, slack: Fraction) -> Iterator[Fact]:
        """Facts whose number is within `slack` of an amount, in units that can be compared."""
        return islice(self._near(amount, slack), _MOST_EQUAL)

    def _near(self, amount: Amount, slack: Fraction) -> Iterator[Fact]:
        unit = amount.unit
        if unit is None:
            dimensions = {name: Fraction(1) for name in self._by_value}
        else:
            dimensions = {unit.dimension: unit.factor, "": Fraction(1)}
        for dimension, factor in dimensions.items():
            listed = self._by_value.get(dimension, [])
            sizes = factor if dimension else Fraction(1)
            centre = abs(amount.value * sizes)
            if unit is None and dimension:
                yield from self._raw(amount, dimension)
                continue
            reach = slack * sizes
            largest = centre + reach
            place = bisect_left(listed, (centre - reach, -1))
            while place < len(listed) and listed[place][0] <= largest:
                fact = self.facts[listed[place][1]]
                if fits(amount, fact, priced=self.priced):
                    yield fact
                place += 1

    def _raw(self, amount: Amount, dimension: str) -> Iterator[Fact]:
        factors = {self.facts[place].amount.unit.factor for _, place in self._by_value[dimension][:50]}  # type: ignore[union-attr]
        listed = self._by_value[dimension]
        for factor in factors:
            place = bisect_left(listed, (abs(amount.value * factor), -1))
            while place < len(listed) and listed[place][0] == abs(amount.value * factor):
                fact = self.facts[listed[place][1]]
                if abs(fact.amount.value) == abs(amount.value):
                    yield fact
                place += 1

    def about(self, context: Mapping[str, float]) -> dict[int, float]:
        """How much the words of a context speak of each fact, by its number."""
        scores: dict[int, float] = defaultdict(float)
        for word, weight in context.items():
            rarity = self.rarity(word)
            for place, own in self._by_word.get(word, ()):
                scores[place] += weight * own * rarity
        return scores

    def rarity(self, word: str) -> float:
        """How much a word tells of what is meant: the fewer facts it is said of, the more."""
        return math.log((len(self.facts) + 1) / (len(self._by_word.get(word, ())) + 0.5) + 1)

    def _named(self, source: Source, record: Path | None) -> dict[str, float]:
        weights: dict[str, float] = {}
        keys = [part for part in source.path if isinstance(part, str)]
        for place, part in enumerate(reversed(keys)):
            for word in words_of_key(part):
                weights[word] = max(weights.get(word, 0), 1.0 if place == 0 else 0.5)
        for who in [who for word in weights for who in _WHO_COUNT.get(word, ())]:
            weights.setdefault(who, 0.8)
        if record is not None:
            for word in self.entities.words(record):
                weights[word] = max(weights.get(word, 0), 0.8)
        return weights

    def _currencies(self) -> Iterator[tuple[tuple[str | int, ...], Unit]]:
        for source in self.sources:
            last = str(source.path[-1]).lower() if source.path else ""
            if "currency" in last or "货币" in last or "币种" in last:
                unit = units.unit(source.text.strip())
                if unit and unit.dimension == MONEY:
                    yield source.path[:-1], unit


def fits(amount: Amount, fact: Fact, *, priced: bool = False) -> bool:
    """Whether a number of the text may be that of a fact, by its unit.

    Args:
        priced: whether the input names a currency somewhere, so that bare numbers may be prices.
    """
    mine, its = amount.unit, fact.amount.unit
    if mine is None:
        return True
    if its is not None:
        return (mine.dimension == its.dimension == MONEY and "?" in (mine.name, its.name)) or units.convertible(
            mine, its
        )
    if mine.dimension == "months" and "age" in fact.context:
        return True
    alike = fact.structured and amount.value == fact.amount.value
    if mine.dimension == PERCENT:
        return bool(_OF_PERCENT & set(fact.context)) or (alike and fact.label)
    # `holidays: 27`, `dc_10_to_80_min`
    by_value = alike and (mine.dimension != MONEY or priced) and (abs(amount.value) >= _TWO_DIGITS or fact.label)
    return by_value or mine.dimension == "times"


def _around(reading: Reading, start: int, end: int) -> dict[str, float]:
    places = reading.sentences
    bounds = places[reading.sentence_at(start)] if places else (0, len(reading.plain))
    return around(reading.plain, start, end, bounds)


def _merged(named: dict[str, float], near: dict[str, float]) -> dict[str, float]:
    return {word: max(named.get(word, 0), near.get(word, 0)) for word in (*named, *near)}


def _key_words(path: tuple[str | int, ...]) -> tuple[str, ...]:
    keys = [part for part in path if isinstance(part, str)]
    return words_of_key(keys[-1]) if keys else ()


def _currency_of(path: tuple[str | int, ...], currencies: dict[tuple[str | int, ...], Unit]) -> Unit:
    for length in range(len(path) - 1, -1, -1):
        if path[:length] in currencies:
            return currencies[path[:length]]
    stated = set(currencies.values())
    return stated.pop() if len(stated) == 1 else ANY_MONEY

"""The numbers, dates and times of the sources, by their value and by the key that they stand under."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from magicai.claims import units
from magicai.claims.amount import Amount
from magicai.claims.dates import Day
from magicai.claims.key_units import numbers_in, scale_of_key, speaks_of_money, unit_of_key, without_unit
from magicai.claims.mentions import find
from magicai.claims.names import Lexicon
from magicai.claims.reading import Reading, read
from magicai.claims.records import Path, Records
from magicai.claims.sources import Source
from magicai.claims.times import Time
from magicai.claims.units import MONEY, PERCENT, Unit
from magicai.claims.words import PERIODS, near, noun_after, period_at, stem, words_of_key

_SHORT = 80  # characters of a value that says one thing, and is no passage
_FIRST_YEAR, _LAST_YEAR = 1500, 2100
# However much the input says: of equal numbers so many are kept, and a claim is compared with so many of others.
_MOST_EQUAL, _MOST_NEAR = 8, 25
_PERCENT_WORDS = "discount percent percentage pct rat rate share growth margin ratio change 增长 比例 占比 比率"
_OF_PERCENT = frozenset(_PERCENT_WORDS.split())
# Keys whose numbers are parts of names: a rating of 4.5 is never meant for one of these.
_NAMING = "name title id sku model code address street url link phone size date isbn ean upc asin tag category"
LABELS = frozenset(
    map(stem, (*_NAMING.split(), "名称", "品名", "商品名", "型号", "地址", "地点", "店名", "标题", "编号", "日期"))
)
ANY_MONEY = Unit(MONEY, Fraction(1), "?")


@dataclass(frozen=True, slots=True)
class Fact:
    """A number, a date or a time in a source.

    Attributes:
        key: the words of its key without its unit.
        beside: the words at it.
        structured: it is the value of a key, and not a part of a passage.
        record: which of several alike things it is said of.
        label: it is a part of a name or a key, so no other number of the text is meant for it.
    """

    source: int
    start: int
    end: int
    what: Amount | Day | Time
    key: frozenset[str]
    beside: frozenset[str]
    structured: bool
    record: Path | None
    label: bool = False

    @property
    def amount(self) -> Amount:
        """The number; a date and a time have none."""
        assert isinstance(self.what, Amount)
        return self.what

    def named_by(self, words: frozenset[str]) -> bool:
        """Whether words of a text say what it is of: all of its key, or those of its key that its value repeats."""
        return bool(self.key) and not self.label and (self.key <= words or bool(self.key & self.beside & words))


class Evidence:
    """Sources, made ready to be asked."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self.readings: list[Reading] = [read(source.text) for source in sources]
        self.records = Records(sources)
        self.lexicon = Lexicon(
            self.readings,
            [" ".join(part.replace("_", " ") for part in source.path if isinstance(part, str)) for source in sources],
        )
        self.facts: list[Fact] = []
        self.days: list[Fact] = []
        self.times: dict[int, Fact] = {}
        self.periods: set[str] = set()  # what prices of the sources are per
        self._by_value: dict[str, list[tuple[Fraction, int]]] = defaultdict(list)
        self._by_raw: dict[Fraction, list[int]] = defaultdict(list)
        self._by_key: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._by_noun: dict[str, list[int]] = defaultdict(list)
        self._by_owner: dict[tuple[Path | None, frozenset[str]], list[int]] = defaultdict(list)
        self._days: dict[tuple[int | None, int | None, int | None], Fact] = {}
        self._days_by_key: dict[str, list[int]] = defaultdict(list)
        self.equal: dict[tuple[object, ...], list[Fact]] = {}
        self._equal: dict[tuple[str, Fraction], int] = defaultdict(int)
        self._currencies = dict(self._stated_currencies())
        named = _names_of_values(sources)
        for number in range(len(sources)):
            self._read(number, named.get(sources[number].path))
        for listed in self._by_value.values():
            listed.sort()

    @property
    def priced(self) -> bool:
        """Whether the input names a currency for its numbers."""
        return bool(self._currencies)

    def _read(self, number: int, name: str | None) -> None:
        source, reading = self.sources[number], self.readings[number]
        found = find(reading, with_names=False)
        keys = [part for part in source.path if isinstance(part, str)]
        key = frozenset(words_of_key(name if name is not None else without_unit(keys[-1]) if keys else ""))
        path = source.path if name is None else (*source.path[:-1], name)
        structured = bool(source.path) and len(reading.plain) <= _SHORT
        record = self.records.of(source.path)
        label = bool(LABELS & key)

        def fact(start: int, end: int, what: Amount | Day | Time) -> Fact:
            places = reading.sentences
            bounds = places[reading.sentence_at(start)] if places else (0, len(reading.plain))
            beside = near(reading.plain, start, end, bounds)
            return Fact(number, start, end, what, key, beside, structured, record, label)

        for day in found.days:
            self._add_day(fact(day.start, day.end, day), day)
        for time in found.times:
            for minutes in time.minutes:
                self.times.setdefault(minutes, fact(time.start, time.end, time))
        for amount in found.amounts:
            shown = self._in_its_unit(amount, source.path, path) if structured and amount.unit is None else amount
            self._add(fact(amount.start, amount.end, shown))
        for said in numbers_in(path):
            what = Amount(0, 0, Fraction(said), Fraction(1))
            self._add(Fact(number, 0, 0, what, key, frozenset(), structured=True, record=record, label=True))

    def _in_its_unit(self, amount: Amount, path: Path, named: Path) -> Amount:
        """A number with the unit and the scale that its key names, and the currency of its record."""
        unit = unit_of_key(named) or (self._currency_of(path) if speaks_of_money(named) else None)
        if unit is not None and unit.name == "year" and _FIRST_YEAR <= amount.value <= _LAST_YEAR:
            unit = None  # `title_year: 2011`
        size = scale_of_key(named, unit)
        return replace(amount, unit=unit, value=amount.value * size, step=amount.step * size)

    def _add_day(self, fact: Fact, day: Day) -> None:
        for word in fact.key if fact.structured else ():
            if len(self._days_by_key[word]) < _MOST_NEAR:
                self._days_by_key[word].append(len(self.days))
        self.days.append(fact)
        for year, month, of_month in day.readings:
            parts = ((year, month, of_month), (None, month, of_month), (year, month, None), (year, None, None))
            for part in (*parts, (None, month, None)):
                self._days.setdefault(part, fact)

    def _add(self, fact: Fact) -> None:
        unit = fact.amount.unit
        dimension = unit.dimension if unit else ""
        size = abs(fact.amount.value * (unit.factor if unit else 1))
        if dimension == MONEY:
            at = period_at(self.readings[fact.source].plain, fact.start, fact.end)
            self.periods |= (fact.key | {at}) & PERIODS
        owner = self._by_owner[(fact.record, fact.key)]
        if fact.record is not None and len(owner) < _MOST_EQUAL:
            owner.append(len(self.facts))
        elif self._equal[(dimension, size)] >= _MOST_EQUAL:
            return
        self._equal[(dimension, size)] += 1
        if self._equal[(dimension, size)] <= _MOST_EQUAL:
            self._by_value[dimension].append((size, len(self.facts)))
            self._by_raw[abs(fact.amount.value)].append(len(self.facts))
            noun = noun_after(self.readings[fact.source].plain, fact.end) if unit is None and fact.end else ""
            if noun and len(self._by_noun[noun]) < _MOST_NEAR:
                self._by_noun[noun].append(len(self.facts))
            for word in fact.key if fact.structured else ():
                if len(self._by_key[(word, dimension)]) < _MOST_NEAR:
                    self._by_key[(word, dimension)].append(len(self.facts))
        self.facts.append(fact)

    def near(self, amount: Amount, slack: Fraction) -> Iterator[Fact]:
        """Facts whose number is within `slack` of an amount, in units that can be compared; a few of many."""
        unit, most = amount.unit, _MOST_NEAR
        if unit is None:
            for place in self._by_raw.get(abs(amount.value), ())[:most]:
                yield self.facts[place]
        dimensions = {"": Fraction(1)} | ({unit.dimension: unit.factor} if unit else {})
        for dimension, factor in dimensions.items():
            listed = self._by_value.get(dimension, [])
            centre, reach = abs(amount.value * factor), slack * factor
            place = bisect_left(listed, (centre - reach, -1))
            while place < len(listed) and listed[place][0] <= centre + reach and most:
                fact = self.facts[listed[place][1]]
                if fits(amount, fact, priced=self.priced):
                    yield fact
                    most -= 1
                place += 1

    def named(self, amount: Amount, words: frozenset[str]) -> list[Fact]:
        """Facts of the same kind of number under keys that words of a text name."""
        dimension = amount.unit.dimension if amount.unit else ""
        places = dict.fromkeys(place for word in sorted(words) for place in self._by_key.get((word, dimension), ()))
        return [self.facts[place] for place in places if self.facts[place].named_by(words)]

    def of_record(self, record: Path, key: frozenset[str]) -> list[Fact]:
        """What a record says under a key."""
        return [self.facts[place] for place in self._by_owner.get((record, key), ())]

    def dated(self, words: frozenset[str]) -> list[Fact]:
        """Dates under keys that words of a text name."""
        places = dict.fromkeys(place for word in sorted(words) for place in self._days_by_key.get(word, ()))
        return [self.days[place] for place in places if self.days[place].named_by(words)]

    def day(self, parts: tuple[int | None, int | None, int | None]) -> Fact | None:
        """The first date of the sources that has these parts."""
        return self._days.get(parts)

    def raw(self, value: Fraction) -> list[Fact]:
        """Facts of this number, whatever their unit."""
        return [self.facts[place] for place in self._by_raw.get(abs(value), ())]

    def counted(self, noun: str) -> list[Fact]:
        """Numbers without a unit that the sources give of this noun."""
        return [self.facts[place] for place in self._by_noun.get(noun, ())]

    def measures(self, dimension: str) -> bool:
        """Whether any number of the sources is of this dimension."""
        return bool(self._by_value.get(dimension))

    def _stated_currencies(self) -> Iterator[tuple[Path, Unit]]:
        for source in self.sources:
            last = str(source.path[-1]).lower() if source.path else ""
            if "currency" in last or "货币" in last or "币种" in last:
                unit = units.unit(source.text.strip().upper()) or units.unit(source.text.strip())
                if unit and unit.dimension == MONEY:
                    yield source.path[:-1], unit

    def _currency_of(self, path: Path) -> Unit:
        for length in range(len(path) - 1, -1, -1):
            if path[:length] in self._currencies:
                return self._currencies[path[:length]]
        stated = set(self._currencies.values())
        return stated.pop() if len(stated) == 1 else ANY_MONEY


def fits(amount: Amount, fact: Fact, *, priced: bool = False) -> bool:
    """Whether a number of the text may be that of a fact, by its unit.

    Args:
        priced: whether the input names a currency somewhere, so that bare numbers may be prices.
    """
    mine, its = amount.unit, fact.amount.unit
    if mine is None or its is None:
        bare_price = priced and mine is not None and mine.dimension == MONEY and fact.structured
        of_percent = mine is not None and mine.dimension == PERCENT and bool(_OF_PERCENT & fact.key)
        return mine is None or bare_price or of_percent
    return (mine.dimension == its.dimension == MONEY and "?" in (mine.name, its.name)) or units.convertible(mine, its)


def _names_of_values(sources: Sequence[Source]) -> dict[Path, str]:
    """What the values of `{"name": "Warranty", "value": "12 months"}` are called."""
    names = {
        source.path[:-1]: source.text
        for source in sources
        if source.path and source.path[-1] in ("name", "key", "label")
    }
    return {
        source.path: names[source.path[:-1]]
        for source in sources
        if source.path and source.path[-1] == "value" and source.path[:-1] in names
    }

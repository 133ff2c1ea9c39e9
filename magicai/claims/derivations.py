"""Numbers that follow from the input: counts, sums, differences, changes in percent, means, ratios.

Each only where the words call for it: a total where they say `total`, a difference where they say `saves` or `more`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from itertools import combinations

from magicai.claims.amount import Amount
from magicai.claims.counts import counted
from magicai.claims.dates import Day
from magicai.claims.entities import Path
from magicai.claims.evidence import Evidence, Fact
from magicai.claims.multiples import age, multiplied
from magicai.claims.units import MONEY, PERCENT, TIMES, convertible
from magicai.claims.verdict import Verdict
from magicai.claims.words import stem, stems

_ROUGHLY = 3  # points, of a share in words: two thirds of 65 %
_SHOWN = 4  # numbers that a derivation names
_REACH = 120  # characters
_NEAR = 120  # characters between a share and what it is a share of
_MOST = 120  # numbers of one column or record that are combined
_CUES = {
    "sum": re.compile(
        r"\b(?:whole|entire|full year|for the year|total\w*|combined|altogether|in all|together|sum|overall|"
        r"collectively|another|adds? up|brings?|comes? to)\b|共|总|合计|累计|加起来",
        re.IGNORECASE,
    ),
    "difference": re.compile(
        r"\b(?:more|less|fewer|sav(?:e|es|ed|ing|ings)|differen\w*|gap|cheaper|increas\w*|decreas\w*|rose|rises?|"
        r"risen|fell|falls?|up|down|"
        r"gain\w*|drop\w*|grew|grow\w*|added|lost|higher|lower|longer|shorter|heavier|lighter|taller|off|"
        r"discount\w*|remain\w*|left|ahead|behind|reduc\w*|"
        r"later|earlier|older|younger|surplus|deficit|leaves|leaving|slower|faster|quicker|others?|rest)\b|"
        r"多|少|省|差|涨|跌|增|降|减|便宜|贵|优惠|剩|其余|另外|重|轻|长|短|高|低",
        re.IGNORECASE,
    ),
    "mean": re.compile(r"\b(?:average\w*|mean|on average|per \w+|each|typical\w*)\b|平均|均|每", re.IGNORECASE),
    "ratio": re.compile(
        r"\b(?:times|twice|double\w*|triple\w*|half|fold|share|portion|of (?:the|all|its)|out of|per|ratio|percent|"
        r"account\w*|represent\w*|make up|makes up|made up)\b|%|倍|半|占|比例|分之",
        re.IGNORECASE,
    ),
    "product": re.compile(
        r"\b(?:for (?:a )?(?:set|pack|bundle|pair|box|\w+ (?:units|pieces|items))|set of|pack of|costs? you)\b|套|组",
        re.IGNORECASE,
    ),
}
_CLAUSE = re.compile(r"[;。；，]|,\s(?:and|while|but|with)\b")
OFF = re.compile(
    r"\b(?:off|discount\w*|reduc\w*|sav(?:e|es|ed|ings?)|less|cheaper|lower|down|fell|drop\w*|declin\w*|decreas\w*|cut|rose|up|"
    r"increas\w*|grew|grow\w*|higher|more|gain\w*|jump\w*|climb\w*|surg\w*|soar\w*)\b|折|降|涨|增|减|省|优惠|便宜|贵|跌|"
    r"升|多|少",
    re.IGNORECASE,
)
_UP_TO = re.compile(r"\b(?:to|at)\s[$€£¥]?$|[至到为]$")
_PER_AFTER = re.compile(r"\s?(?:an?|per|each|for each|for every|/)\s?(?P<noun>[a-z]{3,})", re.IGNORECASE)
_PER_BEFORE = re.compile("每(?:个|件|份|节|堂)?(?P<noun>[\u4e00-\u9fff]{1,3}?)(?:仅|只|约|需|为|合)?$")
_ALTOGETHER = re.compile(r"\b(?:in all|in total|altogether|overall|total\w*)\b|共|总", re.IGNORECASE)
_A_YEAR = re.compile(r"\b(?:a|per) (?:year|annum)|\bannually|\bannual|年", re.IGNORECASE)
_A_MONTH = re.compile(r"\b(?:a|per) month\b|\bmonthly\b|月", re.IGNORECASE)
_YEARLY = frozenset(map(stem, ("year", "yearly", "annual", "annum", "年")))
_IN_A_YEAR = {
    stem(word): times for word, times in (("month", 12), ("monthly", 12), ("week", 52), ("月薪", 12), ("月", 12))
}


def derived(
    amount: Amount,
    plain: str,
    sentence: tuple[int, int],
    context: dict[str, float],
    spoken: Path | None,
    evidence: Evidence,
) -> Verdict | None:
    """How a number follows from the input, where the words of its sentence call for that; None where it does not."""
    found = counted(amount, plain, evidence) or _part_of(amount, evidence) or _years_since(amount, evidence)
    found = found or _rate(amount, plain, evidence) or _of_a_year(amount, plain, evidence)
    found = found or multiplied(amount, plain, sentence, evidence) or age(amount, plain, evidence)
    if found:
        return found
    text = _clause(plain, amount, sentence)
    called = {name for name, cue in _CUES.items() if cue.search(text)}
    if amount.unit and amount.unit.dimension == PERCENT and OFF.search(text):
        called.add("change")
        if not _CUES["ratio"].search(text.replace("%", "")):
            called.discard("ratio")  # the sign alone calls for none, where something rose by it
    if _UP_TO.search(plain, max(0, amount.start - 8), amount.start):
        called.discard("difference")  # cut to 20 minutes, and not by them
    if amount.ordinal or not called:
        return None
    named = {mention.record for mention in evidence.entities.mentions(plain[sentence[0] : sentence[1]])}
    for facts, of in _groups(amount, evidence, context, spoken):
        for name, value, used in _combined(called, facts, amount, named):
            if _equal(amount, value):
                shown = [fact.amount.shown for fact in used]
                how = f"{name} of {of}: " + ", ".join(shown[:_SHOWN]) + ("…" if shown[_SHOWN:] else "")
                return Verdict(source=used[0].source, start=used[0].start, end=used[0].end, derivation=how)
    return None


def _equal(amount: Amount, value: Fraction) -> bool:
    value = abs(value)
    difference = abs(value - abs(amount.value))
    if difference == 0:
        return True
    slack = amount.step / 2
    if amount.unit and amount.unit.dimension in (PERCENT, TIMES):
        return difference <= (_ROUGHLY if amount.spelled and amount.dimension_is(PERCENT) else slack)
    if amount.about:
        return difference <= max(slack, abs(amount.value) / 10)
    return amount.step < 1 and difference <= slack and value.denominator > 100


def _part_of(amount: Amount, evidence: Evidence) -> Verdict | None:
    """`140 pupils` where a passage has 420 of whom a third do so; a price with what is taken off."""
    if amount.ordinal or _is_ratio(amount):
        return None
    for share in evidence.scanned:
        if not _is(share, PERCENT) or share.structured or not 0 < share.amount.value < 100:
            continue
        for whole in evidence.scanned:
            if whole.source != share.source or abs(whole.start - share.start) > _NEAR or not _comparable(amount, whole):
                continue
            size, own = _value(whole, amount), share.amount.value / 100
            shares = (own, 1 - own) if _is(whole, MONEY) else (own,)
            slack = size / 200 if share.amount.spelled else amount.step / 2
            if any(abs(size * one - amount.value) <= slack for one in shares):
                how = f"{share.amount.shown} of {whole.amount.shown}"
                return Verdict(source=whole.source, start=whole.start, end=whole.end, derivation=how)
    return None


def _clause(plain: str, amount: Amount, sentence: tuple[int, int]) -> str:
    """The part of a sentence in which the words that call for a derivation must stand."""
    first, last = max(sentence[0], amount.start - _REACH), min(sentence[1], amount.end + _REACH)
    start = max((end.end() for end in _CLAUSE.finditer(plain, first, amount.start)), default=first)
    end = _CLAUSE.search(plain, amount.end, last)
    return plain[start : end.start() if end else last]


def _rate(amount: Amount, plain: str, evidence: Evidence) -> Verdict | None:
    """`$30 a session`, where eight of them cost $240; `12 hours in all`, where eight take 90 minutes each."""
    if amount.unit is None or amount.ordinal or _is_ratio(amount):
        return None
    per = _PER_AFTER.match(plain, amount.end)
    before = None if per else _PER_BEFORE.search(plain, max(0, amount.start - 12), amount.start)
    noun = per or before
    counts = [fact for fact in evidence.scanned if fact.structured and _counts(fact)][:_MOST]
    wholes = [fact for fact in evidence.scanned if fact.structured and _comparable(amount, fact)][:_MOST]
    for count in counts:
        if noun and not set(count.key) & {*stems(noun["noun"]), stem(noun["noun"])}:
            continue
        for whole in wholes:
            if noun and _equal(amount, _value(whole, amount) / count.amount.value):
                how = f"{whole.amount.shown} for {count.amount.shown}"
            elif _ALTOGETHER.search(_clause(plain, amount, (0, len(plain)))) and _equal(
                amount, _value(whole, amount) * count.amount.value
            ):
                how = f"{count.amount.shown} of {whole.amount.shown}"
            else:
                continue
            return Verdict(source=whole.source, start=whole.start, end=whole.end, derivation=how)
    return None


def _counts(fact: Fact) -> bool:
    return fact.amount.unit is None and fact.amount.value > 1 and fact.amount.value.denominator == 1


def _of_a_year(amount: Amount, plain: str, evidence: Evidence) -> Verdict | None:
    """`€31,800 a year`, where a month brings €2,650; `under £14 a month`, where a year costs £165."""
    if amount.unit is None or amount.unit.dimension != MONEY:
        return None
    yearly = _A_YEAR.search(plain, amount.start, amount.end + 12)
    monthly = None if yearly else _A_MONTH.search(plain, amount.start, amount.end + 12)
    for fact in evidence.scanned if yearly or monthly else ():
        times = Fraction(1, 12) if monthly and _YEARLY & set(fact.key) else Fraction(0)
        if yearly:
            times = next((Fraction(many) for word, many in _IN_A_YEAR.items() if word in fact.key), Fraction(0))
        if times and _comparable(amount, fact) and _equal(amount, _value(fact, amount) * times):
            how = f"{fact.amount.shown}, for a {'year' if yearly else 'month'}"
            return Verdict(source=fact.source, start=fact.start, end=fact.end, derivation=how)
    return None


def _years_since(amount: Amount, evidence: Evidence) -> Verdict | None:
    """`for more than 20 years` of what began in a year of the input."""
    if amount.unit is None or amount.unit.name != "year":
        return None
    this = datetime.now(UTC).year
    for fact in (*evidence.scanned, *evidence.scanned_days):
        if "founded" not in fact.context and "open" not in fact.context:
            continue
        year = fact.what.readings[0][0] if isinstance(fact.what, Day) else fact.what.value
        passed = this - year if year else -1
        if passed - 1 <= amount.value <= passed or (amount.about == "over" and 0 <= passed - amount.value < 10):
            return Verdict(source=fact.source, start=fact.start, end=fact.end, derivation=f"years since {year}")
    return None


def _groups(
    amount: Amount, evidence: Evidence, context: dict[str, float], spoken: Path | None
) -> Iterator[tuple[list[Fact], str]]:
    """Numbers that may be combined: a column of several records, or a record; those that the words speak of first."""
    columns, records = _tables(evidence)
    weights = {key: sum(context.get(word, 0) for word in key) for key in columns}
    alike = [
        key for key, facts in columns.items() if len(facts) > 1 and any(_comparable(amount, fact) for fact in facts)
    ]
    spoken_of = [key for key in alike if weights[key] > 0]
    for key in sorted(spoken_of or alike, key=lambda key: -weights[key])[:4]:
        facts = columns[key]
        if 1 < len(facts) <= _MOST:
            yield facts, " ".join(key) or "the input"
    if spoken in records and len(records[spoken]) <= _MOST:
        yield records[spoken], evidence.entities.labels.get(spoken or (), "the input")
    elif len(records) == 1 or spoken is None:
        for facts in list(records.values())[:3]:
            if 1 < len(facts) <= 30:
                yield facts, "the input"


def _tables(evidence: Evidence) -> tuple[dict[tuple[str, ...], list[Fact]], dict[Path | None, list[Fact]]]:
    if evidence.tables is None:
        columns: dict[tuple[str, ...], list[Fact]] = defaultdict(list)
        records: dict[Path | None, list[Fact]] = defaultdict(list)
        for fact in evidence.scanned:
            if fact.structured:
                columns[fact.key].append(fact)
                records[fact.record].append(fact)
            else:
                records[("passage", fact.source)].append(fact)
        evidence.tables = (columns, records)
    return evidence.tables


def _combined(
    called: set[str], facts: Sequence[Fact], amount: Amount, named: set[Path]
) -> Iterator[tuple[str, Fraction, Sequence[Fact]]]:
    alike = [fact for fact in facts if _comparable(amount, fact)]
    if len(alike) > 1 and len({fact.key for fact in alike}) == 1:
        values = [_value(fact, amount) for fact in alike]
        if "sum" in called:
            yield "sum", sum(values, Fraction(0)), alike
        if "mean" in called:
            yield "mean", sum(values, Fraction(0)) / len(values), alike
    pairs = _ways(called, alike, amount, several=len(named) > 1)
    if not pairs:
        return
    for one, other in combinations((facts if _is_ratio(amount) else alike)[:_MOST], 2):
        apart = one.record != other.record and len(named) > 1 and not {one.record, other.record} <= named
        if _pairs_well(one, other) and not apart:
            for name, combine in pairs:
                yield name, combine(_value(one, amount), _value(other, amount)), (one, other)


def _is_ratio(amount: Amount) -> bool:
    return amount.unit is not None and amount.unit.dimension in (PERCENT, TIMES)


def _ways(
    called: set[str], alike: Sequence[Fact], amount: Amount, *, several: bool
) -> list[tuple[str, Callable[[Fraction, Fraction], Fraction]]]:
    """How two numbers may be combined, by what the words call for."""
    ratios = _is_ratio(amount)
    pairs: list[tuple[str, Callable[[Fraction, Fraction], Fraction]]] = []
    if "difference" in called and not (ratios and any(not _is(fact, PERCENT) for fact in alike)):
        pairs.append(("difference", lambda one, other: one - other))
    of_money = amount.unit is not None and amount.unit.dimension == MONEY
    if "sum" in called and not ratios and (several or of_money or not alike or not alike[0].structured):
        pairs.append(("sum", lambda one, other: one + other))
    if ratios and "change" in called:
        pairs.append(("change", lambda one, other: (one - other) / other * 100 if other else Fraction(0)))
        pairs.append(("change", lambda one, other: (other - one) / one * 100 if one else Fraction(0)))
    if "ratio" in called and ratios and amount.unit:
        scale = 100 if amount.unit.dimension == PERCENT else 1
        pairs.append(("ratio", lambda one, other: one / other * scale if other else Fraction(0)))
        pairs.append(("ratio", lambda one, other: other / one * scale if one else Fraction(0)))
    return pairs


def _is(fact: Fact, dimension: str) -> bool:
    unit = fact.amount.unit
    return unit is not None and unit.dimension == dimension


def _comparable(amount: Amount, fact: Fact) -> bool:
    mine, its = amount.unit, fact.amount.unit
    if mine is None or its is None:
        return mine is its or (mine is not None and mine.dimension in (PERCENT, TIMES))
    if mine.dimension in (PERCENT, TIMES):
        return True
    return convertible(mine, its) or (mine.dimension == its.dimension == MONEY and its.name == "?")


def _pairs_well(one: Fact, other: Fact) -> bool:
    mine, its = one.amount.unit, other.amount.unit
    if (mine is None) != (its is None) or (mine and its and mine.dimension != its.dimension):
        return False
    return one.key == other.key or (mine is not None) or bool(set(one.key) & set(other.key))


def _value(fact: Fact, amount: Amount) -> Fraction:
    mine, its = amount.unit, fact.amount.unit
    if mine and its and mine.dimension == its.dimension:
        return fact.amount.value * its.factor / mine.factor
    return fact.amount.value

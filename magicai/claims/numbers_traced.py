"""A number of a text and where it comes from: a source that says the same of the same thing, or a derivation."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from magicai.claims.amount import Amount
from magicai.claims.calendar_lengths import of_calendar
from magicai.claims.counts import counts_a_list
from magicai.claims.derivations import derived
from magicai.claims.entities import Mention, Path
from magicai.claims.evidence import Evidence, Fact
from magicai.claims.nouns import counts_another, of_the_whole
from magicai.claims.numerals import SPELLED, value_of_words
from magicai.claims.turned import turned
from magicai.claims.units import MONEY, PERCENT
from magicai.claims.verdict import Verdict
from magicai.claims.words import around
from magicai.claims.worked_out import worked_out

_REACH = 150  # characters around a number that say which way it goes
_SPOKEN_OF = 0.4  # of a number with a unit, where the text writes none
_CLEARLY, _CLEARLY_IN_PASSAGES = 1.5, 2.2  # times as much as speaks for the source with this number
_LEAST, _LEAST_IN_PASSAGES = 0.45, 1.2
_FALLS = re.compile(
    r"\b(?:fell|falls?|fallen|drop\w*|declin\w*|decreas\w*|down|loss|lost|lower|reduc\w*|minus|below|negative|"
    r"shrank|shrunk|slid|slipped)\b|下降|减少|下跌|零下|亏损|降低|负",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:from|(?<!more )(?<!less )(?<!fewer )than|vs\.?|versus|compared (?:to|with)|against|after|previous\w*|"
    r"prior|between|respectively)\b|相比|较|从|由|分别|比",
    re.IGNORECASE,
)
_COUNTED = re.compile("[人名位间层台辆场]|[ -](?:people|guests|persons|pupils|students|rooms|seats)\\b")
# The result of a match is found as it is written.
_AGE = re.compile(r"(?:[- ](?:year|month)s?)?[- ]olds?\b|岁")
_RESULT = re.compile(r"(?<![\d.,-])\d{1,3}\s?[-–:：比]\s?\d{1,3}(?![\d.,:-]\d|\s?[%°])")
_NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], Fraction | None]], ...] = (
    (re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?"), lambda text: Fraction(text.replace(",", ""))),
    (SPELLED, value_of_words),
)
_FEW = 12
_POINTS = Fraction(3, 2)  # 三成 of 29.6 %
_COUNTED_ONLY = 100
_PRICES = 40  # characters around a number in which a list of prices names its currency
_CURRENCY = re.compile(
    r"[$€£¥₹₩₽元块]|\b[A-Z]{3}\b|\b(?:dollars?|euros?|pounds?|kron\w+|yen|yuan|francs?|cents?|bucks?|pric\w+|cost\w*)\b|价"
)
_SCALES = (10**9, 10**8, 10**6, 10**4, 10**3)
_TELLING = 3  # digits of a number that is the same by no chance
_OVER, _UNDER, _ABOUT = Fraction(7, 10), Fraction(115, 100), Fraction(10, 100)


def verdict_of(fact: Fact, derivation: str = "") -> Verdict:
    """The fact's place."""
    return Verdict(source=fact.source, start=fact.start, end=fact.end, derivation=derivation)


def traced(
    amount: Amount, plain: str, sentence: tuple[int, int], mentions: Sequence[Mention], evidence: Evidence
) -> Verdict:
    """Where a number comes from."""
    return _of_result(amount, plain, evidence) or _traced(amount, plain, sentence, mentions, evidence)


def _traced(
    amount: Amount, plain: str, sentence: tuple[int, int], mentions: Sequence[Mention], evidence: Evidence
) -> Verdict:
    context = around(plain, amount.start, amount.end, sentence)
    text = plain[max(sentence[0], amount.start - _REACH) : min(sentence[1], amount.end + _REACH)]
    candidates = _same(amount, evidence, text)
    spoken = evidence.entities.spoken_of(plain, list(mentions), amount.start, amount.end, sentence)
    if not candidates:
        return _without_equal(amount, plain, sentence, context, spoken, evidence)
    before = plain[max(sentence[0], amount.start - 30) : amount.start]
    compared = _COMPARED.search(before) is not None or "respectively" in text or "分别" in text
    of_it = _spoken_of(amount, plain, candidates, context, evidence)
    scored = [(_score(fact, context, evidence), fact) for fact in of_it]
    best, chosen = max(scored, key=lambda pair: (pair[0], pair[1].structured), default=(0.0, candidates[0]))
    reason = "" if of_it else _absent(amount, context, spoken, evidence)
    if spoken and not compared:
        reason = _of_another(amount, candidates, spoken, evidence) or reason
    if not reason and not compared:
        counted = counts_another(amount, plain, of_it, evidence)
        counted = counted or of_the_whole(amount, plain[sentence[0] : sentence[1]], of_it, evidence)
        rival = _rival(amount, of_it, context, spoken, evidence)
        if (
            rival
            and not _says_both(amount, rival, plain, sentence, evidence)
            and _outweighs(rival, best, chosen, amount)
        ):
            counted = counted or rival[1]
        reason = _conflict(counted, amount, evidence) if counted else ""
    if reason:
        return derived(amount, plain, sentence, context, spoken, evidence) or Verdict(reason=reason)
    return turned(amount, plain, sentence, chosen, evidence) or verdict_of(chosen, _how(amount, chosen))


def _spoken_of(
    amount: Amount, plain: str, candidates: list[Fact], context: dict[str, float], evidence: Evidence
) -> list[Fact]:
    """The facts of a number without a unit that have none either, or that the words around speak of."""
    if amount.unit is not None:
        return candidates
    age = _AGE.match(plain, amount.end) is not None
    return [
        fact
        for fact in candidates
        if fact.amount.unit is None
        or (not _of_money_alone(fact, plain, amount) and _score(fact, context, evidence) > _SPOKEN_OF)
        or (age and fact.amount.unit.dimension == "months")
    ]


def _outweighs(rival: tuple[float, Fact], best: float, chosen: Fact, amount: Amount) -> bool:
    """Whether the words around speak clearly more of another fact than of the one with this number."""
    weight, fact = rival
    if _in_its_own_unit(amount, chosen, fact):
        return False
    strict = fact.structured and chosen.structured
    clearly, least = (_CLEARLY, _LEAST) if strict else (_CLEARLY_IN_PASSAGES, _LEAST_IN_PASSAGES)
    return weight > clearly * best + least


def _of_money_alone(fact: Fact, plain: str, amount: Amount) -> bool:
    """Whether the input gives a price, and the text a number without any currency near by: 85 people."""
    if not fact.structured or fact.amount.unit is None or fact.amount.unit.dimension != MONEY:
        return False
    beside = plain[max(0, amount.start - _PRICES) : amount.end + _PRICES]
    return not _CURRENCY.search(beside)


def _in_its_own_unit(amount: Amount, chosen: Fact, rival: Fact) -> bool:
    """Whether the input has the number in the unit of the text, and the other in another one: 38 h and 10 min."""
    mine, its, other = amount.unit, chosen.amount.unit, rival.amount.unit
    return mine is not None and mine == its and other is not None and other != its and mine.dimension != MONEY


def _says_both(
    amount: Amount, rival: tuple[float, Fact], plain: str, sentence: tuple[int, int], evidence: Evidence
) -> bool:
    """Whether another number is no reason against this one: it counts something else, or stands where it belongs."""
    weight, fact = rival
    if amount.unit is None and fact.amount.unit is not None and _COUNTED.match(plain, amount.end):
        return True
    return any(
        _score(fact, around(plain, *match.span(), sentence), evidence) >= weight
        for pattern, value_of in _NUMBERS
        for match in pattern.finditer(plain, *sentence)
        if not amount.start <= match.start() < amount.end and value_of(match[0]) == fact.amount.value
    )


def _of_result(amount: Amount, plain: str, evidence: Evidence) -> Verdict | None:
    """A part of `3-1`, where a source has both parts together."""
    if amount.unit is not None:
        return None
    for match in _RESULT.finditer(plain, max(0, amount.start - 8), amount.end + 8):
        if not match.start() <= amount.start < match.end():
            continue
        parts = re.findall(r"\d+", match[0])
        for number, reading in enumerate(evidence.readings):
            its = re.search(rf"(?<![\d.,]){parts[0]}\s?[-–:：比]\s?{parts[1]}(?![\d])", reading.plain)
            if its:
                return Verdict(source=number, start=its.start(), end=its.end())
    return None


def _without_equal(
    amount: Amount,
    plain: str,
    sentence: tuple[int, int],
    context: dict[str, float],
    spoken: Path | None,
    evidence: Evidence,
) -> Verdict:
    """Whether a number that no source has follows from others."""
    other = _other_percent(amount, context, spoken, evidence)
    if other:
        return Verdict(reason=other)
    found = derived(amount, plain, sentence, context, spoken, evidence)
    if found or (found := of_calendar(amount, evidence)):
        return found
    if _counted_by_the_writer(amount, context, spoken, evidence):
        return Verdict(derivation=f"{amount.shown} as a word, counted in a passage")
    rival = _rival(amount, [], context, spoken, evidence)
    rivalled = (rival is not None and rival[0] >= _LEAST) or counts_a_list(amount, plain, evidence)
    certain = not worked_out(amount, plain, sentence, rivalled=rivalled)
    return Verdict(reason=_absent(amount, context, spoken, evidence), certain=certain)


def _other_percent(amount: Amount, context: dict[str, float], spoken: Path | None, evidence: Evidence) -> str:
    """Why not, where the input gives another percentage of just what the text gives one of."""
    if amount.unit is None or amount.unit.dimension != PERCENT:
        return ""
    rival = _rival(amount, [], context, spoken, evidence)
    if rival is None or rival[0] < _LEAST_IN_PASSAGES or not rival[1].structured:
        return ""
    unit = rival[1].amount.unit
    return _conflict(rival[1], amount, evidence) if unit and unit.dimension == PERCENT else ""


def _counted_by_the_writer(amount: Amount, context: dict[str, float], spoken: Path | None, evidence: Evidence) -> bool:
    """Two or three in words, where a passage may name them one by one, and says no other number of them."""
    if not amount.spelled or amount.ordinal or amount.unit or amount.value not in (2, 3) or not evidence.passages:
        return False
    rival = _rival(amount, [], context, spoken, evidence)
    return rival is None or rival[0] < _LEAST_IN_PASSAGES


def _same(amount: Amount, evidence: Evidence, sentence: str) -> list[Fact]:
    """Facts with this number, as exactly as the text writes it."""
    slack = amount.step / 2
    bounds = slack
    if amount.about:
        bounds = max(slack, abs(amount.value) * Fraction(1, 2))
    falls = _FALLS.search(sentence) is not None
    found: list[Fact] = []
    for fact in evidence.near(amount, bounds):
        its = fact.amount
        value = its.value
        if amount.unit and its.unit and amount.unit != its.unit and amount.unit.dimension == its.unit.dimension:
            value = its.value * its.unit.factor / amount.unit.factor
        if value and amount.value and (value < 0) != (amount.value < 0):
            if not falls:
                continue
            value = -value
        elif value < 0 and amount.value < 0 and falls and fact.structured:
            pass
        if _says(amount, value, its, converted=value != its.value):
            found.append(fact)
    return found or _in_thousands(amount, evidence)


def _in_thousands(amount: Amount, evidence: Evidence) -> list[Fact]:
    """Bare numbers of tables that count in millions, such as 268.1 of `$268.1 million`."""
    for scale in _SCALES if abs(amount.value) >= _SCALES[-1] else ():
        mantissa = replace(amount, value=amount.value / scale, step=amount.step / scale, unit=None)
        if len(_digits(mantissa.value)) < _TELLING or mantissa.step > 1 or abs(mantissa.value) < 1:
            continue
        found = [
            fact
            for fact in evidence.near(mantissa, Fraction(0))
            if fact.structured and fact.amount.unit is None and not fact.label and fact.amount.value == mantissa.value
        ]
        if found:
            return found
    return []


def _says(amount: Amount, value: Fraction, its: Amount, *, converted: bool) -> bool:  # noqa: PLR0911 - one return a way
    if amount.value == value:
        return True
    if amount.spelled and amount.dimension_is(PERCENT) and abs(value - amount.value) <= _POINTS:
        return True
    difference = value - amount.value
    size = abs(amount.value)
    if converted and abs(difference) <= min(amount.step / 2, size / 20):
        return True
    digits = len(str(abs(amount.value / amount.step)).split("/", maxsplit=1)[0])
    rounds = amount.step > its.step and abs(difference) <= amount.step / 2
    if rounds and (digits > 1 or amount.step < 1 or amount.about or amount.step >= 1000):
        return amount.step < 1 or bool(amount.about) or digits > 2 or amount.step >= 1000
    if not amount.about or amount.ordinal:
        return False
    if its.about == amount.about:
        return False
    if amount.about == "about":
        return abs(difference) <= _ABOUT * size and _rounder(amount.value, value)
    if converted and amount.value <= _FEW and abs(difference) < amount.step:  # under two weeks of 12 days
        return (difference >= 0) == (amount.about == "over")
    if amount.about == "over":
        rounder = _rounder(amount.value, value) or amount.value % 10 == 0
        return difference >= 0 and amount.value >= _OVER * value and rounder
    return difference <= 0 and amount.value <= _UNDER * value and _rounder(amount.value, value)


def _rounder(said: Fraction, value: Fraction) -> bool:
    """Whether what is said has fewer digits: 40 for 47."""
    return len(_digits(said)) < len(_digits(value)) or len(_digits(said)) == 1 or _digits(said) in ("25", "75", "15")


def _digits(value: Fraction) -> str:
    return f"{float(abs(value)):.6f}".rstrip("0").replace(".", "").strip("0")


def _score(fact: Fact, context: dict[str, float], evidence: Evidence) -> float:
    weights = fact.context
    return sum(weight * weights[word] * evidence.rarity(word) for word, weight in context.items() if word in weights)


def _rival(
    amount: Amount, candidates: list[Fact], context: dict[str, float], spoken: Path | None, evidence: Evidence
) -> tuple[float, Fact] | None:
    """The fact of another number that the words around speak most of."""
    best: tuple[float, Fact] | None = None
    unit = amount.unit
    measured = (
        unit.dimension
        if unit and any(fact.amount.unit and fact.amount.unit.dimension == unit.dimension for fact in candidates)
        else None
    )
    own = {(fact.source, fact.start) for fact in candidates}
    for place, score in sorted(evidence.about(context).items()):
        if best is not None and score <= best[0]:
            continue
        fact = evidence.facts[place]
        its = fact.amount
        if fact.label:
            continue
        if measured and (its.unit is None or its.unit.dimension != measured):
            continue
        if (
            (fact.source, fact.start) in own
            or not _alike(amount, its)
            or (spoken and fact.record and fact.record != spoken)
        ):
            continue
        best = (score, fact)
    return best


def _alike(amount: Amount, its: Amount) -> bool:
    """Whether both could stand at the same place of a sentence."""
    mine, other = amount.unit, its.unit
    if mine is None or other is None:
        apart = {amount.step < 1, its.step < 1} == {True, False} and mine is other
        if apart and max(abs(amount.value), abs(its.value)) > _COUNTED_ONLY:
            return False  # a rating of 4.8 and 1,260 reviews
        one = mine or other
        if amount.spelled and amount.value <= _FEW and one is not None and one.dimension in (MONEY, PERCENT):
            return False
        return one is None or one.dimension in ("percent", "money", "times")
    return mine.dimension == other.dimension


def _of_another(amount: Amount, candidates: list[Fact], spoken: Path, evidence: Evidence) -> str:
    """Why a number that stands in other records only is not that of the one spoken of."""
    if any(
        fact.record is None or fact.record[: len(spoken)] == spoken or spoken[: len(fact.record)] == fact.record
        for fact in candidates
    ):
        return ""
    siblings = [fact for fact in candidates if fact.record and fact.record[:-1] == spoken[:-1]]
    if len(siblings) != len(candidates):
        return ""
    keys = {fact.key for fact in siblings}
    its = [fact for fact in evidence.of_record(spoken) if fact.key in keys]
    label = evidence.entities.labels[siblings[0].record or ()]
    if its:
        return (
            f"the input says {its[0].amount.shown} of “{evidence.entities.labels[spoken]}”; {amount.shown} is "
            f"that of “{label}”"
        )
    return f"{amount.shown} is that of “{label}” in the input"


def _conflict(fact: Fact, amount: Amount, evidence: Evidence) -> str:
    name = evidence.sources[fact.source].name
    of = f" ({name})" if fact.structured and name else ""
    return f"the input says {fact.amount.shown}{of}, the text {amount.shown}"


def _absent(amount: Amount, context: dict[str, float], spoken: Path | None, evidence: Evidence) -> str:
    bare = evidence.bare(amount.value) if amount.unit else None
    if bare is not None:
        return f"the input gives {bare.amount.shown} without a unit, the text {amount.shown}"
    rival = _rival(amount, [], context, spoken, evidence)
    if rival and rival[0] >= _LEAST:
        return _conflict(rival[1], amount, evidence)
    return f"{amount.shown} is not in the input"


def _how(amount: Amount, fact: Fact) -> str:
    its = fact.amount
    if its.value == amount.value and (its.unit == amount.unit or amount.unit is None or its.unit is None):
        return ""
    return f"{amount.about + ' ' if amount.about else ''}{amount.shown} from {its.shown}"

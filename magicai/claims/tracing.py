"""A number of a text and where it comes from: a source, a derivation, or a key that says otherwise."""

from fractions import Fraction

from magicai.claims.amount import Amount, shown_number
from magicai.claims.derivations import Derivations
from magicai.claims.evidence import Evidence, Fact
from magicai.claims.records import Path
from magicai.claims.units import MONEY, PERCENT, TEMPERATURES
from magicai.claims.verdict import Verdict
from magicai.claims.words import noun_after, period_at
from magicai.messages import Message, say

_FEW = 12
_POINTS = Fraction(3, 2)  # 三成 of 29.6 %
_OVER, _UNDER, _ABOUT = Fraction(7, 10), Fraction(115, 100), Fraction(10, 100)
_NEAR = Fraction(1, 5)
_ALL = 100
_TELLING = 100  # a number of so many digits stands in a passage by no chance


def traced(
    amount: Amount,
    plain: str,
    sentence: tuple[int, int],
    words: frozenset[str],
    spoken: Path | None,
    evidence: Evidence,
    derivations: Derivations,
) -> Verdict:
    """Where a number comes from.

    Args:
        words: those that stand at the number.
        spoken: the one of several things that its sentence speaks of.
    """
    named = evidence.named(amount, words)
    known = _known(amount, evidence)
    equal = [fact for fact in known if amount.unit is not None or _is_no_chance(amount, fact, words)]
    if amount.unit is None and named and all(fact.label and not fact.beside & words for fact in equal):
        equal = []  # “only 3 left” is not its size 3, where the record says how many are left
    otherwise = _of_another_thing(equal, spoken, evidence) or _of_another_key(equal, named, words)
    if equal and otherwise is None:
        chosen = next((fact for fact in equal if fact.named_by(words)), equal[0])
        return Verdict(source=chosen.source, start=chosen.start, end=chosen.end, derivation=_how(amount, chosen))
    found = derivations.of(amount, plain, sentence)
    if found is not None:
        return found
    if (open_price := _of_another_period(amount, plain, evidence)) is not None:
        return open_price
    if otherwise is not None:
        return _conflict(amount, otherwise, evidence)
    own = [fact for fact in named if fact.record == spoken] or named
    return (
        _less_exact(amount, evidence)
        or (_conflict(amount, own[0], evidence) if own else None)
        or _counted(amount, plain, evidence)
        or _absent(amount, evidence, elsewhere=bool(known))
    )


def _of_another_period(amount: Amount, plain: str, evidence: Evidence) -> Verdict | None:
    """Why a price a day is open, where the input has prices, and none of them is per day."""
    period = period_at(plain, amount.start, amount.end) if amount.dimension_is(MONEY) else ""
    if not period or period in evidence.periods or not evidence.measures(MONEY):
        return None
    return Verdict(reason=say("record_has_no_price_per", period=say(f"period_{period}")), certain=False)


def _known(amount: Amount, evidence: Evidence) -> list[Fact]:
    """The facts with this number; looked for once, however often a text says it."""
    asked = (amount.value, amount.unit, amount.step, amount.about, amount.spelled)
    if asked not in evidence.equal:
        evidence.equal[asked] = _equal(amount, evidence)
    return evidence.equal[asked]


def _less_exact(amount: Amount, evidence: Evidence) -> Verdict | None:
    """Why it is open, where the input gives the number with fewer digits."""
    rounded = next((fact for fact in evidence.near(amount, abs(amount.value) / 20) if _rounds(fact, amount)), None)
    if rounded is None:
        return None
    reason = say("record_less_exact", value=rounded.amount.shown, claim=amount.shown)
    return Verdict(reason=reason, certain=False)


def _counted(amount: Amount, plain: str, evidence: Evidence) -> Verdict | None:
    """Why not, where the input counts the same things and says another number."""
    noun = noun_after(plain, amount.end) if amount.unit is None and not amount.spelled else ""
    counted = evidence.counted(noun) if noun else []
    return _conflict(amount, counted[0], evidence) if counted else None


def _is_no_chance(amount: Amount, fact: Fact, words: frozenset[str]) -> bool:
    """Whether a number without a unit has digits enough, or the same words at it, where it stands in a passage.

    500 customers are not its weight of 500 g.
    """
    if fact.amount.unit is not None:
        return fact.named_by(words) or bool(fact.beside & words)
    telling = amount.spelled or amount.step < 1 or abs(amount.value) >= _TELLING
    return telling or fact.structured or fact.label or bool(fact.beside & words)


def _absent(amount: Amount, evidence: Evidence, *, elsewhere: bool) -> Verdict:
    if elsewhere:
        return Verdict(reason=say("record_says_it_of_another", claim=amount.shown), certain=False)
    alike = evidence.raw(amount.value) if amount.unit else []
    bare = any(fact.amount.unit is None and (fact.structured or fact.label) for fact in alike)
    if bare and not any(amount.unit and fact.amount.dimension_is(amount.unit.dimension) for fact in alike):
        reason = say("record_has_no_unit", value=shown_number(amount.value), claim=amount.shown)
        return Verdict(reason=reason, certain=False)
    # What is only counted may be said in other words, and 100% of something is a way to say all of it.
    scale = amount.unit.dimension if amount.unit else ""
    same = any(fact.amount.unit and fact.amount.unit.dimension in TEMPERATURES for fact in evidence.raw(amount.value))
    if (
        scale in TEMPERATURES
        and not same
        and not evidence.measures(scale)
        and any(map(evidence.measures, TEMPERATURES))
    ):
        return Verdict(reason=say("record_has_another_scale", claim=amount.shown), certain=False)
    all_of_it = amount.dimension_is(PERCENT) and amount.value == _ALL
    certain = amount.unit is not None and not amount.spelled and not all_of_it
    return Verdict(reason=say("not_in_record", claim=amount.shown), certain=certain)


def _rounds(fact: Fact, amount: Amount) -> bool:
    """Whether the input's number may be the text's, written with fewer digits."""
    fact_amount = fact.amount
    return (
        fact_amount.unit == amount.unit
        and fact_amount.step > amount.step
        and abs(fact_amount.value - amount.value) <= fact_amount.step / 2
    )


def _of_another_thing(equal: list[Fact], spoken: Path | None, evidence: Evidence) -> Fact | None:
    """What the input says of the thing that is spoken of, where only others have the number."""
    if spoken is None or any(fact.record is None or fact.record == spoken for fact in equal):
        return None
    own = [fact for other in equal for fact in evidence.of_record(spoken, other.key)]
    return own[0] if own and all(fact.amount.value != equal[0].amount.value for fact in own) else None


def _of_another_key(equal: list[Fact], named: list[Fact], words: frozenset[str]) -> Fact | None:
    """What stands under the key that the words name, where the number stands under others that they don't."""
    if not equal or not named or any(not fact.structured or fact.label or fact.key & words for fact in equal):
        return None
    return named[0]


def _conflict(amount: Amount, fact: Fact, evidence: Evidence) -> Verdict:
    name = evidence.sources[fact.source].name
    values = {"value": fact.amount.shown, "claim": amount.shown}
    said = say("record_says_otherwise", variable=name, **values) if name else say("record_says_another_value", **values)
    return Verdict(reason=said, against=fact.source, certain=not _roughly(amount, fact))


def _roughly(amount: Amount, fact: Fact) -> bool:
    """Whether a text says “about” of a number that is near the input's: how near that must be, code can't say."""
    size, its_size = (one.value * (one.unit.factor if one.unit else 1) for one in (amount, fact.amount))
    return amount.about == "about" and abs(size - its_size) <= abs(its_size) * _NEAR


def _equal(amount: Amount, evidence: Evidence) -> list[Fact]:
    """Facts with this number, as exactly as the text writes it."""
    slack = max(amount.step / 2, abs(amount.value) / 2) if amount.about else amount.step / 2
    found: list[Fact] = []
    for fact in evidence.near(amount, slack):
        fact_amount = fact.amount
        value = fact_amount.value
        if (
            amount.unit
            and fact_amount.unit
            and amount.unit != fact_amount.unit
            and amount.unit.dimension == fact_amount.unit.dimension
        ):
            value = fact_amount.value * fact_amount.unit.factor / amount.unit.factor
        if _says(amount, value, fact_amount, converted=value != fact_amount.value):
            found.append(fact)
    return found


def _says(amount: Amount, value: Fraction, its: Amount, *, converted: bool) -> bool:  # noqa: PLR0911 - one return a way
    if amount.value == value:
        return True
    difference, size = value - amount.value, abs(amount.value)
    if (value < 0) != (amount.value < 0):
        return False
    if amount.spelled and amount.dimension_is(PERCENT) and abs(difference) <= _POINTS:
        return True
    if converted and abs(difference) <= min(amount.step / 2, size / 20):
        return True
    digits = len(str(abs(amount.value / amount.step)).split("/", maxsplit=1)[0])
    if amount.step > its.step and abs(difference) <= amount.step / 2:
        return amount.step < 1 or digits > 2 or amount.step >= 1000 or bool(amount.about)
    if not amount.about or its.about == amount.about:
        return False
    if amount.about == "about":
        return abs(difference) <= _ABOUT * size and _rounder(amount.value, value)
    if converted and amount.value <= _FEW and abs(difference) < amount.step:  # under two weeks of 12 days
        return (difference >= 0) == (amount.about == "over")
    if amount.about == "over":
        return difference >= 0 and amount.value >= _OVER * value and _rounder(amount.value, value)
    return difference <= 0 and amount.value <= _UNDER * value and _rounder(amount.value, value)


def _rounder(said: Fraction, value: Fraction) -> bool:
    """Whether what is said has fewer digits: 40 for 47."""
    return len(_digits(said)) < len(_digits(value)) or len(_digits(said)) == 1 or _digits(said) in ("25", "75", "15")


def _digits(value: Fraction) -> str:
    return f"{float(abs(value)):.6f}".rstrip("0").replace(".", "").strip("0")


def _how(amount: Amount, fact: Fact) -> Message | None:
    fact_amount = fact.amount
    if fact_amount.value == amount.value and (
        fact_amount.unit == amount.unit or amount.unit is None or fact_amount.unit is None
    ):
        return None
    return say("derived_by_rounding", value=fact_amount.shown)

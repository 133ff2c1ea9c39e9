"""Numbers that a text lets go the other way than the input: it fell, where the input says that it rose."""

from collections.abc import Iterator

from magicai.claims.amount import Amount
from magicai.claims.evidence import Evidence, Fact
from magicai.claims.units import PERCENT
from magicai.claims.verdict import Verdict
from magicai.claims.ways import clause_of, way, way_word
from magicai.claims.words import stem, words_of_key

_BEFORE = "prior previous prev last earlier before old year ago former was original list 去年 上年 同期 原价 原"
_PRIOR = frozenset(map(stem, _BEFORE.split()))


def turned(amount: Amount, plain: str, sentence: tuple[int, int], chosen: Fact, evidence: Evidence) -> Verdict | None:
    """Why a number is not the input's, though it has it: the words say that it went the other way."""
    own = way(clause_of(plain, amount.start, amount.end, sentence))
    if not own:
        return None
    begins = way_word(plain, amount.start, sentence[0])
    names = ("less", "more")
    if amount.unit and amount.unit.dimension == PERCENT and not chosen.structured:
        source = evidence.readings[chosen.source].plain
        its = way(clause_of(source, chosen.start, chosen.end, (0, len(source))))
        if its * own >= 0:
            return None
        reason = f"the input says {chosen.amount.shown} {names[its > 0]}, the text {amount.shown} {names[own > 0]}"
        return Verdict(reason=reason, begins=begins)
    if begins is None or not chosen.structured:
        return None
    for before in _before(chosen, evidence):
        change = chosen.amount.value - before.amount.value
        if change * own < 0:
            shown = f"{before.amount.shown} before and {chosen.amount.shown} now"
            return Verdict(reason=f"the input says {shown}, the text that it went the other way", begins=begins)
    return None


def _before(chosen: Fact, evidence: Evidence) -> Iterator[Fact]:
    """What the input says that the same was before."""
    path = evidence.sources[chosen.source].path
    words = set(words_of_key(str(path[-1])))
    if words & _PRIOR:
        return
    for fact in evidence.scanned:
        other = evidence.sources[fact.source].path
        if fact is not chosen and other[:-1] == path[:-1] and fact.amount.unit == chosen.amount.unit:
            more = set(words_of_key(str(other[-1])))
            if words <= more and more - words and more - words <= _PRIOR:
                yield fact

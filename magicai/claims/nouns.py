"""Numbers by what they count: 12,000 of visitors are no 12,000 volumes, and a review's stars not those of a place."""

import re
from collections.abc import Sequence

from magicai.claims.amount import Amount
from magicai.claims.evidence import Evidence, Fact
from magicai.claims.words import STOP, stem

_NOUN = re.compile(r"[ -](?P<first>[A-Za-z]{3,})(?:[ -](?P<second>[A-Za-z]{3,}))?")
_ONE_OF_THEM = re.compile(
    r"\b(?:review\w*|customers?|guests?|diners?|clients?|patrons?|visitors?|travell?ers?|buyers?|users?|person|people|"
    r"one|another|some|others?|who|regulars?|gave|gives|left|awarded|mother|couple|family)\b|顾客|评论|网友|用户|有人|一位|住客|食客",
    re.IGNORECASE,
)
_STARS = frozenset((stem("stars"), stem("rating"), stem("评分")))


def counts_another(amount: Amount, plain: str, candidates: Sequence[Fact], evidence: Evidence) -> Fact | None:
    """The input's number of just what the text counts, where the text's number is one of something else."""
    if amount.unit is not None or amount.ordinal or amount.about:
        return None
    match = _NOUN.match(plain, amount.end)
    nouns = {stem(word) for word in match.groups() if word and word.lower() not in STOP} if match else set[str]()
    if not nouns or any(nouns & _counted(fact, evidence) or nouns & set(fact.context) for fact in candidates):
        return None
    rivals = [
        fact
        for fact in evidence.scanned
        if not fact.label and fact.amount.unit is None and nouns & _counted(fact, evidence)
    ]
    values = {fact.amount.value for fact in rivals}
    return rivals[0] if len(values) == 1 and amount.value not in values else None


def of_the_whole(amount: Amount, sentence: str, candidates: Sequence[Fact], evidence: Evidence) -> Fact | None:
    """The rating of the whole, where a text without a word of a review gives that of one review."""
    if not _STARS & _words_after(sentence, amount) or _ONE_OF_THEM.search(sentence):
        return None
    if not candidates or not all(_within_a_list(fact, evidence) for fact in candidates):
        return None
    return next(
        (fact for fact in evidence.scanned if _STARS & set(fact.key) and not _within_a_list(fact, evidence)), None
    )


def _counted(fact: Fact, evidence: Evidence) -> set[str]:
    """What a number counts: the words of its key, or the one that follows it in a passage."""
    if fact.structured:
        return set(fact.key)
    match = _NOUN.match(evidence.readings[fact.source].plain, fact.end)
    return {stem(word) for word in match.groups() if word and word.lower() not in STOP} if match else set()


def _within_a_list(fact: Fact, evidence: Evidence) -> bool:
    return any(isinstance(part, int) for part in evidence.sources[fact.source].path)


def _words_after(sentence: str, amount: Amount) -> set[str]:
    found = re.findall(r"[A-Za-z]+|[\u4e00-\u9fff]{2}", sentence)
    return {stem(word) for word in found} if amount.unit is None else set()

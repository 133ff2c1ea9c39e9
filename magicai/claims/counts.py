"""Counts of what the input lists: three colours, a third customer, open seven days."""

import re
from collections import defaultdict

from magicai.claims.amount import Amount
from magicai.claims.entities import Path
from magicai.claims.evidence import Evidence, Sizes
from magicai.claims.units import TIMES
from magicai.claims.verdict import Verdict
from magicai.claims.words import stem, stems, words_of_key

_FEW = 12
_PERSON = re.compile(
    r" (?:customer|reviewer|guest|diner|visitor|client|person|patron|one|review|user|traveller|traveler|buyer)\b"
)
_AFTER = re.compile(r"\s?([A-Za-z-]+(?: [A-Za-z-]+){0,3})")
_ITEM_WORDS = (
    "product item model option choice variant entry record shop store thing type kind piece version size flavour flavor"
)
_ITEMS = frozenset(map(stem, _ITEM_WORDS.split()))
_HAN_ITEMS = re.compile("[个款种件家项位条名台]")
_DAY_S = 86_400
_DAYS_OF = ("hours", "opening_hours", "openinghours", "营业时间")


def counted(amount: Amount, plain: str, evidence: Evidence) -> Verdict | None:
    """`3 colours` where the input lists three."""
    if amount.unit is not None and amount.unit.dimension not in ("duration", TIMES):
        return None
    sizes = _sizes(evidence)
    if amount.ordinal and _PERSON.match(plain, amount.end):  # a third customer, of three reviews
        for (path, count), (source, _) in sizes.items():
            if count >= amount.value and path in evidence.entities.lists:
                return Verdict(source=source, derivation=f"one of {count} items")
    for (path, count), (source, parts) in sizes.items():
        if count != amount.value and not (amount.about == "over" and count > amount.value):
            continue
        last = next((part for part in reversed(path) if isinstance(part, str)), "")
        if _is_meant(amount, plain, path, parts, evidence):
            return Verdict(source=source, derivation=f"{count} items of {last or 'the input'}")
        if last.lower() in _DAYS_OF and amount.dimension_is("duration") and _is_days(amount):
            return Verdict(source=source, derivation=f"{count} days of {last}")
    return None


def _is_meant(amount: Amount, plain: str, path: Path, parts: frozenset[str], evidence: Evidence) -> bool:
    """Whether the words around a number speak of what a list holds."""
    nouns = _nouns(plain, amount.end)
    last = next((part for part in reversed(path) if isinstance(part, str)), "")
    words = set(words_of_key(last))
    whole = plain[max(0, amount.start - 8) : amount.start].lower().endswith(("of the ", "all ", "these ", "our "))
    if (whole and amount.spelled and path in evidence.entities.parents) or words & nouns:
        return True
    if (nouns & _ITEMS or _HAN_ITEMS.match(plain, amount.end)) and (
        parts & nouns or not words or len(_sizes(evidence)) == 1 or (not amount.spelled and words & _ITEMS)
    ):
        return True
    may_count = amount.unit is None or amount.unit.name == "day" or amount.dimension_is(TIMES)
    few = amount.spelled and amount.value <= _FEW and may_count and not amount.about
    return few and not nouns & evidence.counted


def _is_days(amount: Amount) -> bool:
    return amount.unit is not None and amount.unit.factor == _DAY_S


def counts_a_list(amount: Amount, plain: str, evidence: Evidence) -> bool:
    """Whether a number stands before what the input lists: `six colours`, of four."""
    return amount.unit is None and bool(_nouns(plain, amount.end) & evidence.listed)


def _nouns(plain: str, place: int) -> set[str]:
    after = _AFTER.match(plain, place)
    nouns = {stem(word) for word in re.findall(r"[A-Za-z]+", after[1])} if after else set[str]()
    han = stems(plain[place : place + 6]) if not after else []
    return nouns | {*han, stem(plain[place : place + 1])}


def _sizes(evidence: Evidence) -> Sizes:
    """How many items each list and map has, one of its sources, and the words of its items' keys."""
    if evidence.sizes is None:
        keys: dict[Path, set[str]] = defaultdict(set)
        members: dict[Path, dict[str | int, int]] = defaultdict(dict)
        for number, source in enumerate(evidence.sources):
            for place, part in enumerate(source.path):
                if source.text or place < len(source.path) - 1:
                    members[source.path[:place]].setdefault(part, number)
                    if isinstance(part, int):
                        keys[source.path[:place]].update(words_of_key(str(source.path[-1])))
            parts = [part for part in re.split(r"\s*[,，、;|]\s*", source.text) if part]
            if source.path and 1 < len(parts) <= 12 and all(len(part) <= 30 for part in parts):
                for place, _ in enumerate(parts):
                    members[source.path].setdefault(place, number)
        evidence.sizes = {
            (path, len(items)): (next(iter(items.values())), frozenset(keys.get(path, ())))
            for path, items in members.items()
            if len(items) > 1
        }
    return evidence.sizes

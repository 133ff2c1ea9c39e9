"""Counts of what the input lists: three colours, five sizes."""

import re
from collections import defaultdict

from magicai.claims.amount import Amount
from magicai.claims.evidence import Evidence
from magicai.claims.records import Path
from magicai.claims.verdict import Verdict
from magicai.claims.words import stem, stems, words_of_key
from magicai.messages import say

_AFTER = re.compile(r"\s?([A-Za-z-]+(?: [A-Za-z-]+){0,3})")
_ITEMS = frozenset(map(stem, ("product", "item", "model", "option", "choice", "variant", "version", "piece")))
_HAN_ITEMS = re.compile("[款种件项]")
_SEPARATOR = re.compile(r"\s*[,，、;|]\s*")


class Counts:
    """How many things each list of the input has, by the words of its key."""

    def __init__(self, evidence: Evidence) -> None:
        members: dict[Path, dict[str | int, int]] = defaultdict(dict)
        for number, source in enumerate(evidence.sources):
            for place, part in enumerate(source.path):
                if isinstance(part, int):
                    members[source.path[:place]].setdefault(part, number)
            parts = [part for part in _SEPARATOR.split(source.text) if part] if len(source.text) <= 200 else []
            if source.path and 1 < len(parts) <= 12 and all(len(part) <= 30 for part in parts):
                members[source.path] = dict.fromkeys(range(len(parts)), number)
        self._by_count: dict[int, list[tuple[str, frozenset[str], int]]] = defaultdict(list)
        for path, items in members.items():
            last = next((part for part in reversed(path) if isinstance(part, str)), "")
            self._by_count[len(items)].append((last, frozenset(words_of_key(last)), next(iter(items.values()))))

    def of(self, amount: Amount, plain: str) -> Verdict | None:
        """`3 colours` where the input lists three."""
        if amount.unit is not None or amount.value.denominator != 1:
            return None
        listed = self._by_count.get(int(amount.value))
        nouns = _nouns(plain, amount.end) if listed else frozenset[str]()
        items = bool(nouns & _ITEMS) or _HAN_ITEMS.match(plain, amount.end) is not None
        for key, words, source in listed or ():
            if words & nouns or (items and not words):
                return Verdict(
                    source=source, derivation=say("derived_by_counting", count=int(amount.value), variable=key)
                )
        return None


def _nouns(plain: str, place: int) -> frozenset[str]:
    after = _AFTER.match(plain, place)
    return frozenset(stems(after[1] if after else plain[place : place + 6])) | {stem(plain[place : place + 1])}

"""Several things of one kind in the input, and which one a place of a text speaks of."""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from magicai.claims.sources import Source

Path = tuple[str | int, ...]
_LABELS = frozenset(("name", "title", "product", "product_name", "label", "名称", "商品名", "名字", "标题", "产品"))
_TOKEN = re.compile(r"[A-Za-z0-9]+|[\u4e00-\u9fff]")
_MOST_ALIKE = 20  # records whose names begin with one word
_COMPARED = re.compile(r"(?:\b(?:than|from|to|versus|vs\.?|unlike)|比) ?(?:the |our )?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mention:
    """A record's name in a text."""

    start: int
    record: Path


class Records:
    """The maps of lists, with what each is called."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.labels: dict[Path, str] = {}
        for source in sources:
            if len(source.path) > 1 and str(source.path[-1]).lower() in _LABELS and isinstance(source.path[-2], int):
                self.labels.setdefault(source.path[:-1], source.text.strip())
        owners: dict[str, list[Path]] = defaultdict(list)
        for record, label in self.labels.items():
            owners[label.lower()].append(record)
        self._by_word: dict[str, list[tuple[str, Path]]] = defaultdict(list)
        for label, found in owners.items():
            first = _TOKEN.match(label)
            if len(found) == 1 and first and len(self._by_word[first[0]]) < _MOST_ALIKE and len(owners) > 1:
                self._by_word[first[0]].append((label, found[0]))

    def of(self, path: Path) -> Path | None:
        """The record that a value belongs to; None where the input has but one thing."""
        places = [place for place, part in enumerate(path) if isinstance(part, int)]
        return next((path[: place + 1] for place in reversed(places) if path[: place + 1] in self.labels), None)

    def mentions(self, plain: str) -> "Mentions":
        """Every name of a record in a text."""
        found: list[Mention] = []
        if not self._by_word:
            return Mentions(found)
        lower, last = plain.lower(), 0
        if len(lower) != len(plain):  # a sign whose small form is longer
            lower = plain
        for token in _TOKEN.finditer(lower):
            if token.start() < last:
                continue
            alike = [one for one in self._by_word.get(token[0], ()) if lower.startswith(one[0], token.start())]
            if not alike:
                continue
            label, record = max(alike, key=lambda one: len(one[0]))
            last = token.start() + len(label)
            if not _COMPARED.search(plain, max(0, token.start() - 14), token.start()):
                found.append(Mention(token.start(), record))
        return Mentions(found)


class Mentions:
    """The names of records in a text, in order; not those that something else is compared with."""

    def __init__(self, found: Sequence[Mention]) -> None:
        self._found = found
        self._starts = [mention.start for mention in found]

    def spoken_of(self, sentence: tuple[int, int]) -> Path | None:
        """The only record that a sentence names, or the last one before it; None where that is open."""
        if not self._found:
            return None
        first, last = bisect_left(self._starts, sentence[0]), bisect_left(self._starts, sentence[1])
        named = {mention.record for mention in self._found[first:last]}
        if not named:
            return self._found[first - 1].record if first else None
        return named.pop() if len(named) == 1 else None

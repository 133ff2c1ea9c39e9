"""Several things of one kind in the input: which is which, and which one a sentence speaks of."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from magicai.claims.reading import HAN
from magicai.claims.sources import Source
from magicai.claims.words import stems

Path = tuple[str | int, ...]
_LABELS = (
    "name",
    "title",
    "product",
    "product_name",
    "label",
    "model",
    "名称",
    "商品名",
    "名字",
    "标题",
    "产品",
    "月份",
    "player",
    "runner",
    "athlete",
    "driver",
    "rider",
    "swimmer",
    "artist",
    "act",
    "author",
    "winner",
    "candidate",
    "person",
    "company",
    "month",
    "quarter",
    "region",
    "city",
    "country",
    "team",
    "year",
    "date",
    "day",
    "period",
    "size",
)
# Names that texts write small.
_PERIODS = frozenset(("morning", "afternoon", "evening", "night", "noon", "overnight", "midday"))
_LONGEST_LABEL = 90
_NO_LABEL = re.compile(r"[\W\d_]*$|https?:|\S+@\S+$|\d{4}-\d\d-\d\d")


_COMPARED = re.compile(
    r"(?:\b(?:than|from|versus|vs\.?|compared (?:to|with)|unlike)|比) ?(?:the |our )?$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mention:
    """A record's name in a text; compared: it is what something else is compared with."""

    start: int
    end: int
    record: Path
    compared: bool = False


@dataclass(slots=True)
class Entities:
    """Maps that stand side by side in a list, or under keys that name them, with what each is called."""

    sources: Sequence[Source]
    labels: dict[Path, str] = field(default_factory=dict[Path, str])
    _patterns: list[tuple[re.Pattern[str], dict[str, Path]]] = field(default_factory=lambda: [])

    def __post_init__(self) -> None:
        named: dict[Path, dict[str, str]] = defaultdict(dict)
        groups: dict[Path, set[Path]] = defaultdict(set)
        for source in self.sources:
            for place, part in enumerate(source.path[:-1]):
                if isinstance(part, int):
                    record = source.path[: place + 1]
                    groups[source.path[:place]].add(record)
                    if place == len(source.path) - 2 and isinstance(source.path[-1], str):
                        named[record][source.path[-1]] = source.text
        for members in groups.values():
            if len(members) > 1:
                for record in members:
                    label = _label(named[record])
                    if label:
                        self.labels[record] = label
        self._maps_by_name()
        self._compile()

    @property
    def lists(self) -> set[Path]:
        """Lists of maps, whether these have names or not."""
        return {
            source.path[:place]
            for source in self.sources
            for place, part in enumerate(source.path[:-1])
            if isinstance(part, int)
        }

    @property
    def parents(self) -> set[Path]:
        """The lists and maps that hold records."""
        return {record[:-1] for record in self.labels}

    def of(self, path: Path) -> Path | None:
        """The innermost record that holds a path."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.labels:
                return path[:length]
        return None

    def words(self, record: Path) -> list[str]:
        """What a record is called, in stems."""
        return stems(self.labels[record])

    def mentions(self, plain: str) -> list[Mention]:
        """Where a text names a record, in order; the longest name wins."""
        found = [
            Mention(
                match.start(),
                match.end(),
                of[match[0].lower()],
                compared=_COMPARED.search(plain, max(0, match.start() - 20), match.start()) is not None,
            )
            for pattern, of in self._patterns
            for match in pattern.finditer(plain)
            if " " in match[0] or not match[0].isascii() or not match[0][:1].islower() or match[0].lower() in _PERIODS
        ]
        return sorted(found, key=lambda mention: mention.start)

    def spoken_of(
        self, plain: str, mentions: list[Mention], start: int, end: int, sentence: tuple[int, int]
    ) -> Path | None:
        """The record that a place speaks of: `for B` after it, else the last that was named."""
        mentions = [mention for mention in mentions if not mention.compared]
        if not mentions:
            return None
        starts = [mention.start for mention in mentions]
        place = bisect_right(starts, start)
        following = mentions[place] if place < len(mentions) else None
        if following and following.start < sentence[1] and _OF_NEXT.fullmatch(plain[end : following.start]):
            return following.record
        if place:
            before = mentions[place - 1]
            if before.start >= sentence[0]:
                return before.record
        if following and following.start < sentence[1]:
            return following.record if following.start - end < 40 else None
        return mentions[place - 1].record if place else None

    def _maps_by_name(self) -> None:
        """Maps under keys that name them: `{"Berlin": {"visitors": 3}, "Paris": {"visitors": 4}}`."""
        shapes: dict[Path, dict[str, set[str | int]]] = defaultdict(lambda: defaultdict(set))
        for source in self.sources:
            path = source.path
            for place in range(len(path) - 1):
                key = path[place]
                if isinstance(key, str) and isinstance(path[place + 1], str):
                    shapes[path[:place]][key].add(path[place + 1])
        for parent, keys in shapes.items():
            forms = list(keys.values())
            if (
                len(forms) > 1
                and all(len(form) > 1 for form in forms)
                and all(len(form & forms[0]) * 2 >= len(forms[0]) for form in forms)
            ):
                for key in keys:
                    self.labels.setdefault((*parent, key), key.replace("_", " "))

    def _compile(self) -> None:
        by_label: dict[str, set[Path]] = defaultdict(set)
        for record, label in self.labels.items():
            for form in _forms(label):
                by_label[form.lower()].add(record)
        unique = {form: next(iter(records)) for form, records in by_label.items() if len(records) == 1}
        listed = sorted(unique, key=len, reverse=True)[:2000]
        for place in range(0, len(listed), 500):
            part = listed[place : place + 500]
            pattern = "|".join(re.escape(form) for form in part)
            self._patterns.append((re.compile(rf"(?<![A-Za-z0-9])(?:{pattern})(?![A-Za-z0-9])", re.IGNORECASE), unique))


_OF_NEXT = re.compile(
    r"\)?(?:\s?(?:to|-|–|and)\s?[$€£¥]?[\d.,]+)?\s?(?:(?:units?|pieces|visitors|customers|reviews|stars|people|orders|each)\s)?(?:for|by|in|at|from|of|during|on)\s(?:the\s|its\s)?|['’]s\s|的",
    re.IGNORECASE,
)


def _label(values: dict[str, str]) -> str:
    """What names a record: its name, else its first short text."""
    lower = {key.lower(): text for key, text in values.items()}
    named = [text for key, text in lower.items() if key.endswith(("name", "title", "名称", "名"))]
    ordered = [lower[key] for key in _LABELS if key in lower] + named + list(values.values())
    return next(
        (
            text
            for text in ordered
            if 1 < len(text) <= _LONGEST_LABEL and not _NO_LABEL.match(text) and text not in ("true", "false")
        ),
        "",
    )


def _forms(label: str) -> list[str]:
    """A name and the shorter forms that a text uses: without brackets, its first and last two words."""
    forms = [label]
    short = re.sub(r"\s*[(（][^)）]*[)）]", "", label).strip()
    if short and short != label:
        forms.append(short)
    words = short.split()
    if len(words) > 2 and not HAN.search(label):
        forms += [" ".join(words[:2]), " ".join(words[-2:])]
        if words[0][:1].isupper() and len(words[0]) > 3:
            forms.append(words[0])
    elif len(words) == 2 and all(word[:1].isupper() and len(word) > 3 for word in words):
        forms += words
    quarter = re.fullmatch(r"Q([1-4])", label)
    if quarter:
        forms.append(("first", "second", "third", "fourth")[int(quarter[1]) - 1] + " quarter")
    return forms

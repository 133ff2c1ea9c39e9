"""What a thing has or has not: a text's words against the booleans of the input."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from magicai.claims.alternatives import excluded, excluded_by
from magicai.claims.feature_words import FEATURES, GENERIC_KEYS
from magicai.claims.sources import Source
from magicai.claims.verdict import Verdict
from magicai.claims.words import stem, stems, words_of_key

_NOT = re.compile(
    r"\b(?:no|not|without|lack(?:s|ing)?|never|neither|nor|cannot|can't|unable|excluding|absence|free of|\w+n't|"
    r"\w+n’t|unavailable)\b(?! only)"
    r"|没有|不(?!仅|但|错|只|管|同|断|锈)|无(?!线|障碍|论|糖|麸|限|缝|忧|疑)|未|暂停|缺",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(
    r"^:\s?(?:no|none|not|false|n/a|否|无)\b|"
    r"^(?:(?!\b(?:and|but)\b)[^,.;，。；]){0,40}?\b(?:(?:is|are|was|were|does|do|has|have|may|must|can)\s?(?:not|n't|n’t)|isn't|aren't|isn’t|aren’t|"
    r"unavailable|not (?:available|offered|provided|possible|included|supported|allowed|accepted))\b|"
    r"^[^，。；]{0,6}(?:不可用|不提供|不支持|暂无|未提供)",
    re.IGNORECASE,
)
_GONE = re.compile(
    "contains? (?:gluten|wheat|sugar|added sugar|lactose|dairy)|"
    "cash[- ]only|only (?:accepts? |takes? )?cash|out of stock|sold out|缺货|售罄",
    re.IGNORECASE,
)
_SCOPE_END = re.compile(
    r"[.;:!?。；！？\n]|\b(?:but|so|because|since|however|although|though|while|whereas|yet|except|instead)\b|但|却|而是|不过",
    re.IGNORECASE,
)
_NEW_PHRASE = re.compile(
    r",\s(?:and\s)?(?:it|they|there|the|this|customers|guests|visitors|offers?|has|have|features?|provides?|"
    r"accepts?|with)\b|，",
    re.IGNORECASE,
)
_VERB = re.compile(r"\b(?:is|are|was|were|offers?|has|have|provides?|can|may|will|accepts?|allows?)\b", re.IGNORECASE)
_VERB_AFTER = re.compile(r"(?: \w+){0,2} (?:is|are|can|may|will|was|were)\b(?! (?:not|n't))", re.IGNORECASE)
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[\u4e00-\u9fff]+")
_UNKNOWN = ("", "unknown", "n/a")


@dataclass(frozen=True, slots=True)
class Feature:
    """Something that the input says is so, is not so, or leaves open.

    Attributes:
        truth: None where the input has the key without a value.
        said: what in a text speaks of it.
        within: what must stand in the same sentence, since the key alone is too general; None where nothing need.
    """

    source: int
    name: str
    truth: bool | None
    said: re.Pattern[str]
    within: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Stated:
    """Words of a text that say that a feature is there, or is not."""

    start: int
    end: int
    positive: bool
    verdict: Verdict


@dataclass(slots=True)
class Features:
    """The booleans of the input."""

    sources: Sequence[Source]
    all_text: str
    known: list[Feature] = field(default_factory=list[Feature])
    _particular: list[re.Pattern[str]] = field(default_factory=list[re.Pattern[str]])
    _stems: list[frozenset[str]] = field(default_factory=list[frozenset[str]])
    _excluded: list[tuple[re.Pattern[str], str]] = field(init=False)

    def __post_init__(self) -> None:
        self._excluded = excluded_by(self.all_text)
        groups: dict[tuple[str | int, ...], list[tuple[int, bool]]] = {}
        for number, source in enumerate(self.sources):
            if not source.path or not isinstance(source.path[-1], str):
                continue
            truth = _truth(source)
            if truth is None and source.text.strip().lower() not in _UNKNOWN:
                continue
            *_, above, last = ("", *source.path)
            parent = above if isinstance(above, str) else ""
            known = _feature(number, str(last), parent, truth=truth)
            if known:
                self.known.append(known)
            if truth is not None and parent:
                groups.setdefault(source.path[:-1], []).append((number, truth))
        for path, members in groups.items():
            last = str(("", *path)[-1])
            if len(members) > 1 or not any(truth for _, truth in members):
                truth = any(truth for _, truth in members)
                known = _feature(
                    next((number for number, true in members if true), members[0][0]),
                    last,
                    "",
                    truth=truth,
                )
                if known and not any(known.said.pattern == other.said.pattern for other in self.known):
                    self.known.append(known)
        named = {feature.name for feature in self.known}
        self._particular = [
            said
            for name, (_, said, particular) in FEATURES.items()
            if particular and name not in named and not said.search(self.all_text)
        ]

    def stated(
        self, plain: str, sentence: tuple[int, int], is_meant: Callable[[Source, int, int], bool]
    ) -> Iterator[Stated]:
        """Where a sentence says that something is there or not, with what the input says of it.

        Args:
            is_meant: whether a place speaks of the thing that a source belongs to.
        """
        text = plain[sentence[0] : sentence[1]]
        seen: list[tuple[int, int]] = []
        for feature in self.known:
            if feature.within is not None and not feature.within.search(text):
                continue
            for match in feature.said.finditer(text):
                source = self.sources[feature.source]
                if not is_meant(source, sentence[0] + match.start(), sentence[0] + match.end()):
                    continue
                positive = not negated(text, match.start(), match.end())
                if feature.truth is None:
                    if feature.within is None and feature.name in _ALIASED:
                        reason = f"the input does not say whether “{feature.name}”"
                        yield Stated(
                            sentence[0] + match.start(), sentence[0] + match.end(), positive, Verdict(reason=reason)
                        )
                elif positive == feature.truth:
                    seen.append(match.span())
                    yield Stated(
                        sentence[0] + match.start(), sentence[0] + match.end(), positive, Verdict(source=feature.source)
                    )
                else:
                    reason = (
                        f"the input says {source.name}: {source.text or 'unknown'}, the text "
                        f"“{match[0]}”{'' if positive else ' with a negation'}"
                    )
                    seen.append(match.span())
                    yield Stated(
                        sentence[0] + match.start(), sentence[0] + match.end(), positive, Verdict(reason=reason)
                    )
        yield from self._without_source(text, sentence[0], seen)
        for start, end, reason in excluded(text, self._excluded):
            if not negated(text, start, end):
                yield Stated(sentence[0] + start, sentence[0] + end, True, Verdict(reason=reason))  # noqa: FBT003

    def _has_words(self, said: str) -> bool:
        """Whether one source has all these words, in whatever order."""
        if not self._stems:
            self._stems = [
                frozenset(stems(source.text)).union(
                    *(words_of_key(part) for part in source.path if isinstance(part, str))
                )
                for source in self.sources
            ]
        words = frozenset(stems(said))
        return bool(words) and any(words <= own for own in self._stems)

    def _without_source(self, text: str, offset: int, seen: list[tuple[int, int]]) -> Iterator[Stated]:
        for said in self._particular:
            for match in said.finditer(text):
                if any(start < match.end() and match.start() < end for start, end in seen) or self._has_words(match[0]):
                    continue
                positive = not negated(text, match.start(), match.end())
                reason = f"“{match[0]}” is not in the input"
                yield Stated(offset + match.start(), offset + match.end(), positive, Verdict(reason=reason))


_ALIASED = frozenset(FEATURES)


def is_feature(text: str) -> bool:
    """Whether the words name a feature, and nobody's name."""
    return any(said.fullmatch(text) for _, said, _ in FEATURES.values())


def _truth(source: Source) -> bool | None:
    if source.text.strip().lower() in ("free", "paid", "full_bar", "beer_and_wine", "yes_free"):
        return True
    return source.truth


def _feature(number: int, key: str, parent: str, *, truth: bool | None) -> Feature | None:
    squashed = re.sub(r"[^a-z\u4e00-\u9fff]", "", key.lower())
    for name, (pattern, said, _) in FEATURES.items():
        if pattern.fullmatch(squashed):
            return Feature(number, name, truth, said, None)
    words = [word.lower() for word in _CAMEL.findall(key)]
    kept = [word for word in words if word not in GENERIC_KEYS] or words
    if not kept or len(kept) > 5 or any(len(word) < 2 for word in kept):
        return None
    forms = [_inflected(word) for word in kept]
    spoken = r"\b" + r"[\s-]?(?:\w+[\s-]){0,2}?".join(forms) + r"\b"
    if len(kept) == 2:
        spoken += rf"|\b{forms[1]} (?:with|by|via|from|for|in|on|through) (?:an? |the |your |its )?{forms[0]}\b"
    said = re.compile(spoken if kept[0].isascii() else re.escape(key), re.IGNORECASE)
    within = None
    outer = [word.lower() for word in _CAMEL.findall(parent)]
    if (
        len(kept) == 1
        and outer
        and outer[-1] not in ("attributes", "features", "options", "amenities", "specs", "details", "facts")
    ):
        within = _parent_words(outer)
    return Feature(number, key, truth, said, within)


def _parent_words(words: list[str]) -> re.Pattern[str]:
    more = {
        "ambience": "ambiance|ambience|atmosphere|vibe|setting|environment|decor|feel|restaurant|place|spot|eatery|"
        "caf[eé]|bar|diner|venue",
        "ambiance": "ambiance|atmosphere|vibe|setting",
    }
    forms = "|".join(more.get(word, re.escape(stem(word)) + r"\w*") for word in words if word not in GENERIC_KEYS)
    return re.compile(rf"\b(?:{forms or '.'})", re.IGNORECASE)


_ENDINGS = r"(?:s|es|ed|led|ing)?"


def _inflected(word: str) -> str:
    return re.escape(word.removesuffix("s") if len(word) > 3 else word).replace("cafe", "caf[eé]") + _ENDINGS


def negated(text: str, start: int, end: int) -> bool:
    """Whether a negation reaches from before, or stands after in the same clause."""
    if _GONE.fullmatch(text, start, end) or _NOT.search(text, start, end):
        return True
    cut = max((match.end() for match in _SCOPE_END.finditer(text, 0, start)), default=0)
    before = text[cut:start]
    denials = list(_NOT.finditer(before))
    if denials:
        between = before[denials[-1].end() :]
        own_verb = "," in between and (
            _VERB_AFTER.match(text, end) or _VERB.search(text, start, end) or _VERB.search(between, between.index(","))
        )
        if len(between) < 90 and not own_verb and not _NEW_PHRASE.search(between):
            return True
    return _NOT_AFTER.match(text[end : end + 60]) is not None
